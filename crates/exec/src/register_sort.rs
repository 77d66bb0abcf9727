//! Sorting by vector registers, on levels that have it, on one thread or many: chunks are divided into the same groups of rising keys, then each group is sorted.
//! There is one sorted order, so who did what can't be seen.

use crate::cancel::{Cancel, Outcome};
use crate::parts::run_parts;
use crate::sort::sort;
use manycore_kernels::arch::{Element, KeyOrder, large_zeros};
use manycore_kernels::sorting::{
    Item, Sortable, VectorKey, divide_numbers, sort_keys, sort_numbers, sort_pieces, sorts_by_registers,
};
use manycore_kernels::{Input, Level, Output};
use std::cell::RefCell;
use std::sync::{Mutex, PoisonError};

/// Up to so many bytes of keys one thread sorts them all sooner than two have found together.
const SMALL_BYTES: usize = 1 << 17;
/// Up to so many keys it does where it is alone.
const SMALL_ALONE: usize = 1 << 16;
/// Keys of a chunk: with two buffers it fits a core's second-level cache.
const CHUNK: usize = 1 << 16;
/// Keys of a group on average.
const GROUP: usize = 1 << 15;
const MOST_GROUPS: usize = 1024;
/// Keys of the sample for each group.
const SAMPLE: usize = 32;
/// Keys that a thread's buffers keep room for from one call to the next: getting memory anew would take as long as sorting.
const KEPT: usize = 1 << 18;
/// Keys that the process keeps room for, once, where they lie divided.
const KEPT_DIVIDED: usize = 1 << 20;

/// As [`sort`], for numbers whose keys registers hold.
pub fn sort_wide<T: Element + Sortable<Key: VectorKey + Buffers>>(
    x: Input<'_, T>,
    threads: usize,
    cancel: Option<&Cancel>,
    out: Output<'_, T>,
) -> Outcome<()> {
    let level = Level::current();
    if sorts_by_registers(level) {
        let bits: Input<'_, T::Key> = x.as_bits();
        sort_bits(level, bits, T::ORDER, threads, cancel, out.as_bits())
    } else {
        sort(x, threads, cancel, out)
    }
}

/// The same of their bits: compiled once for all kinds of a width.
fn sort_bits<K: VectorKey + Buffers>(
    level: Level,
    x: Input<'_, K>,
    order: KeyOrder,
    threads: usize,
    cancel: Option<&Cancel>,
    out: Output<'_, K>,
) -> Outcome<()> {
    let length = x.len();
    let out = out.split_at(length).0;
    let small = if threads == 1 {
        SMALL_ALONE
    } else {
        SMALL_BYTES / size_of::<K>()
    };
    if length <= small {
        let part = std::iter::once(out);
        return run_parts(1, part, cancel, |_, out| {
            K::lend(length, |buffers| sort_numbers(level, x, order, buffers, out));
        })
        .map(drop);
    }
    let bounds = bounds(level, x, order, threads);
    let chunk = CHUNK.min(length.div_ceil(2 * threads));
    let mut memory = K::take(length);
    let divided = &mut memory[..length];
    let ends = run_parts(threads, divided.chunks_mut(chunk), cancel, |index, to| {
        let part = x.range(index * chunk, index * chunk + to.len());
        let mut ends = vec![0; bounds.len() + 1];
        K::lend(to.len(), |buffers| {
            divide_numbers(level, part, order, buffers, &bounds, to, &mut ends)
        });
        ends
    });
    let ends = match ends {
        Outcome::Done(ends) => ends,
        other => return other.map(drop),
    };
    let chunks: Vec<(&[K], Vec<usize>)> = divided.chunks(chunk).zip(ends).collect();
    let groups = groups(&bounds, &chunks);
    let mut parts = Vec::with_capacity(groups.len());
    let mut rest = out;
    for pieces in groups {
        let length = pieces.iter().map(|piece| piece.len()).sum();
        let (part, others) = rest.split_at(length);
        parts.push((pieces, length, part));
        rest = others;
    }
    let done = run_parts(threads, parts.into_iter(), cancel, |_, (pieces, length, out)| {
        K::lend(length, |buffers| sort_pieces(level, &pieces, order, buffers, out));
    });
    K::keep(memory);
    done.map(drop)
}

/// Where groups begin, but for the first: even parts of a sample, each bound once.
fn bounds<K: VectorKey>(level: Level, x: Input<'_, K>, order: KeyOrder, threads: usize) -> Vec<K> {
    let length = x.len();
    // As many groups for each thread as make a late one short.
    let groups = (length / GROUP).max(4 * threads).next_power_of_two().min(MOST_GROUPS);
    let count = (groups * SAMPLE).min(length);
    let step = length / count;
    // At places without a period, since numbers may have one: the multiples of the golden ratio spread evenly within the steps.
    let share = |i: usize| (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    let place = |i: usize| i * step + ((share(i) * step as u64) >> 32) as usize;
    let mut sample: Vec<K> = (0..count).map(|i| x.raw(place(i)).encode(order)).collect();
    sort_keys(level, &mut sample, &mut vec![K::default(); count]);
    let mut bounds: Vec<K> = Vec::with_capacity(2 * groups);
    for bound in (1..groups).map(|group| sample[group * count / groups]) {
        match bounds.last() {
            // Many numbers are this one: they are a group of their own, which can be cut anywhere.
            Some(last) if *last == bound => bounds.extend(bound.next()),
            Some(last) if *last > bound => {}
            _ => bounds.push(bound),
        }
    }
    bounds
}

/// The pieces of each group in turn. Groups of one key are cut, or an array of few different numbers would be one long piece of work.
fn groups<'a, K: VectorKey>(bounds: &[K], chunks: &[(&'a [K], Vec<usize>)]) -> Vec<Vec<&'a [K]>> {
    let mut groups = Vec::with_capacity(bounds.len() + 1);
    for group in 0..=bounds.len() {
        let next = group.checked_sub(1).map(|before| bounds[before].next());
        let alone = next.is_some_and(|next| next.as_ref() == bounds.get(group));
        let (mut pieces, mut length) = (Vec::new(), 0);
        for (keys, ends) in chunks {
            let start = if group == 0 { 0 } else { ends[group - 1] };
            let piece = &keys[start..ends[group]];
            if alone && length + piece.len() > GROUP {
                groups.push(std::mem::take(&mut pieces));
                length = 0;
            }
            length += piece.len();
            pieces.push(piece);
        }
        groups.push(pieces);
    }
    groups
}

/// Memory that a thread keeps for keys.
pub trait Buffers: Item {
    /// Two pieces of memory for `length` keys each, of whatever content.
    fn lend<R>(length: usize, work: impl FnOnce([&mut [Self]; 2]) -> R) -> R;

    /// At least `length` keys of whatever content, perhaps those of the last call.
    fn take(length: usize) -> Vec<Self>;

    /// Keeps them for the next call unless they are many.
    fn keep(keys: Vec<Self>);
}

macro_rules! buffers {
    ($($key:ty, $divided:ident;)+) => {$(
        static $divided: Mutex<Vec<$key>> = Mutex::new(Vec::new());

        impl Buffers for $key {
            fn take(length: usize) -> Vec<Self> {
                let kept = std::mem::take(&mut *$divided.lock().unwrap_or_else(PoisonError::into_inner));
                if kept.len() < length { large_zeros(length) } else { kept }
            }

            fn keep(keys: Vec<Self>) {
                if keys.len() <= KEPT_DIVIDED {
                    *$divided.lock().unwrap_or_else(PoisonError::into_inner) = keys;
                }
            }

            fn lend<R>(length: usize, work: impl FnOnce([&mut [Self]; 2]) -> R) -> R {
                thread_local! {
                    static KEYS: RefCell<Vec<$key>> = const { RefCell::new(Vec::new()) };
                }
                KEYS.with(|keys| {
                    let mut keys = keys.borrow_mut();
                    if keys.len() < 2 * length {
                        keys.clear();
                        keys.resize(2 * length, 0);
                    }
                    let (first, second) = keys.split_at_mut(length);
                    let result = work([first, &mut second[..length]]);
                    if keys.len() > KEPT {
                        *keys = Vec::new();
                    }
                    result
                })
            }
        }
    )+};
}

buffers! {
    u64, WIDE;
    u32, NARROW;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of all kinds of repetition: none, few, one among many, one at places with a period.
    fn numbers(kind: usize, length: usize) -> Vec<f64> {
        let mut state = 1_u64;
        (0..length)
            .map(|i| {
                state = state
                    .wrapping_mul(0x5851_f42d_4c95_7f2d)
                    .wrapping_add(0x1405_7b7e_f767_814f);
                let random = (state >> 11) as f64 - (1_u64 << 52) as f64;
                match kind {
                    0 => random,
                    1 => 0.0,
                    2 => f64::NAN,
                    3 => f64::INFINITY.copysign(random),
                    4 => (random * 2e-15).floor(),
                    5 if i % 3 == 0 => random,
                    5 => 0.0,
                    6 if i % 16 == 0 => 7.0,
                    6 => random,
                    _ if i % 3 == 0 => f64::NAN,
                    _ => random,
                }
            })
            .collect()
    }

    #[test]
    fn no_group_is_a_long_piece_of_work() {
        for level in Level::available().filter(|level| sorts_by_registers(*level)) {
            for kind in 0..8 {
                let numbers = numbers(kind, 1_500_000);
                let x: Input<'_, u64> = Input::from_slice(&numbers).as_bits();
                let bounds = bounds(level, x, KeyOrder::Float, 2);
                assert!(bounds.is_sorted_by(|a, b| a < b), "{kind}: {bounds:?}");
                let mut keys = vec![0_u64; x.len()];
                let ends: Vec<Vec<usize>> = keys
                    .chunks_mut(CHUNK)
                    .enumerate()
                    .map(|(index, to)| {
                        let mut ends = vec![0; bounds.len() + 1];
                        let part = x.range(index * CHUNK, index * CHUNK + to.len());
                        u64::lend(to.len(), |buffers| {
                            divide_numbers(level, part, KeyOrder::Float, buffers, &bounds, to, &mut ends)
                        });
                        ends
                    })
                    .collect();
                let chunks: Vec<_> = keys.chunks(CHUNK).zip(ends).collect();
                let lengths = groups(&bounds, &chunks)
                    .into_iter()
                    .map(|pieces| pieces.iter().map(|piece| piece.len()).sum::<usize>());
                assert_eq!(lengths.clone().sum::<usize>(), x.len());
                // A chunk's keys of one value are never cut.
                let longest = lengths.max();
                assert!(longest <= Some(CHUNK.max(3 * GROUP)), "{kind}: {longest:?}");
            }
        }
    }

    #[test]
    fn repeated_numbers_are_sorted_on_any_number_of_threads() {
        for kind in 0..8 {
            let numbers = numbers(kind, 300_000);
            let mut expected: Vec<u64> = numbers.iter().map(|number| number.to_bits()).collect();
            expected.sort_by_key(|bits| bits.encode(KeyOrder::Float));
            for threads in 1..4 {
                let mut out = vec![0.0_f64; numbers.len()];
                let done = sort_wide(Input::from_slice(&numbers), threads, None, Output::from_slice(&mut out));
                assert!(matches!(done, Outcome::Done(())));
                let same = out.iter().zip(&expected).all(|(got, wanted)| {
                    got.to_bits() == *wanted || (got.is_nan() && f64::from_bits(*wanted).is_nan())
                });
                assert!(same, "{kind}, {threads} threads");
            }
        }
    }
}
