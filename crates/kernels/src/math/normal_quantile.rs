//! The quantile function of the standard normal distribution: Wichura, "Algorithm AS 241: The percentage points of the normal
//! distribution" (1988), routine PPND16. The TypeScript twin is `src/kernels/math/normal-quantile.ts`.
//!
//! Method: with q = p − ½, a rational function of q² for |q| ≤ 0.425, else one of √(−log(min(p, 1 − p))), of which there
//! are two, below and above 5.

use super::log;
use crate::arch::{Mask, Real};

/// Numerator and denominator, the constant terms first.
type Fraction = ([f64; 8], [f64; 8]);

const CENTRAL: Fraction = (
    [
        3.3871328727963665,
        133.14166789178438,
        1971.5909503065513,
        13731.69376550946,
        45921.95393154987,
        67265.7709270087,
        33430.57558358813,
        2509.0809287301227,
    ],
    [
        1.0,
        42.31333070160091,
        687.1870074920579,
        5394.196021424751,
        21213.794301586597,
        39307.89580009271,
        28729.085735721943,
        5226.495278852546,
    ],
);

const TAIL: Fraction = (
    [
        1.4234371107496835,
        4.630337846156546,
        5.769497221460691,
        3.6478483247632045,
        1.2704582524523684,
        0.2417807251774506,
        0.022723844989269184,
        0.0007745450142783414,
    ],
    [
        1.0,
        2.053191626637759,
        1.6763848301838038,
        0.6897673349851,
        0.14810397642748008,
        0.015198666563616457,
        0.0005475938084995345,
        1.0507500716444169e-9,
    ],
);

const FAR_TAIL: Fraction = (
    [
        6.657904643501103,
        5.463784911164114,
        1.7848265399172913,
        0.29656057182850487,
        0.026532189526576124,
        0.0012426609473880784,
        2.7115555687434876e-5,
        2.0103343992922881e-7,
    ],
    [
        1.0,
        0.599832206555888,
        0.1369298809227358,
        0.014875361290850615,
        0.0007868691311456133,
        1.8463183175100548e-5,
        1.421511758316446e-7,
        2.0442631033899397e-15,
    ],
);

/// By Horner's rule.
#[inline(always)]
fn polynomial<R: Real>(coefficients: &[f64; 8], r: R) -> R {
    let mut value = r.splat(coefficients[7]);
    for index in (0..7).rev() {
        value = value * r + r.splat(coefficients[index]);
    }
    value
}

/// The number that a standard normal one is below with probability `p`, for 0 < p < 1. Relative error about 1e-15. Anything else gives
/// an unspecified number.
#[inline(always)]
pub fn normal_quantile<R: Real>(p: R) -> R {
    let c = |value| p.splat(value);
    let q = p - c(0.5);
    let central = q.abs().less_equal(c(0.425));
    let r = c(0.180625) - q * q;
    let numerator = q * polynomial(&CENTRAL.0, r);
    let denominator = polynomial(&CENTRAL.1, r);
    if !central.not().any() {
        return numerator / denominator;
    }
    let right = c(0.0).less(q);
    let smaller = R::select(right, c(1.0) - p, p);
    let root = (-log(smaller)).sqrt();
    let r = root - c(1.6);
    let (mut above, mut below) = (polynomial(&TAIL.0, r), polynomial(&TAIL.1, r));
    let far = c(5.0).less(root);
    if far.any() {
        let r = root - c(5.0);
        above = R::select(far, polynomial(&FAR_TAIL.0, r), above);
        below = R::select(far, polynomial(&FAR_TAIL.1, r), below);
    }
    let above = R::select(right, above, -above);
    R::select(central, numerator, above) / R::select(central, denominator, below)
}
