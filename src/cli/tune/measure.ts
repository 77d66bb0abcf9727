/** Measures a worker function: alone, by messages, and as a map. */
import { serialize } from 'node:v8'
import { cpuCount, Pool, Range, range, type PoolReport } from '../../multiprocessing/index.ts'
import { makeError } from '../../errors.ts'
import { advise, best, type Costs, type Plan } from './model.ts'

export interface TuneResult {
  readonly module: string
  readonly function: string
  readonly items: { readonly count: number; readonly kind: 'numbers' | 'values' }
  /** Microseconds. */
  readonly item: {
    readonly computeP50: number
    readonly computeP99: number
    readonly bytesIn: number
    readonly bytesOut: number
    /** Copying one item there and its result back. */
    readonly copy: number
    readonly roundTripP50: number
    readonly roundTripP99: number
  }
  /** Milliseconds. */
  readonly worker: { readonly start: number; readonly importAndInitializer: number }
  /** Of a message of the map as tried, beside the work in it. */
  readonly call: {
    /** Microseconds. */
    readonly dispatch: number
    /** Part of the workers' time that passes at the end of a map with nothing left to do while others work. */
    readonly tailImbalance: number
  }
  /** Workers of the map as tried; null where the runtime doesn't tell. */
  readonly workers: readonly { readonly cpuMilliseconds: number | null; readonly heapBytes: number | null; readonly tasks: number; readonly start: number }[]
  /** Workers that ended during these maps, and those replaced for `maxTasksPerChild`, which tune doesn't set. */
  readonly deaths: number
  readonly recycled: number
  readonly costs: Costs
  readonly plan: Plan
  readonly measured: {
    /** Work of all items, one after the other. */
    readonly loopMilliseconds: number
    readonly mapMilliseconds: number
    readonly speedUp: number
    /** Busy time of each worker, as a part of the map's time: equal parts near 1 are what one wants. */
    readonly busy: readonly number[]
  }
  readonly advice: string
}

/** Single calls to measure by. */
const SINGLES = 200
/** Where there are fewer items, they are called again up to so many calls. */
const LEAST_SINGLES = 20
/** The sample is cut where single calls take longer than this together, in milliseconds. */
const PATIENCE = 3000
const ROUNDS = 3

type Items = Range | readonly unknown[]

export async function measure(url: URL, name: string, items: Items, seconds: number, onProgress: (message: string) => void): Promise<{ result: TuneResult; report: PoolReport }> {
  onProgress('single calls')
  const singles = await limited(seconds, `single calls of ${name}`, (signal) => measureSingles(url, name, items, signal))
  const kind = items instanceof Range || items.every((item) => typeof item === 'number') ? 'numbers' : 'values'
  onProgress('the map on one worker')
  const alone = await limited(seconds, `maps of ${name} on one worker`, (signal) => measureMap(url, name, items, 1, undefined, signal))
  const count = items.length
  const compute = (1000 * alone.computeMilliseconds) / count
  const costs: Costs = {
    n: count, compute, copy: kind === 'numbers' ? 0 : singles.copy, dispatch: Math.max(1, singles.roundTripP50 - singles.computeP50), start: 1000 * singles.start, cpus: cpuCount(),
  }
  const plan = best(costs)
  onProgress(`the map, with ${plan.workers} of ${costs.cpus} workers`)
  const map = await limited(seconds, `maps of ${name} on ${plan.workers} workers`, (signal) => measureMap(url, name, items, plan.workers, kind === 'numbers' ? undefined : plan.chunkSize, signal))
  const figures = map.report.functions[name]
  const speedUp = alone.computeMilliseconds / map.milliseconds
  return {
    report: map.report,
    result: {
      module: url.href, function: name, items: { count, kind },
      item: {
        computeP50: singles.computeP50, computeP99: singles.computeP99, bytesIn: singles.bytesIn, bytesOut: singles.bytesOut, copy: singles.copy,
        roundTripP50: singles.roundTripP50, roundTripP99: singles.roundTripP99,
      },
      worker: { start: singles.start, importAndInitializer: singles.importing },
      call: { dispatch: figures?.dispatchMicroseconds ?? 0, tailImbalance: tailOf(map.report, name) },
      workers: map.report.workers.map(({ cpuMilliseconds, heapBytes, tasks, startMilliseconds }) => ({ cpuMilliseconds, heapBytes, tasks, start: startMilliseconds })),
      deaths: map.report.deaths, recycled: map.report.recycled,
      costs, plan,
      measured: { loopMilliseconds: alone.computeMilliseconds, mapMilliseconds: map.milliseconds, speedUp, busy: map.busy },
      advice: advise(costs, plan, speedUp, kind),
    },
  }
}

/** Ends a measurement that takes longer than `seconds`, with an error that says which and what to do: the function may never end. */
async function limited<T>(seconds: number, what: string, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const late = makeError('TIMEOUT', `${what} took longer than ${seconds} s: if the function is meant to take so long, measure with fewer items (--items) or allow more time (--limit)`)
  const timer = setTimeout(() => controller.abort(late), 1000 * seconds)
  try {
    return await run(controller.signal)
  } finally {
    clearTimeout(timer)
  }
}

interface Singles {
  readonly computeP50: number
  readonly computeP99: number
  readonly roundTripP50: number
  readonly roundTripP99: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly copy: number
  readonly start: number
  readonly importing: number
}

async function measureSingles(url: URL, name: string, items: Items, signal: AbortSignal): Promise<Singles> {
  await using pool = new Pool(url, { processes: 1 })
  const trips: number[] = []
  let sent: unknown
  let received: unknown
  const begun = performance.now()
  const sample: readonly unknown[] = items instanceof Range ? Array.from(items.slice(0, SINGLES)) : items.slice(0, SINGLES)
  for (let call = 0; call < Math.max(LEAST_SINGLES, sample.length); call++) {
    const item = sample[call % sample.length]
    const start = performance.now()
    received = await pool.apply(name, [item], { signal })
    trips.push(1000 * (performance.now() - start))
    sent = item
    if (performance.now() - begun > PATIENCE) break
  }
  // The first call waits for the worker to start; if no other one had the time, it stands for them without that.
  const [first = 0] = trips
  const started = pool.report().workers[0]?.startMilliseconds ?? 0
  const sorted = trips.length === 1 ? [Math.max(0, first - 1000 * started)] : trips.slice(1).toSorted((a, b) => a - b)
  const report = pool.report()
  const figures = report.functions[name]
  const [worker] = report.workers
  return {
    computeP50: figures?.p50Microseconds ?? 0, computeP99: figures?.p99Microseconds ?? 0,
    roundTripP50: percentile(sorted, 0.5), roundTripP99: percentile(sorted, 0.99),
    bytesIn: bytesOf(sent), bytesOut: bytesOf(received), copy: copyTime(sent) + copyTime(received),
    start: worker?.startMilliseconds ?? 0, importing: worker?.importMilliseconds ?? 0,
  }
}

async function measureMap(url: URL, name: string, items: Items, processes: number, chunkSize: number | undefined, signal: AbortSignal) {
  await using pool = new Pool(url, { processes })
  const options = chunkSize === undefined ? { signal } : { chunkSize, signal }
  let milliseconds = Infinity
  let computeMilliseconds = Infinity
  let busy: number[] = []
  let before = pool.report()
  for (let round = 0; round <= ROUNDS; round++) {
    const start = performance.now()
    await pool.map(name, items, options)
    const wall = performance.now() - start
    const report = pool.report()
    const compute = (report.functions[name]?.computeMilliseconds ?? 0) - (before.functions[name]?.computeMilliseconds ?? 0)
    // The first round starts the workers and compiles the function.
    if (round > 0 && wall < milliseconds) {
      milliseconds = wall
      busy = report.workers.map((worker, i) => (worker.busyMilliseconds - (before.workers[i]?.busyMilliseconds ?? 0)) / wall)
    }
    if (round > 0) computeMilliseconds = Math.min(computeMilliseconds, compute)
    before = report
  }
  return { milliseconds, computeMilliseconds, busy, report: before }
}

/** Of the time that its workers spent in the maps of a function. */
function tailOf({ functions, workers }: PoolReport, name: string): number {
  const { wallMilliseconds = 0, tailMilliseconds = 0 } = functions[name] ?? {}
  return wallMilliseconds === 0 ? 0 : tailMilliseconds / (wallMilliseconds * workers.length)
}

function percentile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0
}

function bytesOf(value: unknown): number {
  try {
    return serialize(value).length
  } catch {
    // Shared memory and the like aren't copied.
    return 0
  }
}

/** Microseconds. */
function copyTime(value: unknown): number {
  let least = Infinity
  try {
    for (let round = 0; round < 5; round++) {
      const start = performance.now()
      for (let i = 0; i < 20; i++) structuredClone(value)
      least = Math.min(least, (1000 * (performance.now() - start)) / 20)
    }
    return least
  } catch {
    return 0
  }
}

/** The items to measure with: numbers from 0, or what an export of the module gives. */
export async function sampleOf(url: URL, items: string, seconds: number): Promise<Items> {
  if (/^\d+$/.test(items)) return range(Number(items))
  await using pool = new Pool(new URL('./sample.js', import.meta.url), { processes: 1 })
  return (await limited(seconds, `${items}, which gives the items,`, (signal) => pool.apply('sample', [url.href, items], { signal }))) as readonly unknown[]
}
