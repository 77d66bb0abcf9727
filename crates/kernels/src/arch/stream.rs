//! Vector loops of elementwise kernels: eight elements read, computed and written a turn, without a bounds check each.

use super::element::{Element, Float};
use super::input::Input;
use super::output::Output;
use super::vector::{Real, Simd, WIDTH};

/// Elements ahead that the cache is asked for, as in `input.rs`.
const AHEAD: usize = 512;

/// What becomes of one element or of eight. Kernels of one operand leave `y` alone.
///
/// A trait and no closure, because everything between a level's shell and the vector operations must be inlined: mark `apply` so.
pub trait Operation: Copy {
    /// An element of the result.
    fn apply<R: Real>(self, x: R, y: R) -> R;
}

/// `out[i] = operation(x[i], b)`, eight elements a turn and the rest one by one. Where `out` is the memory of `x`, every element is read
/// before its place is written. Panics unless both are equally long.
#[inline(always)]
pub fn map<S: Simd, X: Element, O: Float>(
    simd: S,
    x: Input<'_, X>,
    b: f64,
    out: &mut Output<'_, O>,
    operation: impl Operation,
) {
    let y = simd.splat(b);
    let n = x.len();
    assert_eq!(n, out.len());
    let whole = if S::ARRAYS { 0 } else { n / WIDTH * WIDTH };
    let (from, to) = (x.as_raw(), out.as_raw());
    let mut index = 0;
    while index < whole {
        simd.prefetch(from.wrapping_add(index + AHEAD).cast());
        // SAFETY: index + 8 ≤ n, the length of both, which are readable and writable by the promises of their `from_raw`.
        unsafe { O::write(operation.apply(X::read(simd, from.add(index)), y), to.add(index)) };
        index += WIDTH;
    }
    for index in whole..n {
        out.set(index, O::narrow(operation.apply(x.get(index), b)));
    }
}

/// `out[i] = operation(x[i], y[i])` in the same way.
#[inline(always)]
pub fn zip<S: Simd, X: Element, O: Float>(
    simd: S,
    x: Input<'_, X>,
    y: Input<'_, X>,
    out: &mut Output<'_, O>,
    operation: impl Operation,
) {
    let n = x.len();
    assert!(n == y.len() && n == out.len());
    let whole = if S::ARRAYS { 0 } else { n / WIDTH * WIDTH };
    let (left, right, to) = (x.as_raw(), y.as_raw(), out.as_raw());
    let mut index = 0;
    while index < whole {
        simd.prefetch(left.wrapping_add(index + AHEAD).cast());
        simd.prefetch(right.wrapping_add(index + AHEAD).cast());
        // SAFETY: index + 8 ≤ n, the length of all three, which are readable and writable by the promises of their `from_raw`.
        unsafe {
            let result = operation.apply(X::read(simd, left.add(index)), X::read(simd, right.add(index)));
            O::write(result, to.add(index));
        }
        index += WIDTH;
    }
    for index in whole..n {
        out.set(index, O::narrow(operation.apply(x.get(index), y.get(index))));
    }
}
