/**
 * e^x − 1. The Rust twin is crates/kernels/src/math/expm1.rs; the order of operations is written down in
 * docs/order-of-arithmetic-models.md.
 *
 * Method: e^x = 2^k·(1 + r + b) as in `exp`; then e^x − 1 = 2^k·((1 − 2^−k) + r + b), where the sums are kept with their errors.
 */
import { beyondLinear, scale, twoToThe } from './exp.ts'

// As in exp.ts. Not imported: the engine loads an imported constant from memory each time, and takes half as long again.
const LOG2_E = 1.4426950408889634
const LN2_HIGH = 0.6931471804855391
const LN2_LOW = 7.440617110012397e-11
const ROUND = 6755399441055744

/** Beyond these the result is Infinity or −1 by itself. */
const HIGHEST = 710
const LOWEST = -40

/** e^x − 1. Worst error 0.9 ulp. expm1(±0) = ±0, expm1(−Infinity) = −1, expm1(Infinity) = Infinity, NaN gives NaN. */
export function expm1(x: number): number {
  const clamped = x > HIGHEST ? HIGHEST : x < LOWEST ? LOWEST : x
  const k = clamped * LOG2_E + ROUND - ROUND
  const high = clamped - k * LN2_HIGH
  const low = k * LN2_LOW
  const r = high - low
  const tail = high - r - low
  // 2^−k is far below the last bit from k = 60 on.
  const power = twoToThe(k > 60 ? -60 : -k)
  const first = 1 - power
  const taken = first - 1
  const firstLow = 1 - (first - taken) - (power + taken)
  // |first| is 0 or at least 1/2, and |r| is less.
  const sum = first + r
  const result = scale(sum + (first - sum + r + firstLow + beyondLinear(r, tail)), k)
  // A sum that starts from +0 loses the sign of −0.
  return x === 0 ? x : result
}
