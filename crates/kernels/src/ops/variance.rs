//! Number of elements, mean, and sum of squared deviations from the mean (M2).

use super::Sum;
use crate::arch::Real;
use crate::families::reduce::{Block, Kernel, Lanes};

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
pub(crate) struct Variance;

/// Σ d and Σ d² of the deviations `d = x − center`.
struct Deviations;

impl Lanes<1, 2> for Deviations {
    const IDENTITY: [f64; 2] = [0.0; 2];

    #[inline(always)]
    fn step<R: Real>(center: R, [sum, squares]: [R; 2], [x]: [R; 1]) -> [R; 2] {
        let deviation = x - center;
        [sum + deviation, squares + deviation * deviation]
    }
    #[inline(always)]
    fn merge<R: Real>(left: [R; 2], right: [R; 2]) -> [R; 2] {
        [left[0] + right[0], left[1] + right[1]]
    }
}

/// Count, mean and M2.
impl Kernel<1, 3> for Variance {
    const NOTHING: [f64; 3] = [0.0; 3];

    #[inline(always)]
    fn block<B: Block<1>>(block: B) -> [B::Real; 3] {
        let count = block.splat(block.count());
        let [total] = block.fold_first::<Sum, 1>(block.splat(0.0));
        let center = total / count;
        let [sum, squares] = block.fold_again::<Deviations, 2>(center);
        [count, center + sum / count, squares - (sum * sum) / count]
    }

    #[inline(always)]
    fn merge<R: Real>([na, mean_a, m2a]: [R; 3], [nb, mean_b, m2b]: [R; 3]) -> [R; 3] {
        let count = na + nb;
        let delta = mean_b - mean_a;
        let share = nb / count;
        [
            count,
            mean_a + delta * share,
            (m2a + m2b) + (delta * delta) * (na * share),
        ]
    }
}

#[cfg(test)]
pub(crate) mod naive {
    use crate::families::reference;
    use crate::reduction::Partial;

    pub fn variance(x: &[f64]) -> Partial {
        let [n, mean, m2] = reference::tree(
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
        );
        [n, mean, m2, 0.0, 0.0, 0.0, 0.0, 0.0]
    }
}
