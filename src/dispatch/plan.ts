/**
 * Who computes a call: a pure function of what is known about it, so that it can be tested and explained. The choice can't be
 * seen in the result (promise 1), only in the time.
 */
import type { BackendName } from '../backends/backend.ts'
import type { ReductionName } from '../kernels/table.ts'
import { cacheBytes, inlinePromise, kernelCosts, memoryByte, nativeCall, nativeFork, parallelBytes, workersFork } from './cost.ts'

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
  const inline = elements * cost.inline
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
  const serial = nativeCall + elements * perElement
  if (threads === 1) return { route: 'serial', threads: 1, microseconds: serial / 1000, reason: 'one thread was asked for, or is all there is' }
  if (bytes < parallelBytes) {
    return { route: 'serial', threads: 1, microseconds: serial / 1000, reason: `below ${parallelBytes} bytes a second thread costs more than it saves` }
  }
  const microseconds = (nativeCall + nativeFork + (elements * perElement) / threads) / 1000
  return { route: 'parallel', threads, microseconds, reason: 'long enough for all cores' }
}
