/**
 * MT19937 (Matsumoto and Nishimura, 1998) and the shuffles that NumPy's RandomState makes with it, so that a seed picks the
 * same rows here as in scikit-learn.
 */
import { atOnce, inStretches, type Pausing } from '../../common/pausing.ts'
import { argumentError } from '../../errors.ts'

const SIZE = 624
const SHIFT = 397

export class MersenneTwister {
  readonly #state = new Uint32Array(SIZE)
  #next = SIZE

  /** @param seed an integer from 0 to 2^32 − 1 */
  constructor(seed: number) {
    const state = this.#state
    state[0] = seed
    for (let i = 1; i < SIZE; i++) {
      const last = state[i - 1]!
      state[i] = Math.imul(1812433253, last ^ (last >>> 30)) + i
    }
  }

  /** The next 32 bits, as an unsigned integer. */
  uint32(): number {
    if (this.#next === SIZE) this.#refill()
    let y = this.#state[this.#next++]!
    y ^= y >>> 11
    y ^= (y << 7) & 0x9d2c5680
    y ^= (y << 15) & 0xefc60000
    y ^= y >>> 18
    return y >>> 0
  }

  /** An integer from 0 to `max` (below 2^32), each as likely: draws masked to its bits until one is small enough. */
  interval(max: number): number {
    if (max === 0) return 0
    const mask = 0xffffffff >>> Math.clz32(max)
    for (;;) {
      const value = (this.uint32() & mask) >>> 0
      if (value <= max) return value
    }
  }

  /** Shuffles in place (Fisher and Yates, from the end). */
  shuffle<T>(values: { [index: number]: T; readonly length: number }): void {
    atOnce(this.shuffling(values))
  }

  /** The same with pauses. */
  *shuffling<T>(values: { [index: number]: T; readonly length: number }): Pausing<void> {
    const last = values.length - 1
    yield* inStretches(last, (first, end) => {
      for (let i = last - first; i > last - end; i--) {
        const j = this.interval(i)
        const value = values[i]!
        values[i] = values[j]!
        values[j] = value
      }
    }, SHUFFLE_STRETCH)
  }

  /** The integers 0 … n − 1 in random order. */
  permutation(n: number): Int32Array {
    const values = Int32Array.from({ length: n }, (_, i) => i)
    this.shuffle(values)
    return values
  }

  #refill(): void {
    const state = this.#state
    for (let i = 0; i < SIZE; i++) {
      const y = (state[i]! & 0x80000000) | (state[(i + 1) % SIZE]! & 0x7fffffff)
      state[i] = state[(i + SHIFT) % SIZE]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0)
    }
    this.#next = 0
  }
}

/** Exchanges of one stretch: they go all over the memory. */
const SHUFFLE_STRETCH = 1 << 13

/** A generator for an option `seed`; without one, another each time. */
export function seeded(seed: number | undefined): MersenneTwister {
  if (seed === undefined) return new MersenneTwister(Math.floor(Math.random() * 2 ** 32))
  const wanted = 'an integer from 0 to 4294967295'
  if (typeof seed !== 'number') throw argumentError('OPTION', 'seed', wanted, seed)
  if (!(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)) throw argumentError('OPTION', 'seed', wanted, seed, RangeError)
  return new MersenneTwister(seed)
}
