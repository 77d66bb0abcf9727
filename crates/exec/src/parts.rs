//! Parts of memory, each handed to whoever draws its chunk.

use crate::cancel::{Cancel, Outcome};
use crate::parallel::run_chunks;
use std::sync::{Mutex, PoisonError};

/// Hands each part to `work`, with its number, and gives the results by number; otherwise as [`run_chunks`].
pub(crate) fn run_parts<P: Send, R: Send + Sync>(
    threads: usize,
    parts: impl Iterator<Item = P>,
    cancel: Option<&Cancel>,
    work: impl Fn(usize, P) -> R + Sync,
) -> Outcome<Vec<R>> {
    let parts: Vec<_> = parts.map(|part| Mutex::new(Some(part))).collect();
    let done = run_chunks(threads, parts.len(), cancel, |index| {
        // Each index is drawn once, so the part is there.
        let part = parts[index].lock().unwrap_or_else(PoisonError::into_inner).take();
        part.map(|part| work(index, part))
    });
    done.map(|results| results.into_iter().flatten().collect())
}
