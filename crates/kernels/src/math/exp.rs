//! e^x. The order of operations is in `docs/order-of-arithmetic-models.md`; the TypeScript twin is
//! `src/kernels/math/exp.ts`.
//!
//! Method: x = k·ln 2 + r with |r| ≤ ln 2 / 2, ln 2 in two parts (Cody and Waite); e^r = 1 + r + r²/2 + r³·Q(r) with Q of degree
//! 9 (`scripts/fit-math.py`); the rounding error of 1 + r and that of r are added back last.

use crate::arch::Real;
use std::f64::consts::LOG2_E;

/// The leading 33 bits of ln 2: its product with any k of interest is exact.
const LN2_HIGH: f64 = 0.6931471804855391;
const LN2_LOW: f64 = 7.440617110012397e-11;
/// 1.5·2^52: adding it rounds to an integer, which then stands in the low bits of the representation.
const ROUND: f64 = 6755399441055744.0;

const Q1: f64 = 0.1666666666666667;
const Q2: f64 = 0.04166666666666667;
const Q3: f64 = 0.008333333333326112;
const Q4: f64 = 0.001388888888888373;
const Q5: f64 = 0.0001984126987490126;
const Q6: f64 = 2.4801587325605324e-5;
const Q7: f64 = 2.7557255297969643e-6;
const Q8: f64 = 2.755727357010214e-7;
const Q9: f64 = 2.5105259538448494e-8;
const Q10: f64 = 2.0914717341716378e-9;

/// Beyond these the result is Infinity or 0 by itself; clamping keeps k within the exponents.
const HIGHEST: f64 = 710.0;
const LOWEST: f64 = -746.0;

/// x = k·ln 2 + r + tail, with k an integer and |r| ≤ ln 2 / 2.
pub(super) struct Reduced<R> {
    pub(super) k: R,
    pub(super) r: R,
    /// What rounding took from r.
    pub(super) tail: R,
}

/// Takes the multiples of ln 2 from x. |x| must not pass 1024.
#[inline(always)]
pub(super) fn reduce<R: Real>(x: R) -> Reduced<R> {
    let c = |value| x.splat(value);
    let k = x * c(LOG2_E) + c(ROUND) - c(ROUND);
    let high = x.plus_exact(k, c(-LN2_HIGH));
    let low = k * c(LN2_LOW);
    let r = high - low;
    Reduced {
        k,
        r,
        tail: high - r - low,
    }
}

/// e^(r + tail) − 1 − r, for |r| ≤ ln 2 / 2 and a tail far below it.
#[inline(always)]
pub(super) fn beyond_linear<R: Real>(r: R, tail: R) -> R {
    let c = |value| r.splat(value);
    let r2 = r * r;
    let r4 = r2 * r2;
    let q = ((c(Q1) + c(Q2) * r) + r2 * (c(Q3) + c(Q4) * r))
        + (r4 * ((c(Q5) + c(Q6) * r) + r2 * (c(Q7) + c(Q8) * r)) + (r4 * r4) * (c(Q9) + c(Q10) * r));
    // Half of r² is exact, or so small that nothing is seen of it.
    ((r2 * r) * q + (tail + tail * r)).plus_exact(c(0.5), r2)
}

/// Clamped to where e^x is neither 0 nor ∞ by far; a NaN passes.
#[inline(always)]
pub(super) fn clamp<R: Real>(x: R) -> R {
    x.splat(LOWEST).greater(x.splat(HIGHEST).lesser(x))
}

/// 2^k of an integer k between −1022 and 1023.
#[inline(always)]
pub(super) fn two_to_the<R: Real>(k: R) -> R {
    // Rounded to an integer it stands in the low bits.
    (k + k.splat(ROUND)).add_bits(k.splat_bits(1023)).shift_left_bits(52)
}

/// e^x. Worst error 0.61 ulp (0.5 is the least possible), 0.75 ulp for subnormal results. exp(±0) = 1, exp(−∞) = 0, exp(∞) = ∞,
/// NaN gives NaN; below −745.13 the result is 0, above 709.78 ∞.
#[inline(always)]
pub fn exp<R: Real>(x: R) -> R {
    let Reduced { k, r, tail } = reduce(clamp(x));
    let sum = r.splat(1.0) + r;
    let y = sum + ((r.splat(1.0) - sum + r) + beyond_linear(r, tail));
    y.scale(k)
}
