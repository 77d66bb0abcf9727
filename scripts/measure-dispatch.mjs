// Measures what the planner reckons with (src/dispatch/cost.ts): fixed costs of a call, the length from which a native call beats
// the TypeScript loop, and the length from which a second thread pays. Needs a built package. Ratios are between things run
// alternately in this process; medians of rounds with the quartiles as spread.
import { tsImport } from 'tsx/esm/api'
import * as manycore from '../dist/index.js'

// Inner parts, which the built package doesn't show: from the sources. They have no state that would have to be the package's own.
const { load } = await tsImport('../src/addon/index.ts', import.meta.url)
const { inlineReduce } = await tsImport('../src/kernels/index.ts', import.meta.url)
const { reductions } = await tsImport('../src/kernels/table.ts', import.meta.url)

const { addon } = load()
if (addon === undefined) throw new Error('the native core is not built')

const rounds = Number(process.argv[2] ?? 41)
let sink = 0

/** Nanoseconds a call of each function, run alternately: median and quartiles. */
function compare(functions, calls) {
  const samples = functions.map(() => [])
  for (const run of functions) for (let i = 0; i < calls; i++) sink += run()
  for (let round = 0; round < rounds; round++) {
    functions.forEach((run, k) => {
      const start = process.hrtime.bigint()
      for (let i = 0; i < calls; i++) sink += run()
      samples[k].push(Number(process.hrtime.bigint() - start) / calls)
    })
  }
  return samples.map((values) => {
    values.sort((a, b) => a - b)
    const at = (q) => values[Math.floor(q * (values.length - 1))]
    return { median: at(0.5), low: at(0.25), high: at(0.75) }
  })
}

const show = ({ median, low, high }) => `${median.toFixed(1)} (${low.toFixed(1)}–${high.toFixed(1)})`
const plainLoops = {
  sum: (x) => { let s = 0; for (let i = 0; i < x.length; i++) s += x[i]; return s },
  sumOfSquares: (x) => { let s = 0; for (let i = 0; i < x.length; i++) s += x[i] * x[i]; return s },
  dot: (x, y) => { let s = 0; for (let i = 0; i < x.length; i++) s += x[i] * y[i]; return s },
  min: (x) => { let m = x[0]; for (let i = 1; i < x.length; i++) if (x[i] < m) m = x[i]; return m },
  max: (x) => { let m = x[0]; for (let i = 1; i < x.length; i++) if (x[i] > m) m = x[i]; return m },
  variance: (x) => {
    let s = 0
    for (let i = 0; i < x.length; i++) s += x[i]
    const mean = s / x.length
    let q = 0
    for (let i = 0; i < x.length; i++) { const d = x[i] - mean; q += d * d }
    return q / x.length
  },
}

const x8 = new Float64Array(8).fill(0.5)
console.log('fixed costs, ns a call: median (quartiles)')
const one = 1 * 256
const [empty, typed, sync, loop] = compare(
  [() => addon.threads(), () => addon.reduce(one, x8), () => manycore.sumSync(x8), () => plainLoops.sum(x8)], 20000)
console.log(`  native, a number back      ${show(empty)}`)
console.log(`  native, one typed array    ${show(typed)}`)
console.log(`  sumSync(8 elements)        ${show(sync)}`)
console.log(`  plain loop, 8 elements     ${show(loop)}`)
{
  const samples = []
  for (let round = 0; round < rounds; round++) {
    const start = process.hrtime.bigint()
    for (let i = 0; i < 2000; i++) sink += await manycore.sum(x8)
    samples.push(Number(process.hrtime.bigint() - start) / 2000)
  }
  samples.sort((a, b) => a - b)
  console.log(`  await sum(8 elements)      ${samples[samples.length >> 1].toFixed(1)}`)
  const shared = new Float64Array(new SharedArrayBuffer(8e6 * 8)).fill(0.5)
  const difference = []
  for (let round = 0; round < rounds; round++) {
    const a = process.hrtime.bigint()
    sink += manycore.sumSync(shared)
    const b = process.hrtime.bigint()
    sink += await manycore.sum(shared)
    difference.push((Number(process.hrtime.bigint() - b) - Number(b - a)) / 1000)
  }
  difference.sort((a, b) => a - b)
  console.log(`  await sum(8e6 shared) over sumSync: ${difference[difference.length >> 1].toFixed(1)} µs`)
}

for (const [name, { id, inputs }] of Object.entries(reductions)) {
  for (const Type of [Float64Array, Float32Array]) {
    console.log(`\n${name} ${Type.name}: n, plain loop, TypeScript loop, native (1 thread), native (all), ${name}Sync; ns`)
    const flags1 = id + 256
    const flagsAll = id + 256 * addon.threads()
    for (const n of [8, 16, 32, 64, 96, 128, 192, 256, 384, 512, 1024, 4096, 65536, 98304, 131072, 196608, 262144, 524288, 1e6]) {
      const x = Type.from({ length: n }, () => Math.random())
      const y = inputs === 2 ? Type.from({ length: n }, () => Math.random()) : undefined
      const calls = Math.max(1, Math.min(2000, Math.floor(2e5 / n)))
      const api = manycore[`${name}Sync`]
      const functions = [
        () => plainLoops[name](x, y),
        () => inlineReduce(name, x, y),
        () => (y === undefined ? addon.reduce(flags1, x) : addon.reduce(flags1, x, y)),
        () => (y === undefined ? addon.reduce(flagsAll, x) : addon.reduce(flagsAll, x, y)),
        () => (y === undefined ? api(x) : api(x, y)),
      ]
      console.log(`  ${String(n).padStart(8)}  ${compare(functions, calls).map((s) => s.median.toFixed(0).padStart(9)).join(' ')}`)
    }
  }
}
if (sink === Infinity) console.log(sink)
