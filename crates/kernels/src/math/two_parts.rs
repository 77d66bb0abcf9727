//! Quotients of numbers in two parts: a double and what rounding took from it.

use crate::arch::Real;

/// (numerator + numerator_low) / (denominator + denominator_low), where `inverse` is 1 / denominator: one division, and its
/// error taken back. Within 0.51 ulp.
#[inline(always)]
pub(super) fn quotient<R: Real>(numerator: R, numerator_low: R, denominator: R, denominator_low: R) -> R {
    let inverse = denominator.splat(1.0) / denominator;
    let q = numerator * inverse;
    let product = q * denominator;
    let rest = ((numerator - product) - q.product_error(denominator, product)) + (numerator_low - q * denominator_low);
    q + rest * inverse
}
