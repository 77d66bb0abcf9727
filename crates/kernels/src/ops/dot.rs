//! `Σ x·y`.

use crate::arch::Real;
use crate::families::reduce::{Lanes, OneDouble};

/// `Σ x[i]·y[i]` over two arrays of equal length and type, each product rounded before it is added (no fused
/// multiply-add).
///
/// - nothing: +0.
/// - NaN, `0·∞`, or +∞ and −∞ among the products: NaN. Products and partial sums overflow as doubles do.
/// - error: as for the sum with one rounding more, relative to `Σ |x[i]·y[i]|`.
pub(crate) struct Dot;

impl Lanes<2, 1> for Dot {
    const IDENTITY: [f64; 1] = [0.0];

    #[inline(always)]
    fn step<R: Real>(_: R, [sum]: [R; 1], [x, y]: [R; 2]) -> [R; 1] {
        [sum + x * y]
    }
    #[inline(always)]
    fn merge<R: Real>([left]: [R; 1], [right]: [R; 1]) -> [R; 1] {
        [left + right]
    }
}

impl OneDouble<2> for Dot {
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

    pub fn dot(x: &[f64], y: &[f64]) -> Partial {
        reference::scalar(x.len(), 0.0, |s, i| s + x[i] * y[i], |a, b| a + b)
    }
}
