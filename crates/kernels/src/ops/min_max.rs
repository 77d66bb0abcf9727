//! The smallest and the largest element.

use crate::arch::Real;
use crate::families::reduce::{Block, Kernel, Lanes};

/// `min x[i]` and `max x[i]`, each as the kernel of its name gives it.
pub(crate) struct MinMax;

/// The minimum of x and that of −x: see `Max` for why.
pub(crate) struct Extremes;

impl Lanes<1, 2> for Extremes {
    const IDENTITY: [f64; 2] = [f64::INFINITY; 2];

    #[inline(always)]
    fn step<R: Real>(_: R, [least, negated]: [R; 2], [x]: [R; 1]) -> [R; 2] {
        [least.minimum(x), negated.minimum(-x)]
    }
    #[inline(always)]
    fn merge<R: Real>(left: [R; 2], right: [R; 2]) -> [R; 2] {
        [left[0].minimum(right[0]), left[1].minimum(right[1])]
    }
}

impl Kernel<1, 2> for MinMax {
    const NOTHING: [f64; 2] = [f64::INFINITY, f64::NEG_INFINITY];

    #[inline(always)]
    fn block<B: Block<1>>(block: B) -> [B::Real; 2] {
        let [least, negated] = block.fold::<Extremes, 2>(block.splat(0.0));
        [least, -negated]
    }
    #[inline(always)]
    fn merge<R: Real>(left: [R; 2], right: [R; 2]) -> [R; 2] {
        [left[0].minimum(right[0]), left[1].maximum(right[1])]
    }
}

#[cfg(test)]
pub(crate) mod naive {
    use crate::ops::naive::{max, min};
    use crate::reduction::Partial;

    pub fn min_max(x: &[f64]) -> Partial {
        [min(x)[0], max(x)[0], 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    }
}
