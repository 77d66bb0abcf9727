//! Numbers by their rank, without sorting the rest: count how many keys lie on each step of their range, collect those of the steps
//! that the ranks fall on, and select among these.

use crate::cancel::{Cancel, Outcome};
use crate::parallel::run_chunks;
use manycore_kernels::Input;
use manycore_kernels::arch::Element;
use manycore_kernels::sorting::{Item, Sortable, Steps};

/// Up to this many numbers nothing is counted.
const SMALL: usize = 1 << 15;
/// Elements of a chunk.
const CHUNK: usize = 1 << 18;
/// Steps that no rank falls on.
const UNWANTED: u16 = u16::MAX;

/// The numbers with the given ranks (rising, 0 for the smallest, below the length of `x`) in the order of `sort`. `x` is read twice: where another thread
/// writes to it meanwhile, the result is unspecified. Time proportional to the length; memory for the keys of the steps that are looked into, as a rule
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
    let mut sample: Vec<u64> = Steps::sample_places(length)
        .map(|place| x.raw(place).key().key())
        .collect();
    sample.sort_unstable();
    let steps = Steps::new(&sample);
    let chunks = length.div_ceil(CHUNK);
    let part = |chunk: usize| x.range(chunk * CHUNK, length.min((chunk + 1) * CHUNK));

    let counts = run_chunks(threads, chunks, cancel, |chunk| {
        let part = part(chunk);
        let mut counts = vec![0_u32; Steps::COUNT];
        for index in 0..part.len() {
            counts[steps.of(part.raw(index).key().key())] += 1;
        }
        counts
    });
    let counts = match counts {
        Outcome::Done(counts) => counts,
        other => return other.map(|_| Vec::new()),
    };
    let wanted = Wanted::new(steps, &counts, ranks);

    // Nothing to collect where every step in question has one key.
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
            let group = wanted.group[steps.of(key.key())];
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

/// A step that ranks fall on.
struct Group {
    /// Keys on it.
    count: usize,
    /// The ranks, counted from the step's smallest key.
    ranks: Vec<usize>,
    /// The one key that the step has.
    only_key: Option<u64>,
}

/// Which steps ranks fall on.
struct Wanted {
    /// The group of each step to collect, or `UNWANTED`.
    group: Vec<u16>,
    groups: Vec<Group>,
}

impl Wanted {
    fn new(steps: Steps, counts: &[Vec<u32>], ranks: &[usize]) -> Self {
        let mut wanted = Wanted {
            group: vec![UNWANTED; Steps::COUNT],
            groups: Vec::new(),
        };
        let mut ranks = ranks.iter().copied().peekable();
        let mut below = 0;
        for step in 0..Steps::COUNT {
            let count: usize = counts.iter().map(|counts| counts[step] as usize).sum();
            let mut here = Vec::new();
            while let Some(rank) = ranks.next_if(|rank| *rank < below + count) {
                here.push(rank - below);
            }
            if !here.is_empty() {
                let only_key = steps.only_key(step);
                if only_key.is_none() {
                    wanted.group[step] = wanted.groups.len() as u16;
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
