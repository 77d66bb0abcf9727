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
    let mut groups = Vec::with_capacity(bounds.len() + 1);
    let mut rest = out;
    for group in 0..=bounds.len() {
        let start = |ends: &[usize]| if group == 0 { 0 } else { ends[group - 1] };
        let pieces: Vec<&[K]> = chunks
            .iter()
            .map(|(keys, ends)| &keys[start(ends)..ends[group]])
            .collect();
        let length = pieces.iter().map(|piece| piece.len()).sum();
        let (part, others) = rest.split_at(length);
        groups.push((pieces, length, part));
        rest = others;
    }
    let done = run_parts(threads, groups.into_iter(), cancel, |_, (pieces, length, out)| {
        K::lend(length, |buffers| sort_pieces(level, &pieces, order, buffers, out));
    });
    K::keep(memory);
    done.map(drop)
}

/// Where groups begin, but for the first: even parts of a sample.
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
    (1..groups).map(|group| sample[group * count / groups]).collect()
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
