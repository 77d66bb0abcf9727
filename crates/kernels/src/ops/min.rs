//! The smallest element.

use crate::arch::{Input, Real};
use crate::families::floats;
use crate::families::reduce::{Lanes, OneDouble};

/// `min x[i]`, as JavaScript's `Math.min` has it.
///
/// - nothing: +∞ (the public function refuses an empty input).
/// - NaN anywhere: NaN. −0 is below +0.
/// - exact: the result is one of the elements. The order of elements can't be seen in it.
pub(crate) struct Min;

impl Lanes<1, 1> for Min {
    const IDENTITY: [f64; 1] = [f64::INFINITY];

    #[inline(always)]
    fn step<R: Real>(_: R, [least]: [R; 1], [x]: [R; 1]) -> [R; 1] {
        [least.minimum(x)]
    }
    #[inline(always)]
    fn merge<R: Real>([left]: [R; 1], [right]: [R; 1]) -> [R; 1] {
        [left.minimum(right)]
    }
}

impl OneDouble<1> for Min {
    const NOTHING: f64 = f64::INFINITY;

    #[inline(always)]
    fn of_floats(input: Input<'_, f32>) -> Option<f64> {
        Some(floats::min(input))
    }
    #[inline(always)]
    fn merge_partials<R: Real>(left: R, right: R) -> R {
        left.minimum(right)
    }
}

#[cfg(test)]
pub(crate) mod naive {
    use crate::families::reference;
    use crate::reduction::Partial;

    /// `Math.min` of two.
    pub fn smaller(a: f64, b: f64) -> f64 {
        match a.partial_cmp(&b) {
            None => f64::NAN,
            Some(std::cmp::Ordering::Less) => a,
            Some(std::cmp::Ordering::Greater) => b,
            Some(std::cmp::Ordering::Equal) => {
                if a.is_sign_negative() {
                    a
                } else {
                    b
                }
            }
        }
    }

    pub fn min(x: &[f64]) -> Partial {
        reference::scalar(x.len(), f64::INFINITY, |s, i| smaller(s, x[i]), smaller)
    }
}
