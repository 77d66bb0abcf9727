// Measures what the planner reckons with for elementwise kernels (src/dispatch/map-cost.ts): an element in the TypeScript loop, in the plain loop over Math, and natively on one
// thread (the call shared out over 2000 elements), all within the first caches. Needs a built package.
// Processor time of the process and the best of many rounds, so that a busy machine disturbs it little.
import { tsImport } from 'tsx/esm/api'
import * as manycore from '../dist/index.js'

// An inner part, which the built package doesn't show: from its source.
const { mapLoops } = await tsImport('../src/kernels/generated-maps.ts', import.meta.url)
const { maps } = await tsImport('../src/kernels/map-table.ts', import.meta.url)

const n = 2000
const rounds = Number(process.argv[2] ?? 200)
const x = Float64Array.from({ length: n }, (_, i) => ((i * 617) % n) / 300 + 0.01)
const y = Float64Array.from({ length: n }, (_, i) => ((i * 337) % n) / 900 - 1)
const out = new Float64Array(n)

const plain = {
  add: 'x[i] + y[i]', subtract: 'x[i] - y[i]', multiply: 'x[i] * y[i]', divide: 'x[i] / y[i]', power: 'x[i] ** y[i]', axpy: '2.5 * x[i] + y[i]',
  clip: 'Math.min(Math.max(x[i], 1), 2)', sigmoid: '1 / (1 + Math.exp(-x[i]))',
}

/** Best nanoseconds an element. */
function best(run) {
  let least = Infinity
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage()
    for (let turn = 0; turn < 20; turn++) run()
    const { user, system } = process.cpuUsage(start)
    if (user + system > 0) least = Math.min(least, ((user + system) * 1000) / 20 / n)
  }
  return least
}

manycore.setBackend('native')
console.log('kernel        TypeScript  plain loop  ratio  native  times the plain loop')
for (const [name, { id }] of Object.entries(maps)) {
  const a = name === 'clip' ? 1 : 2.5
  const loop = mapLoops.float64[2 * id]
  const text = plain[name] ?? `Math.${name}(x[i])`
  const math = new Function('x', 'y', 'out', `for (let i = 0; i < x.length; i++) out[i] = ${text}`)
  const two = 'add subtract multiply divide power'.includes(name)
  const parameters = name === 'axpy' ? [a, x, y] : name === 'clip' ? [x, 1, 2] : two ? [x, y] : [x]
  const options = { out, threads: 1 }
  const ours = best(() => loop(x, y, a, 2, out, 0, n))
  const theirs = best(() => math(x, y, out))
  const native = best(() => manycore[`${name}Sync`](...parameters, options))
  console.log(`${name.padEnd(14)}${ours.toFixed(2).padStart(10)}${theirs.toFixed(2).padStart(12)}${(ours / theirs).toFixed(2).padStart(7)}${native.toFixed(2).padStart(8)}${(theirs / native).toFixed(1).padStart(8)}`)
}
