//! Where the smallest and the largest element are.

use super::{Max, Min};
use crate::arch::Real;
use crate::families::first::First;
use crate::reduction::Partial;

/// The value and the index of the first smallest element, and the number of elements.
///
/// - nothing: +∞, 0, 0 (the public function refuses an empty input).
/// - NaN anywhere: the index of the first one. −0 and +0 are equal. All as NumPy has it.
pub(crate) struct ArgMin;

/// The same of the first largest element; nothing gives −∞.
pub(crate) struct ArgMax;

impl First for ArgMin {
    type Extreme = Min;

    #[inline(always)]
    fn beats<R: Real>(best: R, x: R) -> R::Mask {
        x.less(best)
    }
}

impl First for ArgMax {
    type Extreme = Max;

    #[inline(always)]
    fn beats<R: Real>(best: R, x: R) -> R::Mask {
        best.less(x)
    }
}

/// The partial of two neighbouring runs.
pub(crate) fn merge<K: First>(left: Partial, right: Partial) -> Partial {
    let [value, index, count, ..] = left;
    let mut merged = left;
    if right[2] > 0.0 && (count == 0.0 || (!value.is_nan() && (right[0].is_nan() || K::beats(value, right[0])))) {
        merged = right;
        merged[1] = count + right[1];
    } else {
        merged[1] = index;
    }
    merged[2] = count + right[2];
    merged
}

#[cfg(test)]
pub(crate) mod naive {
    use crate::reduction::Partial;

    fn first(x: &[f64], nothing: f64, beats: impl Fn(f64, f64) -> bool) -> Partial {
        let mut best = 0;
        for i in 1..x.len() {
            if !x[best].is_nan() && (x[i].is_nan() || beats(x[best], x[i])) {
                best = i;
            }
        }
        let value = x.get(best).copied().unwrap_or(nothing);
        [value, best as f64, x.len() as f64, 0.0, 0.0, 0.0, 0.0, 0.0]
    }

    pub fn arg_min(x: &[f64]) -> Partial {
        first(x, f64::INFINITY, |best, x| x < best)
    }

    pub fn arg_max(x: &[f64]) -> Partial {
        first(x, f64::NEG_INFINITY, |best, x| x > best)
    }
}
