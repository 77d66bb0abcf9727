//! `Σ x²`.

use crate::arch::Real;
use crate::families::reduce::{Lanes, OneDouble};

/// `Σ x[i]·x[i]`, each square rounded before it is added (no fused multiply-add).
///
/// - nothing: +0. Never −0.
/// - NaN: NaN; ±∞: +∞. Elements beyond about 1.3e154 overflow to +∞, elements under about 1.5e-162 vanish.
/// - error: as for the sum with one rounding more, relative to the result itself, since all terms have one sign.
pub(crate) struct SumOfSquares;

impl Lanes<1, 1> for SumOfSquares {
    const IDENTITY: [f64; 1] = [0.0];

    #[inline(always)]
    fn step<R: Real>(_: R, [sum]: [R; 1], [x]: [R; 1]) -> [R; 1] {
        [sum + x * x]
    }
    #[inline(always)]
    fn merge<R: Real>([left]: [R; 1], [right]: [R; 1]) -> [R; 1] {
        [left + right]
    }
}

impl OneDouble<1> for SumOfSquares {
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

    pub fn sum_of_squares(x: &[f64]) -> Partial {
        reference::scalar(x.len(), 0.0, |s, i| s + x[i] * x[i], |a, b| a + b)
    }
}
