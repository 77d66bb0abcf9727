//! The hyperbolic tangent. The order of operations is in `docs/order-of-arithmetic-models.md`; the TypeScript twin is
//! `src/kernels/math/tanh.ts`.
//!
//! Method: with e = e^(−2·|x|) − 1 in two parts, tanh |x| = −e / (2 + e), divided in two parts.

use super::exp::two_to_the;
use super::expm1::expm1_parts;
use super::two_parts::quotient;
use crate::arch::Real;

/// From here on the result is 1 to the last bit.
const HIGHEST: f64 = 22.0;
/// 2^−28: below, the result is x to the last bit.
const LOWEST: f64 = 3.725290298461914e-9;

/// tanh(x). Worst error 0.7 ulp. tanh(±0) = ±0, tanh(±∞) = ±1, NaN gives NaN.
#[inline(always)]
pub fn tanh<R: Real>(x: R) -> R {
    let c = |value| x.splat(value);
    let size = x.abs();
    let clamped = R::select(c(HIGHEST).less(size), c(HIGHEST), size);
    let (k, high, low) = expm1_parts(c(-2.0) * clamped);
    let power = two_to_the(k);
    let e = high * power;
    let e_low = low * power;
    let denominator = c(2.0) + e;
    let denominator_low = (c(2.0) - denominator + e) + e_low;
    let result = quotient(-e, -e_low, denominator, denominator_low);
    let result = R::select(size.less(c(LOWEST)), size, result);
    result.bit_or(x.bit_and(c(-0.0)))
}
