//! Sorting, selection and histograms over the pool: what naive code gives, on any number of threads.

use manycore_exec::{
    Bins, Buffers, Cancel, Histogram, Outcome, arg_sort, cumulative_sum, histogram, select, sort, sort_small,
    sort_wide, top_k,
};
use manycore_kernels::arch::Element;
use manycore_kernels::sorting::{Sortable, VectorKey};
use manycore_kernels::{Input, Output};

fn random(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state ^ state >> 31) >> 3
    }
}

/// Doubles of several spreads, with NaN and zeros of both signs.
fn doubles(kind: usize, n: usize) -> Vec<f64> {
    let mut random = random(n as u64 + 1);
    (0..n)
        .map(|i| match kind {
            0 => random() as f64 / (1_u64 << 61) as f64,
            1 => [0.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.5, 5e-324][random() as usize % 7],
            2 => i as f64,
            3 => (random() % 3) as f64,
            _ => {
                if random().is_multiple_of(500) {
                    random() as f64
                } else {
                    -((random() % 100) as f64)
                }
            }
        })
        .collect()
}

/// All NaN are alike.
fn bits(value: f64) -> u64 {
    if value.is_nan() {
        f64::NAN.to_bits()
    } else {
        value.to_bits()
    }
}

fn sorted(values: &[f64]) -> Vec<u64> {
    let mut sorted = values.to_vec();
    sorted
        .iter_mut()
        .filter(|value| value.is_nan())
        .for_each(|value| *value = f64::NAN);
    sorted.sort_by(f64::total_cmp);
    sorted.into_iter().map(f64::to_bits).collect()
}

fn done<T>(outcome: Outcome<T>) -> T {
    match outcome {
        Outcome::Done(value) => value,
        other => panic!("{:?}", other.map(drop)),
    }
}

const LENGTHS: [usize; 8] = [0, 1, 100, 16_384, 16_385, 32_768, 32_769, 70_001];

#[test]
fn sort_and_arg_sort_give_the_one_order() {
    for kind in 0..5 {
        for n in LENGTHS {
            let values = doubles(kind, n);
            let expected = sorted(&values);
            for threads in [1, 2, 7] {
                let mut out = vec![1.0; n];
                done(sort(
                    Input::from_slice(&values),
                    threads,
                    None,
                    Output::from_slice(&mut out),
                ));
                assert!(
                    out.iter().map(|value| bits(*value)).eq(expected.iter().copied()),
                    "{kind} {n} {threads}"
                );
                let mut wide = vec![1.0; n];
                let to = Output::from_slice(&mut wide);
                done(sort_wide(Input::from_slice(&values), threads, None, to));
                assert!(
                    wide.iter().map(|value| bits(*value)).eq(expected.iter().copied()),
                    "{kind} {n} {threads}"
                );
                let mut indices = vec![0_u32; n];
                let to = Output::from_slice(&mut indices);
                done(arg_sort(Input::from_slice(&values), threads, None, to, |index| {
                    index as u32
                }));
                let by_index = indices.iter().map(|index| values[*index as usize]);
                assert_eq!(sorted(&by_index.collect::<Vec<_>>()), expected);
                let rising = indices.windows(2).all(|pair| {
                    let [a, b] = [pair[0], pair[1]].map(|index| values[index as usize]);
                    a.total_cmp(&b).is_lt() || (a.to_bits() == b.to_bits() && pair[0] < pair[1]) || a.is_nan()
                });
                assert!(rising, "{kind} {n} {threads}");
            }
        }
    }
}

#[test]
fn all_wide_numbers_are_sorted() {
    let mut random = random(11);
    for n in [1000, 20_000, 400_001] {
        let x: Vec<i64> = (0..n).map(|_| random().cast_signed() - (1 << 60)).collect();
        wide_numbers(&x);
        wide_numbers(&x.iter().map(|x| x.cast_unsigned()).collect::<Vec<u64>>());
        wide_numbers(&x.iter().map(|x| *x as i32).collect::<Vec<i32>>());
        wide_numbers(&x.iter().map(|x| *x as u32 % 1000).collect::<Vec<u32>>());
        let floats: Vec<f32> = x.iter().map(|x| *x as f32).collect();
        let mut expected = floats.clone();
        expected.sort_by(f32::total_cmp);
        for threads in [1, 3] {
            let mut out = vec![0.0; n];
            let to = Output::from_slice(&mut out);
            done(sort_wide(Input::from_slice(&floats), threads, None, to));
            assert!(out == expected, "{n}");
        }
    }
}

fn wide_numbers<T>(x: &[T])
where
    T: Element + Sortable<Key: VectorKey + Buffers> + Ord + Default,
{
    let mut expected = x.to_vec();
    expected.sort();
    for threads in [1, 3] {
        let mut out = vec![T::default(); x.len()];
        done(sort_wide(
            Input::from_slice(x),
            threads,
            None,
            Output::from_slice(&mut out),
        ));
        assert!(out == expected, "{} numbers", x.len());
    }
}

#[test]
fn small_numbers_are_counted() {
    let mut random = random(5);
    let values: Vec<i16> = (0..1_100_000).map(|_| random() as i16).collect();
    let mut expected = values.clone();
    expected.sort_unstable();
    for threads in [1, 3] {
        let mut out = vec![0; values.len()];
        done(sort_small(
            Input::from_slice(&values),
            threads,
            None,
            Output::from_slice(&mut out),
        ));
        assert!(out == expected);
    }
    done(sort_small(
        Input::<i16>::from_slice(&[]),
        2,
        None,
        Output::from_slice(&mut []),
    ));
}

#[test]
fn selected_numbers_are_those_of_the_sorted() {
    for kind in 0..5 {
        for n in LENGTHS {
            let values = doubles(kind, n);
            let expected = sorted(&values);
            let mut ranks: Vec<usize> = (0..20)
                .map(|i| i * n / 20)
                .chain([n / 2, n.saturating_sub(1)])
                .collect();
            ranks.sort_unstable();
            ranks.dedup();
            ranks.retain(|rank| *rank < n);
            for threads in [1, 2, 7] {
                for ranks in [&ranks[..], &ranks[ranks.len() / 2..], &[]] {
                    let selected = done(select(Input::from_slice(&values), ranks, threads, None));
                    let wanted = ranks.iter().map(|rank| expected[*rank]);
                    assert!(
                        selected.iter().map(|value| bits(*value)).eq(wanted),
                        "{kind} {n} {threads}"
                    );
                }
            }
        }
    }
    let bytes: Vec<u8> = (0..100_000_u32).map(|i| (i % 7) as u8).collect();
    assert_eq!(
        done(select(Input::from_slice(&bytes), &[0, 50_000, 99_999], 2, None)),
        [0, 3, 6]
    );
}

#[test]
fn histograms_count_every_number_once() {
    let values = doubles(0, 1_000_003);
    let of = |bins: Bins, threads| done(histogram(Input::from_slice(&values), bins, threads, None));
    let Histogram::Counts(counts, edges) = of(Bins::OfExtent(100), 1) else {
        panic!("finite numbers")
    };
    assert_eq!(
        (counts.len(), edges.len(), counts.iter().sum::<u64>()),
        (100, 101, 1_000_003)
    );
    for threads in [2, 7] {
        assert_eq!(
            of(Bins::OfExtent(100), threads),
            Histogram::Counts(counts.clone(), edges.clone())
        );
        assert_eq!(
            of(Bins::Edges(edges.clone()), threads),
            Histogram::Counts(counts.clone(), edges.clone())
        );
    }
    let Histogram::Counts(half, _) = of(Bins::Between(2, 0.0, 0.5), 2) else {
        panic!("edges")
    };
    let below = |limit: f64| values.iter().filter(|value| **value < limit).count() as u64;
    assert_eq!(half[0], below(0.25));
    assert_eq!(
        half[1],
        values.iter().filter(|value| (0.25..=0.5).contains(*value)).count() as u64
    );
    let none = Input::<f64>::from_slice(&[]);
    assert_eq!(
        done(histogram(none, Bins::OfExtent(2), 2, None)),
        Histogram::Counts(vec![0, 0], vec![0.0, 0.5, 1.0])
    );
    let same = [3.0; 5];
    let of_same = done(histogram(Input::from_slice(&same), Bins::OfExtent(1), 2, None));
    assert_eq!(of_same, Histogram::Counts(vec![5], vec![2.5, 3.5]));
    let wild = [1.0, f64::INFINITY];
    assert_eq!(
        done(histogram(Input::from_slice(&wild), Bins::OfExtent(2), 1, None)),
        Histogram::NotFinite
    );
    assert_eq!(
        done(histogram(Input::from_slice(&wild), Bins::Between(2, 1.0, 1.0), 1, None)),
        Histogram::NoEdges
    );
}

#[test]
fn running_sums_are_the_same_on_any_number_of_threads() {
    for n in [0, 1, 4097, 65_536, 300_001] {
        let values = doubles(0, n);
        let mut expected = vec![0.0; n];
        assert_eq!(
            done(cumulative_sum(
                Input::from_slice(&values),
                1,
                None,
                Output::from_slice(&mut expected)
            )),
            None
        );
        for threads in [2, 7] {
            let mut out = vec![0.0; n];
            done(cumulative_sum(
                Input::from_slice(&values),
                threads,
                None,
                Output::from_slice(&mut out),
            ));
            assert!(out == expected, "{n} {threads}");
        }
    }
    let ones = vec![1_u16; 200_000];
    for threads in [1, 2] {
        let mut out = vec![0; ones.len()];
        let misfit = done(cumulative_sum(
            Input::from_slice(&ones),
            threads,
            None,
            Output::from_slice(&mut out),
        ));
        assert_eq!((misfit, out[65_534]), (Some(65_535), 65_535));
    }
}

#[test]
fn the_largest_come_first() {
    for kind in 0..5 {
        for n in LENGTHS {
            let values = doubles(kind, n);
            let mut indices: Vec<u64> = (0..n as u64).collect();
            let rank = |index: &u64| {
                let value = values[*index as usize];
                if value.is_nan() { f64::NAN } else { value }
            };
            indices.sort_by(|a, b| rank(b).total_cmp(&rank(a)));
            for k in [0, 1, 10, n / 2, n] {
                let k = k.min(n);
                for threads in [1, 3] {
                    let (largest, places) = done(top_k(Input::from_slice(&values), k, threads, None));
                    assert_eq!(places, indices[..k], "{kind} {n} {k}");
                    assert!(
                        largest
                            .iter()
                            .zip(&places)
                            .all(|(value, place)| bits(*value) == bits(rank(place)))
                    );
                }
            }
        }
    }
    let few = [3_i8, -1, 3, 7];
    assert_eq!(
        done(top_k(Input::from_slice(&few), 3, 1, None)),
        (vec![7, 3, 3], vec![3, 0, 2])
    );
}

#[test]
fn a_raised_flag_ends_them() {
    let values = doubles(0, 300_001);
    let cancel = Cancel::new(None);
    cancel.cancel();
    let mut out = vec![0.0; values.len()];
    let x = Input::from_slice(&values);
    assert!(matches!(
        sort(x, 2, Some(&cancel), Output::from_slice(&mut out)),
        Outcome::Cancelled
    ));
    assert!(matches!(
        sort_wide(x, 2, Some(&cancel), Output::from_slice(&mut out)),
        Outcome::Cancelled
    ));
    assert!(matches!(select(x, &[5], 2, Some(&cancel)), Outcome::Cancelled));
    assert!(matches!(
        histogram(x, Bins::OfExtent(5), 2, Some(&cancel)),
        Outcome::Cancelled
    ));
}
