//! Chunks whose partials are large: merged up the tree as soon as both halves are there, so that few are alive at once.

use crate::cancel::{Cancel, Outcome};
use crate::parallel::run_chunks;
use manycore_kernels::rows::RowPartition;
use std::sync::{Mutex, PoisonError};

/// The root of the merge tree over `leaf(0) … leaf(chunks − 1)` (over `leaf(0)` when there are none), on at most `threads`
/// threads, this one included; otherwise as [`run_chunks`]. Chunks are drawn in order, so at most about log2(chunks) + 2 ×
/// threads partials are alive.
pub(crate) fn merge_chunks<P: Send>(
    threads: usize,
    chunks: usize,
    cancel: Option<&Cancel>,
    leaf: impl Fn(usize) -> P + Sync,
    merge: impl Fn(P, P) -> P + Sync,
) -> Outcome<P> {
    let chunks = chunks.max(1);
    let waiting = Mutex::new(Vec::new());
    let lock = || waiting.lock().unwrap_or_else(PoisonError::into_inner);
    let done = run_chunks(threads, chunks, cancel, |chunk| {
        let mut partial = leaf(chunk);
        let mut own = (chunk, chunk + 1);
        for (low, middle, high) in ancestors(chunk, chunks) {
            let is_left = chunk < middle;
            let other = if is_left { (middle, high) } else { (low, middle) };
            let mut waiting = lock();
            let Some(place) = waiting.iter().position(|(range, _)| *range == other) else {
                waiting.push((own, partial));
                return;
            };
            let (_, sibling) = waiting.swap_remove(place);
            drop(waiting);
            partial = if is_left {
                merge(partial, sibling)
            } else {
                merge(sibling, partial)
            };
            own = (low, high);
        }
        lock().push((own, partial));
    });
    let root = waiting.into_inner().unwrap_or_else(PoisonError::into_inner).pop();
    match (done, root) {
        // Every chunk ran, so the last one to merge left the root and nothing else.
        (Outcome::Done(_), Some((_, root))) => Outcome::Done(root),
        (Outcome::Done(_), None) => Outcome::Cancelled,
        (Outcome::Cancelled, _) => Outcome::Cancelled,
        (Outcome::TimedOut, _) => Outcome::TimedOut,
        (Outcome::Panicked(payload), _) => Outcome::Panicked(payload),
    }
}

/// The inner nodes above a leaf as (low, middle, high), the nearest first.
fn ancestors(leaf: usize, leaves: usize) -> impl Iterator<Item = (usize, usize, usize)> {
    let mut path = Vec::new();
    let (mut low, mut high) = (0, leaves);
    while let Some(middle) = RowPartition::split(low, high) {
        path.push((low, middle, high));
        if leaf < middle { high = middle } else { low = middle }
    }
    path.into_iter().rev()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_definition(low: usize, high: usize) -> String {
        match RowPartition::split(low, high) {
            None => low.to_string(),
            Some(middle) => format!("({} {})", by_definition(low, middle), by_definition(middle, high)),
        }
    }

    #[test]
    fn the_tree_does_not_depend_on_threads() {
        for chunks in [1, 2, 3, 5, 7, 8, 13, 64] {
            for threads in [1, 2, 7] {
                let root = merge_chunks(
                    threads,
                    chunks,
                    None,
                    |chunk| chunk.to_string(),
                    |a, b| format!("({a} {b})"),
                );
                let Outcome::Done(root) = root else { panic!("not done") };
                assert_eq!(root, by_definition(0, chunks));
            }
        }
    }

    #[test]
    fn a_cancelled_call_gives_nothing() {
        let cancel = Cancel::new(None);
        let work = |chunk| {
            if chunk == 3 {
                cancel.cancel();
            }
            chunk
        };
        let outcome = merge_chunks(2, 64, Some(&cancel), work, |a, b| a + b);
        assert!(matches!(outcome, Outcome::Cancelled));
    }
}
