/**
 * Waiting on a word of shared memory, blocking or as a promise, written once: what waits is a generator that yields the word it
 * waits for and looks again whenever it is resumed.
 */
import { offAbort, onAbort } from '../common/abort.ts'
import { attend, SLICE } from './blocked.ts'
import { startWatching } from './watch.ts'

/** Wait while `words[index]` is `value`, `milliseconds` at the most. */
export interface Wait {
  readonly words: Int32Array
  readonly index: number
  readonly value: number
  readonly milliseconds: number
}

/** Looks, yields what to wait for, looks again. It may be resumed early and for no reason. */
export type Waiting<T> = Generator<Wait, T, void>

// A waiter looks every SLICE, since a thread that dies wakes nobody, neither those who wait for what it holds nor those in whose
// stead it was woken.

let held = 0
let keeper: NodeJS.Timeout | undefined

/** A promise of Atomics.waitAsync doesn't keep the event loop alive; this does, until `letGo`. */
export function holdLoop(): void {
  if (held++ === 0) keeper = setInterval(() => undefined, 0x7fff_ffff)
}

export function letLoopGo(): void {
  if (--held === 0) clearInterval(keeper)
}

/** Runs what waits, blocking this thread. */
export function driveSync<T>(waiting: Waiting<T>): T {
  for (;;) {
    const step = waiting.next()
    if (step.done === true) return step.value
    const { words, index, value, milliseconds } = step.value
    // Who waits so long may be waiting for a thread of ours that has died, which only the watcher can see now.
    if (Atomics.wait(words, index, value, Math.min(milliseconds, SLICE)) === 'timed-out' && milliseconds > SLICE) startWatching()
    attend()
  }
}

/** As SLICE, for what waits in the background. */
const LONG_SLICE = 1000

export interface DriveOptions {
  /** Its abort is thrown into what waits, once, where it waits: that decides what is undone, and whether it still gives a result. */
  readonly signal?: AbortSignal | undefined
  /** Whether it keeps the event loop alive meanwhile. Default true. */
  readonly hold?: boolean | undefined
}

/** Runs what waits. */
export async function drive<T>(waiting: Waiting<T>, { signal, hold = true }: DriveOptions = {}): Promise<T> {
  let step = waiting.next()
  if (step.done === true) return step.value
  const slice = hold ? SLICE : LONG_SLICE
  if (hold) holdLoop()
  let abortable = signal
  let wake = (): void => undefined
  const abort = (): void => wake()
  onAbort(signal, abort)
  try {
    while (step.done !== true) {
      const { words, index, value, milliseconds } = step.value
      const wait = abortable?.aborted === true ? undefined : Atomics.waitAsync(words, index, value, Math.min(milliseconds, slice))
      if (wait?.async === true) {
        await (abortable === undefined ? wait.value : Promise.race([wait.value, new Promise<void>((resolve) => { wake = resolve })]))
      }
      if (abortable?.aborted === true) {
        if (wait?.async === true) passOn(wait.value, words, index)
        const { reason } = abortable
        abortable = undefined
        step = waiting.throw(reason)
      } else {
        step = waiting.next()
      }
    }
    return step.value
  } finally {
    offAbort(signal, abort)
    if (hold) letLoopGo()
  }
}

/** Who has given up waiting may be the one that is woken, in another's stead. */
function passOn(woken: Promise<string>, words: Int32Array, index: number): void {
  void woken.then((how) => how === 'ok' && Atomics.notify(words, index, 1))
}

/** Goes on whatever happens: for what can't be given back once it has been taken. */
export function* unabortable<T>(waiting: Waiting<T>): Waiting<T> {
  for (;;) {
    const step = waiting.next()
    if (step.done === true) return step.value
    try {
      yield step.value
    } catch {
      // The abort comes too late.
    }
  }
}
