//! `Σ |x|`.

use crate::arch::Real;
use crate::families::reduce::{Lanes, OneDouble};

/// `Σ |x[i]|`, the 1-norm.
///
/// - nothing: +0. NaN: NaN. ±∞, or a partial sum beyond the largest double: ∞.
/// - error: that of the sum, and all terms have one sign, so it is relative to the result.
pub(crate) struct SumOfAbsolutes;

impl Lanes<1, 1> for SumOfAbsolutes {
    const IDENTITY: [f64; 1] = [0.0];

    #[inline(always)]
    fn step<R: Real>(_: R, [sum]: [R; 1], [x]: [R; 1]) -> [R; 1] {
        [sum + x.abs()]
    }
    #[inline(always)]
    fn merge<R: Real>([left]: [R; 1], [right]: [R; 1]) -> [R; 1] {
        [left + right]
    }
}

impl OneDouble<1> for SumOfAbsolutes {
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

    pub fn sum_of_absolutes(x: &[f64]) -> Partial {
        reference::scalar(x.len(), 0.0, |s, i| s + x[i].abs(), |a, b| a + b)
    }
}
