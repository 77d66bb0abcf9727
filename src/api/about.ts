/** About the engine: what runs, why, and on how many threads. */
import { constants } from 'node:buffer'
import { copies, type Copies } from '../common/copies.ts'
import { checkThreads } from '../common/options.ts'
import { backend, choose, reason, setThreads as setThreadsOf, surroundings, type BackendChoice, type BackendName } from '../dispatch/index.ts'

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
    /** Most bytes of one of Node's Buffers. Typed arrays may be longer: on Node 20 up to 2³² elements of any size. */
    readonly maxArrayBytes: number
    /** Resident bytes of the process. */
    readonly residentBytes: number
  }
  /** What calls of this thread have copied since it began, by reason: the exceptions that docs/memory.md lists. All else is read and written where it lies. */
  readonly copies: Copies
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
    copies: copies(),
    warnings: warning === '' ? [] : [warning],
  }
}

/**
 * Sets the number of threads that a call may use, the calling one included (1: everything runs on the calling thread). The
 * native pool belongs to the process, so it changes for all its threads; the pool is rebuilt when it is next idle. Holds for the backends that this thread picks later, too.
 *
 * @param count - An integer from 1 to 1024.
 */
export function setThreads(count: number): void {
  checkThreads(count, 'count')
  setThreadsOf(count)
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
