//! The natural logarithm. The order of operations is in `docs/order-of-arithmetic-models.md`; the TypeScript twin is
//! `src/kernels/math/log.ts`.
//!
//! Method: x = 2^k·m with √½ ≤ m < √2; with f = m − 1 and s = f / (2 + f), log(1 + f) = f − f²/2 + s·(f²/2 + s²·P(s²)) with the P of
//! `log1p`.

use super::log1p::{LN2_HIGH, LN2_LOW, series};
use crate::arch::{Mask, Real};
use std::f64::consts::FRAC_1_SQRT_2 as SQRT_HALF;

/// 2^52, whose representation takes an integer in its low bits and shows it as a double.
const TWO_52: f64 = 4503599627370496.0;
/// Makes a subnormal number normal.
const TWO_54: f64 = 18014398509481984.0;

/// x = 2^k·m with √½ ≤ m < √2, for positive finite x: k and m.
#[inline(always)]
pub(super) fn split<R: Real>(x: R) -> (R, R) {
    let c = |value| x.splat(value);
    let subnormal = x.less(c(f64::MIN_POSITIVE));
    let x = R::select(subnormal, x * c(TWO_54), x);
    let bias = R::select(subnormal, c(TWO_52 + 1023.0 + 54.0), c(TWO_52 + 1023.0));
    // Shifted so that the exponent field steps where m passes √2: it is then k + 1023.
    let shifted = x.add_bits(x.splat_bits(1.0_f64.to_bits() - SQRT_HALF.to_bits()));
    let k = shifted.shift_right_bits(52).bit_or(c(TWO_52)) - bias;
    let m = shifted.bit_and(x.splat_bits((1 << 52) - 1)).add_bits(c(SQRT_HALF));
    (k, m)
}

/// log(x). Worst error 0.9 ulp. log(1) = 0, log(±0) = −∞, log(∞) = ∞; NaN and x < 0 give NaN.
#[inline(always)]
pub fn log<R: Real>(x: R) -> R {
    let c = |value| x.splat(value);
    let (k, m) = split(x);
    let f = m - c(1.0);
    let s = f / (c(2.0) + f);
    let half_square = c(0.5) * f * f;
    let rest = f - (half_square - (s * (half_square + series(s * s)) + k * c(LN2_LOW)));
    let result = rest.plus_exact(k, c(LN2_HIGH));
    let inside = c(0.0).less(x).and(x.less(c(f64::INFINITY)));
    let edge = R::select(x.equal(c(0.0)), c(f64::NEG_INFINITY), c(f64::NAN));
    let edge = R::select(x.equal(c(f64::INFINITY)), x, edge);
    R::select(inside, result, edge)
}
