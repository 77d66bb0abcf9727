//! Memory to read from that other threads may be writing to.

use super::bounds;
use super::element::Element;
use super::vector::{Simd, WIDTH};
use std::marker::PhantomData;

/// A pointer and a length over memory that JavaScript may share with other threads. It is never lent as a slice, because
/// a slice promises that nobody writes; elements are copied out one by one or eight by eight, at any alignment.
///
/// A read that races with a write gives an unspecified number. Nothing that decides about memory (an index, a length)
/// may be computed from an element unchecked.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a, T> {
    start: *const T,
    length: usize,
    memory: PhantomData<&'a [T]>,
}

// SAFETY: an Input only ever copies elements out, which any thread may do as long as the memory lives ('a).
unsafe impl<T: Element> Send for Input<'_, T> {}
// SAFETY: as above.
unsafe impl<T: Element> Sync for Input<'_, T> {}

impl<'a, T: Element> Input<'a, T> {
    /// From a pointer to the first element and the number of elements.
    ///
    /// # Safety
    /// Until the last use of this Input and its copies, `start` must be valid for reads of `length` elements, all in one
    /// allocation. It need not be aligned. It may be anything when `length` is 0. Other threads may write to the memory
    /// meanwhile.
    #[inline]
    pub const unsafe fn from_raw(start: *const T, length: usize) -> Self {
        Input {
            start,
            length,
            memory: PhantomData,
        }
    }

    /// From a slice.
    #[inline]
    pub const fn from_slice(slice: &'a [T]) -> Self {
        Input {
            start: slice.as_ptr(),
            length: slice.len(),
            memory: PhantomData,
        }
    }

    /// Where the first element is, for loops within `arch`.
    #[inline(always)]
    pub(super) const fn as_raw(self) -> *const T {
        self.start
    }

    /// Number of elements.
    #[inline(always)]
    pub const fn len(self) -> usize {
        self.length
    }

    /// Whether there are none.
    #[inline(always)]
    pub const fn is_empty(self) -> bool {
        self.length == 0
    }

    /// Copies the elements from `from` on into `to`, as they are. Panics when there are fewer.
    #[inline]
    pub fn copy_to(self, from: usize, to: &mut [T]) {
        bounds::check(from, to.len(), self.length);
        let bytes = std::mem::size_of_val(to);
        // SAFETY: in bounds by the line above; `to` is a slice of our own, so the two don't overlap; copied as bytes, since the
        // input need not be aligned.
        unsafe {
            std::ptr::copy_nonoverlapping(self.start.add(from).cast::<u8>(), to.as_mut_ptr().cast::<u8>(), bytes)
        };
    }

    /// The elements `from … to − 1`. Panics unless `from <= to <= len`.
    #[inline(always)]
    pub fn range(self, from: usize, to: usize) -> Self {
        bounds::check_range(from, to, self.length);
        // A wrapping offset, since `start` may be anything when the length is 0.
        Input {
            start: self.start.wrapping_add(from),
            length: to - from,
            memory: PhantomData,
        }
    }

    /// Element `index` as a double. Panics out of bounds.
    #[inline(always)]
    pub fn get(self, index: usize) -> f64 {
        self.raw(index).widen()
    }

    /// Element `index` as it is. Panics out of bounds.
    #[inline(always)]
    pub fn raw(self, index: usize) -> T {
        bounds::check(index, 1, self.length);
        // SAFETY: in bounds by the line above, readable by the promise of `from_raw`, and read unaligned.
        unsafe { self.start.add(index).read_unaligned() }
    }

    /// All elements in order, as they are.
    #[inline(always)]
    pub fn elements(self) -> impl ExactSizeIterator<Item = T> {
        // SAFETY: in bounds by the range, readable by the promise of `from_raw`, and read unaligned.
        (0..self.length).map(move |index| unsafe { self.start.add(index).read_unaligned() })
    }

    /// All pairs of elements of two inputs of equal length in order, as they are. Panics when the lengths differ.
    #[inline(always)]
    pub fn pairs(self, other: Self) -> impl ExactSizeIterator<Item = (T, T)> {
        assert!(self.length == other.length);
        // SAFETY: in bounds of both by the range, readable by the promise of `from_raw`, and read unaligned.
        (0..self.length).map(move |index| unsafe {
            (
                self.start.add(index).read_unaligned(),
                other.start.add(index).read_unaligned(),
            )
        })
    }

    /// Σ x² of bytes from the first element on, whole registers of them and 2^14 of those at most, with how many elements that were; `None` where the level has no
    /// way of its own. Meant for elements of one byte.
    #[inline(always)]
    pub fn squares_8<S: Simd, const SIGNED: bool>(self, simd: S) -> Option<(u64, usize)> {
        let (registers, elements) = self.registers();
        // SAFETY: within the input, readable by the promise of `from_raw`.
        let sum = unsafe { simd.squares_8::<SIGNED>(self.start.cast(), registers) };
        sum.map(|sum| (sum, elements))
    }

    /// The same of elements of two bytes.
    #[inline(always)]
    pub fn squares_16<S: Simd, const SIGNED: bool>(self, simd: S) -> Option<(u64, usize)> {
        let (registers, elements) = self.registers();
        // SAFETY: within the input, readable by the promise of `from_raw`.
        let sum = unsafe { simd.squares_16::<SIGNED>(self.start.cast(), registers) };
        sum.map(|sum| (sum, elements))
    }

    /// The same of elements of four bytes: the sum modulo 2^64, and that of the squares' high halves.
    #[inline(always)]
    pub fn squares_32<S: Simd, const SIGNED: bool>(self, simd: S) -> Option<([u64; 2], usize)> {
        let (registers, elements) = self.registers();
        // SAFETY: within the input, readable by the promise of `from_raw`.
        let sums = unsafe { simd.squares_32::<SIGNED>(self.start.cast(), registers) };
        sums.map(|(all, high)| ([all, high], elements))
    }

    /// Σ x of bytes, as `squares_8`.
    #[inline(always)]
    pub fn sum_8<S: Simd, const SIGNED: bool>(self, simd: S) -> Option<(i64, usize)> {
        let (registers, elements) = self.registers();
        // SAFETY: within the input, readable by the promise of `from_raw`.
        let sum = unsafe { simd.sum_8::<SIGNED>(self.start.cast(), registers) };
        sum.map(|sum| (sum, elements))
    }

    /// The same of elements of two bytes.
    #[inline(always)]
    pub fn sum_16<S: Simd, const SIGNED: bool>(self, simd: S) -> Option<(i64, usize)> {
        let (registers, elements) = self.registers();
        // SAFETY: within the input, readable by the promise of `from_raw`.
        let sum = unsafe { simd.sum_16::<SIGNED>(self.start.cast(), registers) };
        sum.map(|sum| (sum, elements))
    }

    /// The same of elements of four bytes.
    #[inline(always)]
    pub fn sum_32<S: Simd, const SIGNED: bool>(self, simd: S) -> Option<(i64, usize)> {
        let (registers, elements) = self.registers();
        // SAFETY: within the input, readable by the promise of `from_raw`.
        let sum = unsafe { simd.sum_32::<SIGNED>(self.start.cast(), registers) };
        sum.map(|sum| (sum, elements))
    }

    /// Whole registers of 64 bytes, 2^14 at most, and how many elements those hold.
    #[inline(always)]
    fn registers(self) -> (usize, usize) {
        let each = 64 / size_of::<T>();
        let registers = (self.length / each).min(1 << 14);
        (registers, registers * each)
    }

    /// Elements `index … index + N − 1` as they are, or `None` if there are fewer.
    #[inline(always)]
    pub fn row<const N: usize>(self, index: usize) -> Option<[T; N]> {
        if index > self.length || self.length - index < N {
            return None;
        }
        // SAFETY: in bounds by the lines above, readable by the promise of `from_raw`, and read unaligned.
        Some(unsafe { self.start.add(index).cast::<[T; N]>().read_unaligned() })
    }

    /// Elements `index … index + 7` as doubles. Panics out of bounds.
    #[inline(always)]
    pub fn load<S: Simd>(self, simd: S, index: usize) -> S::Vector {
        bounds::check(index, WIDTH, self.length);
        // SAFETY: in bounds by the line above, readable by the promise of `from_raw`.
        unsafe { T::read(simd, self.start.add(index)) }
    }

    /// Asks the cache for the line of element `index`, which may lie outside: nothing is read.
    #[inline(always)]
    pub fn prefetch<S: Simd>(self, simd: S, index: usize) {
        simd.prefetch(self.start.wrapping_add(index).cast());
    }

    /// Asks the cache for the lines of `count` elements from `from` on, which may lie outside.
    #[inline(always)]
    pub fn ask<S: Simd>(self, simd: S, from: usize, count: usize) {
        let start = self.start.wrapping_add(from).cast::<u8>();
        for line in 0..(count * size_of::<T>()).div_ceil(LINE) {
            simd.prefetch(start.wrapping_add(line * LINE).cast());
        }
    }

    /// `count` times eight elements as doubles, the first from `start` on, each `stride` elements after the one before, without a bounds
    /// check each. Panics when the last lie outside.
    #[inline(always)]
    pub fn strided<S: Simd>(
        self,
        simd: S,
        start: usize,
        stride: usize,
        count: usize,
    ) -> impl Iterator<Item = S::Vector> {
        let last = count.saturating_sub(1).saturating_mul(stride).saturating_add(start);
        assert!(count == 0 || (last <= self.length && self.length - last >= WIDTH));
        // SAFETY: in bounds by the line above, readable by the promise of `from_raw`.
        (0..count).map(move |index| unsafe { T::read(simd, self.start.add(start + index * stride)) })
    }

    /// The lines of `count` elements from `from` on, which may lie outside, to be asked for in `shares` shares.
    #[inline(always)]
    pub fn ahead(self, from: usize, count: usize, shares: usize) -> Ahead {
        let lines = (count * size_of::<T>()).div_ceil(LINE);
        Ahead {
            next: self.start.wrapping_add(from).cast(),
            left: lines,
            share: lines.div_ceil(shares),
        }
    }

    /// Rows of `stride` elements; of each the `8 · VECTORS` elements from `first` on. The remainder after the last whole
    /// row is left out. Panics unless `first + 8 · VECTORS <= stride`.
    #[inline(always)]
    pub fn rows<S: Simd, const VECTORS: usize>(
        self,
        simd: S,
        stride: usize,
        first: usize,
    ) -> Rows<'a, S, T, VECTORS, 1> {
        self.rows_asking(simd, stride, first, Ask::near::<T>(first))
    }

    /// The same with a word on which lines the cache is asked for meanwhile: each row asks for those of as many elements as are read of it, or of one in `SHARE` of these,
    /// which then follow each other without a gap.
    #[inline(always)]
    pub fn rows_asking<S: Simd, const VECTORS: usize, const SHARE: usize>(
        self,
        simd: S,
        stride: usize,
        first: usize,
        ask: Ask,
    ) -> Rows<'a, S, T, VECTORS, SHARE> {
        assert!(first <= stride && stride - first >= VECTORS * WIDTH && stride > 0);
        Rows {
            simd,
            next: self.start.wrapping_add(first),
            stride,
            left: self.length / stride,
            asked: self.start.wrapping_add(ask.from).cast(),
            second: ask.second,
            memory: PhantomData,
        }
    }
}

/// Bytes of a line of the cache.
const LINE: usize = 64;

/// Memory that the cache is asked for bit by bit while something else is computed: a core waits for a dozen lines or so at a time, so asking for
/// many at once is waiting. Made by [`Input::ahead`].
#[derive(Clone, Copy, Debug)]
pub struct Ahead {
    next: *const u8,
    /// Lines that are still to be asked for.
    left: usize,
    share: usize,
}

impl Ahead {
    /// No memory.
    pub const NOTHING: Ahead = Ahead {
        next: std::ptr::null(),
        left: 0,
        share: 0,
    };

    /// Asks for a share, or for what is left. A function of its own, for it stands in many loops.
    #[inline(never)]
    pub fn ask<S: Simd>(&mut self, simd: S) {
        let lines = self.share.min(self.left);
        for line in 0..lines {
            simd.prefetch_far(self.next.wrapping_add(line * LINE).cast());
        }
        self.next = self.next.wrapping_add(lines * LINE);
        self.left -= lines;
    }
}

/// What the cache is asked for while rows are read.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    /// The element that the first row asks for first, counted from the first of the input; may lie outside.
    pub from: usize,
    /// Whether the second level of the cache is asked and not the first. A core waits for 16 lines of the first level at most and for 48 of the second, and those 48 are what
    /// reads from memory need to be at its speed; lines that the third level has cost a little more this way.
    pub second: bool,
}

impl Ask {
    /// Bytes ahead that the first level is asked for: a core's own prefetcher stops at the end of a page, and looks ahead less far the more a kernel does with an element.
    const NEAR: usize = 1 << 12;
    /// The same of the second level: two threads over 400 MB on Sapphire Rapids read 7 % more doubles and 9 % more floats a second than by `NEAR`, as with 4 and 8 KB; less with 2.
    const FAR: usize = 6 << 10;

    /// Some lines ahead of element `first`, from memory that the cache may have.
    #[inline(always)]
    pub fn near<T>(first: usize) -> Ask {
        Ask {
            from: first.wrapping_add(Ask::NEAR / size_of::<T>()),
            second: false,
        }
    }

    /// The same, from memory that no cache has.
    #[inline(always)]
    pub fn far<T>(first: usize) -> Ask {
        Ask {
            from: first.wrapping_add(Ask::FAR / size_of::<T>()),
            second: true,
        }
    }
}

/// Reads rows of vectors without a bounds check each; made by [`Input::rows`].
pub struct Rows<'a, S, T, const VECTORS: usize, const SHARE: usize> {
    simd: S,
    /// Where the next row is read from, if any is left.
    next: *const T,
    stride: usize,
    left: usize,
    /// What the next row asks for.
    asked: *const u8,
    second: bool,
    memory: PhantomData<&'a [T]>,
}

impl<S: Simd, T: Element, const VECTORS: usize, const SHARE: usize> Rows<'_, S, T, VECTORS, SHARE> {
    /// Lines that a row asks for.
    const LINES: usize = (VECTORS * WIDTH * size_of::<T>() / SHARE).div_ceil(LINE);
}

impl<S: Simd, T: Element, const VECTORS: usize, const SHARE: usize> Iterator for Rows<'_, S, T, VECTORS, SHARE> {
    type Item = [S::Vector; VECTORS];

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        for line in 0..Self::LINES {
            let place = self.asked.wrapping_add(line * LINE).cast();
            if self.second {
                self.simd.prefetch_far(place);
            } else {
                self.simd.prefetch(place);
            }
        }
        let gaps = SHARE == 1;
        let step = if gaps {
            self.stride.wrapping_mul(size_of::<T>())
        } else {
            Self::LINES * LINE
        };
        self.asked = self.asked.wrapping_add(step);
        let mut row = [self.simd.splat(0.0); VECTORS];
        for (index, vector) in row.iter_mut().enumerate() {
            // SAFETY: `left` whole rows of `stride` elements began at `next − first`, and `rows` checked that the vectors
            // lie within a row.
            *vector = unsafe { T::read(self.simd, self.next.add(index * WIDTH)) };
        }
        // The last advance may leave the allocation, so it wraps.
        self.next = self.next.wrapping_add(self.stride);
        Some(row)
    }
}
