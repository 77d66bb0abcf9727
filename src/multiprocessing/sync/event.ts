/** A flag that threads wait for. */
import { drive, driveSync, type Waiting } from '../../threads/park.ts'
import { deadlineOf, type WaitOptions } from './options.ts'
import { registerShared } from './travel.ts'

/** Lowest bit: set or not; above it a count of sets, so that who slept through a set and a clear still knows of the set. */
const STATE = 0
const SET = 1

/** A flag: `set` lets all who wait go on, until `clear`. */
export class Event {
  #words: Int32Array = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))

  /** Sets the flag and wakes all who wait. */
  set(): void {
    for (let state = Atomics.load(this.#words, STATE); (state & SET) === 0; ) {
      const seen = Atomics.compareExchange(this.#words, STATE, state, (state + 2) | SET)
      if (seen === state) {
        Atomics.notify(this.#words, STATE)
        return
      }
      state = seen
    }
  }

  clear(): void {
    Atomics.and(this.#words, STATE, ~SET)
  }

  isSet(): boolean {
    return (Atomics.load(this.#words, STATE) & SET) !== 0
  }

  /** Resolves to true when the flag is set, at once or within `timeout` milliseconds, else to false. */
  async wait(options: WaitOptions = {}): Promise<boolean> {
    const deadline = deadlineOf(options)
    return this.isSet() || drive(this.#wait(deadline), options)
  }

  /** As `wait`, blocking this thread. */
  waitSync(options: WaitOptions = {}): boolean {
    const deadline = deadlineOf(options)
    return this.isSet() || driveSync(this.#wait(deadline))
  }

  *#wait(deadline: number): Waiting<boolean> {
    const value = Atomics.load(this.#words, STATE)
    for (;;) {
      if (this.isSet() || Atomics.load(this.#words, STATE) !== value) return true
      const milliseconds = deadline - performance.now()
      if (milliseconds <= 0) return false
      yield { words: this.#words, index: STATE, value, milliseconds }
    }
  }

  static {
    registerShared(Event, 'Event', (from) => from.#words, (words: Int32Array) => {
      const to = new Event()
      to.#words = words
      return to
    })
  }
}
