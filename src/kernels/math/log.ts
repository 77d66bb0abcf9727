/**
 * The natural logarithm. The Rust twin is crates/kernels/src/math/log.rs; the order of operations is written down in
 * docs/order-of-arithmetic-models.md.
 *
 * Method: x = 2^k·m with √½ ≤ m < √2; with f = m − 1 and s = f / (2 + f), log(1 + f) = f − f²/2 + s·(f²/2 + s²·P(s²)) with the P of
 * `log1p`.
 */
import { LN2_HIGH, LN2_LOW, SQRT_2, series } from './log1p.ts'

const SMALLEST_NORMAL = 2.2250738585072014e-308
const TWO_54 = 18014398509481984

const scratch = new Float64Array(1)
const words = new Uint32Array(scratch.buffer)
/** Which of the two words holds sign and exponent. */
const HIGH_WORD = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0

/** log(x). Worst error 0.9 ulp. log(1) = 0, log(±0) = −Infinity, log(Infinity) = Infinity; NaN and x < 0 give NaN. */
export function log(x: number): number {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x > 0 ? x : NaN
  let k = -1023
  if (x < SMALLEST_NORMAL) {
    x *= TWO_54
    k = -1077
  }
  scratch[0] = x
  const highWord = words[HIGH_WORD]!
  k += highWord >>> 20
  words[HIGH_WORD] = (highWord & 0xfffff) | 0x3ff00000
  let m = scratch[0]
  if (m >= SQRT_2) {
    m *= 0.5
    k += 1
  }
  const f = m - 1
  const s = f / (2 + f)
  const halfSquare = 0.5 * f * f
  const rest = f - (halfSquare - (s * (halfSquare + series(s * s)) + k * LN2_LOW))
  return k * LN2_HIGH + rest
}
