/** Mutual exclusion between threads. */
import { makeError } from '../../errors.ts'
import { drive, driveSync } from '../../threads/park.ts'
import { isMine, lock, notMine, reapOwner, spinLock, tryLock, unlock } from './mutex.ts'
import { deadlineOf, type WaitOptions } from './options.ts'
import { registerShared } from './travel.ts'

/** Gives the shared words of a lock to others of this folder. */
export let wordsOfLock: (of: Lock) => Int32Array
/** A lock on given words. */
export let lockOf: (words: Int32Array) => Lock

/**
 * Held by one thread at a time; between asynchronous functions of one thread it excludes, too. It travels to other threads as an
 * argument, item or message.
 *
 * ```ts
 * await lock.acquire()
 * try { … } finally { lock.release() }
 * ```
 *
 * When its holder ends without releasing it, the next acquire rejects (or throws) once with OWNER_DIED, since what the lock
 * guards may be half done; after that it is free. Without contention, acquire and release are one atomic instruction each.
 */
export class Lock {
  #words: Int32Array = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))

  /** Resolves to true with the lock, to false when `timeout` milliseconds have passed. Rejects with `signal.reason` on an abort. */
  async acquire(options: WaitOptions = {}): Promise<boolean> {
    const deadline = deadlineOf(options)
    return tryLock(this.#words, 0) || drive(lock(this.#words, 0, deadline, 'tell'), options)
  }

  /** As `acquire`, blocking this thread. TYPE error when this thread holds it already and no time limit would end the wait. */
  acquireSync(options: WaitOptions = {}): boolean {
    const deadline = deadlineOf(options)
    if (spinLock(this.#words, 0)) return true
    if (deadline === Infinity && isMine(this.#words, 0)) {
      throw makeError('TYPE', 'acquireSync: this thread holds the lock already and would wait for itself forever; use an RLock, or the promise form')
    }
    return driveSync(lock(this.#words, 0, deadline, 'tell'))
  }

  /** Takes the lock if it is free; false if not. OWNER_DIED error, once, when its holder has died. */
  tryAcquire(): boolean {
    if (tryLock(this.#words, 0)) return true
    reapOwner(this.#words, 0)
    return false
  }

  /** TYPE error when this thread doesn't hold it. */
  release(): void {
    if (!isMine(this.#words, 0)) throw notMine('release')
    unlock(this.#words, 0)
  }

  /** `release`: after `await it.acquire()`, `using held = it` gives it back at the end of the block. */
  [Symbol.dispose](): void {
    this.release()
  }

  static {
    wordsOfLock = (of) => of.#words
    lockOf = (words) => {
      const to = new Lock()
      to.#words = words
      return to
    }
    registerShared(Lock, 'Lock', (from) => from.#words, lockOf)
  }
}
