//! Uniform numbers: 53 random bits a double, 24 a float.

use super::{DENSE_ROW, Key, Purpose, ROW, Rows, fill, row};
use crate::arch::{Level, Output, Real, Simd, Task, WIDTH, WORDS, Words};

/// 2^-53.
const UNIT: f64 = 1.0 / (1_u64 << 53) as f64;
/// 2^-24.
const UNIT_FLOAT: f64 = 1.0 / (1_u64 << 24) as f64;

/// Where the numbers lie: `low + span · u`, but at most `top`.
#[derive(Clone, Copy, Debug)]
pub struct Interval {
    /// The least number, one of the element type.
    pub low: f64,
    /// The length, `high − low`.
    pub span: f64,
    /// The greatest number of the element type below `high`: rounding may reach `high` itself.
    pub top: f64,
}

impl Interval {
    #[inline(always)]
    fn at<R: Real>(self, u: R) -> R {
        let value = u.splat(self.low) + u.splat(self.span) * u;
        let top = u.splat(self.top);
        R::select(top.less(value), top, value)
    }
}

/// Element types of uniform numbers.
pub trait Uniform: crate::arch::Element {
    #[doc(hidden)]
    fn fill<S: Simd>(simd: S, key: &Key, interval: Interval, first: u64, out: Output<'_, Self>);
}

struct Numbers<'a> {
    key: &'a Key,
    interval: Interval,
}

impl Rows<f64, ROW> for Numbers<'_> {
    #[inline(always)]
    fn write<S: Simd>(&self, simd: S, number: u64, out: &mut Output<'_, f64>, at: usize) {
        let words = row(simd, self.key, Purpose::Uniform, number);
        for half in 0..2 {
            // 27 and 26 bits.
            let high = simd.words_to_doubles(words[2 * half].shift_right(5));
            let low = simd.words_to_doubles(words[2 * half + 1].shift_right(6));
            for group in 0..2 {
                let u = (high[group] * simd.splat(67_108_864.0) + low[group]) * simd.splat(UNIT);
                out.store(at + half * WORDS + group * WIDTH, self.interval.at(u));
            }
        }
    }
}

impl Rows<f32, DENSE_ROW> for Numbers<'_> {
    #[inline(always)]
    fn write<S: Simd>(&self, simd: S, number: u64, out: &mut Output<'_, f32>, at: usize) {
        let words = row(simd, self.key, Purpose::Uniform, number);
        for word in 0..4 {
            let parts = simd.words_to_doubles(words[word].shift_right(8));
            for group in 0..2 {
                let u = parts[group] * simd.splat(UNIT_FLOAT);
                out.store(at + word * WORDS + group * WIDTH, self.interval.at(u));
            }
        }
    }
}

impl Uniform for f64 {
    #[inline(always)]
    fn fill<S: Simd>(simd: S, key: &Key, interval: Interval, first: u64, out: Output<'_, f64>) {
        fill::<S, f64, ROW>(simd, first, out, Numbers { key, interval });
    }
}

impl Uniform for f32 {
    #[inline(always)]
    fn fill<S: Simd>(simd: S, key: &Key, interval: Interval, first: u64, out: Output<'_, f32>) {
        fill::<S, f32, DENSE_ROW>(simd, first, out, Numbers { key, interval });
    }
}

/// Elements `first … first + out.len() − 1`; `first` is a multiple of [`super::PIECE`].
pub fn uniform<T: Uniform>(level: Level, key: &Key, interval: Interval, first: u64, out: Output<'_, T>) {
    level.dispatch(Work {
        key,
        interval,
        first,
        out,
    });
}

struct Work<'a, T> {
    key: &'a Key,
    interval: Interval,
    first: u64,
    out: Output<'a, T>,
}

impl<T: Uniform> Task for Work<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        T::fill(simd, self.key, self.interval, self.first, self.out);
    }
}
