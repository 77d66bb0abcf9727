//! Number of elements, mean, and sum of squared deviations from the mean (M2).

use super::Sum;
use crate::arch::{Element, Input, Real, Simd};
use crate::families::reduce::{Kernel, Lanes, fold_block};
use crate::reduction::Partial;

/// `M2 = Σ (x[i] − mean)²` with the mean and the count beside it; the variance is `M2 / (n − ddof)`.
///
/// A block is read twice, the second time from cache: first its mean `c`, then the deviations from `c` and their squares,
/// where the sum of the deviations corrects the rounding of `c` (Chan, Golub and LeVeque 1983, "Algorithms for computing the
/// sample variance", the corrected two-pass algorithm). Partials merge by the pairwise formula of the same paper.
///
/// - nothing: count 0, mean 0, M2 0 (the public function refuses an empty input). One element: M2 is +0.
/// - NaN or ±∞ anywhere: NaN. A block whose plain sum overflows (elements near 1e304) gives NaN too.
/// - error: relative to M2 at most about `4·u·(g + t·κ) + 4·(g·u·κ)²` with `u = 2^-53`, `κ = sqrt(Σ x² / M2)`, `t` merges
///   between a block and the root, and `g = BLOCK / LANES + 8 + t`. The textbook formula has `n·u·κ²` and fails outright for
///   `κ` above 1e8.
#[derive(Clone, Copy)]
pub(crate) struct Variance;

/// What is known of a run of blocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moments {
    count: f64,
    mean: f64,
    m2: f64,
}

/// Σ d and Σ d² of the deviations `d = x − center`.
#[derive(Clone, Copy)]
struct Deviations {
    center: f64,
}

impl Lanes<1, 2> for Deviations {
    const IDENTITY: [f64; 2] = [0.0; 2];

    #[inline(always)]
    fn step<R: Real>(self, [sum, squares]: [R; 2], [x]: [R; 1]) -> [R; 2] {
        let deviation = x - x.splat(self.center);
        [sum + deviation, squares + deviation * deviation]
    }
    #[inline(always)]
    fn merge<R: Real>(left: R, right: R) -> R {
        left + right
    }
}

impl Kernel<1> for Variance {
    type Partial = Moments;
    const NOTHING: Moments = Moments {
        count: 0.0,
        mean: 0.0,
        m2: 0.0,
    };

    #[inline(always)]
    fn block<S: Simd, T: Element>(simd: S, inputs: [Input<'_, T>; 1]) -> Moments {
        let count = inputs[0].len() as f64;
        let [total] = fold_block(simd, inputs, Sum);
        let center = total / count;
        let [sum, squares] = fold_block(simd, inputs, Deviations { center });
        Moments {
            count,
            mean: center + sum / count,
            m2: squares - (sum * sum) / count,
        }
    }

    #[inline(always)]
    fn merge(left: Moments, right: Moments) -> Moments {
        let count = left.count + right.count;
        let delta = right.mean - left.mean;
        let share = right.count / count;
        Moments {
            count,
            mean: left.mean + delta * share,
            m2: (left.m2 + right.m2) + (delta * delta) * (left.count * share),
        }
    }

    fn pack(partial: Moments) -> Partial {
        [partial.count, partial.mean, partial.m2]
    }

    fn unpack([count, mean, m2]: Partial) -> Moments {
        Moments { count, mean, m2 }
    }
}

#[cfg(test)]
pub(crate) mod naive {
    use crate::families::reference;

    pub fn variance(x: &[f64]) -> [f64; 3] {
        reference::tree(
            x.len(),
            [0.0; 3],
            |first, last| {
                let n = (last - first) as f64;
                let c = reference::block(first, last, 0.0, &|s, i| s + x[i], &|a, b| a + b) / n;
                let d = reference::block(first, last, 0.0, &|s, i| s + (x[i] - c), &|a, b| a + b);
                let q = reference::block(first, last, 0.0, &|s, i| s + (x[i] - c) * (x[i] - c), &|a, b| a + b);
                [n, c + d / n, q - (d * d) / n]
            },
            &|[na, mean_a, m2a]: [f64; 3], [nb, mean_b, m2b]: [f64; 3]| {
                let n = na + nb;
                let delta = mean_b - mean_a;
                [
                    n,
                    mean_a + delta * (nb / n),
                    (m2a + m2b) + (delta * delta) * (na * (nb / n)),
                ]
            },
        )
    }
}
