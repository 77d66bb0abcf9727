//! `√(Σ x²)`, also where the sum of squares is no double.

use super::SumOfSquares;
use crate::arch::{Mask, Real};
use crate::families::reduce::{Block, Kernel, Lanes};

/// `Σ x²` as `s · scale²`, `scale` one of 2^-600, 1 and 2^600; the norm is `√s · scale`.
///
/// A block is summed plainly. Only where that sum is so large that it may have overflowed, or so small that squares may have
/// been lost, the block is read once more (from cache) with its elements scaled by a power of two, which is exact. The thresholds leave
/// room for 2^52 blocks, so merging neither overflows nor loses what matters.
///
/// - nothing: s = 0. NaN anywhere: NaN, even beside an infinity. ±∞ without NaN: ∞.
/// - error: relative, at most `(BLOCK / LANES + 6 + log2(max(1, n / BLOCK))) / 2 + 1` times 2^-53, to first order, for any finite input
///   whose norm is a normal double.
pub(crate) struct EuclideanNorm;

const fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((1023 + exponent) as u64) << 52)
}

/// 2^600 and its reciprocal.
const UP: f64 = power_of_two(600);
const DOWN: f64 = power_of_two(-600);
/// Above this a plain sum of squares may have overflowed, or may do so in the tree.
const LARGE: f64 = power_of_two(970);
/// Below this squares that are lost to underflow may matter.
const SMALL: f64 = power_of_two(-900);

/// Σ (factor·x)².
struct ScaledSquares;

impl Lanes<1, 1> for ScaledSquares {
    const IDENTITY: [f64; 1] = [0.0];

    #[inline(always)]
    fn step<R: Real>(factor: R, [sum]: [R; 1], [x]: [R; 1]) -> [R; 1] {
        let scaled = x * factor;
        [sum + scaled * scaled]
    }
    #[inline(always)]
    fn merge<R: Real>([left]: [R; 1], [right]: [R; 1]) -> [R; 1] {
        [left + right]
    }
}

impl Kernel<1, 2> for EuclideanNorm {
    const NOTHING: [f64; 2] = [0.0, 1.0];

    #[inline(always)]
    fn block<B: Block<1>>(block: B) -> [B::Real; 2] {
        let one = block.splat(1.0);
        let [plain] = block.fold::<SumOfSquares, 1>(one);
        let large = block.splat(LARGE).less(plain);
        let small = plain.less(block.splat(SMALL));
        if !large.or(small).any() {
            return [plain, one];
        }
        let choose = |if_large, if_small| {
            let other = B::Real::select(small, block.splat(if_small), one);
            B::Real::select(large, block.splat(if_large), other)
        };
        let [scaled] = block.fold::<ScaledSquares, 1>(choose(DOWN, UP));
        [scaled, choose(UP, DOWN)]
    }

    /// Both at the larger scale; the quotients of scales are powers of two, and 0 where the smaller can't be seen.
    #[inline(always)]
    fn merge<R: Real>([sa, scale_a]: [R; 2], [sb, scale_b]: [R; 2]) -> [R; 2] {
        let scale = scale_a.maximum(scale_b);
        let (a, b) = (scale_a / scale, scale_b / scale);
        [(sa * a) * a + (sb * b) * b, scale]
    }
}

#[cfg(test)]
pub(crate) mod naive {
    use crate::families::reference;
    use crate::reduction::Partial;

    pub fn euclidean_norm(x: &[f64]) -> Partial {
        let two = |exponent: i32| 2_f64.powi(exponent);
        let [s, scale] = reference::tree(
            x.len(),
            [0.0, 1.0],
            |first, last| {
                let squares = |factor: f64| {
                    reference::block(
                        first,
                        last,
                        0.0,
                        &|s, i| s + (x[i] * factor) * (x[i] * factor),
                        &|a, b| a + b,
                    )
                };
                let plain = squares(1.0);
                if plain > two(970) {
                    [squares(two(-600)), two(600)]
                } else if plain < two(-900) {
                    [squares(two(600)), two(-600)]
                } else {
                    [plain, 1.0]
                }
            },
            &|[sa, ca]: [f64; 2], [sb, cb]: [f64; 2]| {
                let c = if ca > cb { ca } else { cb };
                [(sa * (ca / c)) * (ca / c) + (sb * (cb / c)) * (cb / c), c]
            },
        );
        [s, scale, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    }
}
