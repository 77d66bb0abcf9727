/** A lock that its holder may take again. */
import { drive, driveSync, type Waiting } from '../../threads/park.ts'
import { isMine, lock, notMine, reapOwner, spinLock, tryLock, unlock } from './mutex.ts'
import { deadlineOf, type WaitOptions } from './options.ts'
import { registerShared } from './travel.ts'

const STATE = 0
/** How often its holder has taken it; only the holder touches it. */
const DEPTH = 1
const WORDS = 2

/** Gives the shared words of a lock to others of this folder. */
export let wordsOfRLock: (of: RLock) => Int32Array
/** A lock on given words. */
export let rlockOf: (words: Int32Array) => RLock

/**
 * As `Lock`, but the thread that holds it may acquire it again, and must release it as often. The holder is the thread: two
 * asynchronous functions of one thread don't exclude each other; use a `Lock` for that.
 */
export class RLock {
  #words: Int32Array = new Int32Array(new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT))

  /** Resolves to true with the lock, to false when `timeout` milliseconds have passed. Rejects with `signal.reason` on an abort. */
  async acquire(options: WaitOptions = {}): Promise<boolean> {
    const deadline = deadlineOf(options)
    return this.#again() || (tryLock(this.#words, STATE) && this.#first()) || drive(this.#wait(deadline), options)
  }

  /** As `acquire`, blocking this thread. */
  acquireSync(options: WaitOptions = {}): boolean {
    const deadline = deadlineOf(options)
    return this.#again() || (spinLock(this.#words, STATE) && this.#first()) || driveSync(this.#wait(deadline))
  }

  /** Takes the lock if it is free or held by this thread; false if not. OWNER_DIED error, once, when its holder has died. */
  tryAcquire(): boolean {
    if (this.#again()) return true
    if (tryLock(this.#words, STATE)) return this.#first()
    reapOwner(this.#words, STATE)
    return false
  }

  /** TYPE error when this thread doesn't hold it. */
  release(): void {
    if (!isMine(this.#words, STATE)) throw notMine('release')
    if (Atomics.sub(this.#words, DEPTH, 1) === 1) unlock(this.#words, STATE)
  }

  /** `release`: after `await it.acquire()`, `using held = it` gives it back at the end of the block. */
  [Symbol.dispose](): void {
    this.release()
  }

  #again(): boolean {
    if (!isMine(this.#words, STATE)) return false
    Atomics.add(this.#words, DEPTH, 1)
    return true
  }

  /** The lock has just come free; a holder that died may have left its depth. */
  #first(): true {
    Atomics.store(this.#words, DEPTH, 1)
    return true
  }

  *#wait(deadline: number): Waiting<boolean> {
    const waiting = lock(this.#words, STATE, deadline, 'tell')
    for (;;) {
      // Another asynchronous function of this thread may have got it meanwhile.
      if (this.#again()) return true
      const step = waiting.next()
      if (step.done === true) return step.value && this.#first()
      yield step.value
    }
  }

  static {
    wordsOfRLock = (of) => of.#words
    rlockOf = (words) => {
      const to = new RLock()
      to.#words = words
      return to
    }
    registerShared(RLock, 'RLock', (from) => from.#words, rlockOf)
  }
}
