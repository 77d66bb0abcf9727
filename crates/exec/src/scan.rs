//! Running sums over chunks: the sums of all blocks, then what came before each, then the running sums.

use crate::cancel::{Cancel, Outcome};
use crate::parallel::run_chunks;
use crate::parts::run_parts;
use manycore_kernels::order::{BLOCK, CHUNK, CHUNK_BLOCKS};
use manycore_kernels::scan::{Scannable, block_sums, running_sums};
use manycore_kernels::{Input, Output};

/// Writes the running sums of `x` to `out` (as long as `x`, and `x` itself or elsewhere), in the order of `docs/order-of-arithmetic.md`. Gives the index of the first sum that is
/// out of the range of integers; `out` is unspecified then. Two reads of `x`, on one thread one from memory.
pub fn cumulative_sum<T: Scannable>(
    x: Input<'_, T>,
    threads: usize,
    cancel: Option<&Cancel>,
    out: Output<'_, T>,
) -> Outcome<Option<usize>> {
    let length = x.len();
    let (out, _) = out.split_at(length);
    let part = |chunk: usize| x.range(chunk * CHUNK, length.min((chunk + 1) * CHUNK));
    let chunks = length.div_ceil(CHUNK);
    if threads <= 1 || chunks <= 1 {
        return alone(chunks, part, cancel, out);
    }
    let sums = match run_chunks(threads, chunks, cancel, |chunk| block_sums(part(chunk))) {
        Outcome::Done(sums) => sums,
        other => return other.map(|_| None),
    };
    let before = before_blocks::<T>(T::Sum::default(), sums.into_iter().flatten());
    let misfits = run_parts(threads, out.pieces(CHUNK), cancel, |chunk, out| {
        let misfit = running_sums(part(chunk), &before[chunk * CHUNK_BLOCKS..], out);
        misfit.map(|index| chunk * CHUNK + index)
    });
    misfits.map(|misfits| misfits.into_iter().flatten().next())
}

/// Chunk by chunk, each of which stays in the cache for its second read.
fn alone<'a, T: Scannable>(
    chunks: usize,
    part: impl Fn(usize) -> Input<'a, T>,
    cancel: Option<&Cancel>,
    out: Output<'_, T>,
) -> Outcome<Option<usize>> {
    let mut total = T::Sum::default();
    for (chunk, out) in (0..chunks).zip(out.pieces(CHUNK)) {
        if let Some(stop) = cancel.and_then(Cancel::poll) {
            return stop.into();
        }
        // A single block needs no other's sum.
        let sums = if part(chunk).len() <= BLOCK {
            Vec::new()
        } else {
            block_sums(part(chunk))
        };
        let before = before_blocks::<T>(total, sums.into_iter());
        total = before[before.len() - 1];
        if let Some(index) = running_sums(part(chunk), &before, out) {
            return Outcome::Done(Some(chunk * CHUNK + index));
        }
    }
    Outcome::Done(None)
}

/// What came before each block, and before the one after the last.
fn before_blocks<T: Scannable>(first: T::Sum, sums: impl Iterator<Item = T::Sum>) -> Vec<T::Sum> {
    let mut before = vec![first];
    let mut total = first;
    for sum in sums {
        total = T::join(total, sum);
        before.push(total);
    }
    before
}
