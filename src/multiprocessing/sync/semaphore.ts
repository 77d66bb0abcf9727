/** Counters that let a number of holders in. */
import { makeError } from '../../errors.ts'
import { drive, driveSync, type Waiting } from '../../threads/park.ts'
import { checkCount } from '../options.ts'
import { deadlineOf, type WaitOptions } from './options.ts'
import { registerShared } from './travel.ts'

const VALUE = 0
/** Threads that may be asleep; one that dies asleep stays counted, which costs others a needless wake-up, no more. */
const WAITERS = 1
const WORDS = 2

const MOST = 0x7fff_ffff

let encodeWords: (from: Semaphore) => Int32Array
let replaceWords: (to: Semaphore, words: Int32Array) => void

/**
 * Lets `value` holders in at a time. A release may come from any thread, so nothing is owed by a thread that dies: what it held stays taken.
 */
export class Semaphore {
  #words: Int32Array = new Int32Array(new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT))

  /** OPTION error unless `value` is an integer, 0 or more. */
  constructor(value = 1) {
    checkCount(value, 'value', 0, MOST)
    this.#words[VALUE] = value
  }

  /** Resolves to true once let in, to false when `timeout` milliseconds have passed. */
  async acquire(options: WaitOptions = {}): Promise<boolean> {
    const deadline = deadlineOf(options)
    return this.tryAcquire() || drive(this.#wait(deadline))
  }

  /** As `acquire`, blocking this thread. */
  acquireSync(options: WaitOptions = {}): boolean {
    const deadline = deadlineOf(options)
    return this.tryAcquire() || driveSync(this.#wait(deadline))
  }

  /** False if no place is free. */
  tryAcquire(): boolean {
    for (let value = Atomics.load(this.#words, VALUE); value > 0; ) {
      const seen = Atomics.compareExchange(this.#words, VALUE, value, value - 1)
      if (seen === value) return true
      value = seen
    }
    return false
  }

  /** Frees a place. */
  release(): void {
    this.releaseUpTo(MOST)
  }

  /** @internal */
  protected releaseUpTo(bound: number): void {
    for (let value = Atomics.load(this.#words, VALUE); ; ) {
      if (value >= bound) throw makeError('RANGE', `release: the semaphore is at its bound of ${bound}: more releases than acquires`, { got: 'a release too many' })
      const seen = Atomics.compareExchange(this.#words, VALUE, value, value + 1)
      if (seen === value) break
      value = seen
    }
    if (Atomics.load(this.#words, WAITERS) > 0) Atomics.notify(this.#words, VALUE, 1)
  }

  *#wait(deadline: number): Waiting<boolean> {
    Atomics.add(this.#words, WAITERS, 1)
    try {
      for (;;) {
        if (this.tryAcquire()) return true
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
      to.#words = words
      return to
    })
    encodeWords = (from) => from.#words
    replaceWords = (to, words) => void (to.#words = words)
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
