/** Waiting under a lock until another thread says that something has changed. */
import { threadId } from 'node:worker_threads'
import { argumentError, makeError } from '../../errors.ts'
import { drive, driveSync, unabortable, type Waiting } from '../../threads/park.ts'
import { hasEnded } from '../../threads/table.ts'
import { checkCount } from '../options.ts'
import { Lock, lockOf, wordsOfLock } from './lock.ts'
import { isMine, lock as waitForLock, notMine, unlock } from './mutex.ts'
import { deadlineOf, type WaitOptions } from './options.ts'
import { RLock, rlockOf, wordsOfRLock } from './rlock.ts'
import { registerShared } from './travel.ts'

/** Waiters at a time; they cost memory only when used. */
const PLACES = 1024

/** Highest place in use so far + 1, and the number that the next waiter draws. */
const USED = 0
const NEXT = 1
const HEAD = 2

/** A place: what is awaited, whose it is, and when it was taken. All but the wake-up happens under the lock. */
const PHASE = 0
const THREAD = 1
const NUMBER = 2
const WIDTH = 3

const FREE = 0
const WAITING = 1
const NOTIFIED = 2

/**
 * Python's Condition: a lock, and waiting for a notification that gives the lock up meanwhile. `notify(n)` wakes exactly the n that
 * have waited longest; a waiter that has timed out or died takes none away.
 *
 * `new Condition()` has an RLock of its own; `new Condition(lock)` shares one with others.
 */
export class Condition {
  #lock: Lock | RLock
  #places: Int32Array = new Int32Array(new SharedArrayBuffer((HEAD + WIDTH * PLACES) * Int32Array.BYTES_PER_ELEMENT))

  /** TYPE error when `lock` is neither a Lock nor an RLock. */
  constructor(lock: Lock | RLock = new RLock()) {
    if (!(lock instanceof Lock) && !(lock instanceof RLock)) throw argumentError('TYPE', 'lock', 'a Lock or an RLock', lock)
    this.#lock = lock
  }

  /** Acquires the lock. */
  acquire(options: WaitOptions = {}): Promise<boolean> {
    return this.#lock.acquire(options)
  }

  acquireSync(options: WaitOptions = {}): boolean {
    return this.#lock.acquireSync(options)
  }

  tryAcquire(): boolean {
    return this.#lock.tryAcquire()
  }

  release(): void {
    this.#lock.release()
  }

  /** `release`: after `await it.acquire()`, `using held = it` gives it back at the end of the block. */
  [Symbol.dispose](): void {
    this.release()
  }

  /**
   * Gives the lock up, waits for a notification, and takes the lock again, however long that takes. Resolves to true, or to false when
   * `timeout` milliseconds passed without one. Rejects with TYPE when this thread doesn't hold the lock; on an abort with `signal.reason`, once it has the lock again, unless it has
   * been notified by then.
   */
  async wait(options: WaitOptions = {}): Promise<boolean> {
    return drive(this.#wait(deadlineOf(options)), options)
  }

  /** As `wait`, blocking this thread. */
  waitSync(options: WaitOptions = {}): boolean {
    return driveSync(this.#wait(deadlineOf(options)))
  }

  /**
   * Waits until `predicate` gives something true, and looks again after each notification: Python's `wait_for`. `predicate` is called with the lock held, at once for the first
   * time. Resolves to what it gave last, which is falsy only when `timeout` milliseconds passed. Rejects with TYPE when this thread doesn't hold the lock, and with what `predicate` throws.
   */
  async waitFor<T>(predicate: () => T | PromiseLike<T>, options: WaitOptions = {}): Promise<T> {
    checkPredicate(predicate)
    const deadline = deadlineOf(options)
    if (!isMine(this.#words, 0)) throw notMine('waitFor')
    for (;;) {
      const value = await predicate()
      if (value || performance.now() >= deadline) return value
      options.signal?.throwIfAborted()
      await drive(this.#wait(deadline), options)
    }
  }

  /** As `waitFor`, blocking this thread. */
  waitForSync<T>(predicate: () => T, options: WaitOptions = {}): T {
    checkPredicate(predicate)
    const deadline = deadlineOf(options)
    if (!isMine(this.#words, 0)) throw notMine('waitForSync')
    for (;;) {
      const value = predicate()
      if (value || performance.now() >= deadline) return value
      driveSync(this.#wait(deadline))
    }
  }

  /** Wakes the `n` that have waited longest, or all there are. TYPE error when this thread doesn't hold the lock. */
  notify(n = 1): void {
    checkCount(n, 'n', 1)
    this.#notify(n, 'notify')
  }

  /** Wakes all who wait. TYPE error when this thread doesn't hold the lock. */
  notifyAll(): void {
    this.#notify(PLACES, 'notifyAll')
  }

  #notify(n: number, what: string): void {
    if (!isMine(this.#words, 0)) throw notMine(what)
    const places = this.#places
    const waiting: number[] = []
    const used = Atomics.load(places, USED)
    for (let at = HEAD; at < used; at += WIDTH) {
      if (Atomics.load(places, at + PHASE) !== WAITING) continue
      if (hasEnded(Atomics.load(places, at + THREAD))) Atomics.store(places, at + PHASE, FREE)
      else waiting.push(at)
    }
    const now = Atomics.load(places, NEXT)
    // Numbers wrap round; what counts is how long ago each was drawn.
    waiting.sort((a, b) => ((now - Atomics.load(places, b + NUMBER)) | 0) - ((now - Atomics.load(places, a + NUMBER)) | 0))
    for (const at of waiting.slice(0, n)) {
      Atomics.store(places, at + PHASE, NOTIFIED)
      Atomics.notify(places, at + PHASE)
    }
  }

  get #words(): Int32Array {
    return this.#lock instanceof Lock ? wordsOfLock(this.#lock) : wordsOfRLock(this.#lock)
  }

  *#wait(deadline: number): Waiting<boolean> {
    const words = this.#words
    if (!isMine(words, 0)) throw notMine('wait')
    const at = this.#enter()
    // An RLock is given up however often it is held, and taken back as often.
    const depth = this.#lock instanceof RLock ? Atomics.load(words, 1) : 0
    unlock(words, 0)
    const places = this.#places
    let aborted: { readonly reason: unknown } | undefined
    while (aborted === undefined) {
      const milliseconds = deadline - performance.now()
      if (Atomics.load(places, at + PHASE) === NOTIFIED || milliseconds <= 0) break
      try {
        yield { words: places, index: at + PHASE, value: WAITING, milliseconds }
      } catch (reason) {
        aborted = { reason }
      }
    }
    try {
      // Whoever waits has the lock when the wait is over, however it ends.
      yield* unabortable(waitForLock(words, 0, Infinity, 'tell'))
    } catch (error) {
      Atomics.store(places, at + PHASE, FREE)
      throw error
    }
    if (depth > 0) Atomics.store(words, 1, depth)
    const notified = Atomics.load(places, at + PHASE) === NOTIFIED
    Atomics.store(places, at + PHASE, FREE)
    if (aborted !== undefined && !notified) throw aborted.reason
    return notified
  }

  #enter(): number {
    const places = this.#places
    for (let at = HEAD; at < places.length; at += WIDTH) {
      if (Atomics.load(places, at + PHASE) !== FREE) continue
      Atomics.store(places, at + THREAD, threadId)
      Atomics.store(places, at + NUMBER, Atomics.add(places, NEXT, 1))
      Atomics.store(places, at + PHASE, WAITING)
      if (at >= Atomics.load(places, USED)) Atomics.store(places, USED, at + WIDTH)
      return at
    }
    throw makeError('RANGE', `wait: ${PLACES} wait for this condition already`)
  }

  static {
    registerShared(
      Condition, 'Condition',
      (from) => ({ places: from.#places, recursive: from.#lock instanceof RLock, words: from.#words }),
      ({ places, recursive, words }) => {
        const to = new Condition(recursive ? rlockOf(words) : lockOf(words))
        to.#places = places
        return to
      },
    )
  }
}

function checkPredicate(predicate: unknown): void {
  if (typeof predicate !== 'function') throw argumentError('TYPE', 'predicate', 'a function', predicate)
}
