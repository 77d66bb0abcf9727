//! Count, mean, M2, M3, M4, minimum, maximum and sum in one read.

use super::min_max::{SumAndExtremes, exact_extremes};
use crate::arch::Real;
use crate::families::reduce::{Block, Kernel, Lanes};

/// The sums of powers of the deviations from the mean (M2, M3, M4) with the count and the mean, and beside them minimum, maximum and
/// sum, each with the bits that the kernel of its name gives (M2: those of the variance).
///
/// As for the variance a block is read twice, the second time from cache: first sum, minimum and maximum, then the powers of the
/// deviations from the block's mean, corrected for its rounding. Partials merge by the pairwise formulas of Pébay (2008, "Formulas for
/// robust, one-pass parallel computation of covariances and arbitrary-order statistical moments", SAND2008-6212, eq. 2.1 and 3.1).
///
/// - nothing: count 0, minimum +∞, maximum −∞, the rest 0 (the public function refuses an empty input).
/// - NaN or ±∞ anywhere: the moments are NaN.
/// - error: of M2 that of the variance; of M3 and M4, relative to `Σ |d|³` and `Σ d⁴`, of the same order times 3 and 4.
pub(crate) struct Describe;

/// Σ d, Σ d², Σ d³ and Σ d⁴ of the deviations `d = x − center`.
struct Powers;

impl Lanes<1, 4> for Powers {
    const IDENTITY: [f64; 4] = [0.0; 4];

    #[inline(always)]
    fn step<R: Real>(center: R, [one, two, three, four]: [R; 4], [x]: [R; 1]) -> [R; 4] {
        let deviation = x - center;
        let square = deviation * deviation;
        [
            one + deviation,
            two + square,
            three + square * deviation,
            four + square * square,
        ]
    }
    #[inline(always)]
    fn merge<R: Real>(left: [R; 4], right: [R; 4]) -> [R; 4] {
        [
            left[0] + right[0],
            left[1] + right[1],
            left[2] + right[2],
            left[3] + right[3],
        ]
    }
}

/// Count, mean, M2, M3, M4, minimum, maximum, sum.
impl Kernel<1, 8> for Describe {
    const NOTHING: [f64; 8] = [0.0, 0.0, 0.0, 0.0, 0.0, f64::INFINITY, f64::NEG_INFINITY, 0.0];

    #[inline(always)]
    fn block<B: Block<1>>(block: B) -> [B::Real; 8] {
        let c = |value| block.splat(value);
        let count = c(block.count());
        let folded = block.fold_first::<SumAndExtremes, 3>(c(0.0));
        let [total, least, largest] = exact_extremes(block, folded);
        let center = total / count;
        let [one, two, three, four] = block.fold_again::<Powers, 4>(center);
        // The mean less the center: what the rounding of the center has left.
        let e = one / count;
        let e2 = e * e;
        [
            count,
            center + e,
            two - (one * one) / count,
            (three - (c(3.0) * e) * two) + (c(2.0) * e2) * one,
            ((four - (c(4.0) * e) * three) + (c(6.0) * e2) * two) - ((c(3.0) * e2) * e) * one,
            least,
            largest,
            total,
        ]
    }

    #[inline(always)]
    fn merge<R: Real>(a: [R; 8], b: [R; 8]) -> [R; 8] {
        let c = |value| a[0].splat(value);
        let (na, nb) = (a[0], b[0]);
        let count = na + nb;
        let delta = b[1] - a[1];
        let share = nb / count;
        // Shares instead of products of counts: those of two long runs would not be exact integers.
        let rest = na / count;
        let weight = na * share;
        let square = delta * delta;
        [
            count,
            a[1] + delta * share,
            (a[2] + b[2]) + square * weight,
            (a[3] + b[3])
                + ((square * delta) * (weight * (rest - share)) + (c(3.0) * delta) * (rest * b[2] - share * a[2])),
            (a[4] + b[4])
                + ((square * square) * (weight * ((rest * rest - rest * share) + share * share))
                    + ((c(6.0) * square) * ((rest * rest) * b[2] + (share * share) * a[2])
                        + (c(4.0) * delta) * (rest * b[3] - share * a[3]))),
            a[5].minimum(b[5]),
            a[6].maximum(b[6]),
            a[7] + b[7],
        ]
    }
}

#[cfg(test)]
pub(crate) mod naive {
    use crate::families::reference;
    use crate::ops::naive::{larger, smaller};
    use crate::reduction::Partial;

    pub fn describe(x: &[f64]) -> Partial {
        reference::tree(
            x.len(),
            [0.0, 0.0, 0.0, 0.0, 0.0, f64::INFINITY, f64::NEG_INFINITY, 0.0],
            |first, last| {
                let n = (last - first) as f64;
                let add = |step: &dyn Fn(f64, usize) -> f64| reference::block(first, last, 0.0, step, &|a, b| a + b);
                let total = add(&|s, i| s + x[i]);
                let c = total / n;
                let d = add(&|s, i| s + (x[i] - c));
                let q = add(&|s, i| s + (x[i] - c) * (x[i] - c));
                let t = add(&|s, i| s + (x[i] - c) * (x[i] - c) * (x[i] - c));
                let f = add(&|s, i| s + ((x[i] - c) * (x[i] - c)) * ((x[i] - c) * (x[i] - c)));
                let e = d / n;
                [
                    n,
                    c + e,
                    q - (d * d) / n,
                    (t - (3.0 * e) * q) + (2.0 * (e * e)) * d,
                    ((f - (4.0 * e) * t) + (6.0 * (e * e)) * q) - ((3.0 * (e * e)) * e) * d,
                    reference::block(first, last, f64::INFINITY, &|s, i| smaller(s, x[i]), &smaller),
                    reference::block(first, last, f64::NEG_INFINITY, &|s, i| larger(s, x[i]), &larger),
                    total,
                ]
            },
            &|[na, mean_a, m2a, m3a, m4a, min_a, max_a, sum_a]: [f64; 8],
              [nb, mean_b, m2b, m3b, m4b, min_b, max_b, sum_b]: [f64; 8]| {
                let n = na + nb;
                let delta = mean_b - mean_a;
                let (p, q) = (na / n, nb / n);
                let d2 = delta * delta;
                [
                    n,
                    mean_a + delta * q,
                    (m2a + m2b) + d2 * (na * q),
                    (m3a + m3b) + ((d2 * delta) * ((na * q) * (p - q)) + (3.0 * delta) * (p * m2b - q * m2a)),
                    (m4a + m4b)
                        + ((d2 * d2) * ((na * q) * ((p * p - p * q) + q * q))
                            + ((6.0 * d2) * ((p * p) * m2b + (q * q) * m2a) + (4.0 * delta) * (p * m3b - q * m3a))),
                    smaller(min_a, min_b),
                    larger(max_a, max_b),
                    sum_a + sum_b,
                ]
            },
        )
    }
}
