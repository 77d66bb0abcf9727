//! Normal numbers: the normal quantile of a uniform number, one of each for one of the other, so that nothing is ever
//! rejected.

use super::{Key, Purpose, ROW, Rows, fill, row};
use crate::arch::{Float, Level, Output, Simd, Task, WIDTH, WORDS, Words};
use crate::math::normal_quantile;

/// 2^-52.
const UNIT: f64 = 1.0 / (1_u64 << 52) as f64;

/// The distribution's parameters.
#[derive(Clone, Copy, Debug)]
pub struct Normal {
    /// Its mean.
    pub mean: f64,
    /// Its standard deviation.
    pub standard_deviation: f64,
}

/// Elements `first … first + out.len() − 1`; `first` is a multiple of [`super::PIECE`]. Floats are the doubles, rounded.
pub fn normal<T: Float + Default>(level: Level, key: &Key, normal: Normal, first: u64, out: Output<'_, T>) {
    level.dispatch(Work {
        key,
        normal,
        first,
        out,
    });
}

struct Work<'a, T> {
    key: &'a Key,
    normal: Normal,
    first: u64,
    out: Output<'a, T>,
}

impl<T: Float + Default> Task for Work<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Work {
            key,
            normal,
            first,
            out,
        } = self;
        fill(simd, first, out, Numbers { key, normal });
    }
}

struct Numbers<'a> {
    key: &'a Key,
    normal: Normal,
}

impl<T: Float + Default> Rows<T, ROW> for Numbers<'_> {
    #[inline(always)]
    fn write<S: Simd>(&self, simd: S, number: u64, out: &mut Output<'_, T>, at: usize) {
        let Normal {
            mean,
            standard_deviation,
        } = self.normal;
        let words = row(simd, self.key, Purpose::Normal, number);
        for half in 0..2 {
            let high = simd.words_to_doubles(words[2 * half].shift_right(6));
            let low = simd.words_to_doubles(words[2 * half + 1].shift_right(6));
            for group in 0..2 {
                // 52 bits and a half: never 0, never 1, and symmetrical about a half.
                let k = high[group] * simd.splat(67_108_864.0) + low[group];
                let u = (k + simd.splat(0.5)) * simd.splat(UNIT);
                let value = simd.splat(mean) + simd.splat(standard_deviation) * normal_quantile(u);
                out.store(at + half * WORDS + group * WIDTH, value);
            }
        }
    }
}
