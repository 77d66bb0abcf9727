/**
 * A fixed-point number that holds any sum of doubles, and of products of two, exactly; the twin of
 * crates/kernels/src/families/exact/accumulator.rs. Its limbs are doubles: every term changes one by less than 2^32.
 */
import { LOWEST, REAL_LIMBS } from './kernels.ts'

const radix = 2 ** 32

/** Terms after which carries must move up: 2^20 · 2^32 is below 2^53. */
const MOST_TERMS = 2 ** 20

const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)

export class Accumulator {
  /** The sum of the infinite and NaN terms, then the limbs. */
  readonly limbs = new Float64Array(1 + REAL_LIMBS)
  #terms = 0

  clear(): void {
    this.limbs.fill(0)
    this.#terms = 0
  }

  /** Adds `value · 2^exponent`, of a magnitude from 2^-2148 on, or 0. */
  add(value: number, exponent = 0): void {
    if (value === 0) return
    double[0] = value
    const low = words[0]!
    const high = words[1]!
    const field = (high >>> 20) & 0x7ff
    if (field === 0x7ff) return this.addSpecial(value)
    if (++this.#terms >= MOST_TERMS) this.normalise()
    const mantissa = field === 0 ? high & 0xfffff : (high & 0xfffff) | 0x100000
    const position = Math.max(field, 1) - 1075 + exponent + LOWEST
    const shift = position & 31
    const { limbs } = this
    const k = 1 + (position >>> 5)
    let first = low
    let second = mantissa
    let third = 0
    if (shift > 0) {
      first = (low << shift) >>> 0
      second = ((mantissa << shift) | (low >>> (32 - shift))) >>> 0
      third = mantissa >>> (32 - shift)
    }
    if (value > 0) {
      limbs[k] = limbs[k]! + first
      limbs[k + 1] = limbs[k + 1]! + second
      limbs[k + 2] = limbs[k + 2]! + third
    } else {
      limbs[k] = limbs[k]! - first
      limbs[k + 1] = limbs[k + 1]! - second
      limbs[k + 2] = limbs[k + 2]! - third
    }
  }

  /** Adds a term that is infinite or NaN. */
  addSpecial(value: number): void {
    this.limbs[0] = this.limbs[0]! + value
  }

  /** Moves carries up: all limbs but the last are from 0 to 2^32 − 1 then. */
  normalise(): void {
    const { limbs } = this
    for (let k = 1; k < REAL_LIMBS; k++) {
      const carry = Math.floor(limbs[k]! / radix)
      if (carry === 0) continue
      limbs[k] = limbs[k]! - carry * radix
      limbs[k + 1] = limbs[k + 1]! + carry
    }
    this.#terms = 0
  }
}
