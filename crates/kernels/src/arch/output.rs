//! Memory to write results to that other threads may be reading or writing too.

use super::bounds;
use super::element::{Element, Float};
use super::vector::{Vector, WIDTH};
use std::marker::PhantomData;

/// A pointer and a length over memory to write to, never lent as a slice. Not `Copy`: like `&mut [T]` it is handed on, split or reborrowed, so that safe code can't write to one place from two threads.
#[derive(Debug)]
pub struct Output<'a, T = f64> {
    start: *mut T,
    length: usize,
    memory: PhantomData<&'a mut [T]>,
}

// SAFETY: the only handle to its part of the memory, like `&mut [T]`.
unsafe impl<T: Element> Send for Output<'_, T> {}

impl<'a, T: Element> Output<'a, T> {
    /// From a pointer to the first element and the number of elements.
    ///
    /// # Safety
    /// Until the last use of this Output and of what is split from it, `start` must be valid for writes of `length`
    /// elements, all in one allocation. It need not be aligned. It may be anything when `length` is 0. JavaScript on other
    /// threads may read and write the memory meanwhile.
    #[inline]
    pub const unsafe fn from_raw(start: *mut T, length: usize) -> Self {
        Output {
            start,
            length,
            memory: PhantomData,
        }
    }

    /// From a slice.
    #[inline]
    pub const fn from_slice(slice: &'a mut [T]) -> Self {
        Output {
            start: slice.as_mut_ptr(),
            length: slice.len(),
            memory: PhantomData,
        }
    }

    /// Where the first element is, for loops within `arch`.
    #[inline(always)]
    pub(super) const fn as_raw(&mut self) -> *mut T {
        self.start
    }

    /// Where the first element lies; the handle is spent.
    pub(super) const fn into_start(self) -> *mut T {
        self.start
    }

    /// Number of elements.
    #[inline(always)]
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether there are none.
    #[inline(always)]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The same memory for a shorter time, to hand on without losing it.
    #[inline(always)]
    pub const fn reborrow(&mut self) -> Output<'_, T> {
        Output {
            start: self.start,
            length: self.length,
            memory: PhantomData,
        }
    }

    /// The first `middle` elements and the rest. Panics if there are fewer.
    #[inline]
    pub fn split_at(self, middle: usize) -> (Output<'a, T>, Output<'a, T>) {
        bounds::check(0, middle, self.length);
        let rest = Output {
            start: self.start.wrapping_add(middle),
            length: self.length - middle,
            memory: PhantomData,
        };
        (
            Output {
                start: self.start,
                length: middle,
                memory: PhantomData,
            },
            rest,
        )
    }

    /// Pieces of `size` elements in order, the last one possibly shorter. Panics if `size` is 0.
    pub fn pieces(self, size: usize) -> impl ExactSizeIterator<Item = Output<'a, T>> {
        assert!(size > 0);
        let (start, length) = (self.start, self.length);
        (0..length.div_ceil(size)).map(move |index| Output {
            start: start.wrapping_add(index * size),
            length: size.min(length - index * size),
            memory: PhantomData,
        })
    }

    /// Writes element `index`. Panics out of bounds.
    #[inline(always)]
    pub fn set(&mut self, index: usize, value: T) {
        bounds::check(index, 1, self.length);
        // SAFETY: in bounds by the line above, writable by the promise of `from_raw`, and written unaligned.
        unsafe { self.start.add(index).write_unaligned(value) }
    }

    /// Copies all of `from` to the elements from `index` on. Panics when there are fewer.
    #[inline]
    pub fn copy_from(&mut self, index: usize, from: &[T]) {
        bounds::check(index, from.len(), self.length);
        let bytes = std::mem::size_of_val(from);
        // SAFETY: in bounds by the line above; `from` is a slice of our own, so the two don't overlap; copied as bytes, since the
        // output need not be aligned.
        unsafe { std::ptr::copy_nonoverlapping(from.as_ptr().cast::<u8>(), self.start.add(index).cast::<u8>(), bytes) };
    }
}

impl<T: Float> Output<'_, T> {
    /// Writes elements `index … index + 7`, each lane rounded. Panics out of bounds.
    #[inline(always)]
    pub fn store<V: Vector>(&mut self, index: usize, vector: V) {
        bounds::check(index, WIDTH, self.length);
        // SAFETY: in bounds by the line above, writable by the promise of `from_raw`.
        unsafe { T::write(vector, self.start.add(index)) }
    }
}
