// How long `import` of each entry of the package takes, in fresh processes: medians in milliseconds. Needs a built package and a quiet machine.
//
//   node scripts/import-time.mjs [processes, default 21]
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './toolchain.mjs'

const processes = Number(process.argv[2] ?? 21)
const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const entries = Object.keys(exports).filter((entry) => exports[entry].default !== undefined).map((entry) => join(name, entry))
const samples = new Map(entries.map((entry) => [entry, []]))

/** Time on the clock and of the processors of one import. */
function measure(entry) {
  const program = `
    const [start, used] = [performance.now(), process.cpuUsage()]
    await import(${JSON.stringify(entry)})
    const { user, system } = process.cpuUsage(used)
    console.log(JSON.stringify([performance.now() - start, (user + system) / 1000]))`
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { cwd: root, encoding: 'utf8' }))
}

// By turns, so that what else the machine does meets all alike.
for (let round = 0; round < processes; round++) for (const entry of entries) samples.get(entry).push(measure(entry))

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1].toFixed(1)
console.log(`import in a fresh process, median of ${processes}, Node ${process.versions.node}`)
for (const [entry, pairs] of samples) console.log(`  ${entry.padEnd(26)}${median(pairs.map(([wall]) => wall)).padStart(6)} ms, ${median(pairs.map(([, cpu]) => cpu)).padStart(6)} ms of processor time`)
