//! Numbers by their rank, without sorting the rest: count how many keys lie in each bucket of their range, collect those of the buckets
//! that the ranks fall into, and select among these.

use crate::cancel::{Cancel, Outcome};
use crate::parallel::run_chunks;
use manycore_kernels::Input;
use manycore_kernels::arch::Element;
use manycore_kernels::sorting::{Item, Partition, Sortable};

/// Up to this many numbers nothing is counted.
const SMALL: usize = 1 << 15;
/// Elements of a chunk.
const CHUNK: usize = 1 << 18;
/// Buckets to count: their counters stay in the first-level cache.
const BUCKETS: usize = 2048;
/// Buckets that no rank falls into.
const UNWANTED: u16 = u16::MAX;

/// The numbers with the given ranks (rising, 0 for the smallest, below the length of `x`) in the order of `sort`. `x` is read twice: where another thread
/// writes to it meanwhile, the result is unspecified. Time proportional to the length; memory for the keys of the buckets that are looked into, as a rule
/// some thousandths of all.
pub fn select<T: Element + Sortable>(
    x: Input<'_, T>,
    ranks: &[usize],
    threads: usize,
    cancel: Option<&Cancel>,
) -> Outcome<Vec<T>> {
    let length = x.len();
    assert!(ranks.is_sorted() && ranks.last().is_none_or(|rank| *rank < length));
    if length <= SMALL {
        let mut keys = (0..length).map(|index| x.raw(index).key()).collect::<Vec<_>>();
        let keys = select_keys(&mut keys, ranks);
        return Outcome::Done(keys.into_iter().map(T::value).collect());
    }
    let sample = Partition::sample_places(length)
        .map(|place| x.raw(place).key().key())
        .collect();
    let partition = Partition::new(sample, BUCKETS);
    let chunks = length.div_ceil(CHUNK);
    let part = |chunk: usize| x.range(chunk * CHUNK, length.min((chunk + 1) * CHUNK));

    let counts = run_chunks(threads, chunks, cancel, |chunk| {
        let part = part(chunk);
        let mut counts = vec![0_u32; partition.buckets()];
        for index in 0..part.len() {
            counts[partition.bucket(part.raw(index).key().key())] += 1;
        }
        counts
    });
    let counts = match counts {
        Outcome::Done(counts) => counts,
        other => return other.map(|_| Vec::new()),
    };
    let wanted = Wanted::new(&partition, &counts, ranks);

    // Nothing to collect where every bucket in question has one key.
    let chunks = if wanted.group.iter().all(|group| *group == UNWANTED) {
        0
    } else {
        chunks
    };
    let collected = run_chunks(threads, chunks, cancel, |chunk| {
        let part = part(chunk);
        let mut groups = vec![Vec::new(); wanted.groups.len()];
        for index in 0..part.len() {
            let key = part.raw(index).key();
            let group = wanted.group[partition.bucket(key.key())];
            if group != UNWANTED {
                groups[usize::from(group)].push(key);
            }
        }
        groups
    });
    collected.map(|collected| {
        let mut values = Vec::with_capacity(ranks.len());
        for (index, group) in wanted.groups.iter().enumerate() {
            if let Some(key) = group.only_key {
                values.extend(group.ranks.iter().map(|_| T::of_wide(key)));
                continue;
            }
            let mut keys: Vec<T::Key> = collected.iter().flat_map(|groups| &groups[index]).copied().collect();
            // Memory that changes between the two reads may hold fewer keys now: any answer is right, none must be missing.
            keys.resize(keys.len().max(group.count), T::Key::default());
            values.extend(select_keys(&mut keys, &group.ranks).into_iter().map(T::value));
        }
        values
    })
}

/// A bucket that ranks fall into.
struct Group {
    /// Keys in it.
    count: usize,
    /// The ranks, counted from the bucket's smallest key.
    ranks: Vec<usize>,
    /// The one key that the bucket has.
    only_key: Option<u64>,
}

/// Which buckets ranks fall into.
struct Wanted {
    /// The group of each bucket to collect, or `UNWANTED`.
    group: Vec<u16>,
    groups: Vec<Group>,
}

impl Wanted {
    fn new(partition: &Partition, counts: &[Vec<u32>], ranks: &[usize]) -> Self {
        let mut wanted = Wanted {
            group: vec![UNWANTED; partition.buckets()],
            groups: Vec::new(),
        };
        let mut ranks = ranks.iter().copied().peekable();
        let mut below = 0;
        for bucket in 0..partition.buckets() {
            let count: usize = counts.iter().map(|counts| counts[bucket] as usize).sum();
            let mut here = Vec::new();
            while let Some(rank) = ranks.next_if(|rank| *rank < below + count) {
                here.push(rank - below);
            }
            if !here.is_empty() {
                let extent = partition.extent(bucket).filter(|extent| extent.bits == 0);
                let only_key = extent.map(|extent| extent.low);
                if only_key.is_none() {
                    wanted.group[bucket] = wanted.groups.len() as u16;
                }
                wanted.groups.push(Group {
                    count,
                    ranks: here,
                    only_key,
                });
            }
            below += count;
        }
        wanted
    }
}

/// The keys of the given ranks.
fn select_keys<K: Item>(keys: &mut [K], ranks: &[usize]) -> Vec<K> {
    // Many ranks are had more cheaply from sorted keys.
    if ranks.len() > 8 {
        keys.sort_unstable();
        return ranks.iter().map(|rank| keys[*rank]).collect();
    }
    let mut start = 0;
    ranks
        .iter()
        .map(|rank| {
            // What is left of the last rank is smaller: look only at the rest.
            let (_, key, _) = keys[start..].select_nth_unstable(rank - start);
            start = *rank;
            *key
        })
        .collect()
}
