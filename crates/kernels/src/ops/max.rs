//! The largest element.

use crate::arch::{Input, Real};
use crate::families::floats;
use crate::families::reduce::{Lanes, OneDouble};

/// `max x[i]`, as JavaScript's `Math.max` has it.
///
/// - nothing: −∞ (the public function refuses an empty input).
/// - NaN anywhere: NaN. +0 is above −0.
/// - exact: the result is one of the elements. The order of elements can't be seen in it.
///
/// Lanes hold the minimum of −x: on x86-64 a minimum that minds NaN and zeros costs three instructions, a maximum six.
pub(crate) struct Max;

impl Lanes<1, 1> for Max {
    const IDENTITY: [f64; 1] = [f64::INFINITY];

    #[inline(always)]
    fn step<R: Real>(_: R, [least]: [R; 1], [x]: [R; 1]) -> [R; 1] {
        [least.minimum(-x)]
    }
    #[inline(always)]
    fn merge<R: Real>([left]: [R; 1], [right]: [R; 1]) -> [R; 1] {
        [left.minimum(right)]
    }
}

impl OneDouble<1> for Max {
    const NOTHING: f64 = f64::NEG_INFINITY;

    #[inline(always)]
    fn of_floats(input: Input<'_, f32>) -> Option<f64> {
        Some(floats::max(input))
    }
    #[inline(always)]
    fn of_lanes<R: Real>(folded: R) -> R {
        -folded
    }
    #[inline(always)]
    fn merge_partials<R: Real>(left: R, right: R) -> R {
        left.maximum(right)
    }
}

#[cfg(test)]
pub(crate) mod naive {
    use crate::families::reference;
    use crate::reduction::Partial;

    /// `Math.max` of two.
    pub fn larger(a: f64, b: f64) -> f64 {
        match a.partial_cmp(&b) {
            None => f64::NAN,
            Some(std::cmp::Ordering::Greater) => a,
            Some(std::cmp::Ordering::Less) => b,
            Some(std::cmp::Ordering::Equal) => {
                if a.is_sign_positive() {
                    a
                } else {
                    b
                }
            }
        }
    }

    pub fn max(x: &[f64]) -> Partial {
        reference::scalar(x.len(), f64::NEG_INFINITY, |s, i| larger(s, x[i]), larger)
    }
}
