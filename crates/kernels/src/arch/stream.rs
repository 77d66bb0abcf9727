//! Vector loops of elementwise kernels: eight elements read, computed and written a turn, without a bounds check each.

use super::element::{Element, Float};
use super::input::Input;
use super::output::Output;
use super::vector::{Real, Simd, Vector, WIDTH};

/// Elements ahead that the cache is asked for, as in `input.rs`. Of the result too: a new one lies where the collector has freed an old one, out of every near cache, and a
/// store waits for its line; but never beyond its end, where another thread may be writing.
const AHEAD: usize = 512;

/// What becomes of one element or of eight. Kernels of one operand leave `y` alone.
///
/// A trait and no closure, because everything between a level's shell and the vector operations must be inlined: mark `apply` so.
pub trait Operation: Copy {
    /// An element of the result.
    fn apply<R: Real>(self, x: R, y: R) -> R;
}

/// `out[i] = operation(x[i], b)`, eight elements a turn. Where `out` is the memory of `x`, every element is read
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
    let last = n.saturating_sub(1);
    let mut index = 0;
    while index < whole {
        simd.prefetch(from.wrapping_add(index + AHEAD).cast());
        simd.prefetch_write(to.wrapping_add((index + AHEAD).min(last)).cast());
        // SAFETY: index + 8 ≤ n, the length of both, which are readable and writable by the promises of their `from_raw`.
        unsafe { O::write(operation.apply(X::read(simd, from.add(index)), y), to.add(index)) };
        index += WIDTH;
    }
    if S::ARRAYS {
        for index in 0..n {
            out.set(index, O::narrow(operation.apply(x.get(index), b)));
        }
    } else if index < n {
        // SAFETY: index < n, and n − index < 8.
        unsafe {
            let left = eight(from.add(index), n - index);
            write_few(
                operation.apply(X::read(simd, left.as_ptr()), y),
                to.add(index),
                n - index,
            );
        }
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
    let last = n.saturating_sub(1);
    let mut index = 0;
    while index < whole {
        simd.prefetch(left.wrapping_add(index + AHEAD).cast());
        simd.prefetch(right.wrapping_add(index + AHEAD).cast());
        simd.prefetch_write(to.wrapping_add((index + AHEAD).min(last)).cast());
        // SAFETY: index + 8 ≤ n, the length of all three, which are readable and writable by the promises of their `from_raw`.
        unsafe {
            let result = operation.apply(X::read(simd, left.add(index)), X::read(simd, right.add(index)));
            O::write(result, to.add(index));
        }
        index += WIDTH;
    }
    if S::ARRAYS {
        for index in 0..n {
            out.set(index, O::narrow(operation.apply(x.get(index), y.get(index))));
        }
    } else if index < n {
        // SAFETY: index < n, and n − index < 8.
        unsafe {
            let (left, right) = (eight(left.add(index), n - index), eight(right.add(index), n - index));
            let result = operation.apply(X::read(simd, left.as_ptr()), X::read(simd, right.as_ptr()));
            write_few(result, to.add(index), n - index);
        }
    }
}

/// Fewer than eight elements as eight, since an elementary function takes as long for one as for eight. The first once more stands in for those that are missing, so
/// that none of them takes a rarer way than an element of the input does.
///
/// # Safety
/// `from` must be valid for reads of `count` elements, from 1 to 8.
#[inline(always)]
unsafe fn eight<X: Element>(from: *const X, count: usize) -> [X; WIDTH] {
    // SAFETY: the caller answers for `count` elements, and there is one at least.
    unsafe {
        let mut elements = [from.read(); WIDTH];
        for (index, element) in elements.iter_mut().enumerate().take(count).skip(1) {
            *element = from.add(index).read();
        }
        elements
    }
}

/// Writes the first `count` lanes.
///
/// # Safety
/// `to` must be valid for writes of `count` elements, up to 8.
#[inline(always)]
unsafe fn write_few<V: Vector, O: Float>(vector: V, to: *mut O, count: usize) {
    let mut elements = [O::narrow(0.0); WIDTH];
    // SAFETY: eight elements of our own; the caller answers for those of `to`.
    unsafe {
        O::write(vector, elements.as_mut_ptr());
        for (index, element) in elements.iter().enumerate().take(count) {
            to.add(index).write(*element);
        }
    }
}
