//! `Σ x`.

use crate::arch::Real;
use crate::families::reduce::{Lanes, OneDouble};

/// `Σ x[i]`.
///
/// - nothing: +0; only −0: +0, since lanes start at +0.
/// - NaN, or +∞ and −∞ together: NaN. A partial sum beyond the largest double overflows to ±∞, even where later elements
///   would bring it back.
/// - error: at most `(BLOCK / LANES + 5 + log2(max(1, n / BLOCK))) · 2^-53 · Σ |x[i]|` to first order, since no element
///   takes part in more additions than that.
pub(crate) struct Sum;

impl Lanes<1, 1> for Sum {
    const IDENTITY: [f64; 1] = [0.0];

    #[inline(always)]
    fn step<R: Real>(_: R, [sum]: [R; 1], [x]: [R; 1]) -> [R; 1] {
        [sum + x]
    }
    #[inline(always)]
    fn merge<R: Real>([left]: [R; 1], [right]: [R; 1]) -> [R; 1] {
        [left + right]
    }
}

impl OneDouble<1> for Sum {
    const NOTHING: f64 = 0.0;

    #[inline(always)]
    fn merge_partials<R: Real>(left: R, right: R) -> R {
        left + right
    }
}

#[cfg(test)]
pub(crate) mod naive {
    use crate::families::reference;
    use crate::reduction::Partial;

    pub fn sum(x: &[f64]) -> Partial {
        reference::scalar(x.len(), 0.0, |s, i| s + x[i], |a, b| a + b)
    }
}
