//! Arrays that are no doubles but are computed in double: a block is widened into the first cache, computed there, and rounded
//! into its place. One loop a kernel serves them all.

use super::{MapKernel, floats};
use crate::arch::{Element, Float, Input, Level, Output};

/// Elements of a block: three blocks of doubles lie in the first cache.
const BLOCK: usize = 512;

/// `out[i]` from `x[i]` and `y[i]`, or `b` where there is no `y`.
pub(super) fn map<T: Element, O: Float>(
    level: Level,
    kernel: MapKernel,
    x: Input<'_, T>,
    y: Option<Input<'_, T>>,
    a: f64,
    b: f64,
    out: Output<'_, O>,
) {
    assert_eq!(x.len(), out.len());
    let (mut left, mut right, mut results) = ([0.0; BLOCK], [0.0; BLOCK], [0.0; BLOCK]);
    for (block, mut piece) in out.pieces(BLOCK).enumerate() {
        let (first, n) = (block * BLOCK, piece.len());
        widen(x, first, &mut left[..n]);
        if let Some(y) = y {
            widen(y, first, &mut right[..n]);
        }
        let y = y.map(|_| Input::from_slice(&right[..n]));
        let target = Output::from_slice(&mut results[..n]);
        floats::map(level, kernel, Input::from_slice(&left[..n]), y, a, b, target);
        for (index, result) in results[..n].iter().enumerate() {
            piece.set(index, O::narrow(*result));
        }
    }
}

/// The elements from `first` on as doubles.
pub(super) fn widen<T: Element>(input: Input<'_, T>, first: usize, into: &mut [f64]) {
    for (index, value) in into.iter_mut().enumerate() {
        *value = input.get(first + index);
    }
}
