//! Random numbers into memory of any length: every level the bits of the plainest, and elements that don't depend on the length.

use super::bytes::Bytes;
use manycore_kernels::random::integers::{Integer, Range, integers};
use manycore_kernels::random::permutation::{Partition, deal, shuffle};
use manycore_kernels::random::uniform::{Interval, uniform};
use manycore_kernels::random::{Key, PIECE};
use manycore_kernels::{Level, Output};

pub fn random(data: &[u8]) {
    let mut bytes = Bytes(data);
    let key = Key::new([bytes.word() as u32, bytes.word() as u32, 0, 7]);
    let length = bytes.word() as usize % 700;
    let first = (bytes.word() % (1 << 36)) * PIECE as u64;
    match bytes.byte() % 4 {
        0 => {
            let interval = Interval {
                low: 0.0,
                span: 1.0,
                top: 1.0_f64.next_down(),
            };
            check(length, |level, out: &mut [f64]| {
                uniform(level, &key, interval, first, Output::from_slice(out))
            });
        }
        1 => draw::<i8>(&mut bytes, &key, length, first),
        2 => draw::<u64>(&mut bytes, &key, length, first),
        _ => permute(&key, bytes.word() as usize % 150_000),
    }
}

fn draw<T: Integer + PartialEq + std::fmt::Debug>(bytes: &mut Bytes<'_>, key: &Key, length: usize, first: u64) {
    let range = Range {
        low: bytes.word(),
        // Any number of bits.
        last: bytes.word() >> (bytes.byte() % 64),
    };
    check(length, |level, out: &mut [T]| {
        integers(level, key, range, first, Output::from_slice(out))
    });
}

fn check<T: Copy + Default + PartialEq + std::fmt::Debug>(length: usize, fill: impl Fn(Level, &mut [T])) {
    let mut plain = vec![T::default(); length + 64];
    fill(Level::Portable, &mut plain);
    for level in Level::available() {
        let mut out = vec![T::default(); length].into_boxed_slice();
        fill(level, &mut out);
        assert_eq!(*out, plain[..length], "{level:?}");
    }
}

fn permute(key: &Key, count: usize) {
    let level = Level::current();
    let partition = Partition::of(count);
    let deals: Vec<_> = (0..partition.deals)
        .map(|number| deal(level, key, partition, number))
        .collect();
    let mut out = vec![u32::MAX; count].into_boxed_slice();
    let mut first = 0;
    for bucket in 0..partition.buckets {
        let length: usize = deals.iter().map(|dealt| dealt.count(bucket)).sum();
        let place = Output::from_slice(&mut out[first..first + length]);
        shuffle(level, key, &deals, bucket, first, place);
        first += length;
    }
    assert_eq!(first, count);
    out.sort_unstable();
    assert!(out.iter().enumerate().all(|(index, value)| index == *value as usize));
}
