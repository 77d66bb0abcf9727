// Promise 2, "never slower", point by point: every public kernel and type against the plain TypeScript loop that it replaces, from 1 element to 1e8. Needs a
// built package and a quiet machine.
//
//   node --expose-gc scripts/sweep.mjs [--min 1] [--max 1e8] [--kernel sum,dot] [--type Float64Array] [--backend native] [--milliseconds 60] [--json file] [--promise] [--again file]
//
// Ours and the loop run in interleaved pairs, in random order; a point's figure is the median of the pairs' ratios, beside the same for the loop against itself
// (A/A). The promise holds at a point where ours takes no longer than the loop beyond that noise, or, up to 256 elements, at most 60 ns more, at the processor's
// best speed of the run (a chain of additions says how far it is below); on the workers backend 1.25 times as long. For the planner: from which length ours wins, from which a second thread does, nanoseconds an element of the
// TypeScript twin and of one native thread; for reductions also the length up to which the twin beats a native call (src/dispatch/cost.ts).
// With --promise nothing is measured for the planner, which takes half of the time; --again repeats the points that such a file of JSON calls broken. Ends with 1 where the promise is broken.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { tsImport } from 'tsx/esm/api'
import * as manycore from '../dist/index.js'
import { cases } from './sweep-cases.mjs'

// Inner parts, which the built package doesn't show: from the sources. They have no state that would have to be the package's own.
const { load } = await tsImport('../src/addon/index.ts', import.meta.url)
const { inlineReduce } = await tsImport('../src/kernels/index.ts', import.meta.url)
const { reductions } = await tsImport('../src/kernels/table.ts', import.meta.url)

const { values: options } = parseArgs({
  options: {
    min: { type: 'string', default: '1' }, max: { type: 'string', default: '1e8' }, kernel: { type: 'string' }, type: { type: 'string' }, backend: { type: 'string', default: 'native' },
    milliseconds: { type: 'string', default: '60' }, json: { type: 'string' }, promise: { type: 'boolean', default: false }, again: { type: 'string' },
  },
})
const max = Number(options.max)
const min = Number(options.min)
const budget = Number(options.milliseconds)
const workers = options.backend === 'workers'
manycore.setBackend(options.backend)
const squares = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96, 128, 256, 512, 1000, 2000, 4000].map((side) => side * side).filter((n) => n >= min && n <= max)
const lengths = [1, 2, 4, 8, 16, 32, 64, 96, 128, 192, 256, 384, 512, 1024, 2048, 4096, 16384, 65536, 131072, 262144, 524288, 1e6, 4e6, 1.6e7, 1e8].filter((n) => n >= min && n <= max)
const { addon } = load()
let sink = 0

/** A function of its own for every case and type, as a user's loop sees one type only. */
const compiled = (text) => new Function(`return ${text}`)()

function nanoseconds(run, calls) {
  const start = process.hrtime.bigint()
  for (let i = 0; i < calls; i++) {
    const result = run()
    sink += typeof result === 'number' ? result : result === undefined ? 0 : 1
  }
  return Number(process.hrtime.bigint() - start) / calls
}

/** Milliseconds that a function runs before it is measured, so that the engine has made of it what it ever will. */
const WARM = Math.min(60, budget)

/** Nanoseconds of each function, in rounds of random order, until the time is up: samples by function. */
function interleave(functions) {
  for (const run of functions) {
    const end = performance.now() + WARM
    for (let i = 0; i < 1 || performance.now() < end; i++) nanoseconds(run, i < 3 ? 1 : 30)
  }
  const once = Math.max(...functions.map((run) => nanoseconds(run, 3)))
  // Samples of some 20 µs at least, so that the clock is fine enough.
  const calls = Math.max(1, Math.min(3000, Math.ceil(20_000 / once)))
  const samples = functions.map(() => [])
  const end = performance.now() + budget
  for (let round = 0; round < Math.min(7, 1 + budget) || (performance.now() < end && round < 400); round++) {
    const order = functions.map((_, k) => k).sort(() => Math.random() - 0.5)
    for (const k of order) samples[k].push(nanoseconds(functions[k], calls))
    if (performance.now() > end + 20_000) break
  }
  return samples
}

/** A chain of additions, which takes four cycles each whatever the caches hold: the processor's speed. Its least time in the run so far, in nanoseconds. */
const links = new Float64Array(64).fill(1)
const chain = () => {
  let s = 0
  for (let i = 0; i < links.length; i++) s += links[i]
  return s
}
let best = Infinity

const quantile = (values, q) => {
  const sorted = values.slice().sort((a, b) => a - b)
  return sorted[Math.floor(q * (sorted.length - 1))]
}
const median = (values) => quantile(values, 0.5)

function works(run) {
  try {
    run()
    return true
  } catch {
    return false
  }
}

/** The least length from which on a condition holds at every measured one. */
function crossing(points, holds) {
  let from
  for (const point of points) from = holds(point) ? (from ?? point.n) : undefined
  return from
}

function inputs(type, n) {
  const Class = globalThis[type]
  const make = type.startsWith('Big') ? (i) => BigInt((i * 40_503) % 1000) : type.startsWith('Float') ? (i) => ((i * 40_503) % 65_521) / 65_521 : (i) => (i * 40_503) % 100
  const x = new Class(n)
  for (let i = 0; i < n; i++) x[i] = make(i)
  return x
}

/** x and y of a case. */
function operands({ two, square }, type, n) {
  if (square === undefined) return [inputs(type, n), two ? inputs(type, n) : undefined]
  const side = Math.round(Math.sqrt(n))
  const matrix = new manycore.Matrix(inputs(type, n), side, side)
  if (square !== 'definite') return [matrix, square === 'matrix' ? new manycore.Matrix(inputs(type, n), side, side) : square === 'vector' ? inputs(type, side) : undefined]
  const { data } = matrix
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < i; j++) data[i * side + j] = data[j * side + i]
    data[i * side + i] += side
  }
  return [matrix, inputs(type, side)]
}

function publicFunction(name) {
  const path = `${name}Sync`.split('.')
  return path.reduce((from, part) => from?.[part], manycore)
}

const reports = []
let points = 0
const broken = []
/** The points that are measured, where not all are: label, type and length. */
const repeated = options.again === undefined ? undefined : new Set(JSON.parse(readFileSync(options.again, 'utf8')).broken.map((line) => line.slice(0, line.indexOf(':'))))
const reductionOf = { norm: 'euclideanNorm', standardDeviation: 'variance', mean: 'sum', hasNaN: 'countNaN' }

for (const one of cases) {
  const { name, label = name, types, loop, call, limit } = one
  const two = one.two === true || (one.square ?? 'nothing') !== 'nothing'
  if (options.kernel !== undefined && !options.kernel.split(',').includes(name)) continue
  const ours = publicFunction(name)
  if (ours === undefined) {
    console.log(`${name}: not in this package`)
    continue
  }
  for (const type of types) {
    if (options.type !== undefined && type !== options.type) continue
    console.log(`\n${label} ${type}: n; loop, ours (ns a call); ours / loop (quartiles); loop / loop; slowness; promise`)
    const [plain, again] = [compiled(loop), compiled(loop)]
    const api = compiled('(f) => f')(call?.(ours) ?? (two ? (x, y) => ours(x, y) : (x) => ours(x)))
    const kernel = reductionOf[name] ?? name
    const floating = type.startsWith('Float')
    const measured = []
    for (const n of one.square === undefined ? lengths : squares) {
      if (n > (limit ?? Infinity) || repeated?.has(`${label} ${type} ${n}`) === false) continue
      let x, y
      try {
        ;[x, y] = operands(one, type, n)
      } catch {
        console.log(`  ${n}: no memory for it`)
        break
      }
      const functions = [() => plain(x, y), () => api(x, y), () => again(x, y), chain]
      if (!options.promise && addon !== undefined && floating && Object.hasOwn(reductions, kernel) && n <= 4096) {
        const packed = reductions[kernel].id + 256
        const native = () => (y === undefined ? addon.reduce(packed, x) : addon.reduce(packed, x, y))
        // Those whose value is more than a number have another native function.
        if (works(native)) functions.push(() => inlineReduce(kernel, x, y), native)
      }
      const [a, b, c, speed, twin, native] = interleave(functions)
      best = Math.min(best, quantile(speed, 0.1))
      const ratios = b.map((value, i) => value / a[i])
      const noise = c.map((value, i) => value / a[i])
      const extra = median(b.map((value, i) => value - a[i]))
      const point = {
        n, loop: median(a), ours: median(b), ratio: median(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75), noise: quantile(noise, 0.75),
        extra, slowness: median(speed) / best, twin: twin && median(twin), native: native && median(native),
      }
      const allowed = workers ? 1.25 * Math.max(1, point.noise) : Math.max(1.05, point.noise)
      point.holds = point.ratio <= allowed || (n <= 256 && extra <= 60 * (median(speed) / best))
      measured.push(point)
      points++
      if (!point.holds) broken.push(`${label} ${type} ${n}: ${point.ratio.toFixed(2)} ×, ${(extra / point.slowness).toFixed(0)} ns more`)
      console.log(
        `  ${String(n).padStart(9)}  ${point.loop.toFixed(0).padStart(10)} ${point.ours.toFixed(0).padStart(10)}  ${point.ratio.toFixed(3)} (${point.low.toFixed(3)}–${point.high.toFixed(3)})  ${median(noise).toFixed(3)}  ${point.slowness.toFixed(2)}  ${point.holds ? 'holds' : 'BROKEN'}`,
      )
      globalThis.gc?.()
    }
    const wins = crossing(measured, ({ ratio }) => ratio <= 1)
    const nativeWins = crossing(measured.filter(({ native }) => native !== undefined), ({ twin, native }) => native <= twin)
    const threadsWin = workers || options.promise ? undefined : threadCrossing(api, type, one)
    const perElement = options.promise ? { inline: NaN, native: NaN } : elementCosts(api, type, one)
    reports.push({ name, type, wins, nativeWins, threadsWin, ...perElement, points: measured })
    console.log(
      `  ours wins from ${wins ?? 'nowhere'}${nativeWins === undefined ? '' : `; a native call beats the twin from ${nativeWins}`}${threadsWin === undefined ? '' : `; a second thread pays from ${threadsWin}`}` +
        `; ns an element: ${perElement.inline.toFixed(2)} twin, ${perElement.native.toFixed(3)} native`,
    )
  }
}

/** From which length all threads beat one, by the public option; undefined where they never do. */
function threadCrossing(api, type, what) {
  const found = []
  for (const n of what.square === undefined ? lengths : squares) {
    if (n < 16_384 || n > Math.min(4e6, max, what.limit ?? Infinity)) continue
    const [x, y] = operands(what, type, n)
    const all = manycore.getThreads()
    const [one, many] = [[], []]
    // In turns of some calls each: changing the number of threads rebuilds the pool.
    for (let turn = 0; turn < 6; turn++) {
      for (const [threads, samples] of turn % 2 === 0 ? [[1, one], [all, many]] : [[all, many], [1, one]]) {
        manycore.setThreads(threads)
        nanoseconds(() => api(x, y), 3)
        for (let i = 0; i < 5; i++) samples.push(nanoseconds(() => api(x, y), 1))
      }
    }
    manycore.setThreads(all)
    found.push({ n, ratio: median(many) / median(one) })
  }
  return crossing(found, ({ ratio }) => ratio < 0.95)
}

/** Nanoseconds an element on one thread with the data in a cache: of the TypeScript twin (the workers backend), and of the backend in use. */
function elementCosts(api, type, what) {
  const n = what.square === undefined ? Math.min(20_000, max, what.limit ?? Infinity) : squares.findLast((n) => n <= 20_000)
  const [x, y] = operands(what, type, n)
  const on = (backend) => () => {
    manycore.setBackend(backend)
    return api(x, y)
  }
  const [inline, native] = interleave([on('workers'), on(options.backend)])
  manycore.setBackend(options.backend)
  return { inline: median(inline) / n, native: median(native) / n }
}

console.log('\nfor src/dispatch/cost.ts (this machine, this run):')
for (const { name, type, inline, native, nativeWins, wins } of reports) {
  console.log(`  ${name} (${type}): { inline: ${inline.toPrecision(2)}, native: ${native.toPrecision(2)}, inlineLimit: ${nativeWins ?? '?'} }  // ours wins from ${wins ?? 'nowhere'}`)
}
console.log(`\npromise 2 ${workers ? '(workers: 1.25 ×) ' : ''}holds at ${points - broken.length} of ${points} points`)
for (const line of broken) console.log(`  broken: ${line}`)
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ backend: options.backend, reports, broken }, null, 1)}\n`)
if (sink === Infinity) console.log(sink)
process.exitCode = broken.length === 0 ? 0 : 1
