//! Class indices to read from memory that other threads may be writing to.

use super::bounds;
use std::marker::PhantomData;

/// A pointer and a length over 32-bit integers, never lent as a slice: see [`super::Input`].
#[derive(Clone, Copy, Debug)]
pub struct Labels<'a> {
    start: *const i32,
    length: usize,
    memory: PhantomData<&'a [i32]>,
}

// SAFETY: Labels only ever copies elements out, which any thread may do as long as the memory lives ('a).
unsafe impl Send for Labels<'_> {}
// SAFETY: as above.
unsafe impl Sync for Labels<'_> {}

impl<'a> Labels<'a> {
    /// From a pointer to the first integer and the number of integers.
    ///
    /// # Safety
    /// Until the last use of this and its copies, `start` must be valid for reads of `length` integers, all in one
    /// allocation. It need not be aligned. It may be anything when `length` is 0. Other threads may write to the memory
    /// meanwhile.
    #[inline]
    pub const unsafe fn from_raw(start: *const i32, length: usize) -> Self {
        Labels {
            start,
            length,
            memory: PhantomData,
        }
    }

    /// From a slice.
    #[inline]
    pub const fn from_slice(slice: &'a [i32]) -> Self {
        Labels {
            start: slice.as_ptr(),
            length: slice.len(),
            memory: PhantomData,
        }
    }

    /// Number of integers.
    #[inline(always)]
    pub const fn len(self) -> usize {
        self.length
    }

    /// Whether there are none.
    #[inline(always)]
    pub const fn is_empty(self) -> bool {
        self.length == 0
    }

    /// The integer at `index`. Panics out of bounds.
    #[inline(always)]
    pub fn get(self, index: usize) -> i32 {
        bounds::check(index, 1, self.length);
        // SAFETY: in bounds by the check above, readable by the promise of `from_raw`, and read unaligned.
        unsafe { self.start.add(index).read_unaligned() }
    }

    /// The integers `from … to − 1`. Panics unless `from <= to <= len`.
    #[inline(always)]
    pub fn range(self, from: usize, to: usize) -> Self {
        bounds::check_range(from, to, self.length);
        // A wrapping offset, since `start` may be anything when the length is 0.
        Labels {
            start: self.start.wrapping_add(from),
            length: to - from,
            memory: PhantomData,
        }
    }

    /// All integers in order.
    #[inline(always)]
    pub fn elements(self) -> impl ExactSizeIterator<Item = i32> {
        // SAFETY: in bounds by the range, readable by the promise of `from_raw`, and read unaligned.
        (0..self.length).map(move |index| unsafe { self.start.add(index).read_unaligned() })
    }

    /// Integers `index … index + N − 1`, or `None` if there are fewer.
    #[inline(always)]
    pub fn row<const N: usize>(self, index: usize) -> Option<[i32; N]> {
        if index > self.length || self.length - index < N {
            return None;
        }
        // SAFETY: in bounds by the lines above, readable by the promise of `from_raw`, and read unaligned.
        Some(unsafe { self.start.add(index).cast::<[i32; N]>().read_unaligned() })
    }

    /// Integers `first … first + into.len() − 1` as doubles. Panics out of bounds.
    #[inline(always)]
    pub fn widen(self, first: usize, into: &mut [f64]) {
        bounds::check(first, into.len(), self.length);
        for (index, value) in into.iter_mut().enumerate() {
            // SAFETY: in bounds by the check above, readable by the promise of `from_raw`, and read unaligned.
            *value = f64::from(unsafe { self.start.add(first + index).read_unaligned() });
        }
    }
}
