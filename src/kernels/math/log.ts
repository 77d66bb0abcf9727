/**
 * The natural logarithm. The Rust twin is crates/kernels/src/math/log.rs; the order of operations is written down in
 * docs/order-of-arithmetic-models.md.
 *
 * Method: x = 2^k·m with √½ ≤ m < √2; with f = m − 1 and s = f / (2 + f), log(1 + f) = f − f²/2 + s·(f²/2 + s²·P(s²)) with the P of
 * `log1p`.
 */
import { series } from './log1p.ts'
import { exponentOf, scaleDown } from './split.ts'

// As in log1p.ts. Not imported: the engine loads an imported constant from memory each time, and takes half as long again.
const LN2_HIGH = 0.6931471804855391
const LN2_LOW = 7.440617110012397e-11

const SMALLEST_NORMAL = 2.2250738585072014e-308
const TWO_54 = 18014398509481984

/** log(x). Worst error 0.9 ulp. log(1) = 0, log(±0) = −Infinity, log(Infinity) = Infinity; NaN and x < 0 give NaN. */
export function log(x: number): number {
  if (!(x >= SMALLEST_NORMAL && x < Infinity)) return logAtEdge(x)
  return logOf(x, 0)
}

function logAtEdge(x: number): number {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x > 0 ? x : NaN
  return logOf(x * TWO_54, 54)
}

/** log(x·2^−lowered) of a positive normal x. */
function logOf(x: number, lowered: number): number {
  const exponent = exponentOf(x)
  const m = scaleDown(x, exponent)
  const k = exponent - lowered
  const f = m - 1
  const s = f / (2 + f)
  const halfSquare = 0.5 * f * f
  const rest = f - (halfSquare - (s * (halfSquare + series(s * s)) + k * LN2_LOW))
  return k * LN2_HIGH + rest
}
