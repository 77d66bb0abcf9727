//! Integers of a range, every one equally likely: a draw that would favour some is thrown away and drawn again with the next
//! attempt number of the same counter, so an element still depends on nothing but the seed and its index.

use super::{DENSE_ROW, Key, Purpose, ROW, Rows, fill, row, row_again};
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
    match u32::try_from(range.last) {
        Ok(last) => by_offsets(level, range.low, first, out, |first, out: Output<'_, u32>| {
            level.dispatch(Narrow { key, last, first, out });
        }),
        Err(_) => by_offsets(level, range.low, first, out, |first, out: Output<'_, u64>| {
            let last = range.last;
            level.dispatch(Wide { key, last, first, out });
        }),
    }
}

/// Offsets that are drawn at a time: they fit the first-level cache beside what becomes of them.
const OFFSETS: usize = 1024;

/// Draws offsets from `low` on, of 32 or 64 bits, some at a time, and turns them into elements: so the long loops that draw are
/// compiled once a width and not once a kind of element.
#[inline(always)]
fn by_offsets<T: Integer, W: Offset>(
    level: Level,
    low: u64,
    first: u64,
    mut out: Output<'_, T>,
    draw: impl Fn(u64, Output<'_, W>),
) {
    let mut offsets = [W::default(); OFFSETS];
    for at in (0..out.len()).step_by(OFFSETS) {
        let count = OFFSETS.min(out.len() - at);
        draw(first + at as u64, Output::from_slice(&mut offsets[..count]));
        let (out, offsets) = (&mut out, &offsets[..count]);
        level.dispatch(Place { low, offsets, out, at });
    }
}

/// A drawn number: 0 … last.
trait Offset: Element + Default {
    fn wide(self) -> u64;
}

impl Offset for u32 {
    #[inline(always)]
    fn wide(self) -> u64 {
        u64::from(self)
    }
}

impl Offset for u64 {
    #[inline(always)]
    fn wide(self) -> u64 {
        self
    }
}

/// Elements from offsets.
struct Place<'a, 'o, T, W> {
    low: u64,
    offsets: &'a [W],
    out: &'a mut Output<'o, T>,
    at: usize,
}

impl<T: Integer, W: Offset> Task for Place<'_, '_, T, W> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let Place { low, offsets, out, at } = self;
        let whole = offsets.len() / WORDS * WORDS;
        for start in (0..whole).step_by(WORDS) {
            let mut values = [T::default(); WORDS];
            for lane in 0..WORDS {
                values[lane] = T::from_offset(low, offsets[start + lane].wide());
            }
            out.copy_from(at + start, &values);
        }
        for (index, offset) in offsets.iter().enumerate().skip(whole) {
            out.set(at + index, T::from_offset(low, offset.wide()));
        }
    }
}

/// Up to 2^32 integers: the high word of their number times a word (Lemire, "Fast random integer generation in an interval",
/// 2019).
struct Narrow<'a> {
    key: &'a Key,
    last: u32,
    first: u64,
    out: Output<'a, u32>,
}

impl Task for Narrow<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Narrow { key, last, first, out } = self;
        // 0 stands for 2^32, for which a word is the number.
        let count = last.wrapping_add(1);
        // Low words of a product below this are one too many for some integers: 2^32 mod count.
        let threshold = count.wrapping_neg().checked_rem(count).unwrap_or(0);
        let rows = NarrowRows { key, count, threshold };
        fill(simd, first, out, rows);
    }
}

struct NarrowRows<'a> {
    key: &'a Key,
    count: u32,
    threshold: u32,
}

impl Rows<u32, DENSE_ROW> for NarrowRows<'_> {
    #[inline(always)]
    fn write<S: Simd>(&self, simd: S, number: u64, out: &mut Output<'_, u32>, at: usize) {
        let words = row(simd, self.key, Purpose::Integers, number);
        for word in 0..4 {
            let at = at + word * WORDS;
            if self.count == 0 {
                out.copy_from(at, &words[word].to_array());
                continue;
            }
            let (offsets, rest) = words[word].product(self.count);
            out.copy_from(at, &offsets.to_array());
            if rest.any_below(self.threshold) {
                self.redraw(simd, number, word, out, at, rest.to_array());
            }
        }
    }
}

impl NarrowRows<'_> {
    /// Draws the lanes whose low word is too low again, until none is.
    #[inline(always)]
    fn redraw<S: Simd>(
        &self,
        simd: S,
        number: u64,
        word: usize,
        out: &mut Output<'_, u32>,
        at: usize,
        mut rest: [u32; WORDS],
    ) {
        let mut attempt = 0;
        while rest.iter().any(|rest| *rest < self.threshold) {
            attempt += 1;
            let again = row_again(simd, self.key, Purpose::Integers, attempt, number)[word];
            for lane in 0..WORDS {
                if rest[lane] < self.threshold {
                    let product = u64::from(again[lane]) * u64::from(self.count);
                    out.set(at + lane, (product >> 32) as u32);
                    rest[lane] = product as u32;
                }
            }
        }
    }
}

/// More: as many bits of two words as the range needs, until they are in it.
struct Wide<'a> {
    key: &'a Key,
    last: u64,
    first: u64,
    out: Output<'a, u64>,
}

impl Task for Wide<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Wide { key, last, first, out } = self;
        fill(simd, first, out, WideRows { key, last });
    }
}

struct WideRows<'a> {
    key: &'a Key,
    last: u64,
}

impl Rows<u64, ROW> for WideRows<'_> {
    #[inline(always)]
    fn write<S: Simd>(&self, simd: S, number: u64, out: &mut Output<'_, u64>, at: usize) {
        let mask = u64::MAX >> self.last.leading_zeros();
        // Too large, so that all of them are drawn.
        let mut offsets = [u64::MAX; ROW];
        let mut attempt = 0;
        let mut words = row(simd, self.key, Purpose::Integers, number).map(Words::to_array);
        loop {
            let mut missing = false;
            for half in 0..2 {
                for lane in 0..WORDS {
                    let drawn = u64::from(words[2 * half][lane]) << 32 | u64::from(words[2 * half + 1][lane]);
                    let offset = &mut offsets[half * WORDS + lane];
                    *offset = if *offset > self.last || attempt == 0 {
                        drawn & mask
                    } else {
                        *offset
                    };
                    missing |= *offset > self.last;
                }
            }
            if !missing {
                break;
            }
            attempt += 1;
            words = row_again(simd, self.key, Purpose::Integers, attempt, number);
        }
        out.copy_from(at, &offsets);
    }
}
