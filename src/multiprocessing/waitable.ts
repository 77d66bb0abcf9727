/** Waiting for the first of several things. */
import { offAbort, onAbort } from '../common/abort.ts'
import { argumentError } from '../errors.ts'
import { attend, SLICE } from '../threads/blocked.ts'
import { holdLoop, letLoopGo } from '../threads/park.ts'
import { startWatching } from '../threads/watch.ts'
import { deadlineOf, type WaitOptions } from './sync/options.ts'
import { noBlocking } from './message.ts'

/** What an object that can be waited for has under this key. */
export const waitable: unique symbol = Symbol.for('manycore.waitable') as never

export interface Waitable {
  readonly [waitable]: Watch
}

export interface Watch {
  ready(): boolean
  /** A word that changes (and is notified) when it may have become ready; undefined if only the event loop can tell. */
  readonly bell: { readonly words: Int32Array; readonly index: number } | undefined
  /** The number of watchers changes. */
  watched(by: 1 | -1): void
}

/** A connection, a queue, a started Process, or its `sentinel` (or any other promise, ready once it is settled). */
export type WaitObject = Waitable | PromiseLike<unknown> | { readonly sentinel: PromiseLike<unknown>; readonly exitCode: number | null }

/** Several bells can't be slept on at once; the blocking form looks this often. */
const PAUSE = 1

interface Look {
  readonly object: WaitObject
  ready(): boolean
  readonly watch: Watch | undefined
  readonly promise: PromiseLike<unknown> | undefined
  /** Called when the promise is settled. Asking it anew at each look would leave something with it every time. */
  onSettled: (() => void) | undefined
}

/**
 * Resolves to those of `objects` that are ready: connections with something to receive (or whose other end is gone), queues with something to get,
 * processes that have ended. To `[]` when `timeout` milliseconds pass first, and for no objects at once. Rejects with `signal.reason` on an abort, with CLOSED for a
 * connection that is closed here or has been sent away.
 */
export async function wait<T extends WaitObject>(objects: Iterable<T>, options: WaitOptions = {}): Promise<T[]> {
  const deadline = deadlineOf(options)
  const looks = looksAt(objects, (look) => look)
  if (looks.length === 0) return []
  // Promises that are settled already say so only now.
  await Promise.resolve()
  holdLoop()
  for (const { watch } of looks) watch?.watched(1)
  try {
    for (;;) {
      const seen = looks.map(({ watch }) => (watch?.bell === undefined ? 0 : Atomics.load(watch.bell.words, watch.bell.index)))
      const ready = looks.filter((look) => look.ready())
      const left = deadline - performance.now()
      if (ready.length > 0 || left <= 0) return ready.map(({ object }) => object as T)
      options.signal?.throwIfAborted()
      await nextChange(looks, seen, Math.min(left, SLICE), options.signal)
    }
  } finally {
    for (const { watch } of looks) watch?.watched(-1)
    letLoopGo()
  }
}

/** Resolves when one of them may have become ready, on an abort, or after so many milliseconds. */
async function nextChange(looks: readonly Look[], seen: readonly number[], milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  let changed = (): void => undefined
  const change = new Promise<void>((resolve) => {
    changed = resolve
    timer = setTimeout(resolve, milliseconds)
  })
  onAbort(signal, changed)
  looks.forEach((look, i) => {
    look.onSettled = changed
    const bell = look.watch?.bell
    if (bell === undefined) return
    const rung = Atomics.waitAsync(bell.words, bell.index, seen[i] ?? 0, milliseconds)
    if (rung.async) void rung.value.then(changed)
    else changed()
  })
  await change
  clearTimeout(timer)
  offAbort(signal, changed)
}

/** As `wait`, blocking this thread. TYPE error for promises and for what comes from another process. */
export function waitSync<T extends WaitObject>(objects: Iterable<T>, options: WaitOptions = {}): T[] {
  const deadline = deadlineOf(options)
  const looks = looksAt(objects, (look) => {
    if (look.promise !== undefined && !('exitCode' in look.object)) throw argumentError('TYPE', 'objects', 'no promise: only the event loop can tell when one is settled', look.object)
    if (look.watch !== undefined && look.watch.bell === undefined) throw noBlocking('waitSync')
    return look
  })
  if (looks.length === 0) return []
  const sleeper = new Int32Array(new SharedArrayBuffer(4))
  const begun = performance.now()
  for (;;) {
    const ready = looks.filter((look) => look.ready())
    const left = deadline - performance.now()
    if (ready.length > 0 || left <= 0) return ready.map(({ object }) => object as T)
    if (performance.now() - begun > SLICE) startWatching()
    Atomics.wait(sleeper, 0, 0, Math.min(left, PAUSE))
    attend()
  }
}

function looksAt<T extends WaitObject>(objects: Iterable<T>, check: (look: Look) => Look): Look[] {
  if (typeof objects !== 'object' || objects === null || typeof objects[Symbol.iterator] !== 'function') throw argumentError('TYPE', 'objects', 'an array of connections, queues and processes', objects)
  return [...objects].map((object, i) => check(lookAt(object, i)))
}

function lookAt(object: WaitObject, index: number): Look {
  if (typeof object === 'object' && object !== null) {
    if (waitable in object) {
      const watch = object[waitable]
      return { object, watch, promise: undefined, onSettled: undefined, ready: () => watch.ready() }
    }
    const promise = 'sentinel' in object ? object.sentinel : object
    if (typeof promise.then === 'function') {
      let settled = false
      const look: Look = { object, watch: undefined, promise, onSettled: undefined, ready: () => settled || ('exitCode' in object && object.exitCode !== null) }
      const settle = (): void => {
        settled = true
        look.onSettled?.()
      }
      promise.then(settle, settle)
      return look
    }
  }
  throw argumentError('TYPE', `objects[${index}]`, 'a connection, a queue, a process or its sentinel', object)
}
