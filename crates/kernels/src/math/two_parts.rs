//! Numbers in two parts: a double and what rounding took from it. Dekker 1971, without fused multiply-add.

use crate::arch::Real;

/// 2^27 + 1, which takes a double apart into two halves of 26 bits (Veltkamp 1968).
const SPLITTER: f64 = 134217729.0;

/// a as two numbers of at most 26 bits each. |a| must be below 2^996.
#[inline(always)]
fn halves<R: Real>(a: R) -> (R, R) {
    let c = a * a.splat(SPLITTER);
    let high = c - (c - a);
    (high, a - high)
}

/// a·b − product, exactly, where `product` is a·b rounded and nothing underflows.
#[inline(always)]
pub(super) fn product_error<R: Real>(a: R, b: R, product: R) -> R {
    let (a_high, a_low) = halves(a);
    let (b_high, b_low) = halves(b);
    a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
}

/// (numerator + numerator_low) / (denominator + denominator_low), where `inverse` is 1 / denominator: one division, and its
/// error taken back. Within 0.51 ulp.
#[inline(always)]
pub(super) fn quotient<R: Real>(numerator: R, numerator_low: R, denominator: R, denominator_low: R) -> R {
    let inverse = denominator.splat(1.0) / denominator;
    let q = numerator * inverse;
    let product = q * denominator;
    let rest = ((numerator - product) - product_error(q, denominator, product)) + (numerator_low - q * denominator_low);
    q + rest * inverse
}
