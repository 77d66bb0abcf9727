/** About the engine: what runs, why, on how many threads, and how a call would be carried out. */
import { constants } from 'node:buffer'
import { checkNumericArray, type NumericArray } from '../common/arrays.ts'
import { checkCallOptions, checkThreads, type CallOptions } from '../common/options.ts'
import { backend, choose, reason, surroundings, type BackendChoice, type BackendName } from '../dispatch/index.ts'
import { planMap } from '../dispatch/map.ts'
import type { Plan } from '../dispatch/plan.ts'
import { planReduction } from '../dispatch/reduce.ts'
import { argumentError } from '../errors.ts'
import { mapNames } from '../kernels/map-table.ts'

/** What {@link info} gives. */
export interface Info {
  readonly version: string
  readonly backend: BackendName
  /** Why this backend was picked. */
  readonly reason: string
  /** `portable`, `avx2`, `avx512` or `neon` for the native core, `typescript` without it. */
  readonly cpuLevel: string
  /** Threads that a call may use, the calling one included. */
  readonly threads: number
  /** The binary that fits this process best, for example `linux-x64-gnu`. */
  readonly target: string
  /** Where a native core was looked for; the entry without `error` was loaded. */
  readonly tried: readonly { readonly path: string; readonly error?: string }[]
  readonly memory: {
    /** Most bytes of one buffer that this engine allows. */
    readonly maxArrayBytes: number
    /** Resident bytes of the process. */
    readonly residentBytes: number
  }
  /** Trouble that was worked around, such as threads that could not be started. */
  readonly warnings: readonly string[]
}

/** What runs here and why. Loads the native core if nothing has yet. */
export function info(): Info {
  const engine = backend()
  const { version, target, tried, warning } = surroundings()
  return {
    version,
    backend: engine.name,
    reason: reason(),
    cpuLevel: engine.cpuLevel,
    threads: engine.maxThreads,
    target,
    tried,
    memory: { maxArrayBytes: constants.MAX_LENGTH, residentBytes: process.memoryUsage.rss() },
    warnings: warning === '' ? [] : [warning],
  }
}

/** What {@link explain} gives. */
export interface Explanation extends Plan {
  readonly name: string
  readonly backend: BackendName
}

const kernelOf = {
  sum: 'sum',
  mean: 'sum',
  sumOfSquares: 'sumOfSquares',
  dot: 'dot',
  min: 'min',
  max: 'max',
  variance: 'variance',
  standardDeviation: 'variance',
  minMax: 'minMax',
  argMin: 'argMin',
  argMax: 'argMax',
  norm: 'euclideanNorm',
  product: 'product',
  countNonzero: 'countNonzero',
  hasNaN: 'countNaN',
  logSumExp: 'logSumExp',
  describe: 'describe',
} as const

/**
 * How a call would be carried out, and what it is predicted to cost. `sumSync` and `sum` are two names: the blocking form and
 * the promise form. Nothing is computed.
 *
 * @param name - A kernel's name, e.g. `'sum'` or `'sumSync'`.
 * @param x - The input; for functions of two arrays both are taken to be like it, and `astype` goes to `float64`.
 * @throws TypeError ERR_MANYCORE_TYPE for an unknown name or an input that the kernels don't take.
 */
export function explain(name: string, x: NumericArray, options?: CallOptions): Explanation {
  const bare = typeof name === 'string' && name.endsWith('Sync') ? name.slice(0, -4) : name
  const elementwise = bare === 'scale' ? 'multiply' : mapNames.find((known) => known === bare)
  if (elementwise === undefined && !Object.hasOwn(kernelOf, bare)) {
    throw argumentError('TYPE', 'name', `one of ${[...Object.keys(kernelOf), ...mapNames, 'scale'].join(', ')}, or one of these with Sync`, name)
  }
  checkNumericArray(x, 'x')
  if (options !== undefined) checkCallOptions(options)
  if (elementwise !== undefined) return { name, backend: backend().name, ...planMap(elementwise, x, bare === name ? 'promise' : 'sync', options) }
  const kernel = kernelOf[bare as keyof typeof kernelOf]
  const form = bare === name ? 'promise' : 'sync'
  return { name, backend: backend().name, ...planReduction(kernel, x, kernel === 'dot' ? x : undefined, form, options) }
}

/**
 * Sets the number of threads that a call may use, the calling one included (1: everything runs on the calling thread). The
 * native pool belongs to the process, so it changes for all its threads; the pool is rebuilt when it is next idle.
 *
 * @param count - An integer from 1 to 1024.
 */
export function setThreads(count: number): void {
  checkThreads(count, 'count')
  backend().setThreads(count)
}

/** The number of threads that a call may use, the calling one included. */
export function getThreads(): number {
  return backend().maxThreads
}

/**
 * Picks the backend for the calls that follow in this thread: `'native'`, `'workers'`, or `'auto'` (native where it loads). The answers
 * are the same bits either way.
 *
 * @throws Error ERR_MANYCORE_NATIVE_LOAD for `'native'` where no binary works; RangeError ERR_MANYCORE_OPTION for another name.
 */
export function setBackend(name: BackendChoice): void {
  choose(name)
}
