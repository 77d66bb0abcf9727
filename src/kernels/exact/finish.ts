/** From limbs to results: the one rounding of exact reductions, the same for every backend. */
import { LOWEST, REAL_LIMBS, TOTAL_LIMBS } from './kernels.ts'

const radix = 2 ** 32

/** The integer of limbs `o … o + TOTAL_LIMBS − 1` (any integers below 2^53): a number if it is a safe integer, else a bigint. Moves carries up. */
export function integerOf(limbs: Float64Array, o = 0): number | bigint {
  const top = o + TOTAL_LIMBS - 1
  for (let k = o; k < top; k++) {
    const carry = Math.floor(limbs[k]! / radix)
    limbs[k] = limbs[k]! - carry * radix
    limbs[k + 1] = limbs[k + 1]! + carry
  }
  // 0 or −1 in all limbs but the two lowest: the sign of a small number.
  const sign = limbs[top]!
  let small = sign === 0 || sign === -1
  for (let k = o + 2; k < top; k++) small &&= limbs[k] === (sign === 0 ? 0 : radix - 1)
  if (small) {
    const total = (limbs[o + 1]! + sign * radix) * radix + limbs[o]!
    if (Number.isSafeInteger(total)) return total
  }
  let total = 0n
  for (let k = top; k >= o; k--) total = (total << 32n) + BigInt(limbs[k]!)
  return total
}

/** The extreme of the two limbs from index `o` on. */
export function extremeOf(limbs: Float64Array, o = 0): number | bigint {
  const low = limbs[o]!
  const high = limbs[o + 1]!
  const value = high * radix + low
  return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) + BigInt(low)
}

/** The nearest double, ties to even. */
export function roundInteger(value: number | bigint): number {
  return Number(value)
}

/** Bits of a positive integer. */
export function bitsOf(value: bigint): number {
  const text = value.toString(16)
  return 4 * (text.length - 1) + (32 - Math.clz32(Number.parseInt(text[0]!, 16)))
}

/** value · 2^exponent, for results that a double holds or that overflow. */
function scale(value: number, exponent: number): number {
  let scaled = value
  for (let left = exponent; left !== 0 && Number.isFinite(scaled);) {
    const step = Math.max(-512, Math.min(left, 512))
    scaled *= powerOfTwo(step)
    left -= step
  }
  return scaled
}

/** 2^exponent within the normal range, by its bits: `**` may differ between engines. */
export function powerOfTwo(exponent: number): number {
  words[0] = 0
  words[1] = (exponent + 1023) << 20
  return double[0]!
}

/** A dyadic number: mantissa · 2^exponent. */
export interface Dyadic {
  readonly mantissa: bigint
  readonly exponent: number
}

/** A finite double as a dyadic number. */
export function dyadicOf(value: number): Dyadic {
  double[0] = value
  const high = words[1]!
  const field = (high >>> 20) & 0x7ff
  const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(words[0]!)
  const mantissa = field === 0 ? fraction : fraction | (1n << 52n)
  return { mantissa: high >>> 31 === 1 ? -mantissa : mantissa, exponent: Math.max(field, 1) - 1075 }
}

const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)

/** The double nearest to mantissa · 2^exponent, ties to even; beyond the largest an infinity, +0 for 0. */
export function roundDyadic({ mantissa, exponent }: Dyadic): number {
  if (mantissa === 0n) return 0
  const negative = mantissa < 0n
  const magnitude = negative ? -mantissa : mantissa
  const bits = bitsOf(magnitude)
  // The least bit that a double of this size has: never below 2^-1074.
  const drop = Math.max(bits - 53, -1074 - exponent, 0)
  let kept = magnitude >> BigInt(drop)
  if (drop > 0) {
    const rest = magnitude - (kept << BigInt(drop))
    const half = 1n << BigInt(drop - 1)
    if (rest > half || (rest === half && (kept & 1n) === 1n)) kept += 1n
  }
  const value = scale(Number(kept), exponent + drop)
  return negative ? -value : value
}

/** The double nearest to numerator / denominator · 2^exponent (denominator > 0), ties to even. */
export function roundRatio(numerator: bigint, denominator: bigint, exponent = 0): number {
  if (numerator === 0n) return 0
  const magnitude = numerator < 0n ? -numerator : numerator
  // A quotient of 66 bits or more, and one that says whether anything is left: enough for any double.
  const shift = Math.max(0, 67 + bitsOf(denominator) - bitsOf(magnitude))
  const scaled = magnitude << BigInt(shift)
  const quotient = scaled / denominator
  const sticky = (quotient << 1n) | (quotient * denominator === scaled ? 0n : 1n)
  return roundDyadic({ mantissa: numerator < 0n ? -sticky : sticky, exponent: exponent - shift - 1 })
}

/** The double nearest to the square root of mantissa · 2^exponent (not negative), ties to even. */
export function roundRoot({ mantissa, exponent }: Dyadic): number {
  if (mantissa === 0n) return 0
  // 112 bits or more, times an even power of two: a root of 56 bits, and one that says whether anything is left.
  const spare = Math.max(0, 112 - bitsOf(mantissa))
  const shift = (exponent - spare) % 2 === 0 ? spare : spare + 1
  const scaled = mantissa << BigInt(shift)
  const root = integerRoot(scaled)
  const sticky = (root << 1n) | (root * root === scaled ? 0n : 1n)
  return roundDyadic({ mantissa: sticky, exponent: (exponent - shift) / 2 - 1 })
}

/** The largest integer whose square is no larger, by Newton's method from above. */
function integerRoot(value: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(bitsOf(value) / 2))
  for (;;) {
    const next = (root + value / root) >> 1n
    if (next >= root) return root
    root = next
  }
}

/** What the limbs of a sum of doubles say: the sum of its infinite and NaN terms, if any, and the finite rest. */
export function realOf(partial: Float64Array): number | Dyadic {
  if (partial[0] !== 0) return partial[0]!
  let low = 1
  let high = REAL_LIMBS
  while (high >= low && partial[high] === 0) high--
  while (low < high && partial[low] === 0) low++
  let mantissa = 0n
  for (let k = high; k >= low; k--) mantissa = (mantissa << 32n) + BigInt(partial[k]!)
  return { mantissa, exponent: 32 * (low - 1) - LOWEST }
}

/** The sum of doubles, rounded once. */
export function roundReal(partial: Float64Array): number {
  const total = realOf(partial)
  return typeof total === 'number' ? total : roundDyadic(total)
}
