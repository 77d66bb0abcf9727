// Run as a child process by conformance.spec.ts, with MANYCORE_BACKEND and MANYCORE_CPU_LEVEL set: answers every row with every thread count in both forms, and
// prints one line a row and call: `key call | hash`, or the first two answers that differ.
import * as manycore from '../../dist/index.js'
import { applies, argumentsOf, calls, hashOf, operands, rows, threads } from './rows.mjs'

const { backend, cpuLevel } = manycore.info()
const lines = [`# ${backend} ${cpuLevel}`]
manycore.setThreads(7)
for (const row of rows()) {
  const [x, y] = operands(row)
  const before = hashOf(x) + hashOf(y)
  for (const [title, call] of Object.entries(calls)) {
    if (!applies(call, row.type)) continue
    const parameters = argumentsOf(call, row.type, x, y)
    const first = hashOf(manycore[`${call.name}Sync`](...parameters))
    let line = first
    for (const count of threads) {
      const options = { threads: count }
      for (const answer of [manycore[`${call.name}Sync`](...parameters, options), await manycore[call.name](...parameters, options)]) {
        const hash = hashOf(answer)
        if (hash !== first) line = `${first} but ${hash} with ${count} threads`
      }
    }
    if (hashOf(x) + hashOf(y) !== before) line += ' and its input has changed'
    lines.push(`${row.key} ${title} | ${line}`)
  }
}
console.log(lines.join('\n'))
