/**
 * Calls that can be cut into pieces, and the ways to carry them out. A family describes its call once; who computes which piece
 * can't be seen in the result, so the same description serves the blocking form, the promise form and every backend.
 */
import { active } from '../backends/index.ts'
import type { Backend } from '../backends/backend.ts'
import { detachedError, type NumericArray } from '../common/arrays.ts'
import { timeoutError, type CallOptions } from '../common/options.ts'
import { planPieces, type Plan } from './plan.ts'
import { runSliced } from './slices.ts'

/** A view that a call reads or writes, with the name that errors call it by. */
export interface NamedView {
  readonly name: string
  readonly view: NumericArray
}

/** A call that can be cut into pieces. */
export interface Work<R> {
  /** Everything that is read or written: looked at again between slices. Views that follow their buffer's length must be fixed ones. */
  readonly views: readonly NamedView[]
  /** Pieces of a fixed size, done in any order; 0 for nothing to do. */
  readonly pieces: number
  /** Predicted nanoseconds of the whole on one thread: in TypeScript, and natively with the data in cache. */
  readonly nanoseconds: { readonly inline: number; readonly native: number }
  /** Bytes that are read and written. */
  readonly bytes: number
  /** Whether JavaScript can't free any of the memory (src/common/allocate.ts, isStable). */
  readonly stable: boolean
  /** Whether all of the memory is shared, so that workers can see it. */
  readonly shared: boolean
  /** Pieces first … last − 1 in TypeScript on this thread. */
  inline(first: number, last: number): void
  /** The same by the backend: on this thread and helpers. */
  blocking(backend: Backend, first: number, last: number, threads: number): void
  /**
   * All pieces off this thread; only asked for stable memory. Resolves to false when the time limit (ms, 0 for none) ran out, rejects
   * with the signal's reason. Missing where the backend in use can't.
   */
  readonly offThread?: ((backend: Backend, threads: number, timeout: number, signal: AbortSignal | undefined) => Promise<boolean>) | undefined
  /** The call's result, once all pieces are done. */
  finish(): R
}

/** Milliseconds between two looks at the clock where a time limit is set. */
const LOOK = 1

/** Who would carry out a call, with the backend in use. */
export function planWork(work: Pick<Work<unknown>, 'nanoseconds' | 'bytes' | 'stable' | 'shared' | 'pieces' | 'offThread'>, form: 'sync' | 'promise', options?: CallOptions): Plan {
  const backend = active()
  const { nanoseconds, bytes, stable, shared, pieces } = work
  const threads = Math.min(options?.threads ?? backend.defaultThreads, backend.maxThreads)
  return planPieces({ nanoseconds, bytes, pieces, stable, shared, offThread: work.offThread !== undefined, backend: backend.name, threads, form })
}

/** Carries out a call on this thread and helpers, as planned. Throws the signal's reason if it has fired, a TIMEOUT error when time runs out. */
export function performSync<R>(work: Work<R>, options?: CallOptions): R {
  options?.signal?.throwIfAborted()
  const timeout = options?.timeout
  if (timeout === 0) throw timeoutError(0)
  if (work.pieces > 0) compute(work, planWork(work, 'sync', options), timeout)
  return work.finish()
}

/** Carries out a call in its promise form: at once when it is short, else off this thread or in slices. */
export async function perform<R>(work: Work<R>, options?: CallOptions): Promise<R> {
  const signal = options?.signal
  signal?.throwIfAborted()
  const timeout = options?.timeout
  if (timeout === 0) throw timeoutError(0)
  if (work.pieces === 0) return work.finish()
  const how = planWork(work, 'promise', options)
  if (how.route === 'off-thread' && work.offThread !== undefined) {
    if (!(await work.offThread(active(), how.threads, timeout ?? 0, signal))) throw timeoutError(timeout ?? 0)
  } else if (how.route === 'slices') {
    await inSlices(work, how, timeout, signal)
  } else {
    compute(work, how, timeout)
  }
  return work.finish()
}

function compute(work: Work<unknown>, how: Plan, timeout: number | undefined): void {
  if (timeout === undefined || timeout === Infinity) return pieces(work, how, 0, work.pieces)
  const end = performance.now() + timeout
  const step = Math.max(1, Math.floor((work.pieces * LOOK * 1000) / Math.max(1, how.microseconds)))
  for (let first = 0; first < work.pieces; first += step) {
    if (performance.now() >= end) throw timeoutError(timeout)
    pieces(work, how, first, Math.min(work.pieces, first + step))
  }
}

function pieces(work: Work<unknown>, { route, threads }: Plan, first: number, last: number): void {
  if (route === 'inline') work.inline(first, last)
  else work.blocking(active(), first, last, threads)
}

async function inSlices(work: Work<unknown>, how: Plan, timeout: number | undefined, signal: AbortSignal | undefined): Promise<void> {
  const backend = active()
  const lengths = work.views.map(({ view }) => view.length)
  const end = timeout === undefined ? Infinity : performance.now() + timeout
  const serial = backend.name === 'workers' && how.threads === 1
  await runSliced({
    pieces: work.pieces,
    pieceMilliseconds: how.microseconds / 1000 / work.pieces,
    check() {
      signal?.throwIfAborted()
      for (const [index, { name, view }] of work.views.entries()) if (view.length < lengths[index]!) throw detachedError(name)
      if (performance.now() >= end) throw timeoutError(timeout ?? 0)
    },
    run(first, last) {
      if (serial) work.inline(first, last)
      else work.blocking(backend, first, last, how.threads)
    },
  })
}
