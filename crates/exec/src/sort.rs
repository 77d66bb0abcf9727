//! Sorting on one thread or many: chunks are put in the order of the buckets, then buckets are gathered and sorted
//! (`manycore_kernels::sorting`). There is one sorted order, so who did what can't be seen.

use crate::cancel::{Cancel, Outcome};
use crate::parallel::run_chunks;
use crate::parts::run_parts;
use manycore_kernels::arch::Element;
use manycore_kernels::sorting::{
    Counts, Item, Pair, Partition, SmallKey, Sortable, index_of, pair, sort_items, sort_within,
};
use manycore_kernels::{Input, Output};
use std::sync::{Mutex, PoisonError};

/// Up to this many items nothing is cut up: they fit a core's cache.
const SMALL: usize = 1 << 15;
/// Bytes of a chunk of items: with its copy it fits a core's second-level cache.
const CHUNK_BYTES: usize = 1 << 19;
/// Items of a bucket on average: with its copy it fits the same cache, even where the sample misjudged it by some times.
const BUCKET: usize = 8192;
const MOST_BUCKETS: usize = 2048;

/// Items that are read and counted at a time: they fit the first-level cache.
const BATCH: usize = 1024;
/// Elements of a chunk that is counted.
const COUNTED: usize = 1 << 20;

/// Writes the numbers of `x` to `out` (as long as `x`) in rising order: -0 before +0, NaN last, as `TypedArray.prototype.sort` has it. `x` is read once. Takes
/// memory for one key a number, and for what is sorted at the moment. `cancel` is polled between pieces of some 8192 numbers.
pub fn sort<T: Element + Sortable>(
    x: Input<'_, T>,
    threads: usize,
    cancel: Option<&Cancel>,
    out: Output<'_, T>,
) -> Outcome<()> {
    let keys = |from: usize, to: &mut [T::Key]| each_batch(x, from, to, |_, value| value.key());
    sort_into(x.len(), threads, cancel, &keys, out, &|keys, out| {
        store(keys, out, T::value)
    })
}

/// As [`sort`], for numbers of at most 16 bits, by counting where numbers are many for so few kinds: two reads of `x`, memory for the counts.
pub fn sort_small<T: Element + Sortable<Key: SmallKey>>(
    x: Input<'_, T>,
    threads: usize,
    cancel: Option<&Cancel>,
    out: Output<'_, T>,
) -> Outcome<()> {
    let length = x.len();
    if length < 4 * T::Key::KEYS {
        return sort(x, threads, cancel, out);
    }
    let counts = run_chunks(threads, length.div_ceil(COUNTED), cancel, |chunk| {
        let part = x.range(chunk * COUNTED, length.min((chunk + 1) * COUNTED));
        Counts::of((0..part.len()).map(|index| part.raw(index).key()))
    });
    let counts = match counts {
        Outcome::Done(counts) => counts,
        other => return other.map(drop),
    };
    let Some(counts) = Counts::total(counts) else {
        return Outcome::Done(());
    };
    let pieces = out.split_at(length).0.pieces(COUNTED);
    let written = run_parts(threads, pieces, cancel, |piece, mut out| {
        let first = piece * COUNTED;
        let mut place = 0;
        for (key, count) in counts.runs::<T::Key>(first, first + out.len()) {
            (place..place + count).for_each(|place| out.set(place, T::value(key)));
            place += count;
        }
    });
    written.map(drop)
}

/// Writes to `out` (as long as `x`) the indices of the numbers of `x` in the order that [`sort`] gives them, equal numbers by rising index. Takes memory
/// for 16 bytes a number, or 8 where key and index fit into that.
pub fn arg_sort<T: Element + Sortable, N: Element>(
    x: Input<'_, T>,
    threads: usize,
    cancel: Option<&Cancel>,
    out: Output<'_, N>,
    number: impl Fn(u64) -> N + Sync,
) -> Outcome<()> {
    if size_of::<T::Key>() <= 4 && x.len() as u64 <= 1 << 32 {
        // The index below the key makes one integer of both, and all items different.
        let items =
            |from: usize, to: &mut [u64]| each_batch(x, from, to, |index, value| value.key().key() << 32 | index);
        let index = |item| number(item & 0xffff_ffff);
        return sort_into(x.len(), threads, cancel, &items, out, &|items, out| {
            store(items, out, index)
        });
    }
    let items = |from: usize, to: &mut [Pair]| {
        each_batch(x, from, to, |index, value| pair(value.key().key(), index));
    };
    let index = |pair| number(index_of(pair));
    sort_into(x.len(), threads, cancel, &items, out, &|items, out| {
        store(items, out, index)
    })
}

/// Fills `to` with what `item` makes of the elements from `from` on and their indices.
fn each_batch<T: Element + Sortable, I: Item>(x: Input<'_, T>, from: usize, to: &mut [I], item: impl Fn(u64, T) -> I) {
    let part = x.range(from, from + to.len());
    for (index, to) in to.iter_mut().enumerate() {
        *to = item((from + index) as u64, part.raw(index));
    }
}

/// Writes what `value` makes of sorted items.
fn store<I: Item, T: Element>(items: &[I], mut out: Output<'_, T>, value: impl Fn(I) -> T) {
    for (place, item) in items.iter().enumerate() {
        out.set(place, value(*item));
    }
}

/// Fills items in, from an index on.
type Load<'a, I> = &'a (dyn Fn(usize, &mut [I]) + Sync);

/// Sorts `length` items that `load` fills in and writes them by `store`, many at a time: so this is compiled once for all that sort by such items.
fn sort_into<I: Item, T: Element>(
    length: usize,
    threads: usize,
    cancel: Option<&Cancel>,
    load: Load<'_, I>,
    out: Output<'_, T>,
    store: &(dyn Fn(&[I], Output<'_, T>) + Sync),
) -> Outcome<()> {
    let (out, _) = out.split_at(length);
    if length <= SMALL {
        return run_parts(1, std::iter::once(out), cancel, |_, out| {
            let mut items = vec![I::default(); length];
            load(0, &mut items);
            sort_items(&mut items, &mut vec![I::default(); length]);
            store(&items, out);
        })
        .map(drop);
    }
    let partition = partition(length, load);
    let chunk = (CHUNK_BYTES / size_of::<I>())
        .min(length.div_ceil(2 * threads))
        .max(SMALL / 2);
    let pool = Pool::default();
    let mut chunks = vec![I::default(); length];
    let ends = run_parts(threads, chunks.chunks_mut(chunk), cancel, |index, to| {
        pool.lend(|Scratch { items, buckets, .. }| {
            let from = resized(items, to.len());
            let mut counter = partition.counter(buckets);
            // A few at a time, so that they are counted while they are at hand.
            for (batch, from) in from.chunks_mut(BATCH).enumerate() {
                load(index * chunk + batch * BATCH, from);
                counter.count(from);
            }
            counter.split(from, to)
        })
    });
    let ends = match ends {
        Outcome::Done(ends) => ends,
        other => return other.map(drop),
    };
    let chunks: Vec<(&[I], Vec<u32>)> = chunks.chunks(chunk).zip(ends).collect();
    let buckets = split_at_buckets(out, &chunks, partition.buckets());
    run_parts(threads, buckets.into_iter(), cancel, |bucket, out| {
        pool.lend(|Scratch { items, copies, .. }| {
            items.clear();
            for (items_of_chunk, ends) in &chunks {
                items.extend_from_slice(&items_of_chunk[ends[bucket] as usize..ends[bucket + 1] as usize]);
            }
            let scratch = resized(copies, items.len());
            match partition.extent(bucket) {
                Some(extent) => sort_within(items, scratch, extent),
                None => sort_items(items, scratch),
            }
            store(items, out);
        });
    })
    .map(drop)
}

/// Memory that a thread needs for a piece of the work.
#[derive(Default)]
struct Scratch<I> {
    items: Vec<I>,
    copies: Vec<I>,
    buckets: Vec<u16>,
}

/// Scratch that goes from one piece to the next: getting it anew each time would cost as much as sorting.
struct Pool<I>(Mutex<Vec<Scratch<I>>>);

impl<I> Default for Pool<I> {
    fn default() -> Self {
        Pool(Mutex::default())
    }
}

impl<I: Item> Pool<I> {
    fn lend<R>(&self, work: impl FnOnce(&mut Scratch<I>) -> R) -> R {
        let free = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut scratch = free().pop().unwrap_or_default();
        let result = work(&mut scratch);
        free().push(scratch);
        result
    }
}

/// At least so many items of whatever content.
fn resized<I: Item>(items: &mut Vec<I>, length: usize) -> &mut [I] {
    if items.len() < length {
        items.resize(length, I::default());
    }
    &mut items[..length]
}

fn partition<I: Item>(length: usize, load: Load<'_, I>) -> Partition {
    let key = |place: usize| {
        let mut item = [I::default()];
        load(place, &mut item);
        item[0].key()
    };
    let sample = Partition::sample_places(length).map(key).collect();
    Partition::new(sample, (length / BUCKET).min(MOST_BUCKETS))
}

/// The part of the output that each bucket will fill.
fn split_at_buckets<'a, I, T: Element>(
    mut out: Output<'a, T>,
    chunks: &[(&[I], Vec<u32>)],
    buckets: usize,
) -> Vec<Output<'a, T>> {
    (0..buckets)
        .map(|bucket| {
            let length = chunks
                .iter()
                .map(|(_, ends)| (ends[bucket + 1] - ends[bucket]) as usize)
                .sum();
            let rest = std::mem::replace(&mut out, Output::from_slice(&mut []));
            let (part, rest) = rest.split_at(length);
            out = rest;
            part
        })
        .collect()
}
