//! Gram matrices and covariances on one thread or many; the partition is a function of the shape (`families/gram`).

use crate::cancel::{Cancel, Outcome};
use crate::merge::merge_chunks;
use crate::multiply::multiply_symmetric;
use manycore_kernels::gram::{NARROW, RowChunks, finish_diagonal_tile, gram_of_chunk, line_sums};
use manycore_kernels::multiply::{Source, Transformed};
use manycore_kernels::{Level, Output};

/// `out = Xᵀ·diag(weights)·X`, `columns × columns`: the lines of `x` are X's columns. columns² · rows operations. `cancel` is polled between chunks and
/// tiles. Panics when `out` or `weights` has another length.
pub fn gram(
    level: Level,
    x: &dyn Source,
    weights: Option<&[f64]>,
    threads: usize,
    cancel: Option<&Cancel>,
    out: Output<'_>,
) -> Outcome<()> {
    let weighted = Transformed::new(x, None, weights);
    symmetric(level, &weighted, x, 1.0, threads, cancel, out)
}

/// The covariance of X's columns, the lines of `x`: about their means, divided by `divisor`. Reads X twice.
pub fn covariance(
    level: Level,
    x: &dyn Source,
    divisor: f64,
    threads: usize,
    cancel: Option<&Cancel>,
    out: Output<'_>,
) -> Outcome<()> {
    let rows = x.depth();
    let chunks = RowChunks::new(rows, x.lines());
    let sums = merge_chunks(
        threads,
        chunks.count(),
        cancel,
        |chunk| line_sums(level, x, chunks.range(chunk)),
        add,
    );
    sums.and_then(|sums| {
        let means: Vec<f64> = sums.iter().map(|sum| sum / rows as f64).collect();
        let centred = Transformed::new(x, Some(&means), None);
        symmetric(level, &centred, &centred, divisor, threads, cancel, out)
    })
}

fn symmetric(
    level: Level,
    left: &dyn Source,
    right: &dyn Source,
    divisor: f64,
    threads: usize,
    cancel: Option<&Cancel>,
    out: Output<'_>,
) -> Outcome<()> {
    let columns = right.lines();
    assert!(columns.checked_mul(columns) == Some(out.len()));
    if columns > NARROW {
        return multiply_symmetric(level, left, right, divisor, threads, cancel, out);
    }
    let chunks = RowChunks::new(right.depth(), columns);
    let leaf = |chunk| gram_of_chunk(level, left, right, chunks.range(chunk));
    merge_chunks(threads, chunks.count(), cancel, leaf, add).map(|total| {
        for mut tile in out.tiles(columns, columns.max(1), columns.max(1)) {
            for (index, value) in total.iter().enumerate() {
                tile.set(index / columns, index % columns, *value);
            }
            finish_diagonal_tile(divisor, &mut tile);
        }
    })
}

fn add(mut left: Vec<f64>, right: Vec<f64>) -> Vec<f64> {
    left.iter_mut().zip(&right).for_each(|(left, right)| *left += right);
    left
}
