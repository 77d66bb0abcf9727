//! Exact reductions on one thread or many: partials add up, so nothing depends on who computed which.

use crate::cancel::{Cancel, Outcome};
use crate::parallel::run_chunks;
use manycore_kernels::Level;
use manycore_kernels::array::Array;
use manycore_kernels::exact::{Exact, Partial, piece, reduce};

/// The partial of pieces `first … last − 1` of `x` (and `y` for the dot product, of equal type and length; at least one piece), on at
/// most `threads` threads, this one included. `cancel` is polled between pieces.
#[allow(clippy::too_many_arguments)] // The doorway of one kernel call: a struct would only be taken apart again.
pub fn exact(
    level: Level,
    kernel: Exact,
    x: Array<'_>,
    y: Option<Array<'_>>,
    first: usize,
    last: usize,
    threads: usize,
    cancel: Option<&Cancel>,
) -> Outcome<Partial> {
    let size = piece(x.element_type());
    let done = run_chunks(threads, last - first, cancel, |index| {
        let from = (first + index) * size;
        reduce(level, kernel, x, y, from.min(x.len()), x.len().min(from + size))
    });
    done.map(|partials| {
        partials
            .into_iter()
            .reduce(|a, b| a.merge(kernel, b))
            .unwrap_or_else(|| reduce(level, kernel, x, y, 0, 0))
    })
}
