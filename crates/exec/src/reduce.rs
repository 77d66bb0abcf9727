//! Reductions on one thread or many. Chunks are subtrees of the merge tree (`docs/order-of-arithmetic.md`), so neither the
//! number of threads nor who computed what can be seen in the result.

use crate::cancel::{Cancel, Outcome};
use crate::parallel::{Order, run_chunks, run_chunks_by};
use manycore_kernels::order::{CHUNK, CHUNK_BLOCKS};
use manycore_kernels::reduction::{is_partly_cached, reduce_range, tree};
use manycore_kernels::{InputAny, Level, Partial, Reduction};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The root of `kernel` over `x` (and `y` for the dot product, of equal type and length), on at most `threads` threads,
/// this one included. `cancel` is polled between chunks of 65 536 elements.
pub fn reduce(
    level: Level,
    kernel: Reduction,
    x: InputAny<'_>,
    y: Option<InputAny<'_>>,
    threads: usize,
    cancel: Option<&Cancel>,
) -> Outcome<Partial> {
    let chunks = x.len().div_ceil(CHUNK);
    if let Some(stop) = cancel.and_then(Cancel::poll) {
        return stop.into();
    }
    if threads <= 1 || chunks <= 1 {
        return reduce_alone(level, kernel, x, y, if chunks <= 1 { None } else { cancel });
    }
    let (order, blocks) = if is_partly_cached(kernel, x) {
        (Order::BackAndForth, FEW_BLOCKS)
    } else {
        (Order::InTurn, CHUNK_BLOCKS)
    };
    let partials = run_chunks_by(order, threads, x.blocks().div_ceil(blocks), cancel, |chunk| {
        reduce_blocks(level, kernel, x, y, chunk * blocks, blocks)
    });
    partials.map(|partials| tree(kernel, partials))
}

/// Blocks that a thread takes at once of what caches hold: a power of two, as a chunk's. Sixteen would be 20 µs of the end of a call in which the other thread has none left.
const FEW_BLOCKS: usize = 4;

/// Serial, without an allocation.
fn reduce_alone(
    level: Level,
    kernel: Reduction,
    x: InputAny<'_>,
    y: Option<InputAny<'_>>,
    cancel: Option<&Cancel>,
) -> Outcome<Partial> {
    let root = catch_unwind(AssertUnwindSafe(|| {
        let Some(cancel) = cancel else {
            return Ok(reduce_range(level, kernel, x, y, 0, x.blocks()));
        };
        let mut stop = None;
        let root = tree(
            kernel,
            (0..x.len().div_ceil(CHUNK)).map_while(|chunk| {
                stop = cancel.poll();
                stop.is_none().then(|| reduce_chunk(level, kernel, x, y, chunk))
            }),
        );
        stop.map_or(Ok(root), Err)
    }));
    match root {
        Ok(Ok(root)) => Outcome::Done(root),
        Ok(Err(stop)) => stop.into(),
        Err(payload) => Outcome::Panicked(payload),
    }
}

/// The partials of chunks `first … last − 1` into `out`, [`Reduction::width`] doubles a chunk from index 0 on; for callers
/// that look at the world between slices of the work. Panics if `out` is too short or the chunks don't exist.
#[allow(clippy::too_many_arguments)] // The doorway of one kernel call: a struct would only be taken apart again.
pub fn partials(
    level: Level,
    kernel: Reduction,
    x: InputAny<'_>,
    y: Option<InputAny<'_>>,
    first: usize,
    last: usize,
    threads: usize,
    out: &mut [f64],
) -> Outcome<()> {
    let chunks = last.saturating_sub(first);
    assert!(
        out.len() >= chunks * kernel.width(),
        "{} doubles for the partials of {chunks} chunks",
        out.len()
    );
    run_chunks(threads, chunks, None, |chunk| {
        reduce_chunk(level, kernel, x, y, first + chunk)
    })
    .map(|partials| {
        for (partial, place) in partials.iter().zip(out.chunks_exact_mut(kernel.width())) {
            place.copy_from_slice(&partial[..kernel.width()]);
        }
    })
}

fn reduce_chunk(level: Level, kernel: Reduction, x: InputAny<'_>, y: Option<InputAny<'_>>, chunk: usize) -> Partial {
    reduce_blocks(level, kernel, x, y, chunk * CHUNK_BLOCKS, CHUNK_BLOCKS)
}

fn reduce_blocks(
    level: Level,
    kernel: Reduction,
    x: InputAny<'_>,
    y: Option<InputAny<'_>>,
    first: usize,
    blocks: usize,
) -> Partial {
    reduce_range(level, kernel, x, y, first, x.blocks().min(first + blocks))
}
