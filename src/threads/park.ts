/**
 * Waiting on a word of shared memory, blocking or as a promise, written once: what waits is a generator that yields the word it
 * waits for and looks again whenever it is resumed.
 */
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

/** Runs what waits, keeping the event loop alive meanwhile unless `hold` is false. */
export async function drive<T>(waiting: Waiting<T>, hold = true): Promise<T> {
  let step = waiting.next()
  if (step.done === true) return step.value
  const slice = hold ? SLICE : LONG_SLICE
  if (hold) holdLoop()
  try {
    while (step.done !== true) {
      const { words, index, value, milliseconds } = step.value
      const wait = Atomics.waitAsync(words, index, value, Math.min(milliseconds, slice))
      if (wait.async) await wait.value
      step = waiting.next()
    }
    return step.value
  } finally {
    if (hold) letLoopGo()
  }
}
