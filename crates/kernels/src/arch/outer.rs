//! Steps of products of matrices that are read where they lie, without a bounds check each.

use super::element::Element;
use super::input::Input;
use super::vector::{Simd, WIDTH};

/// Where the elements of an operand lie: element `d` of line `l` at `start + l · line + d · depth`.
#[derive(Clone, Copy, Debug)]
pub struct Lie {
    /// Of element 0 of line 0.
    pub start: usize,
    /// From a line to the next.
    pub line: usize,
    /// From an element of a line to the next.
    pub depth: usize,
}

impl Lie {
    /// One more than the index of the last element of `lines` lines of `count` elements. Saturates.
    fn end(self, lines: usize, count: usize) -> usize {
        let across = (lines - 1).saturating_mul(self.line);
        let along = (count - 1).saturating_mul(self.depth);
        self.start
            .saturating_add(across)
            .saturating_add(along)
            .saturating_add(1)
    }
}

/// For each depth of `count`: an element of each of `HEIGHT` lines of `left`, and `8 · VECTORS` elements of `right`, side by side. The line stride of `right` is not used. Panics when any of them
/// lies outside.
#[inline(always)]
pub fn outer<S: Simd, T: Element, const HEIGHT: usize, const VECTORS: usize>(
    simd: S,
    (left, at): (Input<'_, T>, Lie),
    (right, to): (Input<'_, T>, Lie),
    count: usize,
) -> impl Iterator<Item = ([T; HEIGHT], [S::Vector; VECTORS])> {
    assert!(
        count == 0
            || (at.end(HEIGHT, count) <= left.len()
                && to.end(1, count).saturating_add(VECTORS * WIDTH - 1) <= right.len())
    );
    let (from, rows) = (left.as_raw(), right.as_raw());
    (0..count).map(move |d| {
        // SAFETY: the assertion says that the last element of each lies in its input, which is readable by the promise of `from_raw`; all others lie before it.
        unsafe {
            let mut factors = [from.add(at.start + d * at.depth).read_unaligned(); HEIGHT];
            for (h, factor) in factors.iter_mut().enumerate().skip(1) {
                *factor = from.add(at.start + h * at.line + d * at.depth).read_unaligned();
            }
            let mut row = [simd.splat(0.0); VECTORS];
            for (v, vector) in row.iter_mut().enumerate() {
                *vector = T::read(simd, rows.add(to.start + d * to.depth + v * WIDTH));
            }
            (factors, row)
        }
    })
}
