/**
 * Who computes a call: a pure function of what is known about it, so that it can be tested and explained. The choice can't be
 * seen in the result (promise 1), only in the time.
 */
import type { BackendName } from '../backends/backend.ts'
import type { ReductionName } from '../kernels/table.ts'
import { cacheBytes, inlineCost, inlinePromise, kernelCosts, memoryByte, nativeCall, nativeFork, parallelBytes, reductionCall, workersFork } from './cost.ts'

/**
 * `inline`: the TypeScript loop on this thread · `serial`: the native loop on this thread · `parallel`: all cores, this thread among them ·
 * `off-thread`: the backend's threads, this one goes on · `slices`: short pieces on this thread (and helpers) between turns of the event loop.
 */
export type Route = 'inline' | 'serial' | 'parallel' | 'off-thread' | 'slices'

/** What the planner knows of a call. */
export interface Situation {
  readonly kernel: ReductionName
  /** Length of the input. */
  readonly elements: number
  /** Bytes read for one element, over all inputs. */
  readonly elementBytes: number
  readonly backend: BackendName
  /** Threads that the call may use, the caller included. */
  readonly threads: number
  readonly form: 'sync' | 'promise'
  /** `stable` memory can't be freed by JavaScript while it is read (src/common/allocate.ts, isStable). */
  readonly memory: 'stable' | 'plain'
}

export interface Plan {
  readonly route: Route
  /** Threads that take part. */
  readonly threads: number
  /** Predicted time of the computation in microseconds. */
  readonly microseconds: number
  readonly reason: string
}

/** Plans one call. */
export function plan(situation: Situation): Plan {
  const blocking = planBlocking(situation)
  if (situation.form === 'sync' || blocking.microseconds * 1000 <= inlinePromise) return blocking
  const { microseconds } = blocking
  if (situation.memory === 'stable') {
    if (situation.backend === 'native' || blocking.route === 'parallel') {
      const threads = blocking.route === 'parallel' ? situation.threads : 1
      return { route: 'off-thread', threads, microseconds, reason: `longer than ${inlinePromise / 1000} µs, and its memory can't be freed under a reader` }
    }
  }
  return {
    route: 'slices',
    threads: blocking.threads,
    microseconds,
    reason: `longer than ${inlinePromise / 1000} µs, over memory that JavaScript may free: in slices between turns of the event loop`,
  }
}

function planBlocking({ kernel, elements, elementBytes, backend, threads, memory }: Situation): Plan {
  const cost = kernelCosts[kernel]
  const bytes = elements * elementBytes
  const inline = inlineCost(elements * cost.inline, bytes)
  if (backend === 'workers') {
    const parallel = Math.max(inline / threads, bytes * memoryByte) + workersFork
    if (threads > 1 && memory === 'stable' && parallel < inline) {
      return { route: 'parallel', threads, microseconds: parallel / 1000, reason: 'shared memory, long enough to be worth the workers' }
    }
    const reason = threads > 1 && memory === 'plain' ? 'workers can only see shared memory' : 'too short for workers'
    return { route: 'inline', threads: 1, microseconds: inline / 1000, reason }
  }
  if (elements <= cost.inlineLimit) {
    return { route: 'inline', threads: 1, microseconds: inline / 1000, reason: `up to ${cost.inlineLimit} elements the TypeScript loop beats a native call` }
  }
  const perElement = bytes > cacheBytes ? Math.max(cost.native, elementBytes * memoryByte) : cost.native
  const call = reductionCall(cost)
  const serial = call + elements * perElement
  if (threads === 1) return { route: 'serial', threads: 1, microseconds: serial / 1000, reason: 'one thread was asked for, or is all there is' }
  if (bytes < parallelBytes) {
    return { route: 'serial', threads: 1, microseconds: serial / 1000, reason: `below ${parallelBytes} bytes a second thread costs more than it saves` }
  }
  const microseconds = (call + nativeFork + (elements * perElement) / threads) / 1000
  return { route: 'parallel', threads, microseconds, reason: 'long enough for all cores' }
}

/** What the planner knows of a call that is cut into pieces (src/dispatch/work.ts). */
export interface PiecesSituation {
  /** Predicted nanoseconds of the whole on one thread: in TypeScript, and natively with the data in cache. */
  readonly nanoseconds: { readonly inline: number; readonly native: number }
  /** Bytes that are read and written. */
  readonly bytes: number
  readonly pieces: number
  /** Whether JavaScript can't free any of the memory, and whether workers see all of it. */
  readonly stable: boolean
  readonly shared: boolean
  /** Whether the backend can do all of it off this thread. */
  readonly offThread: boolean
  readonly backend: BackendName
  readonly threads: number
  readonly form: 'sync' | 'promise'
}

/** Plans a call that is cut into pieces. */
export function planPieces(situation: PiecesSituation): Plan {
  const blocking = planPiecesBlocking(situation)
  if (situation.form === 'sync' || blocking.microseconds * 1000 <= inlinePromise) return blocking
  const { microseconds } = blocking
  if (situation.stable && situation.offThread && (situation.backend === 'native' || situation.shared)) {
    return { route: 'off-thread', threads: blocking.route === 'parallel' ? situation.threads : 1, microseconds, reason: `longer than ${inlinePromise / 1000} µs, and its memory can't be freed under a reader` }
  }
  return {
    route: 'slices', threads: blocking.threads, microseconds,
    reason: `longer than ${inlinePromise / 1000} µs, over memory that JavaScript may free: in slices between turns of the event loop`,
  }
}

function planPiecesBlocking({ nanoseconds, bytes, pieces, shared, backend, threads }: PiecesSituation): Plan {
  const { native } = nanoseconds
  const inline = inlineCost(nanoseconds.inline, bytes)
  if (backend === 'workers') {
    const parallel = Math.max(inline / threads, bytes * memoryByte) + workersFork
    if (threads > 1 && shared && pieces > 1 && parallel < inline) {
      return { route: 'parallel', threads, microseconds: parallel / 1000, reason: 'shared memory, long enough to be worth the workers' }
    }
    return { route: 'inline', threads: 1, microseconds: inline / 1000, reason: shared ? 'too short for workers' : 'workers can only see shared memory' }
  }
  const compute = bytes > cacheBytes ? Math.max(native, bytes * memoryByte) : native
  // By what is computed: where memory sets the pace of both, the native loop leaves it more room.
  if (nanoseconds.inline <= nativeCall + native) {
    return { route: 'inline', threads: 1, microseconds: inline / 1000, reason: 'the TypeScript loop beats a native call at this length' }
  }
  const forked = nativeCall + nativeFork + compute / threads
  // Both: computing that is worth a fork, or more bytes than one core's cache feeds.
  if (threads > 1 && pieces > 1 && forked < compute && (bytes >= parallelBytes || compute > 4 * nativeFork)) {
    return { route: 'parallel', threads, microseconds: forked / 1000, reason: 'long enough for all cores' }
  }
  return { route: 'serial', threads: 1, microseconds: (nativeCall + compute) / 1000, reason: threads > 1 ? 'a second thread would cost more than it saves' : 'one thread was asked for, or is all there is' }
}
