//! e^x − 1. The order of operations is in `docs/order-of-arithmetic-models.md`; the TypeScript twin is
//! `src/kernels/math/expm1.ts`.
//!
//! Method: e^x = 2^k·(1 + r + b) as in `exp`; then e^x − 1 = 2^k·((1 − 2^−k) + r + b), where the sums are kept with their errors.

use super::exp::{Reduced, beyond_linear, reduce, two_to_the};
use crate::arch::Real;

/// From here on the result is ∞ by itself.
const HIGHEST: f64 = 710.0;
/// Below, the result is −1 by itself.
const LOWEST: f64 = -40.0;

/// e^x − 1 = 2^k·(high + low) for −745 ≤ x ≤ 710, |low| far below |high|.
#[inline(always)]
pub(super) fn expm1_parts<R: Real>(x: R) -> (R, R, R) {
    let c = |value| x.splat(value);
    let Reduced { k, r, tail } = reduce(x);
    let b = beyond_linear(r, tail);
    // 2^−k is far below the last bit from k = 60 on.
    let power = two_to_the(R::select(c(60.0).less(k), c(-60.0), -k));
    let first = c(1.0) - power;
    let taken = first - c(1.0);
    let first_low = (c(1.0) - (first - taken)) - (power + taken);
    // |first| is 0 or at least 1/2, and |r| is less.
    let sum = first + r;
    let correction = ((first - sum + r) + first_low) + b;
    let high = sum + correction;
    (k, high, sum - high + correction)
}

/// e^x − 1. Worst error 0.9 ulp. expm1(±0) = ±0, expm1(−∞) = −1, expm1(∞) = ∞, NaN gives NaN.
#[inline(always)]
pub fn expm1<R: Real>(x: R) -> R {
    let c = |value| x.splat(value);
    // A NaN passes both comparisons and all that follows.
    let clamped = R::select(c(HIGHEST).less(x), c(HIGHEST), x);
    let clamped = R::select(clamped.less(c(LOWEST)), c(LOWEST), clamped);
    let (k, high, _) = expm1_parts(clamped);
    // A sum that starts from +0 loses the sign of −0.
    R::select(x.equal(c(0.0)), x, high.scale(k))
}
