//! The number of elements that aren't zero.

use crate::arch::{Input, Real};
use crate::families::floats;
use crate::families::reduce::{Lanes, OneDouble};

/// The number of elements other than ±0. NaN counts, as NumPy has it. Exact: counts below 2^53 are doubles.
pub(crate) struct CountNonzero;

impl Lanes<1, 1> for CountNonzero {
    const IDENTITY: [f64; 1] = [0.0];

    #[inline(always)]
    fn step<R: Real>(one: R, [count]: [R; 1], [x]: [R; 1]) -> [R; 1] {
        let zero = one.splat(0.0);
        [count + R::select(x.equal(zero), zero, one.splat(1.0))]
    }
    #[inline(always)]
    fn merge<R: Real>([left]: [R; 1], [right]: [R; 1]) -> [R; 1] {
        [left + right]
    }
}

impl OneDouble<1> for CountNonzero {
    const NOTHING: f64 = 0.0;

    #[inline(always)]
    fn of_floats(input: Input<'_, f32>) -> Option<f64> {
        Some(floats::count_nonzero(input))
    }
    #[inline(always)]
    fn merge_partials<R: Real>(left: R, right: R) -> R {
        left + right
    }
}

#[cfg(test)]
pub(crate) mod naive {
    use crate::reduction::Partial;

    pub fn count_nonzero(x: &[f64]) -> Partial {
        let count = x.iter().filter(|&&x| x != 0.0).count() as f64;
        [count, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    }
}
