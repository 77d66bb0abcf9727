//! `Σ x·y`.

use crate::arch::Real;
use crate::families::reduce::{Lanes, OneDouble};

/// `Σ x[i]·y[i]` over two arrays of equal length and type, each product rounded before it is added (no fused
/// multiply-add).
///
/// - nothing: +0.
/// - NaN, `0·∞`, or +∞ and −∞ among the products: NaN. Products and partial sums overflow as doubles do.
/// - error: as for the sum with one rounding more, relative to `Σ |x[i]·y[i]|`.
#[derive(Clone, Copy)]
pub(crate) struct Dot;

impl Lanes<2, 1> for Dot {
    const IDENTITY: [f64; 1] = [0.0];

    #[inline(always)]
    fn step<R: Real>(self, [sum]: [R; 1], [x, y]: [R; 2]) -> [R; 1] {
        [sum + x * y]
    }
    #[inline(always)]
    fn merge<R: Real>(left: R, right: R) -> R {
        left + right
    }
}

impl OneDouble<2> for Dot {
    const KERNEL: Dot = Dot;
    const NOTHING: f64 = 0.0;

    #[inline(always)]
    fn merge_partials(left: f64, right: f64) -> f64 {
        left + right
    }
}

#[cfg(test)]
pub(crate) mod naive {
    use crate::families::reference;

    pub fn dot(x: &[f64], y: &[f64]) -> [f64; 3] {
        reference::scalar(x.len(), 0.0, |s, i| s + x[i] * y[i], |a, b| a + b)
    }
}
