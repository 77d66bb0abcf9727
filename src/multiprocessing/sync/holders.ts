/**
 * Who holds how many places of a semaphore, so that those of a thread that dies aren't lost. A small table in shared memory, of threads by their id; a thread that
 * finds no room in it isn't counted, and neither is an acquire whose thread dies in the middle: both are as if nobody kept accounts.
 */
import { threadId } from 'node:worker_threads'
import { hasEnded } from '../../threads/table.ts'

const ROWS = 60

/** Of a row: the id of the thread + 1, or 0, and the number of its holds. */
const THREAD = 0
const HOLDS = 1
const WIDTH = 2

export const HOLDER_WORDS = ROWS * WIDTH

const self = threadId + 1

/** This thread's row, which is made if there is room for it; -1 if not. */
function ownRow(table: Int32Array): number {
  for (let i = 0; i < ROWS; i++) {
    const at = ((threadId + i) % ROWS) * WIDTH
    const seen = Atomics.load(table, at + THREAD)
    if (seen === self) return at
    const free = seen === 0 || (Atomics.load(table, at + HOLDS) === 0 && hasEnded(seen - 1))
    if (free && Atomics.compareExchange(table, at + THREAD, seen, self) === seen) return at
  }
  return -1
}

/** This thread has been let in. */
export function addHold(table: Int32Array): void {
  const at = ownRow(table)
  if (at >= 0) Atomics.add(table, at + HOLDS, 1)
}

/** A place has been released: one of this thread's, or of another's on whose behalf it does it, of a living one first. */
export function dropHold(table: Int32Array): void {
  if (dropAt(table, ownRow(table))) return
  for (const dead of [false, true]) {
    for (let at = 0; at < HOLDER_WORDS; at += WIDTH) {
      const seen = Atomics.load(table, at + THREAD)
      if (seen !== 0 && hasEnded(seen - 1) === dead && dropAt(table, at)) return
    }
  }
}

function dropAt(table: Int32Array, at: number): boolean {
  if (at < 0) return false
  for (let holds = Atomics.load(table, at + HOLDS); holds > 0; ) {
    const seen = Atomics.compareExchange(table, at + HOLDS, holds, holds - 1)
    if (seen === holds) return true
    holds = seen
  }
  return false
}

/** Takes what threads that have died still hold out of the account: how many in all, and one of those threads. */
export function takeHoldsOfDead(table: Int32Array): { readonly holds: number; readonly thread: number } {
  let holds = 0
  let thread = -1
  for (let at = 0; at < HOLDER_WORDS; at += WIDTH) {
    const seen = Atomics.load(table, at + THREAD)
    if (seen === 0 || Atomics.load(table, at + HOLDS) === 0 || !hasEnded(seen - 1)) continue
    const left = Atomics.exchange(table, at + HOLDS, 0)
    if (left > 0) thread = seen - 1
    holds += left
  }
  return { holds, thread }
}
