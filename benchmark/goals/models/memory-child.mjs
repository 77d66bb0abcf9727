// Fits once in a process of its own and prints the peak of its resident memory over what it was before, in MB: node memory-child.mjs FORM ROWS COLUMNS
import { readFileSync, writeFileSync } from 'node:fs'
import { LogisticRegression, Matrix } from '../../../dist/models/index.js'
import { dense } from './generate.mjs'

const [, , form, rows, columns] = process.argv
const shared = form === 'shared'
const { x, y } = dense({ rows: Number(rows), columns: Number(columns), shared })
const fit = async (X, labels) => (shared ? new LogisticRegression().fit(X, labels) : new LogisticRegression().fitSync(X, labels))
// What the first fit loads doesn't count, nor what the generator left.
await fit(new Matrix(x.subarray(0, 500 * Number(columns)), 500, Number(columns)), y.subarray(0, 500))
globalThis.gc?.()
await new Promise((resolve) => setTimeout(resolve, 200))
writeFileSync('/proc/self/clear_refs', '5')
const before = status('VmRSS')
await fit(new Matrix(x, Number(rows), Number(columns)), y)
console.log(status('VmHWM') - before)

function status(name) {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024
}
