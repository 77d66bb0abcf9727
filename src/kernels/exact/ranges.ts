/**
 * Reductions of arithmetic progressions by their closed forms, for ranges whose elements need no rounding: integers below 2^53, and
 * those times a power of two (steps such as 0.25). In numbers where they are exact, else in bigints; rounded once.
 */
import type { Range } from '../../common/range.ts'
import { dyadicOf, roundDyadic, roundRatio, type Dyadic } from './finish.ts'

/** Elements (first + i·step) · 2^exponent for i < n; all integers below 2^53. */
export interface Progression {
  readonly first: number
  readonly last: number
  readonly step: number
  readonly n: number
  readonly exponent: number
}

const MOST = Number.MAX_SAFE_INTEGER

/** The range as such, or undefined when some of its elements are rounded. */
export function progressionOf({ start, step, length: n }: Range): Progression | undefined {
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(step) ? safe(start, step, n, 0) : undefined
  if (whole !== undefined) return whole
  const [a, d] = [dyadicOf(start), dyadicOf(step)]
  // Without the twos that both share, so that short fractions are small integers.
  const unit = Math.min(exponentOf(a.mantissa, a.exponent), exponentOf(d.mantissa, d.exponent))
  const [first, difference] = [scaled(a.mantissa, a.exponent - unit), scaled(d.mantissa, d.exponent - unit)]
  return first === undefined || difference === undefined ? undefined : safe(first, difference, n, unit)
}

function safe(first: number, step: number, n: number, exponent: number): Progression | undefined {
  const way = n < 2 ? 0 : (n - 1) * step
  const last = first + way
  // Beyond 2^53 a product or sum that is not safe itself may have been rounded to one that looks so: the limit is half of that.
  return Math.abs(way) <= MOST && Math.abs(last) <= MOST ? { first, last, step, n, exponent } : undefined
}

/** The exponent of the last bit that is set; none for 0. */
function exponentOf(mantissa: bigint, exponent: number): number {
  if (mantissa === 0n) return Infinity
  let zeros = 0
  while ((mantissa >> BigInt(zeros)) % 2n === 0n) zeros++
  return exponent + zeros
}

/** mantissa · 2^exponent as a safe integer. */
function scaled(mantissa: bigint, exponent: number): number | undefined {
  if (mantissa === 0n) return 0
  if (exponent > 53) return undefined
  const value = Number(exponent < 0 ? mantissa >> BigInt(-exponent) : mantissa << BigInt(exponent))
  return Number.isSafeInteger(value) ? value : undefined
}

function rounded(value: bigint, exponent: number): number {
  return exponent === 0 ? Number(value) : roundDyadic({ mantissa: value, exponent })
}

/** Σ x = n · (first + last) / 2 */
export function rangeSum({ first, last, n, exponent }: Progression): number {
  const ends = first + last
  const twice = n * ends
  if (exponent === 0 && Math.abs(ends) <= MOST && Math.abs(twice) <= MOST) return twice / 2 + 0
  return rounded((BigInt(n) * (BigInt(first) + BigInt(last))) / 2n, exponent)
}

/** Σ x·y over two progressions of one length. */
export function rangeDot(x: Progression, y: Progression): number {
  const { mantissa, exponent } = exactDot(x, y)
  return rounded(mantissa, exponent)
}

/** Σ x², exactly. */
export function rangeSquares(x: Progression): Dyadic {
  return exactDot(x, x)
}

function exactDot(x: Progression, y: Progression): Dyadic {
  const [n, a, d, b, e] = [BigInt(x.n), BigInt(x.first), BigInt(x.step), BigInt(y.first), BigInt(y.step)]
  // Σ i and Σ i² for i < n.
  const indices = (n * (n - 1n)) / 2n
  const squares = (indices * (2n * n - 1n)) / 3n
  return { mantissa: n * a * b + (a * e + b * d) * indices + d * e * squares, exponent: x.exponent + y.exponent }
}

/** The mean: halfway between the ends. */
export function rangeMean({ first, last, exponent }: Progression): number {
  const ends = first + last
  return exponent === 0 && Math.abs(ends) <= MOST ? ends / 2 + 0 : rounded(BigInt(first) + BigInt(last), exponent - 1)
}

/** step² · n · (n² − 1) / 12, the sum of squared deviations, over n − ddof. */
export function rangeVariance({ step, n, exponent }: Progression, ddof: number): number {
  const squares = step * step
  const spread = squares * (n * n - 1)
  if (exponent === 0 && ddof === 0 && n < 2 ** 26 && squares <= MOST && spread <= MOST) return spread / 12
  const [count, difference] = [BigInt(n), BigInt(step)]
  const numerator = difference * difference * count * (count * count - 1n)
  // n − ddof is a dyadic number.
  const { mantissa, exponent: unit } = dyadicOf(ddof)
  const shift = BigInt(Math.max(0, -unit))
  const divisor = (count << shift) - (unit < 0 ? mantissa : mantissa << BigInt(unit))
  return roundRatio(numerator << shift, 12n * divisor, 2 * exponent)
}

/** The smallest or largest element of any range with elements: one of its ends, since rounding keeps their order. */
export function rangeExtreme(range: Range, kernel: 'min' | 'max'): number {
  return Math[kernel](range.at(0)!, range.at(range.length - 1)!)
}
