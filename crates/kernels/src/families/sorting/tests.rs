use super::{Counts, Extent, Item, Pair, Partition, Sortable, index_of, pair, sort_items, sort_within};
use super::{divide_numbers, sort_keys, sort_numbers, sort_pieces, sorts_by_registers};
use crate::arch::{Element, Level, VectorKey};
use crate::{Input, Output};
use proptest::prelude::*;

/// Floats in the order that `TypedArray.prototype.sort` gives.
const ORDERED: [f64; 11] = [
    f64::NEG_INFINITY,
    f64::MIN,
    -1.0,
    -5e-324,
    -0.0,
    0.0,
    f64::MIN_POSITIVE,
    1.0,
    f64::MAX,
    f64::INFINITY,
    f64::NAN,
];

#[test]
fn keys_are_in_the_order_of_their_numbers() {
    for pair in ORDERED.windows(2) {
        assert!(pair[0].key() < pair[1].key(), "{} {}", pair[0], pair[1]);
        let floats = [pair[0] as f32, pair[1] as f32];
        assert!(floats[0].key() <= floats[1].key(), "{} {}", floats[0], floats[1]);
    }
    assert_eq!((-f64::NAN).key(), f64::NAN.key());
    assert_eq!((-f32::NAN).key(), f32::NAN.key());
    assert!((-0.0_f32).key() < 0.0_f32.key());
    assert!(i8::MIN.key() < 0_i8.key() && 0_i8.key() < i8::MAX.key());
    assert!(i64::MIN.key() < (-1_i64).key() && (-1_i64).key() < 0_i64.key());
}

#[test]
fn values_come_back() {
    for value in ORDERED {
        let back = f64::value(value.key());
        assert!(back.to_bits() == value.to_bits() || (back.is_nan() && value.is_nan()));
        let float = value as f32;
        let back = f32::value(float.key());
        assert!(back.to_bits() == float.to_bits() || (back.is_nan() && float.is_nan()));
    }
    for value in i16::MIN..=i16::MAX {
        assert_eq!(i16::value(value.key()), value);
        assert_eq!(i64::value(i64::from(value).key()), i64::from(value));
    }
}

/// Keys of every spread: uniform, crowded, few values, one outlier.
fn keys(kind: usize, n: usize, mut seed: u64) -> Vec<u64> {
    let mut random = move || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        seed ^ (seed >> 29)
    };
    (0..n)
        .map(|i| match kind {
            0 => random(),
            1 => ((random() >> 11) as f64 / (1_u64 << 53) as f64).key(),
            2 => random() % 7,
            3 => 5,
            4 => i as u64,
            5 => (n - i) as u64,
            6 => {
                if random().is_multiple_of(1000) {
                    random()
                } else {
                    random() % 1000
                }
            }
            7 => (random() % 40) << (random() % 60),
            _ => u64::MAX - random() % 3,
        })
        .collect()
}

#[test]
fn items_are_sorted_stably() {
    for kind in 0..9 {
        for n in [0, 1, 2, 24, 25, 256, 257, 3000, 40_000] {
            let keys = keys(kind, n, n as u64 + 1);
            let mut expected: Vec<Pair> = keys.iter().zip(0..).map(|(&key, index)| pair(key, index)).collect();
            let mut pairs = expected.clone();
            expected.sort_by_key(|pair| pair.key());
            sort_items(&mut pairs, &mut vec![Pair::default(); n]);
            assert!(pairs == expected, "kind {kind}, {n} items");
            let partition = Partition::new(keys.clone(), 1);
            let mut known = keys.clone();
            known.retain(|key| partition.bucket(*key) == 1);
            if let Some(extent) = partition.extent(1) {
                let mut sorted = known.clone();
                sorted.sort_unstable();
                let mut scratch = vec![0; known.len()];
                sort_within(&mut known, &mut scratch, extent);
                assert!(known == sorted, "kind {kind}, {n} known keys");
            }
            let mut alone = keys.clone();
            sort_items(&mut alone, &mut vec![0; n]);
            assert!(
                alone.iter().copied().eq(expected.iter().map(|pair| pair.key())),
                "kind {kind}, {n} keys"
            );
        }
    }
}

#[test]
fn chunks_fall_into_buckets_of_rising_keys() {
    for kind in 0..9 {
        for n in [1, 100, 20_000] {
            let keys = keys(kind, n, 9);
            let sample = Partition::sample_places(n).map(|place| keys[place]).collect();
            let partition = Partition::new(sample, 300);
            let items: Vec<Pair> = keys.iter().zip(0..).map(|(&key, index)| pair(key, index)).collect();
            let mut to = vec![Pair::default(); n];
            let mut buckets = Vec::new();
            let mut counter = partition.counter(&mut buckets);
            items.chunks(77).for_each(|part| counter.count(part));
            let ends = counter.split(&items, &mut to);
            assert_eq!(
                (ends.len(), ends[0], ends[partition.buckets()]),
                (partition.buckets() + 1, 0, n as u32)
            );
            for (bucket, range) in ends.windows(2).enumerate() {
                let part = &to[range[0] as usize..range[1] as usize];
                assert!(part.iter().all(|item| partition.bucket(item.key()) == bucket));
                assert!(part.is_sorted_by_key(|item| index_of(*item)));
            }
            // Rising: the buckets of sorted keys never fall.
            let mut sorted = keys;
            sorted.sort_unstable();
            assert!(sorted.is_sorted_by_key(|key| partition.bucket(*key)));
        }
    }
    let even = Partition::new(keys(0, 8000, 3), 64);
    assert!((50..=200).contains(&even.buckets()), "{}", even.buckets());
}

#[test]
fn samples_are_spread_over_the_input() {
    for n in [0, 1, 5, 8192, 8193, 1_000_000] {
        let places: Vec<usize> = Partition::sample_places(n).collect();
        assert!(places.len() == n.min(8192) && places.is_sorted() && places.iter().all(|place| *place < n));
    }
}

#[test]
fn extents_hold_what_is_in_the_bucket() {
    for kind in 0..9 {
        let keys = keys(kind, 20_000, 4);
        let partition = Partition::new(keys[..4000].to_vec(), 100);
        for key in &keys {
            if let Some(extent) = partition.extent(partition.bucket(*key)) {
                let beyond = key
                    .checked_sub(extent.low)
                    .is_none_or(|rest| extent.bits < 64 && rest >> extent.bits > 0);
                assert!(!beyond, "kind {kind}: {key} outside of {extent:?}");
            }
        }
    }
    // The steps of [10, 12] are single keys.
    let partition = Partition::new(vec![10, 10, 12], 100);
    assert_eq!(
        partition.extent(partition.bucket(10)),
        Some(Extent { low: 10, bits: 0 })
    );
}

#[test]
fn crowded_keys_are_told_apart() {
    let mut random = keys(0, 64_000, 3)
        .into_iter()
        .map(|key| (key >> 11) as f64 / (1_u64 << 53) as f64 - 0.5);
    // Nearly normal: the sum of four.
    let normal: Vec<u64> = (0..16_000)
        .map(|_| random.by_ref().take(4).sum::<f64>().key())
        .collect();
    for keys in [normal, keys(1, 16_000, 5)] {
        let partition = Partition::new(keys[..8000].to_vec(), 256);
        let mut counts = vec![0; partition.buckets()];
        keys.iter().for_each(|key| counts[partition.bucket(*key)] += 1);
        // 62 on average; the ends of the range take a 256th each, whatever there is.
        assert!(counts.iter().all(|count| *count < 250), "{:?}", counts.iter().max());
        assert!(partition.buckets() < 800, "{}", partition.buckets());
    }
}

#[test]
fn counts_write_every_part_of_the_sorted_keys() {
    let bytes: Vec<u8> = (0..1000_u32).map(|i| (i * i % 251) as u8).collect();
    let parts = bytes.chunks(77).map(|part| Counts::of(part.iter().copied()));
    let counts = Counts::total(parts).expect("some parts");
    let mut sorted = bytes.clone();
    sorted.sort_unstable();
    for from in (0..1000).step_by(130) {
        let to = (from + 130).min(1000);
        let part: Vec<u8> = counts
            .runs(from, to)
            .flat_map(|(key, length)| std::iter::repeat_n(key, length))
            .collect();
        assert_eq!(part, sorted[from..to]);
    }
}

proptest! {
    #[test]
    fn any_keys_are_sorted(mut keys in proptest::collection::vec(any::<u64>(), 0..2000), bits in 0..64_u32) {
        keys.iter_mut().for_each(|key| *key >>= bits);
        let mut expected = keys.clone();
        expected.sort_unstable();
        let mut scratch = vec![0; keys.len()];
        sort_items(&mut keys, &mut scratch);
        prop_assert_eq!(keys, expected);
    }
}

/// Bits of numbers as `T::Key`s order them, every NaN as one.
fn in_order<T: Sortable>(x: &[T]) -> Vec<T::Key> {
    let mut keys: Vec<T::Key> = x.iter().map(|value| value.key()).collect();
    keys.sort_unstable();
    keys
}

/// All ways to sort numbers by registers, on every level that has them.
fn check_registers<T>(x: &[T])
where
    T: Element + Sortable<Key: VectorKey> + Default,
{
    let n = x.len();
    let expected = in_order(x);
    for level in Level::available().filter(|level| sorts_by_registers(*level)) {
        let (mut a, mut b) = (vec![T::Key::default(); n], vec![T::Key::default(); n]);
        let mut out = vec![T::default(); n];
        let (from, to) = (Input::from_slice(x).as_bits(), Output::from_slice(&mut out).as_bits());
        assert!(sort_numbers(level, from, T::ORDER, [&mut a, &mut b], to));
        let sorted = |out: &[T]| out.iter().map(|value| value.key()).eq(expected.iter().copied());
        assert!(sorted(&out), "{n} numbers");

        assert!(
            x.iter()
                .zip(0..)
                .all(|(value, index)| from.raw(index).encode(T::ORDER) == value.key())
        );
        let mut keys: Vec<T::Key> = x.iter().map(|value| value.key()).collect();
        assert!(sort_keys(level, &mut keys, &mut a));
        assert!(keys == expected, "{n} keys");

        for groups in [1, 2, 3, 8] {
            let bounds: Vec<T::Key> = (1..groups)
                .filter_map(|i| expected.get(i * n / groups).copied())
                .collect();
            let mut ends = vec![0; bounds.len() + 1];
            let mut divided = vec![T::Key::default(); n];
            assert!(divide_numbers(
                level,
                from,
                T::ORDER,
                [&mut a, &mut b],
                &bounds,
                &mut divided,
                &mut ends
            ));
            let mut start = 0;
            for (group, end) in ends.iter().enumerate() {
                for key in &divided[start..*end] {
                    assert!(group == 0 || *key >= bounds[group - 1]);
                    assert!(group == bounds.len() || *key < bounds[group]);
                }
                start = *end;
            }
            assert_eq!(start, n);
            let pieces: Vec<&[T::Key]> = divided.chunks(n / 3 + 1).collect();
            out.fill(T::default());
            let to = Output::from_slice(&mut out).as_bits();
            assert!(sort_pieces(level, &pieces, T::ORDER, [&mut a, &mut b], to));
            assert!(sorted(&out), "{n} numbers in pieces");
        }
    }
}

/// Integers of many patterns; most numbers are made of their bits.
fn patterns(n: usize) -> Vec<Vec<u64>> {
    let mut all: Vec<Vec<u64>> = (0..9).map(|kind| keys(kind, n, n as u64 + 7)).collect();
    // Organ pipes, a saw, runs, the extremes, and what is sampled being small.
    all.push((0..n).map(|i| i.min(n - i) as u64).collect());
    all.push((0..n).map(|i| (i % 17) as u64 | (i as u64 % 5) << 40).collect());
    all.push((0..n).map(|i| if i % 2 == 0 { u64::MAX } else { 0 }).collect());
    all.push(
        (0..n)
            .map(|i| {
                if i % (n / 64 + 1) < 9 {
                    i as u64
                } else {
                    u64::MAX - i as u64
                }
            })
            .collect(),
    );
    all
}

#[test]
fn registers_sort_what_the_definition_sorts() {
    for n in (0..140).chain([255, 256, 257, 300, 511, 512, 513, 640, 1023, 1024, 1025, 4099, 20_000]) {
        for bits in patterns(n) {
            check_registers::<u64>(&bits);
            check_registers::<i64>(&bits.iter().map(|bits| bits.cast_signed()).collect::<Vec<_>>());
            check_registers::<f64>(&bits.iter().map(|bits| f64::from_bits(*bits)).collect::<Vec<_>>());
            let narrow = |bits: &u64| (bits ^ bits >> 32) as u32;
            check_registers::<u32>(&bits.iter().map(narrow).collect::<Vec<_>>());
            check_registers::<i32>(&bits.iter().map(|bits| narrow(bits).cast_signed()).collect::<Vec<_>>());
            check_registers::<f32>(&bits.iter().map(|bits| f32::from_bits(narrow(bits))).collect::<Vec<_>>());
        }
        let cycle: Vec<f64> = ORDERED.iter().rev().copied().cycle().take(n).collect();
        check_registers(&cycle);
        check_registers(&cycle.iter().map(|value| *value as f32).collect::<Vec<_>>());
    }
}

proptest! {
    #[test]
    fn any_numbers_are_sorted_by_registers(mut bits in proptest::collection::vec(any::<u64>(), 0..3000), dropped in 0..64_u32) {
        bits.iter_mut().for_each(|bits| *bits >>= dropped);
        check_registers::<u64>(&bits);
        check_registers::<f64>(&bits.iter().map(|bits| f64::from_bits(*bits)).collect::<Vec<_>>());
        check_registers::<f32>(&bits.iter().map(|bits| f32::from_bits(*bits as u32)).collect::<Vec<_>>());
    }
}
