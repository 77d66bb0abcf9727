//! `log Σ e^x` in one read.

use super::Max;
use crate::arch::Real;
use crate::families::reduce::{Block, Kernel, Lanes};
use crate::math::exp;

/// The maximum `c` and `s = Σ e^(x − c)`; the value is `c + log s`, or `c + s` where c isn't finite.
///
/// A block is read twice, the second time from cache: first its maximum, then the sum relative to it, so that nothing overflows and the
/// largest term is 1. Partials merge at the larger maximum, with one exponential each.
///
/// - nothing: c = −∞, s = 0. Only −∞: the same. NaN: s is NaN. +∞ without NaN: both +∞.
/// - error: of s, relative, that of the sum plus 2 units in the last place for each exponential on the way (its own
///   and that of its argument, which is at most 746 in the way that matters: `|x − c| · 2^-53`).
pub(crate) struct LogSumExp;

/// Σ e^(x − highest).
struct Exponentials;

impl Lanes<1, 1> for Exponentials {
    const IDENTITY: [f64; 1] = [0.0];

    #[inline(always)]
    fn step<R: Real>(highest: R, [sum]: [R; 1], [x]: [R; 1]) -> [R; 1] {
        [sum + exp(x - highest)]
    }
    #[inline(always)]
    fn merge<R: Real>([left]: [R; 1], [right]: [R; 1]) -> [R; 1] {
        [left + right]
    }
}

impl Kernel<1, 2> for LogSumExp {
    const NOTHING: [f64; 2] = [f64::NEG_INFINITY, 0.0];

    #[inline(always)]
    fn block<B: Block<1>>(block: B) -> [B::Real; 2] {
        let zero = block.splat(0.0);
        let [least] = block.fold_first::<Max, 1>(zero);
        let highest = -least;
        let [sum] = block.fold_again::<Exponentials, 1>(highest);
        // The differences are NaN where the maximum isn't finite: then nothing for −∞, else the maximum, ∞ or NaN.
        let infinity = block.splat(f64::INFINITY);
        let other = B::Real::select(highest.equal(-infinity), zero, highest);
        [highest, B::Real::select(highest.abs().less(infinity), sum, other)]
    }

    /// Two equal maxima may be infinite, so their factor is 1 without a difference.
    #[inline(always)]
    fn merge<R: Real>([ca, sa]: [R; 2], [cb, sb]: [R; 2]) -> [R; 2] {
        let swap = ca.less(cb);
        let (high, low) = (R::select(swap, cb, ca), R::select(swap, ca, cb));
        let (first, second) = (R::select(swap, sb, sa), R::select(swap, sa, sb));
        let factor = R::select(ca.equal(cb), ca.splat(1.0), exp(low - high));
        [high, first + second * factor]
    }
}

#[cfg(test)]
pub(crate) mod naive {
    use crate::families::reference;
    use crate::math::exp;
    use crate::ops::naive::larger;
    use crate::reduction::Partial;

    pub fn log_sum_exp(x: &[f64]) -> Partial {
        let [c, s] = reference::tree(
            x.len(),
            [f64::NEG_INFINITY, 0.0],
            |first, last| {
                let c = reference::block(first, last, f64::NEG_INFINITY, &|s, i| larger(s, x[i]), &larger);
                if c.is_finite() {
                    let s = reference::block(first, last, 0.0, &|s, i| s + exp(x[i] - c), &|a, b| a + b);
                    [c, s]
                } else if c == f64::NEG_INFINITY {
                    [c, 0.0]
                } else {
                    [c, c]
                }
            },
            &|[ca, sa]: [f64; 2], [cb, sb]: [f64; 2]| {
                if ca == cb {
                    [ca, sa + sb]
                } else if cb > ca {
                    [cb, sb + sa * exp(ca - cb)]
                } else {
                    [ca, sa + sb * exp(cb - ca)]
                }
            },
        );
        [c, s, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    }
}
