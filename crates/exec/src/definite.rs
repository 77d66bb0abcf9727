//! Systems with a symmetric positive definite matrix, by a blocked Cholesky factorisation on one thread or many. Which blocks there are depends
//! on the size alone.

use crate::cancel::{Cancel, Outcome};
use crate::multiply::subtract_symmetric;
use crate::parallel::run_chunks;
use manycore_kernels::arch::Tile;
use manycore_kernels::cholesky::PIVOT_THRESHOLD;
use manycore_kernels::definite::{BLOCK, Diagonal};
use manycore_kernels::multiply::{Operand, Source};
use manycore_kernels::{Input, Level, Output};
use std::sync::{Mutex, PoisonError};

/// Columns that are divided by a diagonal block in one draw.
const PANEL: usize = 256;

/// Solves A·X = B, n × m, into `out`. The lines of `a` are A's rows, of which only the part from the diagonal on is read; those of `b` are B's rows. Gives the
/// index of the first pivot that is not finite or not above 2^−52 of its diagonal entry, if there is one: A is not positive definite to
/// working precision. n³/3 + 2·n²·m operations and a copy of A and B as doubles. `cancel` is polled between tiles.
pub fn definite_solve(
    level: Level,
    a: &dyn Source,
    b: &dyn Source,
    threads: usize,
    cancel: Option<&Cancel>,
    mut out: Output<'_>,
) -> Outcome<Option<usize>> {
    let (n, m) = (a.lines(), b.depth());
    assert!(a.depth() == n && b.lines() == n && out.len() == n * m);
    let stride = n + m;
    // The right sides lie beside A, so that the factorisation solves the lower half of the problem on its way.
    let mut rows = vec![0.0; n * stride];
    for (i, row) in rows.chunks_exact_mut(stride.max(1)).enumerate() {
        a.copy_line(i, i, &mut row[i..n]);
        b.copy_line(i, 0, &mut row[n..]);
    }
    let thresholds: Vec<f64> = (0..n).map(|i| rows[i * stride + i] * PIVOT_THRESHOLD).collect();
    let mut inverse = Vec::with_capacity(n);
    for top in (0..n).step_by(BLOCK) {
        let bottom = n.min(top + BLOCK);
        let entry = |i: usize, j: usize| rows[(top + i) * stride + top + j];
        let diagonal = match Diagonal::factorise(level, &thresholds[top..bottom], entry) {
            Ok(diagonal) => diagonal,
            Err(pivot) => return Outcome::Done(Some(top + pivot)),
        };
        for i in 0..bottom - top {
            inverse.push(diagonal.inverse(i));
            for j in i..bottom - top {
                rows[(top + i) * stride + top + j] = diagonal.get(i, j);
            }
        }
        let (above, below) = rows.split_at_mut(bottom * stride);
        let block = &mut above[top * stride..];
        let tiles: Vec<_> = Output::from_slice(block)
            .tiles_from(stride, bottom, BLOCK, PANEL)
            .into_iter()
            .map(Mutex::new)
            .collect();
        let divided = run_chunks(threads, tiles.len(), cancel, |index| {
            let tile: &mut Tile<'_> = &mut tiles[index].lock().unwrap_or_else(PoisonError::into_inner);
            diagonal.divide(level, tile);
        });
        drop(tiles);
        let subtracted = divided.and_then(|_| {
            // Columns right of the block, from the diagonal of the rows below on.
            let columns = Operand::new(
                Input::from_slice(&block[bottom..]),
                stride - bottom,
                bottom - top,
                1,
                stride,
            );
            subtract_symmetric(
                level,
                &columns,
                n - bottom,
                bottom,
                stride,
                threads,
                cancel,
                Output::from_slice(below),
            )
        });
        if !matches!(subtracted, Outcome::Done(())) {
            return subtracted.map(|()| None);
        }
    }
    for i in (0..n).rev() {
        let (above, below) = rows.split_at_mut((i + 1) * stride);
        let (factors, right) = above[i * stride..].split_at_mut(n);
        for (factor, solved) in factors[i + 1..].iter().zip(below.chunks_exact(stride)) {
            for (value, solved) in right.iter_mut().zip(&solved[n..]) {
                *value -= factor * solved;
            }
        }
        for (k, value) in right.iter_mut().enumerate() {
            *value *= inverse[i];
            out.set(i * m + k, *value);
        }
    }
    Outcome::Done(None)
}
