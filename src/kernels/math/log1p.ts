/**
 * log(1 + x) from nothing but + − × ÷ and bit moves, so that every engine gives the same bits. The Rust twin is
 * crates/kernels/src/math/log1p.rs; the order of operations is written down in docs/order-of-arithmetic-models.md.
 *
 * Method: u = 1 + x = 2^k·m with √½ ≤ m < √2 and the rounding error of u kept apart; with f = m − 1 and s = f / (2 + f),
 * log(1 + f) = f − f²/2 + s·(f²/2 + s²·P(s²)) with P of degree 6 (scripts/fit-math.py). For k = 0, f is x itself.
 */
import { exponentOf, scaleDown } from './split.ts'

const LN2_HIGH = 0.6931471804855391
const LN2_LOW = 7.440617110012397e-11
const SQRT_HALF = 0.7071067811865476
const SQRT_2 = 1.4142135623730951

const P0 = 0.666666666666667
const P1 = 0.3999999999989889
const P2 = 0.2857142862625391
const P3 = 0.22222211089368124
const P4 = 0.18182892433364564
const P5 = 0.15331611694570085
const P6 = 0.14617807492803847

/** z·P(z): (2·atanh(s) − 2·s) / s for z = s². */
export function series(z: number): number {
  const z2 = z * z
  const z4 = z2 * z2
  return z * (P0 + P1 * z + z2 * (P2 + P3 * z) + z4 * (P4 + P5 * z + z2 * P6))
}

/**
 * log(1 + x). Worst error seen 0.9 ulp. log1p(±0) = ±0, log1p(−1) = −Infinity, log1p(Infinity) = Infinity; NaN and x < −1 give NaN.
 */
export function log1p(x: number): number {
  if (!(x > -1 && x < Infinity)) return x === -1 ? -Infinity : x === Infinity ? Infinity : NaN
  const u = 1 + x
  let k = 0
  let f = x
  /** The rounding error of u, times 2^−k. */
  let c = 0
  if (!(u >= SQRT_HALF && u < SQRT_2)) {
    k = exponentOf(u)
    f = scaleDown(u, k) - 1
    // |c| ≤ 2^−53: scaling is exact, or far below the last bit.
    c = scaleDown(x >= 1 ? 1 - (u - x) : x - (u - 1), k)
  }
  const s = f / (2 + f)
  const z = s * s
  const halfSquare = 0.5 * f * f
  // c / m without a second division: 1/m = (1 − s)/(1 + s), and c needs only a few digits of it.
  const oneMinus = 1 - s
  const correction = k * LN2_LOW + c * (oneMinus * (oneMinus + z))
  const rest = f - (halfSquare - (s * (halfSquare + series(z)) + correction))
  // Adding 0·ln 2 would lose the sign of −0.
  return k === 0 ? rest : k * LN2_HIGH + rest
}
