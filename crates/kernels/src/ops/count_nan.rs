//! The number of NaNs.

use crate::arch::{Input, Real};
use crate::families::floats;
use crate::families::reduce::{Lanes, OneDouble};

/// The number of elements that are NaN; there is one if it isn't 0. Exact: counts below 2^53 are doubles.
pub(crate) struct CountNaN;

impl Lanes<1, 1> for CountNaN {
    const IDENTITY: [f64; 1] = [0.0];

    #[inline(always)]
    fn step<R: Real>(one: R, [count]: [R; 1], [x]: [R; 1]) -> [R; 1] {
        [count + R::select(x.equal(x), one.splat(0.0), one.splat(1.0))]
    }
    #[inline(always)]
    fn merge<R: Real>([left]: [R; 1], [right]: [R; 1]) -> [R; 1] {
        [left + right]
    }
}

impl OneDouble<1> for CountNaN {
    const NOTHING: f64 = 0.0;

    #[inline(always)]
    fn of_floats(input: Input<'_, f32>) -> Option<f64> {
        Some(floats::count_nan(input))
    }
    #[inline(always)]
    fn merge_partials<R: Real>(left: R, right: R) -> R {
        left + right
    }
}

#[cfg(test)]
pub(crate) mod naive {
    use crate::reduction::Partial;

    pub fn count_nan(x: &[f64]) -> Partial {
        let count = x.iter().filter(|x| x.is_nan()).count() as f64;
        [count, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    }
}
