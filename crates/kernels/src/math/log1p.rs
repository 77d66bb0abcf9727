//! log(1 + x). The order of operations is in `docs/order-of-arithmetic-models.md`; the TypeScript twin is
//! `src/kernels/math/log1p.ts`.
//!
//! Method: u = 1 + x = 2^k·m with √½ ≤ m < √2 and the rounding error of u kept apart; with f = m − 1 and s = f / (2 + f),
//! log(1 + f) = f − f²/2 + s·(f²/2 + s²·P(s²)) with P of degree 6 (`scripts/fit-math.py`). For k = 0, f is x itself.

use crate::arch::{Mask, Real};
use std::f64::consts::FRAC_1_SQRT_2 as SQRT_HALF;

pub(super) const LN2_HIGH: f64 = 0.6931471804855391;
pub(super) const LN2_LOW: f64 = 7.440617110012397e-11;

const P0: f64 = 0.666666666666667;
const P1: f64 = 0.3999999999989889;
const P2: f64 = 0.2857142862625391;
const P3: f64 = 0.22222211089368124;
const P4: f64 = 0.18182892433364564;
const P5: f64 = 0.15331611694570085;
const P6: f64 = 0.14617807492803847;

/// 2^52, whose representation takes an integer in its low bits and shows it as a double.
const TWO_52: f64 = 4503599627370496.0;

/// 2^1000. From here on 1 + x is x, and the 1 is lost on the result.
const TOO_LARGE: f64 = f64::from_bits((1023 + 1000) << 52);

/// z·P(z): (2·atanh(s) − 2·s) / s for z = s².
#[inline(always)]
pub(super) fn series<R: Real>(z: R) -> R {
    let c = |value| z.splat(value);
    let z2 = z * z;
    let z4 = z2 * z2;
    z * (((c(P0) + c(P1) * z) + z2 * (c(P2) + c(P3) * z)) + z4 * ((c(P4) + c(P5) * z) + z2 * c(P6)))
}

/// log(1 + x). Worst error 0.9 ulp. log1p(±0) = ±0, log1p(−1) = −∞, log1p(∞) = ∞; NaN and x < −1 give NaN.
#[inline(always)]
pub fn log1p<R: Real>(x: R) -> R {
    let c = |value| x.splat(value);
    let u = c(1.0) + x;
    // Shifted so that the exponent field steps where m passes √2: it is then k + 1023.
    let shifted = u.add_bits(x.splat_bits(1.0_f64.to_bits() - SQRT_HALF.to_bits()));
    let biased = shifted.shift_right_bits(52);
    let k = biased.bit_or(c(TWO_52)) - c(TWO_52 + 1023.0);
    let m = shifted.bit_and(x.splat_bits((1 << 52) - 1)).add_bits(c(SQRT_HALF));
    let near = k.equal(c(0.0));
    let error = R::select(c(1.0).less_equal(x), c(1.0) - (u - x), x - (u - c(1.0)));
    let scale = x.splat_bits(2046).sub_bits(biased).shift_left_bits(52);
    let f = R::select(near, x, m - c(1.0));
    // Nothing to correct, or a correction too small to see, whose scale would leave the exponents.
    let exact = near.or(c(TOO_LARGE).less_equal(x));
    let error = R::select(exact, c(0.0), error * scale);

    let s = f / (c(2.0) + f);
    let z = s * s;
    let p = series(z);
    let half_square = c(0.5) * f * f;
    // error / m without a second division: 1/m = (1 − s)/(1 + s), and the error needs only a few digits of it.
    let one_minus = c(1.0) - s;
    let correction = k * c(LN2_LOW) + error * (one_minus * (one_minus + z));
    let rest = f - (half_square - (s * (half_square + p) + correction));
    // Adding 0·ln 2 would lose the sign of −0.
    let result = R::select(near, rest, rest.plus_exact(k, c(LN2_HIGH)));

    let edge = R::select(u.equal(c(0.0)), c(f64::NEG_INFINITY), c(f64::NAN));
    let result = R::select(c(0.0).less(u), result, edge);
    R::select(u.equal(c(f64::INFINITY)), u, result)
}
