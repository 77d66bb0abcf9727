//! Elementwise kernels on one thread or many.

use crate::cancel::{Cancel, Outcome};
use crate::parallel::run_chunks;
use manycore_kernels::Level;
use manycore_kernels::array::ArrayMut;
use manycore_kernels::map::{MapCall, map as map_elements};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

/// Elements of a piece: some microseconds of the cheapest kernels, and within a stop's patience for the dearest.
const PIECE: usize = 16_384;

/// The elements from `first` on that `out` has room for, on at most `threads` threads, this one included. Gives the index of the first element
/// whose result the kind of `out` can't hold, whoever computes it. `cancel` is polled between pieces of 16 384 elements.
pub fn map(
    level: Level,
    call: &MapCall<'_>,
    first: usize,
    out: ArrayMut<'_>,
    threads: usize,
    cancel: Option<&Cancel>,
) -> Outcome<Option<usize>> {
    if out.len() <= PIECE {
        if let Some(stop) = cancel.and_then(Cancel::poll) {
            return stop.into();
        }
        // Without an allocation, since small calls are made most often.
        return match catch_unwind(AssertUnwindSafe(|| map_elements(level, call, first, out))) {
            Ok(wrong) => Outcome::Done(wrong.map(|index| first + index)),
            Err(payload) => Outcome::Panicked(payload),
        };
    }
    let pieces: Vec<_> = out
        .pieces(PIECE)
        .into_iter()
        .map(|piece| Mutex::new(Some(piece)))
        .collect();
    let found = run_chunks(threads, pieces.len(), cancel, |index| {
        let piece = pieces[index].lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let start = first + index * PIECE;
        map_elements(level, call, start, piece).map(|wrong| start + wrong)
    });
    found.map(|found| found.into_iter().flatten().next())
}
