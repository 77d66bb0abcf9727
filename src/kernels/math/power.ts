/**
 * x^y. The Rust twin is crates/kernels/src/math/power.rs; the order of operations is written down in
 * docs/order-of-arithmetic-models.md.
 *
 * Method: e^(y·log |x|) with the logarithm and its product with y in two parts. log m = 2·atanh(s) = 2·(s + s·a), s = (m − 1) / (m + 1),
 * a = z/3 + z²/5 + z³·P(z), z = s², where all but P are in two parts: about 2^−68 of the result is lost, so that the
 * error is that of `exp`.
 */
import { beyondLinear, scale } from './exp.ts'
import { exponentOf, scaleDown } from './split.ts'
import { productError } from './two-parts.ts'

/** The leading 42 bits of ln 2: its product with any k is exact. */
const LN2_HIGH = 0.6931471805598903
const LN2_LOW = 5.497923018708371e-14
const THIRD = 0.3333333333333333
const THIRD_LOW = 1.850371707708594e-17
const FIFTH = 0.2
const FIFTH_LOW = -1.1102230246251566e-17

const P0 = 0.14285714285714285
const P1 = 0.11111111111111477
const P2 = 0.09090909090648908
const P3 = 0.0769230776279737
const P4 = 0.06666657301771459
const P5 = 0.05883027018816366
const P6 = 0.05236397483769557
const P7 = 0.053090971187363674

// As in exp.ts. Not imported: the engine loads an imported constant from memory each time, and takes half as long again.
const LOG2_E = 1.4426950408889634
const EXP_LN2_HIGH = 0.6931471804855391
const EXP_LN2_LOW = 7.440617110012397e-11
const ROUND = 6755399441055744
const HIGHEST = 710
const LOWEST = -746

/** 2^66. |log x| is at least 2^−53 unless x = 1, so that greater exponents change nothing. */
const LARGEST_EXPONENT = 73786976294838206464
const SMALLEST_NORMAL = 2.2250738585072014e-308
const TWO_54 = 18014398509481984

/** Where the ordinary way doesn't lead, or not at once: zeros, subnormal and negative numbers, infinities, NaN. */
function powerAtEdge(x: number, y: number): number {
  if (y === 0) return 1
  if (x !== x || y !== y) return NaN
  const odd = Math.abs(y % 2) === 1
  const size = Math.abs(x)
  if (size > 0 && size < Infinity && Math.abs(y) < Infinity) {
    if (x < 0 && Math.floor(y) !== y) return NaN
    const result = size < SMALLEST_NORMAL ? powerOf(size * TWO_54, y, 54) : powerOf(size, y, 0)
    return x < 0 && odd ? -result : result
  }
  if (size === 1) return NaN
  const result = size > 1 === y > 0 ? Infinity : 0
  return odd && (x < 0 || Object.is(x, -0)) ? -result : result
}

/**
 * x^y as JavaScript's `**` has it: IEEE 754, but 1 and −1 to a power of ±Infinity or NaN are NaN. Worst error 0.62 ulp, 0.76 for subnormal results; y = 2
 * is x·x to the bit. A negative x to a power that is no integer is NaN; y = ±0 gives 1, even for NaN.
 */
export function power(x: number, y: number): number {
  if (y === 2) return x * x
  if (!(x >= SMALLEST_NORMAL && x < Infinity && y - y === 0 && y !== 0)) return powerAtEdge(x, y)
  return powerOf(x, y, 0)
}

/** (size·2^−lowered)^y of a positive normal size and a finite y. */
function powerOf(size: number, y: number, lowered: number): number {
  const xExponent = exponentOf(size)
  const m = scaleDown(size, xExponent)
  const k = xExponent - lowered
  const f = m - 1
  const d = 2 + f
  const dLow = f - (d - 2)
  const inverse = 1 / d
  const s = f * inverse
  const back = s * d
  const sLow = (f - back - productError(s, d, back) - s * dLow) * inverse
  const z = s * s
  const zLow = productError(s, s, z) + 2 * s * sLow
  const z2 = z * z
  const p = P0 + P1 * z + z2 * (P2 + P3 * z) + z2 * z2 * (P4 + P5 * z + z2 * (P6 + P7 * z))
  const t1 = z * p
  const a1 = FIFTH + t1
  const a1Low = FIFTH - a1 + t1 + FIFTH_LOW
  const t2 = a1 * z
  const t2Low = productError(a1, z, t2) + (a1 * zLow + a1Low * z)
  const a2 = THIRD + t2
  const a2Low = THIRD - a2 + t2 + (THIRD_LOW + t2Low)
  const t3 = a2 * z
  const t3Low = productError(a2, z, t3) + (a2 * zLow + a2Low * z)
  const w = s * t3
  const wLow = productError(s, t3, w) + (s * t3Low + sLow * t3)
  // k·ln 2 + 2·s + 2·w, greatest first.
  const first = k * LN2_HIGH
  const twoS = s + s
  const one = first + twoS
  const oneLow = first - one + twoS
  const twoW = w + w
  const two = one + twoW
  const twoLow = one - two + twoW
  const low = oneLow + twoLow + (k * LN2_LOW + (sLow + sLow + (wLow + wLow)))
  const log = two + low
  const logLow = two - log + low

  const exponent = y > LARGEST_EXPONENT ? LARGEST_EXPONENT : y < -LARGEST_EXPONENT ? -LARGEST_EXPONENT : y
  const product = exponent * log
  let tail = 0
  let clamped = product
  if (product > HIGHEST) clamped = HIGHEST
  else if (product < LOWEST) clamped = LOWEST
  else tail = productError(exponent, log, product) + exponent * logLow
  const n = clamped * LOG2_E + ROUND - ROUND
  const rHigh = clamped - n * EXP_LN2_HIGH
  const rLow = n * EXP_LN2_LOW
  // What the product lost may be large beside an ulp of r, so that r takes it up.
  const before = rHigh - rLow
  const rest = rHigh - before - rLow + tail
  const r = before + rest
  const sum = 1 + r
  return scale(sum + (1 - sum + r + beyondLinear(r, before - r + rest)), n)
}
