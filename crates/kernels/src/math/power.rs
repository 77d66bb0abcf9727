//! x^y. The order of operations is in `docs/order-of-arithmetic-models.md`; the TypeScript twin is
//! `src/kernels/math/power.ts`.
//!
//! Method: e^(y·log |x|) with the logarithm and its product with y in two parts. log m = 2·atanh(s) = 2·(s + s·a), s = (m − 1) / (m + 1),
//! a = z/3 + z²/5 + z³·P(z), z = s², where all but P are in two parts: about 2^−68 of the result is lost, so that the
//! error is that of `exp`.

use super::exp::{Reduced, beyond_linear, reduce};
use super::log::split;
use crate::arch::{Mask, Real};

/// The leading 42 bits of ln 2: its product with any k is exact.
const LN2_HIGH: f64 = 0.6931471805598903;
const LN2_LOW: f64 = 5.497923018708371e-14;
const THIRD: f64 = 0.3333333333333333;
const THIRD_LOW: f64 = 1.850371707708594e-17;
const FIFTH: f64 = 0.2;
const FIFTH_LOW: f64 = -1.1102230246251566e-17;

const P0: f64 = 0.14285714285714285;
const P1: f64 = 0.11111111111111477;
const P2: f64 = 0.09090909090648908;
const P3: f64 = 0.0769230776279737;
const P4: f64 = 0.06666657301771459;
const P5: f64 = 0.05883027018816366;
const P6: f64 = 0.05236397483769557;
const P7: f64 = 0.053090971187363674;

/// 2^52: adding and subtracting it rounds a positive number below it to an integer.
const TWO_52: f64 = 4503599627370496.0;
/// 2^53: from here on every double is an even integer.
const TWO_53: f64 = 9007199254740992.0;
/// 2^66. |log x| is at least 2^−53 unless x = 1, so that greater exponents change nothing.
const LARGEST_EXPONENT: f64 = 73786976294838206464.0;
/// Beyond these the result is ∞ or 0 by itself.
const HIGHEST: f64 = 710.0;
const LOWEST: f64 = -746.0;

/// log(x) of a positive finite x, in two parts.
#[inline(always)]
fn log_parts<R: Real>(x: R) -> (R, R) {
    let c = |value| x.splat(value);
    let (k, m) = split(x);
    let f = m - c(1.0);
    let d = c(2.0) + f;
    let d_low = f - (d - c(2.0));
    let inverse = c(1.0) / d;
    let s = f * inverse;
    let back = s * d;
    let s_low = (((f - back) - s.product_error(d, back)) - s * d_low) * inverse;
    let z = s * s;
    let z_low = s.product_error(s, z) + c(2.0) * s * s_low;
    let z2 = z * z;
    let p =
        ((c(P0) + c(P1) * z) + z2 * (c(P2) + c(P3) * z)) + (z2 * z2) * ((c(P4) + c(P5) * z) + z2 * (c(P6) + c(P7) * z));
    // 1/5 + z·P, times z, plus 1/3, times z, times s: each in two parts.
    let t = z * p;
    let a = c(FIFTH) + t;
    let a_low = (c(FIFTH) - a + t) + c(FIFTH_LOW);
    let t = a * z;
    let t_low = a.product_error(z, t) + (a * z_low + a_low * z);
    let a = c(THIRD) + t;
    let a_low = (c(THIRD) - a + t) + (c(THIRD_LOW) + t_low);
    let t = a * z;
    let t_low = a.product_error(z, t) + (a * z_low + a_low * z);
    let w = s * t;
    let w_low = s.product_error(t, w) + (s * t_low + s_low * t);
    // k·ln 2 + 2·s + 2·w, greatest first.
    let first = k * c(LN2_HIGH);
    let two_s = s + s;
    let one = first + two_s;
    let one_low = first - one + two_s;
    let two_w = w + w;
    let two = one + two_w;
    let two_low = one - two + two_w;
    let low = (one_low + two_low) + (k * c(LN2_LOW) + ((s_low + s_low) + (w_low + w_low)));
    let high = two + low;
    (high, two - high + low)
}

/// x^y as JavaScript's `**` has it: IEEE 754, but 1 and −1 to a power of ±∞ or NaN are NaN. Worst error 0.62 ulp, 0.76 for subnormal results; y = 2 is
/// x·x to the bit. A negative x to a power that is no integer is NaN; y = ±0 gives 1, even for NaN.
#[inline(always)]
pub fn power<R: Real>(x: R, y: R) -> R {
    let c = |value| x.splat(value);
    let sign = c(-0.0);
    let size = x.abs();
    let (log, log_low) = log_parts(size);
    let largest = c(LARGEST_EXPONENT);
    let exponent = R::select(largest.less(y), largest, R::select(y.less(-largest), -largest, y));
    let product = exponent * log;
    let product_low = exponent.product_error(log, product) + exponent * log_low;
    let above = c(HIGHEST).less(product);
    let below = product.less(c(LOWEST));
    let clamped = R::select(above, c(HIGHEST), R::select(below, c(LOWEST), product));
    let Reduced { k, r: before, tail } = reduce(clamped);
    // What the product lost may be large beside an ulp of r, so that r takes it up.
    let rest = tail + R::select(above.or(below), c(0.0), product_low);
    let r = before + rest;
    let tail = before - r + rest;
    let sum = c(1.0) + r;
    let result = (sum + ((c(1.0) - sum + r) + beyond_linear(r, tail))).scale(k);

    let y_size = y.abs();
    let y_clamped = R::select(c(TWO_53).less(y_size), c(TWO_53), y_size);
    let half = y_clamped * c(0.5);
    let integer = c(TWO_52)
        .less_equal(y_size)
        .or((y_clamped + c(TWO_52) - c(TWO_52)).equal(y_clamped));
    let odd = integer.and((half + c(TWO_52) - c(TWO_52)).equal(half).not());

    // 0 and ∞: one or the other, as the sign of y has it.
    let infinite = size.equal(c(f64::INFINITY));
    let zero = size.equal(c(0.0));
    let grows = infinite.and(c(0.0).less(y)).or(zero.and(y.less(c(0.0))));
    let result = R::select(zero.or(infinite), R::select(grows, c(f64::INFINITY), c(0.0)), result);
    let result = R::select(x.less(c(0.0)).and(infinite.or(integer).not()), c(f64::NAN), result);
    let result = R::select(odd, result.bit_or(x.bit_and(sign)), result);
    let undefined = size.equal(c(1.0)).and(y_size.equal(c(f64::INFINITY)));
    let undefined = undefined.or(x.equal(x).and(y.equal(y)).not());
    let result = R::select(undefined, c(f64::NAN), result);
    let result = R::select(y.equal(c(2.0)), x * x, result);
    R::select(y.equal(c(0.0)), c(1.0), result)
}
