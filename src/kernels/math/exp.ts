/**
 * e^x from nothing but additions, multiplications and a table of powers of two, so that every engine gives the same bits
 * (ECMAScript leaves `Math.exp` to the implementation). The Rust twin is crates/kernels/src/math/exp.rs; the order of
 * operations is written down in docs/order-of-arithmetic-models.md.
 *
 * Method: x = k·ln 2 + r with |r| ≤ ln 2 / 2, ln 2 in two parts (Cody and Waite); e^r = 1 + r + r²/2 + r³·Q(r) with Q of degree 9
 * (scripts/fit-math.py); the rounding error of 1 + r and that of r are added back last.
 */
import { POWERS } from './powers.ts'

const LOG2_E = 1.4426950408889634
/** The leading 33 bits of ln 2: its product with any k of interest is exact. */
const LN2_HIGH = 0.6931471804855391
const LN2_LOW = 7.440617110012397e-11
/** 1.5·2^52: adding and subtracting it rounds to an integer, ties to even. */
const ROUND = 6755399441055744

const Q1 = 0.1666666666666667
const Q2 = 0.04166666666666667
const Q3 = 0.008333333333326112
const Q4 = 0.001388888888888373
const Q5 = 0.0001984126987490126
const Q6 = 2.4801587325605324e-5
const Q7 = 2.7557255297969643e-6
const Q8 = 2.755727357010214e-7
const Q9 = 2.5105259538448494e-8
const Q10 = 2.0914717341716378e-9

/** Beyond these the result is Infinity or 0 by itself; clamping keeps k inside the table. */
const HIGHEST = 710
const LOWEST = -746

/** y·2^k of an integer k between −1080 and 1030; |y| between 1/2 and 2, so that a subnormal result is rounded once, at the end. */
export function scale(y: number, k: number): number {
  // NaN: k | 0 is 0, and y carries the NaN through.
  const n = k | 0
  return n > -1021 && n < 1024 ? y * POWERS[n + 1024]! : scaleInSteps(y, n)
}

/** In two steps, of which the first is exact. */
export function scaleInSteps(y: number, n: number): number {
  const half = n >> 1
  return y * POWERS[half + 1024]! * POWERS[n - half + 1024]!
}

/** 2^k of an integer k between −1024 and 1023. */
export function twoToThe(k: number): number {
  return POWERS[(k | 0) + 1024]!
}

/** e^(r + tail) − 1 − r, for |r| ≤ ln 2 / 2 and a tail far below it. */
export function beyondLinear(r: number, tail: number): number {
  const r2 = r * r
  const r4 = r2 * r2
  const q = Q1 + Q2 * r + r2 * (Q3 + Q4 * r) + (r4 * (Q5 + Q6 * r + r2 * (Q7 + Q8 * r)) + r4 * r4 * (Q9 + Q10 * r))
  return 0.5 * r2 + (r2 * r * q + (tail + tail * r))
}

/**
 * e^x. Worst error 0.61 ulp (0.5 is the least possible); subnormal results are rounded right after that. exp(±0) = 1,
 * exp(−Infinity) = 0, exp(Infinity) = Infinity, NaN gives NaN; below −745.13 the result is 0, above 709.78 Infinity.
 */
export function exp(x: number): number {
  const clamped = x > HIGHEST ? HIGHEST : x < LOWEST ? LOWEST : x
  const k = clamped * LOG2_E + ROUND - ROUND
  const high = clamped - k * LN2_HIGH
  const low = k * LN2_LOW
  const r = high - low
  const tail = high - r - low
  const sum = 1 + r
  return scale(sum + (1 - sum + r + beyondLinear(r, tail)), k)
}
