/** Arithmetic progressions that are never written out: three numbers stand for all of them. */
import { argumentError, makeError } from '../errors.ts'

/**
 * The numbers `start`, `start + step`, `start + 2·step`, … before `stop` (after it, for a negative step). Element `i` is
 * computed as `start + i·step`, one rounding each for the product and the sum, so errors don't pile up along the way.
 *
 * Travels to workers as three numbers, whatever its length.
 */
export class Range implements Iterable<number> {
  readonly start: number
  readonly stop: number
  readonly step: number
  /** How many numbers there are. */
  readonly length: number

  /** Use `range(…)`. Arguments as there; same errors. */
  constructor(start: number, stop: number, step: number) {
    checkFinite(start, 'start')
    checkFinite(stop, 'stop')
    checkFinite(step, 'step')
    if (step === 0) throw argumentError('RANGE', 'step', 'a number other than 0', step)
    const length = Math.max(0, Math.ceil((stop - start) / step))
    if (!Number.isSafeInteger(length)) {
      throw makeError('RANGE', `range(${start}, ${stop}, ${step}) has more elements than can be counted exactly`, { argument: 'stop' })
    }
    this.start = start
    this.stop = stop
    this.step = step
    this.length = length
  }

  /** Element `index`, counted from the end when negative; undefined outside, as for an array. */
  at(index: number): number | undefined {
    const whole = Math.trunc(index) || 0
    const i = whole < 0 ? whole + this.length : whole
    return i >= 0 && i < this.length ? this.start + i * this.step : undefined
  }

  /** Elements `first … last − 1` as a range of its own; both are clamped to `0 … length`. */
  slice(first = 0, last = this.length): Range {
    const from = Math.min(Math.max(first, 0), this.length)
    const to = Math.min(Math.max(last, from), this.length)
    // A stop half a step beyond the last element gives the right count even if start is rounded.
    const begin = this.start + from * this.step
    const stop = to === this.length && from === 0 ? this.stop : this.start + to * this.step
    const part = new Range(begin, stop, this.step)
    return part.length === to - from ? part : new Range(begin, begin + (to - from - 0.5) * this.step, this.step)
  }

  [Symbol.iterator](): IterableIterator<number> {
    return new RangeIterator(this)
  }
}

/** Written out, since a generator costs ten times as much an element. */
class RangeIterator implements IterableIterator<number> {
  readonly #start: number
  readonly #step: number
  readonly #length: number
  #index = 0

  constructor(source: Range) {
    this.#start = source.start
    this.#step = source.step
    this.#length = source.length
  }

  next(): IteratorResult<number> {
    const i = this.#index
    if (i >= this.#length) return { done: true, value: undefined }
    this.#index = i + 1
    return { done: false, value: this.#start + i * this.#step }
  }

  [Symbol.iterator](): this {
    return this
  }
}

/** The numbers 0, 1, 2, … below `stop`, never written out. TYPE error for a non-number, RANGE for one that isn't finite. */
export function range(stop: number): Range
/**
 * The numbers `start`, `start + step`, … before `stop`, never written out: `range(2, 11, 3)` is 2, 5, 8. `step` (default 1) may be negative or
 * a fraction, not 0.
 *
 * @throws TYPE for a non-number, RANGE for NaN, an infinity, a step of 0 or more than 2^53 − 1 elements.
 */
export function range(start: number, stop: number, step?: number): Range
export function range(first: number, stop?: number, step = 1): Range {
  if (stop !== undefined) return new Range(first, stop, step)
  checkFinite(first, 'stop')
  return new Range(0, first, 1)
}

function checkFinite(value: unknown, argument: string): void {
  if (typeof value !== 'number') throw argumentError('TYPE', argument, 'a number', value)
  if (!Number.isFinite(value)) throw argumentError('RANGE', argument, 'a finite number', value)
}
