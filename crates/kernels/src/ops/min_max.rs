//! The smallest and the largest element.

use crate::arch::{Mask, Real};
use crate::families::floats;
use crate::families::reduce::{Block, Kernel, Lanes};

/// `min x[i]` and `max x[i]`, each as the kernel of its name gives it.
pub(crate) struct MinMax;

/// The minimum of x and that of −x: see `Max` for why.
struct Extremes;

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

/// Sum, minimum and maximum, the last two by comparisons that don't mind NaN and signs of zeros.
pub(crate) struct SumAndExtremes;

impl Lanes<1, 3> for SumAndExtremes {
    const IDENTITY: [f64; 3] = [0.0, f64::INFINITY, f64::NEG_INFINITY];

    #[inline(always)]
    fn step<R: Real>(_: R, [sum, least, largest]: [R; 3], [x]: [R; 1]) -> [R; 3] {
        [sum + x, x.lesser(least), x.greater(largest)]
    }
    #[inline(always)]
    fn merge<R: Real>(left: [R; 3], right: [R; 3]) -> [R; 3] {
        [left[0] + right[0], right[1].lesser(left[1]), right[2].greater(left[2])]
    }
}

/// The sum (that of `Sum`), the minimum and the maximum of a block from what `SumAndExtremes` gives. Exact extremes cost seven instructions an element, plain comparisons two:
/// so those come first, and only where they may be wrong, the block is read once more. A NaN shows in the sum.
#[inline(always)]
pub(crate) fn exact_extremes<B: Block<1>>(block: B, [sum, least, largest]: [B::Real; 3]) -> [B::Real; 3] {
    let zero = block.splat(0.0);
    let doubtful = sum.equal(sum).not().or(least.equal(zero)).or(largest.equal(zero));
    if !doubtful.any() {
        return [sum, least, largest];
    }
    let [least, negated] = block.fold::<Extremes, 2>(zero);
    [sum, least, -negated]
}

impl Kernel<1, 2> for MinMax {
    const NOTHING: [f64; 2] = [f64::INFINITY, f64::NEG_INFINITY];

    #[inline(always)]
    fn block<B: Block<1>>(block: B) -> [B::Real; 2] {
        if let Some(input) = block.floats() {
            return floats::min_max(input).map(|value| block.splat(value));
        }
        let folded = block.fold::<SumAndExtremes, 3>(block.splat(0.0));
        let [_, least, largest] = exact_extremes(block, folded);
        [least, largest]
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
