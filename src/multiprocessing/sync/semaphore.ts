/** Counters that let a number of holders in. */
import { makeError } from '../../errors.ts'
import { drive, driveSync, type Waiting } from '../../threads/park.ts'
import { checkCount } from '../options.ts'
import { addHold, dropHold, HOLDER_WORDS, takeHoldsOfDead } from './holders.ts'
import { deadlineOf, type WaitOptions } from './options.ts'
import { registerShared } from './travel.ts'

const VALUE = 0
/** Threads that may be asleep; one that dies asleep stays counted, which costs others a needless wake-up, no more. */
const WAITERS = 1
/** Places there were at first: no more are freed for threads that have died. */
const PLACES = 2
const HOLDERS = 3

const MOST = 0x7fff_ffff

let encodeWords: (from: Semaphore) => Int32Array
let replaceWords: (to: Semaphore, words: Int32Array) => void

/**
 * Lets `value` holders in at a time. A release may come from any thread, on behalf of one that was let in. When a thread ends with places that nobody has
 * released, the next acquire that finds none free rejects (or throws) once with OWNER_DIED; after that they are free.
 */
export class Semaphore {
  #words: Int32Array = new Int32Array(new SharedArrayBuffer((HOLDERS + HOLDER_WORDS) * Int32Array.BYTES_PER_ELEMENT))
  /** Who holds how many. */
  #holders = this.#words.subarray(HOLDERS)

  /** OPTION error unless `value` is an integer, 0 or more. */
  constructor(value = 1) {
    checkCount(value, 'value', 0, MOST)
    this.#words[VALUE] = value
    this.#words[PLACES] = value
  }

  /** Resolves to true once let in, to false when `timeout` milliseconds have passed. Rejects with `signal.reason` on an abort. */
  async acquire(options: WaitOptions = {}): Promise<boolean> {
    const deadline = deadlineOf(options)
    return this.#take() || drive(this.#wait(deadline), options)
  }

  /** As `acquire`, blocking this thread. */
  acquireSync(options: WaitOptions = {}): boolean {
    const deadline = deadlineOf(options)
    return this.#take() || driveSync(this.#wait(deadline))
  }

  /** False if no place is free. OWNER_DIED error, once, when one that isn't is a dead thread's. */
  tryAcquire(): boolean {
    if (this.#take()) return true
    this.#reap()
    return false
  }

  #take(): boolean {
    for (let value = Atomics.load(this.#words, VALUE); value > 0; ) {
      const seen = Atomics.compareExchange(this.#words, VALUE, value, value - 1)
      if (seen === value) {
        addHold(this.#holders)
        return true
      }
      value = seen
    }
    return false
  }

  /** Frees the places of threads that have died. Throws OWNER_DIED if there were any. */
  #reap(): void {
    const places = this.#words[PLACES] ?? 0
    const { holds, thread } = takeHoldsOfDead(this.#holders)
    if (holds === 0) return
    let freed = 0
    // Those of a semaphore that is used as a signal were never given by anybody.
    while (freed < holds && this.#free(places)) freed++
    if (freed === 0) return
    Atomics.notify(this.#words, VALUE, freed)
    throw makeError('OWNER_DIED', `thread ${thread} ended while it held ${freed === 1 ? 'a place' : `${freed} places`} of the semaphore; what they guard may be half written, and they are free now`)
  }

  /** One place more, unless there are `bound` free. */
  #free(bound: number): boolean {
    for (let value = Atomics.load(this.#words, VALUE); value < bound; ) {
      const seen = Atomics.compareExchange(this.#words, VALUE, value, value + 1)
      if (seen === value) return true
      value = seen
    }
    return false
  }

  /** Frees a place. */
  release(): void {
    this.releaseUpTo(MOST)
  }

  /** `release`: after `await it.acquire()`, `using held = it` gives it back at the end of the block. */
  [Symbol.dispose](): void {
    this.release()
  }

  /** @internal */
  protected releaseUpTo(bound: number): void {
    if (!this.#free(bound)) throw makeError('RANGE', `release: the semaphore is at its bound of ${bound}: more releases than acquires`, { got: 'a release too many' })
    dropHold(this.#holders)
    if (Atomics.load(this.#words, WAITERS) > 0) Atomics.notify(this.#words, VALUE, 1)
  }

  *#wait(deadline: number): Waiting<boolean> {
    Atomics.add(this.#words, WAITERS, 1)
    try {
      for (;;) {
        if (this.#take()) return true
        this.#reap()
        const milliseconds = deadline - performance.now()
        if (milliseconds <= 0) return false
        yield { words: this.#words, index: VALUE, value: 0, milliseconds }
      }
    } finally {
      Atomics.sub(this.#words, WAITERS, 1)
    }
  }

  static {
    registerShared(Semaphore, 'Semaphore', (from) => from.#words, (words: Int32Array) => {
      const to = new Semaphore()
      replaceWords(to, words)
      return to
    })
    encodeWords = (from) => from.#words
    replaceWords = (to, words) => {
      to.#words = words
      to.#holders = words.subarray(HOLDERS)
    }
  }
}

/** A semaphore that refuses to be released more often than it was acquired. */
export class BoundedSemaphore extends Semaphore {
  #bound: number

  /** OPTION error unless `value` is an integer, 0 or more. */
  constructor(value = 1) {
    super(value)
    this.#bound = value
  }

  /** Frees a place; RANGE error when all are free already. */
  override release(): void {
    this.releaseUpTo(this.#bound)
  }

  static {
    registerShared(BoundedSemaphore, 'BoundedSemaphore', (from) => ({ words: encodeWords(from), bound: from.#bound }), ({ words, bound }) => {
      const to = new BoundedSemaphore(bound)
      replaceWords(to, words)
      return to
    })
  }
}
