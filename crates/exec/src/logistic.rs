//! The kernels of the models on one thread or many: chunks of rows over the pool, merged by the fixed tree, so neither the
//! number of threads nor who computed what can be seen in the result (`docs/order-of-arithmetic-models.md`).

use crate::cancel::{Cancel, Outcome};
use crate::merge::merge_chunks;
use crate::parallel::run_pieces;
use manycore_kernels::arch::Element;
use manycore_kernels::column_moments::ColumnMoments;
use manycore_kernels::decision::Decision;
use manycore_kernels::logistic::{Problem, Request, merge};
use manycore_kernels::rows::{CHUNK_ELEMENTS, RowPartition};
use manycore_kernels::{Input, Level, Output};

/// Answers all requests in one read of the problem's X: `outs[i]` takes what request `i` asks for. Cost a row: about columns + 60
/// operations a request for the loss and gradient of two classes, columns² / 2 more for the Hessian, 16 operations a vector
/// instruction. `cancel` is polled between chunks of at least 32 768 elements. Panics when an output is too short.
pub fn logistic<T: Element>(
    level: Level,
    problem: &Problem<'_, T>,
    requests: &[Request<'_>],
    threads: usize,
    cancel: Option<&Cancel>,
    outs: Vec<Output<'_>>,
) -> Outcome<()> {
    let leaf = |chunk| problem.chunk(level, requests, chunk);
    merge_chunks(threads, problem.partition().chunks, cancel, leaf, merge).map(|totals| {
        for ((request, total), out) in requests.iter().zip(&totals).zip(outs) {
            problem.finish(request, total, out);
        }
    })
}

/// Writes the mean of each column of `x` (`rows × columns`, row-major), then the population variance of each. Panics when
/// `x` or `out` is too short.
pub fn column_moments<T: Element>(
    level: Level,
    x: Input<'_, T>,
    rows: usize,
    columns: usize,
    threads: usize,
    cancel: Option<&Cancel>,
    out: &mut [f64],
) -> Outcome<()> {
    let leaf = |chunk| ColumnMoments::of_chunk(level, x, rows, columns, chunk);
    let merge = |left, right| ColumnMoments::merge(left, &right);
    let chunks = RowPartition::new(rows, columns).chunks;
    merge_chunks(threads, chunks, cancel, leaf, merge).map(|moments| moments.finish(out))
}

/// Writes the scores of all rows, `vectors` a row. Panics when `out` is too short.
pub fn decision<T: Element>(
    level: Level,
    decision: &Decision<'_, T>,
    threads: usize,
    cancel: Option<&Cancel>,
    out: Output<'_>,
) -> Outcome<()> {
    let (rows, columns, vectors) = decision.shape();
    let piece = CHUNK_ELEMENTS.div_ceil(columns.max(1)).next_multiple_of(8);
    let (out, _) = out.split_at(rows * vectors);
    run_pieces(threads, out, piece * vectors, cancel, |index, out| {
        let first = index * piece;
        decision.rows(level, first, rows.min(first + piece), out);
    })
}
