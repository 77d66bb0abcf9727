/**
 * The hyperbolic tangent. The Rust twin is crates/kernels/src/math/tanh.rs; the order of operations is written down in
 * docs/order-of-arithmetic-models.md.
 *
 * Method: with e = e^(−2·|x|) − 1 in two parts, tanh |x| = −e / (2 + e), divided in two parts.
 */
import { beyondLinear, twoToThe } from './exp.ts'
import { quotient } from './two-parts.ts'

// As in exp.ts. Not imported: the engine loads an imported constant from memory each time, and takes half as long again.
const LOG2_E = 1.4426950408889634
const LN2_HIGH = 0.6931471804855391
const LN2_LOW = 7.440617110012397e-11
const ROUND = 6755399441055744

/** From here on the result is 1 to the last bit. */
const HIGHEST = 22
/** 2^−28: below, the result is x to the last bit. */
const LOWEST = 3.725290298461914e-9

/** tanh(x). Worst error 0.7 ulp. tanh(±0) = ±0, tanh(±Infinity) = ±1, NaN gives NaN. */
export function tanh(x: number): number {
  const size = Math.abs(x)
  const clamped = -2 * (size > HIGHEST ? HIGHEST : size)
  const k = clamped * LOG2_E + ROUND - ROUND
  const rHigh = clamped - k * LN2_HIGH
  const rLow = k * LN2_LOW
  const r = rHigh - rLow
  const tail = rHigh - r - rLow
  const inversePower = twoToThe(-k)
  const first = 1 - inversePower
  const taken = first - 1
  const firstLow = 1 - (first - taken) - (inversePower + taken)
  const sum = first + r
  const correction = first - sum + r + firstLow + beyondLinear(r, tail)
  const high = sum + correction
  const power = twoToThe(k)
  const e = high * power
  const eLow = (sum - high + correction) * power
  const denominator = 2 + e
  const denominatorLow = 2 - denominator + e + eLow
  const result = quotient(-e, -eLow, denominator, denominatorLow)
  return size < LOWEST ? x : x < 0 ? -result : result
}
