//! The data term over a sparse matrix in compressed rows: Σ weight × log-loss and its gradient, in the space of the columns as
//! they are. The TypeScript twin is `src/kernels/sparse-logistic.ts`.

use super::link::{self, LinkBlock};
use super::panels::Column;
use crate::arch::{Ahead, Element, Input, Labels, Level, Output, Simd, Task};
use crate::families::rows::ROW_BLOCK;

/// Values of a chunk at least.
const CHUNK_VALUES: usize = 1 << 16;

/// And for each number of its gradient, which is cleared and merged.
const CHUNK_VALUES_EACH: usize = 16;

/// Chunks of a problem at most: each has a gradient of its own.
const MAX_CHUNKS: usize = 32;

/// Partial sums of a row's score where there are two classes: one alone waits for its last addition.
const LANES: usize = 4;

/// Rows of a sparse matrix with one class index a row, and one point at which to evaluate. Offsets and columns are checked as they
/// are read: the memory may be shared.
pub struct SparseProblem<'a, T> {
    values: Input<'a, T>,
    columns_of: Labels<'a>,
    offsets: Labels<'a>,
    rows: usize,
    columns: usize,
    labels: Labels<'a>,
    classes: usize,
    weights: Option<Input<'a, f64>>,
    /// A row a column and the intercept last, a number a vector, so that the vectors of a column lie side by side.
    coefficients: Vec<f64>,
}

impl<'a, T: Element> SparseProblem<'a, T> {
    /// `offsets` has rows + 1 numbers, `labels` a class index a row, `coefficients` vectors × (columns + 1) numbers, the intercept
    /// last in each vector. Panics when something is too short or `classes` is below 2: callers check what users gave.
    #[allow(clippy::too_many_arguments)]
    pub fn new(
        values: Input<'a, T>,
        columns_of: Labels<'a>,
        offsets: Labels<'a>,
        rows: usize,
        columns: usize,
        labels: Labels<'a>,
        classes: usize,
        weights: Option<Input<'a, f64>>,
        coefficients: &[f64],
    ) -> Self {
        assert!(offsets.len() > rows && labels.len() >= rows && classes >= 2 && columns_of.len() >= values.len());
        assert!(weights.is_none_or(|weights| weights.len() >= rows));
        let vectors = if classes == 2 { 1 } else { classes };
        let width = columns + 1;
        let coefficients = (0..width * vectors)
            .map(|at| coefficients[at % vectors * width + at / vectors])
            .collect();
        SparseProblem {
            values,
            columns_of,
            offsets,
            rows,
            columns,
            labels,
            classes,
            weights,
            coefficients,
        }
    }

    fn vectors(&self) -> usize {
        if self.classes == 2 { 1 } else { self.classes }
    }

    fn blocks_per_chunk(&self) -> usize {
        sparse_partition(self.rows, self.values.len(), self.coefficients.len()).0
    }

    /// Number of chunks of the fixed partition.
    pub fn chunks(&self) -> usize {
        sparse_partition(self.rows, self.values.len(), self.coefficients.len()).1
    }

    /// Loss, then gradient (a row a column, a number a vector), of chunk `index`.
    pub fn chunk(&self, level: Level, index: usize) -> Vec<f64> {
        let size = self.blocks_per_chunk() * ROW_BLOCK;
        let mut partial = vec![0.0; 1 + self.coefficients.len()];
        level.dispatch(Chunk {
            problem: self,
            first: (index * size).min(self.rows),
            last: ((index + 1) * size).min(self.rows),
            partial: &mut partial,
        });
        partial
    }

    /// Writes the loss, then the gradient as the coefficients came. Panics when `out` is too short.
    pub fn finish(&self, total: &[f64], mut out: Output<'_>) {
        let (vectors, width) = (self.vectors(), self.columns + 1);
        out.set(0, total[0]);
        for (at, value) in total[1..].iter().enumerate() {
            out.set(1 + at % vectors * width + at / vectors, *value);
        }
    }
}

/// The fixed partition of `rows` rows with `values` entries, whose chunks have partials of `size` numbers: blocks a chunk, and chunks.
pub fn sparse_partition(rows: usize, values: usize, size: usize) -> (usize, usize) {
    let blocks = rows.div_ceil(ROW_BLOCK);
    let least = CHUNK_VALUES.max(CHUNK_VALUES_EACH * size);
    let wanted = MAX_CHUNKS.min(values.div_ceil(least)).min(blocks).max(1);
    let blocks_per_chunk = blocks.div_ceil(wanted).max(1);
    (blocks_per_chunk, blocks.div_ceil(blocks_per_chunk).max(1))
}

/// Values and columns of the entries of a row of a sparse matrix. Panics on offsets that don't fit.
#[inline(always)]
pub fn entries<'a, T: Element>(
    values: Input<'a, T>,
    columns_of: Labels<'a>,
    offsets: Labels<'_>,
    row: usize,
) -> (Input<'a, T>, Labels<'a>) {
    let (from, to) = (offsets.get(row).max(0), offsets.get(row + 1).max(0));
    let (from, to) = (from as usize, (to as usize).max(from as usize));
    (values.range(from, to), columns_of.range(from, to))
}

/// Adds the partial `right` to `left`.
pub fn merge_sparse(mut left: Vec<f64>, right: Vec<f64>) -> Vec<f64> {
    for (a, b) in left.iter_mut().zip(&right) {
        *a += *b;
    }
    left
}

struct Chunk<'c, 'a, T> {
    problem: &'c SparseProblem<'a, T>,
    first: usize,
    last: usize,
    partial: &'c mut [f64],
}

impl<T: Element> Task for Chunk<'_, '_, T> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Chunk {
            problem,
            first,
            last,
            partial,
        } = self;
        let vectors = problem.vectors();
        let mut block = LinkBlock {
            weights: Column::ZERO,
            labels: Column::ZERO,
            scores: vec![Column::ZERO; vectors],
            residuals: vec![Column::ZERO; vectors],
            pairs: Vec::new(),
            ahead: Ahead::NOTHING,
        };
        let (loss, gradient) = partial.split_at_mut(1);
        let mut of_row = vec![0.0; vectors];
        for start in (first..last).step_by(ROW_BLOCK) {
            let rows = ROW_BLOCK.min(last - start);
            super::set_weights(&mut block.weights, problem.weights, start, rows);
            problem.labels.widen(start, &mut block.labels.0[..rows]);
            for scores in &mut block.scores {
                scores.0[rows..].fill(0.0);
            }
            if vectors == 1 {
                for r in 0..rows {
                    block.scores[0].0[r] = problem.score(start + r);
                }
                loss[0] += link::binary(simd, &mut block, rows, 1);
                for r in 0..rows {
                    problem.add_row(start + r, block.residuals[0].0[r], gradient);
                }
                continue;
            }
            for r in 0..rows {
                problem.scores(start + r, &mut of_row);
                for (scores, score) in block.scores.iter_mut().zip(&of_row) {
                    scores.0[r] = *score;
                }
            }
            loss[0] += link::softmax(simd, &mut block, rows, 1);
            for r in 0..rows {
                for (own, residuals) in of_row.iter_mut().zip(&block.residuals) {
                    *own = residuals.0[r];
                }
                problem.add_rows(start + r, &of_row, gradient);
            }
        }
    }
}

impl<'a, T: Element> SparseProblem<'a, T> {
    /// Values and columns of the entries of a row. Panics on offsets that don't fit.
    #[inline(always)]
    fn row(&self, row: usize) -> (Input<'a, T>, Labels<'a>) {
        entries(self.values, self.columns_of, self.offsets, row)
    }

    /// The score of a row where there are two classes: entry `e` goes to lane `e % 4`. Panics on a column that doesn't fit.
    #[inline(always)]
    fn score(&self, row: usize) -> f64 {
        let (values, columns) = self.row(row);
        let (coefficients, intercept) = self.coefficients.split_at(self.columns);
        let mut lanes = [0.0; LANES];
        let mut at = 0;
        while let (Some(values), Some(columns)) = (values.row::<LANES>(at), columns.row::<LANES>(at)) {
            for lane in 0..LANES {
                lanes[lane] += values[lane].widen() * coefficients[columns[lane] as u32 as usize];
            }
            at += LANES;
        }
        for (lane, at) in (at..values.len()).enumerate() {
            lanes[lane] += values.get(at) * coefficients[columns.get(at) as u32 as usize];
        }
        intercept[0] + ((lanes[0] + lanes[2]) + (lanes[1] + lanes[3]))
    }

    /// Adds a row's part to the gradient where there are two classes. Panics on a column that doesn't fit.
    #[inline(always)]
    fn add_row(&self, row: usize, residual: f64, gradient: &mut [f64]) {
        let (values, columns) = self.row(row);
        let (gradient, intercept) = gradient.split_at_mut(self.columns);
        intercept[0] += residual;
        for (value, column) in values.elements().zip(columns.elements()) {
            gradient[column as u32 as usize] += residual * value.widen();
        }
    }

    /// The scores of a row, one a class.
    #[inline(always)]
    fn scores(&self, row: usize, scores: &mut [f64]) {
        let (values, columns) = self.row(row);
        let vectors = scores.len();
        scores.copy_from_slice(&self.coefficients[self.columns * vectors..][..vectors]);
        for (value, column) in values.elements().zip(columns.elements()) {
            let coefficients = &self.coefficients[column as u32 as usize * vectors..][..vectors];
            let value = value.widen();
            for (score, coefficient) in scores.iter_mut().zip(coefficients) {
                *score += value * *coefficient;
            }
        }
    }

    /// Adds a row's part to the gradient, one residual a class.
    #[inline(always)]
    fn add_rows(&self, row: usize, residuals: &[f64], gradient: &mut [f64]) {
        let (values, columns) = self.row(row);
        let vectors = residuals.len();
        let (gradient, intercepts) = gradient.split_at_mut(self.columns * vectors);
        for (sum, residual) in intercepts.iter_mut().zip(residuals) {
            *sum += *residual;
        }
        for (value, column) in values.elements().zip(columns.elements()) {
            let gradient = &mut gradient[column as u32 as usize * vectors..][..vectors];
            let value = value.widen();
            for (sum, residual) in gradient.iter_mut().zip(residuals) {
                *sum += *residual * value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three columns and a row in a block of its own, by hand.
    #[test]
    fn loss_and_gradient_of_two_rows() {
        let (values, columns, offsets) = ([2.0, -1.0, 3.0], [0, 2, 1], [0, 2, 3]);
        let coefficients = [0.5, -0.25, 1.0, 0.125];
        let problem = SparseProblem::new(
            Input::from_slice(&values),
            Labels::from_slice(&columns),
            Labels::from_slice(&offsets),
            2,
            3,
            Labels::from_slice(&[1, 0]),
            2,
            None,
            &coefficients,
        );
        assert_eq!(problem.chunks(), 1);
        for level in Level::available() {
            let total = problem.chunk(level, 0);
            let (first, second) = (0.5 * 2.0 - 1.0 + 0.125, -0.25 * 3.0 + 0.125);
            let sigmoid = |score: f64| 1.0 / (1.0 + (-score).exp());
            let residuals = [sigmoid(first) - 1.0, sigmoid(second)];
            let loss = (-first).exp().ln_1p() + second.exp().ln_1p();
            let gradient = [
                2.0 * residuals[0],
                3.0 * residuals[1],
                -residuals[0],
                residuals[0] + residuals[1],
            ];
            assert!((total[0] - loss).abs() < 1e-15);
            for (found, expected) in total[1..].iter().zip(gradient) {
                assert!((found - expected).abs() < 1e-15, "{found} against {expected}");
            }
        }
    }

    #[test]
    #[should_panic]
    fn a_column_out_of_bounds_is_no_read() {
        let coefficients = [0.0; 4];
        let problem = SparseProblem::new(
            Input::from_slice(&[1.0]),
            Labels::from_slice(&[-1]),
            Labels::from_slice(&[0, 1]),
            1,
            3,
            Labels::from_slice(&[1]),
            2,
            None,
            &coefficients,
        );
        problem.chunk(Level::current(), 0);
    }
}
