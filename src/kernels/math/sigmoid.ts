/**
 * The logistic function 1 / (1 + e^−x). The Rust twin is crates/kernels/src/math/sigmoid.rs; the order of operations is written
 * down in docs/order-of-arithmetic-models.md.
 *
 * Method: with t = e^−|x| in two parts, t / (1 + t) for x < 0 and 1 / (1 + t) else, divided in two parts. For negative x the power of
 * two of t is left out until the end, so that results down to the subnormal ones keep their digits.
 */
import { beyondLinear, scale, twoToThe } from './exp.ts'
import { quotient } from './two-parts.ts'

// As in exp.ts. Not imported: the engine loads an imported constant from memory each time, and takes half as long again.
const LOG2_E = 1.4426950408889634
const LN2_HIGH = 0.6931471804855391
const LN2_LOW = 7.440617110012397e-11
const ROUND = 6755399441055744
const LOWEST = -746

/**
 * 1 / (1 + e^−x). Worst error 0.6 ulp, 1 ulp for subnormal results. sigmoid(±0) = 1/2, sigmoid(−Infinity) = 0, sigmoid(Infinity) = 1, NaN gives NaN.
 */
export function sigmoid(x: number): number {
  const minus = -Math.abs(x)
  const clamped = minus < LOWEST ? LOWEST : minus
  const k = clamped * LOG2_E + ROUND - ROUND
  const high = clamped - k * LN2_HIGH
  const low = k * LN2_LOW
  const r = high - low
  const tail = high - r - low
  const sum = 1 + r
  const correction = 1 - sum + r + beyondLinear(r, tail)
  const y = sum + correction
  const yLow = sum - y + correction
  // Below 2^−1000, t is nothing to 1.
  const power = twoToThe(k < -1000 ? -1000 : k)
  const t = y * power
  const onePlus = 1 + t
  const onePlusLow = 1 - onePlus + t + yLow * power
  // One quotient for both cases: two of them would be too much for the engine to put in line.
  const negative = x < 0
  const result = quotient(negative ? y : 1, negative ? yLow : 0, onePlus, onePlusLow)
  return negative ? scale(result, k) : result
}
