// Fits once in a process of its own and prints the peak of its resident memory over what it was before, in MB: node memory-child.mjs FORM X Y ROWS COLUMNS, X and Y being files. It generates
// nothing itself: memory that a generator has freed would serve the fit unseen.
import { closeSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import { LogisticRegression, Matrix } from '../../../dist/models/index.js'

const [, , form, fileOfX, fileOfY, rows, columns] = process.argv
const shared = form === 'shared'
const x = new Float64Array(shared ? new SharedArrayBuffer(8 * rows * columns) : Number(rows) * Number(columns))
const y = new Int32Array(shared ? new SharedArrayBuffer(4 * rows) : Number(rows))
fill(x, fileOfX)
fill(y, fileOfY)
const fit = async (X, labels) => (shared ? new LogisticRegression().fit(X, labels) : new LogisticRegression().fitSync(X, labels))
// What the first fit loads doesn't count.
const few = Math.min(500, Number(rows))
await fit(new Matrix(x.subarray(0, few * Number(columns)), few, Number(columns)), y.subarray(0, few))
globalThis.gc?.()
await new Promise((resolve) => setTimeout(resolve, 200))
writeFileSync('/proc/self/clear_refs', '5')
const before = status('VmRSS')
await fit(new Matrix(x, Number(rows), Number(columns)), y)
console.log(status('VmHWM') - before)

function fill(array, path) {
  const bytes = new Uint8Array(array.buffer)
  const piece = new Uint8Array(1 << 16)
  const file = openSync(path)
  for (let at = 0, read = 1; read > 0; at += read) {
    read = readSync(file, piece, 0, piece.length, at)
    bytes.set(piece.subarray(0, read), at)
  }
  closeSync(file)
}

function status(name) {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024
}
