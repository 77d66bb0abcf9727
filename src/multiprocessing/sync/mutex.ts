/**
 * A lock in one word of shared memory: 0 when free, else its holder's thread id + 1, shifted left by one, with the lowest bit set
 * when somebody may be waiting. Without contention, taking and giving back are one atomic instruction each.
 */
import { threadId } from 'node:worker_threads'
import { makeError, type ManycoreError } from '../../errors.ts'
import type { Waiting } from '../../threads/park.ts'
import { hasEnded } from '../../threads/table.ts'

const WAITERS = 1
const self = (threadId + 1) << 1

/** Tries before this thread goes to sleep: a few microseconds, in which most locks come free. */
const SPINS = 64

/** What to do with the lock of a thread that has died: tell the next one who asks (after that it is free), or just take it over. */
export type OnDeath = 'tell' | 'take'

export function tryLock(words: Int32Array, at: number): boolean {
  return Atomics.compareExchange(words, at, 0, self) === 0
}

/** As `tryLock`, a few times. */
export function spinLock(words: Int32Array, at: number): boolean {
  for (let i = 0; i < SPINS; i++) {
    const seen = Atomics.load(words, at)
    if (seen === 0 && tryLock(words, at)) return true
    if ((seen & WAITERS) !== 0) return false
  }
  return false
}

/** Waits for the lock; false when `deadline` (by performance.now()) passes first. */
export function* lock(words: Int32Array, at: number, deadline: number, onDeath: OnDeath): Waiting<boolean> {
  // Once this thread has waited, it can't know whether others still do.
  let mine = self
  for (;;) {
    const seen = Atomics.compareExchange(words, at, 0, mine)
    if (seen === 0) return true
    if (hasEnded(ownerOf(seen))) {
      const next = onDeath === 'take' ? self | WAITERS : 0
      if (Atomics.compareExchange(words, at, seen, next) !== seen) continue
      if (onDeath === 'take') return true
      Atomics.notify(words, at, 1)
      throw ownerDied(ownerOf(seen))
    }
    const milliseconds = deadline - performance.now()
    if (milliseconds <= 0) return false
    const value = seen | WAITERS
    if (value !== seen && Atomics.compareExchange(words, at, seen, value) !== seen) continue
    mine = self | WAITERS
    yield { words, index: at, value, milliseconds }
  }
}

/** Takes the lock of a thread that has died without a word. Throws OWNER_DIED once; false when the holder lives. */
export function reapOwner(words: Int32Array, at: number): void {
  const seen = Atomics.load(words, at)
  if (seen === 0 || !hasEnded(ownerOf(seen)) || Atomics.compareExchange(words, at, seen, 0) !== seen) return
  Atomics.notify(words, at, 1)
  throw ownerDied(ownerOf(seen))
}

export function unlock(words: Int32Array, at: number): void {
  if ((Atomics.exchange(words, at, 0) & WAITERS) !== 0) Atomics.notify(words, at, 1)
}

/** Whether this thread holds the lock. */
export function isMine(words: Int32Array, at: number): boolean {
  return (Atomics.load(words, at) & ~WAITERS) === self
}

function ownerOf(state: number): number {
  return (state >> 1) - 1
}

function ownerDied(id: number): ManycoreError {
  return makeError('OWNER_DIED', `thread ${id} ended while it held the lock; what the lock guards may be half written, and the lock is free now`)
}

/** The error of a thread that gives back, or builds on, a lock that it doesn't hold. */
export function notMine(what: string): ManycoreError {
  return makeError('TYPE', `${what}: this thread doesn't hold the lock`, { got: 'a call without the lock', wanted: 'acquire first, on the same thread' })
}
