//! The kernels of the models on one thread or many: chunks of rows over the pool, merged by the fixed tree, so neither the
//! number of threads nor who computed what can be seen in the result (`docs/order-of-arithmetic-models.md`).

use crate::cancel::{Cancel, Outcome};
use crate::merge::merge_chunks;
use crate::parallel::{run_chunks, run_pieces};
use manycore_kernels::arch::Element;
use manycore_kernels::column_moments::ColumnMoments;
use manycore_kernels::decision::Decision;
use manycore_kernels::logistic::{PackedRows, Partials, Problem, Request, SparseProblem, merge, merge_sparse};
use manycore_kernels::newton::{Chain, fit_chain, result_length};
use manycore_kernels::rows::{CHUNK_ELEMENTS, RowPartition};
use manycore_kernels::sparse_moments::{SparseMoments, SparseRows};
use manycore_kernels::{Input, Level, Output};
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};

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
    let chunks = problem.partition().chunks;
    // Too few chunks for all threads: then requests are shared out, since none depends on another.
    let groups = if chunks < threads {
        requests.len().clamp(1, threads)
    } else {
        1
    };
    let size = requests.len().div_ceil(groups).max(1);
    let group = |index: usize| &requests[(index * size).min(requests.len())..((index + 1) * size).min(requests.len())];
    let evaluated = if groups == 1 {
        let leaf = |chunk| problem.chunk(level, requests, chunk);
        merge_chunks(threads, chunks, cancel, leaf, merge)
    } else {
        let work = |index| {
            let leaf = |chunk| problem.chunk(level, group(index), chunk);
            match merge_chunks(1, chunks, cancel, leaf, merge) {
                Outcome::Done(partials) => Some(partials),
                Outcome::Panicked(payload) => resume_unwind(payload),
                _ => None,
            }
        };
        let whole = |groups: Vec<Option<Partials>>| groups.into_iter().collect::<Option<Vec<_>>>();
        match run_chunks(threads, groups, cancel, work).map(whole) {
            Outcome::Done(Some(groups)) => Outcome::Done(groups.concat()),
            // A group was stopped: nothing else stops one.
            Outcome::Done(None) => Outcome::Cancelled,
            stopped => stopped.map(Option::unwrap_or_default).map(|groups| groups.concat()),
        }
    };
    evaluated.map(|totals| {
        for ((request, total), out) in requests.iter().zip(&totals).zip(outs) {
            problem.finish(request, total, out);
        }
    })
}

/// Fits chains of models on a small problem of two classes, `weights` being those of the rows, and writes the results of all models one after the other: a chain a thread, so the number
/// of threads can't be seen in them. Panics when the problem has more than one chunk or `out` is too short.
pub fn fit_chains<T: Element>(
    level: Level,
    problem: &Problem<'_, T>,
    weights: Option<Input<'_, f64>>,
    inverse_scale: Input<'_, f64>,
    chains: &[Chain],
    threads: usize,
    out: Output<'_>,
) -> Outcome<()> {
    let packed = PackedRows::new(level, problem, weights);
    let length = result_length(packed.size());
    let mut rest = out;
    let mut places = Vec::new();
    for chain in chains {
        let (place, others) = rest.split_at(chain.models.len() * length);
        places.push(Mutex::new(Some(place)));
        rest = others;
    }
    let work = |index: usize| {
        let place = places[index].lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(place) = place {
            fit_chain(level, &packed, inverse_scale, &chains[index], place);
        }
    };
    run_chunks(threads, chains.len(), None, work).map(drop)
}

/// Loss and gradient of a sparse problem into `out`: some 4 operations a value and vector. `cancel` is polled between chunks of at
/// least 65 536 values. Panics when `out` is too short.
pub fn sparse_logistic<T: Element>(
    level: Level,
    problem: &SparseProblem<'_, T>,
    threads: usize,
    cancel: Option<&Cancel>,
    out: Output<'_>,
) -> Outcome<()> {
    let leaf = |chunk| problem.chunk(level, chunk);
    merge_chunks(threads, problem.chunks(), cancel, leaf, merge_sparse).map(|total| problem.finish(&total, out))
}

/// Writes a mean, a variance and whether it holds one number only of each column of a sparse matrix, as [`SparseMoments::finish`] does,
/// and gives whether the matrix is sound. Panics on offsets that don't fit and when `out` is too short.
pub fn sparse_moments<T: Element>(
    level: Level,
    matrix: &SparseRows<'_, T>,
    rows: usize,
    threads: usize,
    cancel: Option<&Cancel>,
    out: &mut [f64],
) -> Outcome<bool> {
    let leaf = |chunk| matrix.moments(level, chunk);
    let merge = |left, right| SparseMoments::merge(left, &right);
    merge_chunks(threads, matrix.chunks(), cancel, leaf, merge).map(|moments| moments.finish(rows, out))
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
