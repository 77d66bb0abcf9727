//! The first of the smallest or largest elements. Which one that is doesn't depend on the order in which elements meet, so there are
//! no lanes to fix: blocks are looked through for their extreme, and only the block that holds the best one is searched for it.

use super::order::BLOCK;
use super::reduce::{self, OneDouble};
use crate::arch::{Element, Input, Mask, Real, Simd, WIDTH};
use crate::reduction::Partial;

/// Which extreme is sought.
pub(crate) trait First: 'static {
    /// The kernel that gives its value.
    type Extreme: OneDouble<1>;

    /// Where `x` is strictly better than `best`; false where either is NaN. Must be `#[inline(always)]`.
    fn beats<R: Real>(best: R, x: R) -> R::Mask;
}

/// Value, index and count of the elements of `input`; see `ops::arguments` for what they are.
#[inline(always)]
pub(crate) fn run<S: Simd, T: Element, K: First>(simd: S, input: Input<'_, T>, far: bool) -> Partial {
    let length = input.len();
    let mut best = <K::Extreme as OneDouble<1>>::NOTHING;
    let mut place = 0;
    for start in (0..length).step_by(BLOCK) {
        let inputs = [input.range(start, length.min(start + BLOCK))];
        let [extreme] = reduce::block::<S, T, K::Extreme, 1, 1>(simd, inputs, far);
        if start == 0 || extreme.is_nan() || K::beats(best, extreme) {
            (best, place) = (extreme, start);
        }
        // The first NaN wins over all that follow.
        if best.is_nan() {
            break;
        }
    }
    if length == 0 {
        return [<K::Extreme as OneDouble<1>>::NOTHING, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    }
    let index = place + search(simd, input.range(place, length.min(place + BLOCK)), best);
    [input.get(index), index as f64, length as f64, 0.0, 0.0, 0.0, 0.0, 0.0]
}

/// The index of the first element that equals `wanted`, NaN equalling NaN; 0 if there is none (memory that changed meanwhile).
#[inline(always)]
fn search<S: Simd, T: Element>(simd: S, input: Input<'_, T>, wanted: f64) -> usize {
    let nan = wanted.is_nan();
    let wide = simd.splat(wanted);
    let mut start = 0;
    while start + WIDTH <= input.len() {
        let elements = input.load(simd, start);
        let found = if nan {
            elements.equal(elements).not()
        } else {
            elements.equal(wide)
        };
        if found.any() {
            break;
        }
        start += WIDTH;
    }
    (start..input.len())
        .find(|&index| {
            let element = input.get(index);
            element == wanted || (nan && element.is_nan())
        })
        .unwrap_or(0)
}
