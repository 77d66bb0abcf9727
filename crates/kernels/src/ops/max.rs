//! The largest element.

use crate::arch::Real;
use crate::families::reduce::{Lanes, OneDouble};

/// `max x[i]`, as JavaScript's `Math.max` has it.
///
/// - nothing: −∞ (the public function refuses an empty input).
/// - NaN anywhere: NaN. +0 is above −0.
/// - exact: the result is one of the elements. The order of elements can't be seen in it.
///
/// Lanes hold the minimum of −x: on x86-64 a minimum that minds NaN and zeros costs three instructions, a maximum six.
#[derive(Clone, Copy)]
pub(crate) struct Max;

impl Lanes<1, 1> for Max {
    const IDENTITY: [f64; 1] = [f64::INFINITY];

    #[inline(always)]
    fn step<R: Real>(self, [least]: [R; 1], [x]: [R; 1]) -> [R; 1] {
        [least.minimum(-x)]
    }
    #[inline(always)]
    fn merge<R: Real>(left: R, right: R) -> R {
        left.minimum(right)
    }
}

impl OneDouble<1> for Max {
    const KERNEL: Max = Max;
    const NOTHING: f64 = f64::NEG_INFINITY;

    #[inline(always)]
    fn of_lanes(folded: f64) -> f64 {
        -folded
    }
    #[inline(always)]
    fn merge_partials(left: f64, right: f64) -> f64 {
        Real::maximum(left, right)
    }
}

#[cfg(test)]
pub(crate) mod naive {
    use crate::families::reference;

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

    pub fn max(x: &[f64]) -> [f64; 3] {
        reference::scalar(x.len(), f64::NEG_INFINITY, |s, i| larger(s, x[i]), larger)
    }
}
