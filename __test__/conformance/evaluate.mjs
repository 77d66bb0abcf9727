// Run as a child process by conformance.spec.ts, with MANYCORE_BACKEND and MANYCORE_CPU_LEVEL set: answers every row with every thread
// count in both forms, and prints one line a row and kernel: `key kernel bits`, or the first two answers that differ.
import * as manycore from '../../dist/index.js'
import { axisKernels, hex, isReduced, kernels, matrixRows, operands, rows, threads } from './rows.mjs'

const { backend, cpuLevel } = manycore.info()
const lines = [`# ${backend} ${cpuLevel}`]
manycore.setThreads(7)
// Every so many rows: all of them, unless the test says otherwise.
const stride = Number(process.argv[2] ?? 1)

/** The line of a row and kernel. */
async function evaluate(row, key, name, parameters, own) {
  const first = hex(manycore[`${name}Sync`](...parameters, ...(own === undefined ? [] : [own])))
  let line = first
  for (const count of threads) {
    const options = { threads: count, ...own }
    for (const answer of [manycore[`${name}Sync`](...parameters, options), await manycore[name](...parameters, options)]) {
      if (hex(answer) !== first) line = `${first} but ${hex(answer)} with ${count} threads`
    }
  }
  lines.push(`${row.key} ${key} ${line}`)
}

for (const [index, row] of [...rows()].entries()) {
  if (index % stride !== 0) continue
  const [x, y] = operands(row)
  for (const [key, { name = key, inputs, least, most = Infinity, options }] of Object.entries(kernels)) {
    if (row.n >= least && row.n <= most) await evaluate(row, key, name, inputs === 1 ? [x] : [x, y], options)
  }
}
for (const [index, row] of [...matrixRows()].entries()) {
  if (index % stride !== 0) continue
  const [x, y] = operands(row).map((data) => new manycore.Matrix(data, row.rows, row.columns))
  for (const [key, { name, inputs, place, axis, options }] of Object.entries(axisKernels)) {
    if (isReduced(row, axis)) await evaluate(row, key, name, [x, ...(inputs === 1 ? [] : [y]), ...(place === undefined ? [] : [place])], { ...options, axis })
  }
}
console.log(lines.join('\n'))
