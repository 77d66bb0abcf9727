//! The logistic function 1 / (1 + e^−x). The order of operations is in `docs/order-of-arithmetic-models.md`; the TypeScript
//! twin is `src/kernels/math/sigmoid.ts`.
//!
//! Method: with t = e^−|x| in two parts, t / (1 + t) for x < 0 and 1 / (1 + t) else, divided in two parts. For negative x the power of
//! two of t is left out until the end, so that results down to the subnormal ones keep their digits.

use super::exp::{Reduced, beyond_linear, clamp, reduce, two_to_the};
use super::two_parts::quotient;
use crate::arch::Real;

/// 1 / (1 + e^−x). Worst error 0.6 ulp, 1 ulp for subnormal results. sigmoid(±0) = 1/2, sigmoid(−∞) = 0, sigmoid(∞) = 1, NaN gives NaN.
#[inline(always)]
pub fn sigmoid<R: Real>(x: R) -> R {
    let c = |value| x.splat(value);
    let Reduced { k, r, tail } = reduce(clamp(-x.abs()));
    let sum = c(1.0) + r;
    let correction = (c(1.0) - sum + r) + beyond_linear(r, tail);
    let y = sum + correction;
    let y_low = (sum - y) + correction;
    // Below 2^−1000, t is nothing to 1.
    let power = two_to_the(R::select(k.less(c(-1000.0)), c(-1000.0), k));
    let t = y * power;
    let one_plus = c(1.0) + t;
    let one_plus_low = (c(1.0) - one_plus + t) + y_low * power;
    let negative = x.less(c(0.0));
    let numerator = R::select(negative, y, c(1.0));
    let numerator_low = R::select(negative, y_low, c(0.0));
    let result = quotient(numerator, numerator_low, one_plus, one_plus_low);
    result.scale(R::select(negative, k, c(0.0)))
}
