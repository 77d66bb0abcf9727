//! Memory to write results to that other threads may be reading or writing too.

use super::vector::{Vector, WIDTH};
use std::marker::PhantomData;

/// A pointer and a length over memory of doubles to write to, never lent as a slice. Not `Copy`: like `&mut [f64]` it is
/// handed on, split or reborrowed, so that safe code can't write to one place from two threads.
#[derive(Debug)]
pub struct Output<'a> {
    start: *mut f64,
    length: usize,
    memory: PhantomData<&'a mut [f64]>,
}

// SAFETY: the only handle to its part of the memory, like `&mut [f64]`.
unsafe impl Send for Output<'_> {}

impl<'a> Output<'a> {
    /// From a pointer to the first double and the number of doubles.
    ///
    /// # Safety
    /// Until the last use of this Output and of what is split from it, `start` must be valid for writes of `length`
    /// doubles, all in one allocation. It need not be aligned. It may be anything when `length` is 0. JavaScript on other
    /// threads may read and write the memory meanwhile.
    #[inline]
    pub const unsafe fn from_raw(start: *mut f64, length: usize) -> Self {
        Output {
            start,
            length,
            memory: PhantomData,
        }
    }

    /// From a slice.
    #[inline]
    pub const fn from_slice(slice: &'a mut [f64]) -> Self {
        Output {
            start: slice.as_mut_ptr(),
            length: slice.len(),
            memory: PhantomData,
        }
    }

    /// Number of doubles.
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
    pub const fn reborrow(&mut self) -> Output<'_> {
        Output {
            start: self.start,
            length: self.length,
            memory: PhantomData,
        }
    }

    /// The first `middle` doubles and the rest. Panics if there are fewer.
    #[inline]
    pub fn split_at(self, middle: usize) -> (Output<'a>, Output<'a>) {
        assert!(
            middle <= self.length,
            "split at {middle} of an output of {}",
            self.length
        );
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

    /// Pieces of `size` doubles in order, the last one possibly shorter. Panics if `size` is 0.
    pub fn pieces(self, size: usize) -> impl ExactSizeIterator<Item = Output<'a>> {
        assert!(size > 0);
        let (start, length) = (self.start, self.length);
        (0..length.div_ceil(size)).map(move |index| Output {
            start: start.wrapping_add(index * size),
            length: size.min(length - index * size),
            memory: PhantomData,
        })
    }

    /// Writes double `index`. Panics out of bounds.
    #[inline(always)]
    pub fn set(&mut self, index: usize, value: f64) {
        assert!(index < self.length, "index {index} of an output of {}", self.length);
        // SAFETY: in bounds by the line above, writable by the promise of `from_raw`, and written unaligned.
        unsafe { self.start.add(index).write_unaligned(value) }
    }

    /// Writes doubles `index … index + 7`. Panics out of bounds.
    #[inline(always)]
    pub fn store<V: Vector>(&mut self, index: usize, vector: V) {
        assert!(
            index <= self.length && self.length - index >= WIDTH,
            "eight doubles at {index} of an output of {}",
            self.length
        );
        // SAFETY: in bounds by the line above, writable by the promise of `from_raw`.
        unsafe { vector.write(self.start.add(index)) }
    }
}
