//! The largest numbers and where they are. A few: each chunk keeps the best that it has met, which most numbers fail against at the first look.
//! Many: the least of them by selection, then one more read for those that aren't smaller.

use crate::cancel::{Cancel, Outcome};
use crate::parallel::run_chunks;
use crate::select::select;
use manycore_kernels::Input;
use manycore_kernels::arch::Element;
use manycore_kernels::sorting::{Item, Pair, Sortable, index_of, pair, sort_items};

/// Elements of a chunk.
const CHUNK: usize = 1 << 18;
/// Up to so many count as few.
const FEW: usize = 1024;

/// The `k` largest numbers of `x` (in the order of `sort`, so NaN first) with their indices, the largest first, equal ones by rising index. `k` is at most the length of
/// `x`. One read of `x` for a few, three for many; memory for 32 bytes a number that is
/// given, and for as many that equal the least of them.
pub fn top_k<T: Element + Sortable>(
    x: Input<'_, T>,
    k: usize,
    threads: usize,
    cancel: Option<&Cancel>,
) -> Outcome<(Vec<T>, Vec<u64>)> {
    let length = x.len();
    assert!(k <= length);
    if k == 0 {
        return Outcome::Done((Vec::new(), Vec::new()));
    }
    if k <= FEW {
        let chunks = length.div_ceil(CHUNK);
        let best = run_chunks(threads, chunks, cancel, |chunk| {
            best_of(x, chunk * CHUNK, length.min((chunk + 1) * CHUNK), k)
        });
        return best.map(|best| {
            let mut pairs = best.concat();
            // Out of the input's order, so by all of the pair.
            pairs.sort_unstable();
            taken(&pairs, k)
        });
    }
    let least = match select(x, &[length - k], threads, cancel) {
        Outcome::Done(values) => values[0].key().key(),
        other => return other.map(|_| (Vec::new(), Vec::new())),
    };
    let collected = run_chunks(threads, length.div_ceil(CHUNK), cancel, |chunk| {
        let mut pairs = Vec::new();
        let mut equal = 0;
        for index in chunk * CHUNK..length.min((chunk + 1) * CHUNK) {
            let key = x.raw(index).key().key();
            if key > least || (key == least && equal < k) {
                equal += usize::from(key == least);
                pairs.push(falling(key, index));
            }
        }
        pairs
    });
    collected.map(|collected| {
        let mut pairs = collected.concat();
        // Memory that changes between the reads may hold fewer now: any answer is right, none must be missing.
        pairs.resize(pairs.len().max(k), falling(least, 0));
        let mut scratch = vec![Pair::default(); pairs.len()];
        sort_items(&mut pairs, &mut scratch);
        taken(&pairs, k)
    })
}

/// A pair in the order of falling keys and rising indices.
fn falling(key: u64, index: usize) -> Pair {
    pair(!key, index as u64)
}

/// The first `k` pairs as numbers and indices.
fn taken<T: Sortable>(pairs: &[Pair], k: usize) -> (Vec<T>, Vec<u64>) {
    let first = pairs[..k].iter();
    first.map(|pair| (T::of_wide(!pair.key()), index_of(*pair))).unzip()
}

/// The `k` best of the numbers `from … to − 1`, all of them where there are fewer.
fn best_of<T: Element + Sortable>(x: Input<'_, T>, from: usize, to: usize, k: usize) -> Vec<Pair> {
    let room = (2 * k).max(64);
    let mut best = Vec::with_capacity(room.min(to - from));
    // Smaller keys can't be among the best any more; nor can equal ones of what was the least of them, since they come later.
    let mut floor = 0;
    for index in from..to {
        let key = x.raw(index).key().key();
        if key < floor {
            continue;
        }
        best.push(falling(key, index));
        if best.len() == room {
            let least = !best.select_nth_unstable(k - 1).1.key();
            best.truncate(k);
            match least.checked_add(1) {
                Some(above) => floor = above,
                None => break,
            }
        }
    }
    if best.len() > k {
        best.select_nth_unstable(k - 1);
        best.truncate(k);
    }
    best
}
