//! `Π x`.

use crate::arch::Real;
use crate::families::reduce::{Lanes, OneDouble};

/// `Π x[i]`.
///
/// - nothing: 1.
/// - NaN, or 0 and ±∞ together: NaN. A partial product beyond the doubles becomes ±∞ or ±0 for good, even where later elements
///   would bring it back; and a partial product of 0 meets one of ∞ as NaN.
/// - error: relative, at most about `n · 2^-53`, as long as no partial product is subnormal or overflows.
pub(crate) struct Product;

impl Lanes<1, 1> for Product {
    const IDENTITY: [f64; 1] = [1.0];

    #[inline(always)]
    fn step<R: Real>(_: R, [product]: [R; 1], [x]: [R; 1]) -> [R; 1] {
        [product * x]
    }
    #[inline(always)]
    fn merge<R: Real>([left]: [R; 1], [right]: [R; 1]) -> [R; 1] {
        [left * right]
    }
}

impl OneDouble<1> for Product {
    const NOTHING: f64 = 1.0;

    #[inline(always)]
    fn merge_partials<R: Real>(left: R, right: R) -> R {
        left * right
    }
}

#[cfg(test)]
pub(crate) mod naive {
    use crate::families::reference;
    use crate::reduction::Partial;

    pub fn product(x: &[f64]) -> Partial {
        reference::scalar(x.len(), 1.0, |s, i| s * x[i], |a, b| a * b)
    }
}
