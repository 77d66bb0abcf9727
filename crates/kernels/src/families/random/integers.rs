//! Integers of a range, every one equally likely: a draw that would favour some is thrown away and drawn again with the next
//! attempt number of the same counter, so an element still depends on nothing but the seed and its index.

use super::{DENSE_ROW, Key, Purpose, ROW, Rows, fill, row};
use crate::arch::{Element, Level, Output, Simd, Task, WORDS, Words};

/// The integers `low … low + last`.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// The least, as 64 bits of two's complement (or without a sign, where the elements have none).
    pub low: u64,
    /// How many there are, less one.
    pub last: u64,
}

/// Element types of random integers. Doubles hold those of at most 2^53 in magnitude.
pub trait Integer: Element + Default {
    /// `low + offset` as an element.
    fn from_offset(low: u64, offset: u64) -> Self;
}

macro_rules! integers {
    ($($type:ty),+) => {$(
        impl Integer for $type {
            #[inline(always)]
            fn from_offset(low: u64, offset: u64) -> $type {
                low.wrapping_add(offset) as $type
            }
        }
    )+};
}

integers!(i8, u8, i16, u16, i32, u32, i64, u64);

impl Integer for f64 {
    #[inline(always)]
    fn from_offset(low: u64, offset: u64) -> f64 {
        low.wrapping_add(offset) as i64 as f64
    }
}

/// Elements `first … first + out.len() − 1`; `first` is a multiple of [`super::PIECE`].
pub fn integers<T: Integer>(level: Level, key: &Key, range: Range, first: u64, out: Output<'_, T>) {
    level.dispatch(Work { key, range, first, out });
}

struct Work<'a, T> {
    key: &'a Key,
    range: Range,
    first: u64,
    out: Output<'a, T>,
}

impl<T: Integer> Task for Work<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Work { key, range, first, out } = self;
        let low = range.low;
        match u32::try_from(range.last) {
            Ok(u32::MAX) => fill(simd, first, out, Whole { key, low }),
            Ok(last) => {
                let count = last + 1;
                // Low words of a product below this are one too many for some integers: 2^32 mod count.
                let threshold = count.wrapping_neg() % count;
                fill(
                    simd,
                    first,
                    out,
                    Narrow {
                        key,
                        low,
                        count,
                        threshold,
                    },
                );
            }
            Err(_) => fill(simd, first, out, Wide { key, range }),
        }
    }
}

/// Sixteen elements from offsets that are words.
#[inline(always)]
fn store<T: Integer>(low: u64, offsets: [u32; WORDS], out: &mut Output<'_, T>, at: usize) {
    let mut values = [T::default(); WORDS];
    for lane in 0..WORDS {
        values[lane] = T::from_offset(low, u64::from(offsets[lane]));
    }
    out.copy_from(at, &values);
}

/// 2^32 integers: a word is one.
struct Whole<'a> {
    key: &'a Key,
    low: u64,
}

impl<T: Integer> Rows<T, DENSE_ROW> for Whole<'_> {
    #[inline(always)]
    fn write<S: Simd>(&self, simd: S, number: u64, out: &mut Output<'_, T>, at: usize) {
        let words = row(simd, self.key, Purpose::Integers, 0, number);
        for word in 0..4 {
            store(self.low, words[word].to_array(), out, at + word * WORDS);
        }
    }
}

/// Fewer: the high word of `count` times a word (Lemire, "Fast random integer generation in an interval", 2019).
struct Narrow<'a> {
    key: &'a Key,
    low: u64,
    count: u32,
    threshold: u32,
}

impl<T: Integer> Rows<T, DENSE_ROW> for Narrow<'_> {
    #[inline(always)]
    fn write<S: Simd>(&self, simd: S, number: u64, out: &mut Output<'_, T>, at: usize) {
        let words = row(simd, self.key, Purpose::Integers, 0, number);
        for word in 0..4 {
            let (offsets, rest) = words[word].product(self.count);
            let mut offsets = offsets.to_array();
            if rest.any_below(self.threshold) {
                self.redraw(simd, number, word, &mut offsets, rest.to_array());
            }
            store(self.low, offsets, out, at + word * WORDS);
        }
    }
}

impl Narrow<'_> {
    /// Draws the lanes whose low word is too low again, until none is.
    #[inline(always)]
    fn redraw<S: Simd>(&self, simd: S, number: u64, word: usize, offsets: &mut [u32; WORDS], mut rest: [u32; WORDS]) {
        let mut attempt = 0;
        while rest.iter().any(|rest| *rest < self.threshold) {
            attempt += 1;
            let (again, rest_again) = row(simd, self.key, Purpose::Integers, attempt, number)[word].product(self.count);
            let (again, rest_again) = (again.to_array(), rest_again.to_array());
            for lane in 0..WORDS {
                if rest[lane] < self.threshold {
                    offsets[lane] = again[lane];
                    rest[lane] = rest_again[lane];
                }
            }
        }
    }
}

/// More: as many bits of two words as the range needs, until they are in it.
struct Wide<'a> {
    key: &'a Key,
    range: Range,
}

impl<T: Integer> Rows<T, ROW> for Wide<'_> {
    #[inline(always)]
    fn write<S: Simd>(&self, simd: S, number: u64, out: &mut Output<'_, T>, at: usize) {
        let Range { low, last } = self.range;
        let mask = u64::MAX >> last.leading_zeros();
        // Too large, so that all of them are drawn.
        let mut offsets = [u64::MAX; ROW];
        let mut attempt = 0;
        loop {
            let words = row(simd, self.key, Purpose::Integers, attempt, number).map(Words::to_array);
            let mut missing = false;
            for half in 0..2 {
                for lane in 0..WORDS {
                    let drawn = u64::from(words[2 * half][lane]) << 32 | u64::from(words[2 * half + 1][lane]);
                    let offset = &mut offsets[half * WORDS + lane];
                    *offset = if *offset > last || attempt == 0 {
                        drawn & mask
                    } else {
                        *offset
                    };
                    missing |= *offset > last;
                }
            }
            if !missing {
                break;
            }
            attempt += 1;
        }
        let mut values = [T::default(); ROW];
        for index in 0..ROW {
            values[index] = T::from_offset(low, offsets[index]);
        }
        out.copy_from(at, &values);
    }
}
