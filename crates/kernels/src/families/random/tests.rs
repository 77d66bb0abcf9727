//! Every level against the definitions in `docs/order-of-arithmetic.md`, one element at a time.

use super::integers::{Range, integers};
use super::normal::{Normal, normal};
use super::permutation::{Partition, deal, shuffle};
use super::threefry::row_again;
use super::uniform::{Interval, uniform};
use super::{Key, PIECE, Purpose};
use crate::arch::{Level, Output, Simd, Task, WORDS};
use crate::math::normal_quantile;

const SEED: [u32; 4] = [20_261_126, 0, 7, 0];
const LENGTHS: [usize; 11] = [0, 1, 15, 16, 31, 32, 33, 63, 64, 65, 1000];

fn key() -> Key {
    Key::new(SEED)
}

struct Row(Purpose, u32, u64);

impl Task for Row {
    type Output = [[u32; WORDS]; 4];
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Self::Output {
        row_again(simd, &key(), self.0, self.1, self.2)
    }
}

fn words(purpose: Purpose, attempt: u32, number: usize) -> [[u32; WORDS]; 4] {
    Level::Portable.dispatch(Row(purpose, attempt, number as u64))
}

/// The two words of element `index`.
fn pair(purpose: Purpose, attempt: u32, index: usize) -> (u32, u32) {
    let words = words(purpose, attempt, index / 32);
    let (half, lane) = (index % 32 / WORDS, index % WORDS);
    (words[2 * half][lane], words[2 * half + 1][lane])
}

/// The one word of element `index`.
fn single(purpose: Purpose, attempt: u32, index: usize) -> u32 {
    words(purpose, attempt, index / 64)[index % 64 / WORDS][index % WORDS]
}

fn check<T: Copy + Default + PartialEq + std::fmt::Debug>(
    run: impl Fn(Level, u64, &mut [T]),
    wanted: impl Fn(usize) -> T,
) {
    for level in Level::available() {
        for length in LENGTHS {
            for first in [0, PIECE, 5 * PIECE] {
                let mut got = vec![T::default(); length];
                run(level, first as u64, &mut got);
                let wanted: Vec<T> = (first..first + length).map(&wanted).collect();
                assert_eq!(got, wanted, "{level:?} {length} {first}");
            }
        }
    }
}

#[test]
fn uniform_numbers() {
    let interval = Interval {
        low: -3.0,
        span: 10.0,
        top: 7.0_f64.next_down(),
    };
    check(
        |level, first, out: &mut [f64]| uniform(level, &key(), interval, first, Output::from_slice(out)),
        |index| {
            let (a, b) = pair(Purpose::Uniform, 0, index);
            let k = u64::from(a >> 5) << 26 | u64::from(b >> 6);
            -3.0 + 10.0 * (k as f64 / (1_u64 << 53) as f64)
        },
    );
    let interval = Interval {
        low: 0.0,
        span: 1.0,
        top: f64::from(1.0_f32.next_down()),
    };
    check(
        |level, first, out: &mut [f32]| uniform(level, &key(), interval, first, Output::from_slice(out)),
        |index| (single(Purpose::Uniform, 0, index) >> 8) as f32 / (1 << 24) as f32,
    );
}

#[test]
fn rounding_never_reaches_the_upper_end() {
    // Between these two there is no third double, and half of all numbers round up.
    let interval = Interval {
        low: 1.0,
        span: f64::EPSILON,
        top: 1.0,
    };
    let mut out = [0.0; 1000];
    uniform(Level::current(), &key(), interval, 0, Output::from_slice(&mut out));
    assert!(out.iter().all(|value| *value == 1.0));
}

#[test]
fn normal_numbers() {
    let value = |index| {
        let (a, b) = pair(Purpose::Normal, 0, index);
        let k = u64::from(a >> 6) << 26 | u64::from(b >> 6);
        5.0 + 2.0 * normal_quantile((k as f64 + 0.5) / (1_u64 << 52) as f64)
    };
    let parameters = Normal {
        mean: 5.0,
        standard_deviation: 2.0,
    };
    check(
        |level, first, out: &mut [f64]| normal(level, &key(), parameters, first, Output::from_slice(out)),
        value,
    );
    check(
        |level, first, out: &mut [f32]| normal(level, &key(), parameters, first, Output::from_slice(out)),
        |index| value(index) as f32,
    );
}

/// Offsets by drawing until one fits.
fn offset(last: u64, index: usize) -> u64 {
    for attempt in 0.. {
        if let Ok(last) = u32::try_from(last) {
            let count = u64::from(last) + 1;
            let product = u64::from(single(Purpose::Integers, attempt, index)) * count;
            if product % (1 << 32) >= (1_u64 << 32) % count {
                return product >> 32;
            }
        } else {
            let (a, b) = pair(Purpose::Integers, attempt, index);
            let offset = (u64::from(a) << 32 | u64::from(b)) % (u128::from(last) + 1).next_power_of_two() as u64;
            if offset <= last {
                return offset;
            }
        }
    }
    unreachable!()
}

#[test]
fn integers_of_every_kind_of_range() {
    let bytes = Range {
        low: -100_i64 as u64,
        last: 200,
    };
    check(
        |level, first, out: &mut [i8]| integers(level, &key(), bytes, first, Output::from_slice(out)),
        |index| (offset(200, index) as i64 - 100) as i8,
    );
    for last in [
        0,
        1,
        5,
        (1 << 31) - 1,
        1 << 31,
        (3 << 30) - 1,
        u64::from(u32::MAX) - 1,
        u64::from(u32::MAX),
    ] {
        let range = Range { low: 17, last };
        check(
            |level, first, out: &mut [i64]| integers(level, &key(), range, first, Output::from_slice(out)),
            |index| offset(last, index) as i64 + 17,
        );
    }
    for last in [1 << 32, (1 << 52) + 1, (1 << 53) - 1] {
        let range = Range {
            low: -(1_i64 << 52) as u64,
            last,
        };
        check(
            |level, first, out: &mut [f64]| integers(level, &key(), range, first, Output::from_slice(out)),
            |index| offset(last, index) as f64 - (1_u64 << 52) as f64,
        );
    }
    let all = Range { low: 0, last: u64::MAX };
    check(
        |level, first, out: &mut [u64]| integers(level, &key(), all, first, Output::from_slice(out)),
        |index| {
            let (a, b) = pair(Purpose::Integers, 0, index);
            u64::from(a) << 32 | u64::from(b)
        },
    );
}

fn permutation(level: Level, count: usize) -> Vec<u32> {
    let partition = Partition::of(count);
    let deals: Vec<_> = (0..partition.deals)
        .map(|number| deal(level, &key(), partition, number))
        .collect();
    let mut out = vec![u32::MAX; count];
    let mut first = 0;
    for bucket in 0..partition.buckets {
        let length: usize = deals.iter().map(|dealt| dealt.count(bucket)).sum();
        let place = Output::from_slice(&mut out[first..first + length]);
        shuffle(level, &key(), &deals, bucket, first, place);
        first += length;
    }
    out
}

/// The one words of elements 0 … count − 1.
fn singles(purpose: Purpose, attempt: u32, count: usize) -> Vec<u64> {
    let rows = (0..count.div_ceil(64)).map(|number| words(purpose, attempt, number));
    rows.flat_map(|words| words.into_iter().flatten())
        .map(u64::from)
        .take(count)
        .collect()
}

/// A stable sort by bucket, then Fisher and Yates in each: the definition.
fn permutation_by_definition(count: usize) -> Vec<u32> {
    let buckets = Partition::of(count).buckets as u64;
    let bucket: Vec<u64> = singles(Purpose::Buckets, 0, count)
        .iter()
        .map(|word| (word * buckets) >> 32)
        .collect();
    let swaps: Vec<Vec<u64>> = (0..6).map(|attempt| singles(Purpose::Swaps, attempt, count)).collect();
    let mut out: Vec<u32> = (0..count as u32).collect();
    out.sort_by_key(|index| bucket[*index as usize]);
    let bucket: Vec<u64> = out.iter().map(|index| bucket[*index as usize]).collect();
    let mut first = 0;
    while first < count {
        let last = first
            + bucket[first..]
                .iter()
                .take_while(|other| **other == bucket[first])
                .count();
        for index in (first + 1..last).rev() {
            let choices = (index - first + 1) as u64;
            let products = swaps.iter().map(|words| words[index] * choices);
            let product = products
                .into_iter()
                .find(|product| product % (1 << 32) >= (1 << 32) % choices);
            out.swap(index, first + (product.expect("an attempt that fits") >> 32) as usize);
        }
        first = last;
    }
    out
}

#[test]
fn permutations() {
    for count in [0, 1, 2, 3, 64, 65, 1000, 32_768, 32_769, 200_000] {
        let wanted = permutation_by_definition(count);
        let mut sorted = wanted.clone();
        sorted.sort_unstable();
        assert!(sorted.iter().enumerate().all(|(index, value)| index == *value as usize));
        for level in Level::available() {
            assert_eq!(permutation(level, count), wanted, "{level:?} {count}");
        }
    }
}
