//! Mean and variance of the columns of a sparse matrix in compressed rows, its zeros among them, and whether it is as it should be, in one read: entries shifted by the
//! first of their column, chunks merged by the change of that shift. The order is in `docs/order-of-arithmetic-models.md`; the TypeScript twin is
//! `src/kernels/sparse-moments.ts`.

use super::logistic::{entries, sparse_partition};
use super::rows::ROW_BLOCK;
use crate::arch::{Element, Input, Labels, Level, Simd, Task};

/// What a sum of one column needs: of the entries of some rows, their number, the first of them, and the sums of the deviations from it and of their squares.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(32))]
struct Sums {
    count: f64,
    first: f64,
    deviations: f64,
    squares: f64,
}

/// Moments of some rows.
#[derive(Clone, Debug)]
pub struct SparseMoments {
    /// Whether columns lie in the matrix and rise within a row, and values are finite.
    sound: bool,
    columns: Vec<Sums>,
}

/// A sparse matrix in compressed rows; offsets and columns are checked as they are read.
#[derive(Clone, Copy)]
pub struct SparseRows<'a, T> {
    values: Input<'a, T>,
    columns_of: Labels<'a>,
    offsets: Labels<'a>,
    rows: usize,
    columns: usize,
}

impl<'a, T: Element> SparseRows<'a, T> {
    /// Panics when something is too short.
    pub fn new(values: Input<'a, T>, columns_of: Labels<'a>, offsets: Labels<'a>, rows: usize, columns: usize) -> Self {
        assert!(offsets.len() > rows && columns_of.len() >= values.len());
        SparseRows {
            values,
            columns_of,
            offsets,
            rows,
            columns,
        }
    }

    fn partition(&self) -> (usize, usize) {
        sparse_partition(self.rows, self.values.len(), 2 * self.columns)
    }

    /// Number of chunks of the fixed partition.
    pub fn chunks(&self) -> usize {
        self.partition().1
    }

    /// Moments of chunk `index`. Panics on offsets that don't fit.
    pub fn moments(&self, level: Level, index: usize) -> SparseMoments {
        let size = self.partition().0 * ROW_BLOCK;
        let (first, last) = (index * size, (index + 1) * size);
        level.dispatch(Chunk {
            matrix: self,
            first: first.min(self.rows),
            last: last.min(self.rows),
        })
    }
}

impl SparseMoments {
    /// Moments of the rows of both, `left` first.
    pub fn merge(mut left: Self, right: &Self) -> Self {
        left.sound &= right.sound;
        for (a, b) in left.columns.iter_mut().zip(&right.columns) {
            if a.count == 0.0 {
                *a = *b;
            } else if b.count > 0.0 {
                let shift = b.first - a.first;
                a.squares += b.squares + shift * (2.0 * b.deviations + shift * b.count);
                a.deviations += b.deviations + shift * b.count;
                a.count += b.count;
            }
        }
        left
    }

    /// Writes a mean a column, then a population variance each, then 1 for each column that holds one number only, else 0. Gives whether the matrix is sound, without
    /// which these are nothing. Panics when `out` is too short.
    pub fn finish(&self, rows: usize, out: &mut [f64]) -> bool {
        let columns = self.columns.len();
        let rows = rows as f64;
        let (means, out) = out.split_at_mut(columns);
        let (variances, constants) = out.split_at_mut(columns);
        for (j, sums) in self.columns.iter().enumerate() {
            let Sums {
                count,
                first,
                deviations,
                squares,
            } = *sums;
            let even = deviations == 0.0 && squares == 0.0 && (count == rows || first == 0.0);
            constants[j] = f64::from(u8::from(even));
            let offset = if count == 0.0 { 0.0 } else { deviations / count };
            let mean = first + offset;
            means[j] = mean * (count / rows);
            let spread = squares - offset * deviations;
            let apart = mean * mean * (count * ((rows - count) / rows));
            let variance = (spread + apart) / rows;
            variances[j] = match even {
                true => 0.0,
                false if variance.is_nan() => f64::INFINITY,
                false => variance.max(0.0),
            };
        }
        self.sound
    }
}

struct Chunk<'c, 'a, T> {
    matrix: &'c SparseRows<'a, T>,
    first: usize,
    last: usize,
}

impl<T: Element> Task for Chunk<'_, '_, T> {
    type Output = SparseMoments;

    #[inline(always)]
    fn run<S: Simd>(self, _simd: S) -> SparseMoments {
        let Chunk { matrix, first, last } = self;
        let mut columns = vec![Sums::default(); matrix.columns];
        let mut sound = true;
        for row in first..last {
            let (values, columns_of) = entries(matrix.values, matrix.columns_of, matrix.offsets, row);
            let mut before = -1;
            for (value, column) in values.elements().zip(columns_of.elements()) {
                sound &= before < column;
                before = column;
                let Some(sums) = columns.get_mut(column as u32 as usize) else {
                    sound = false;
                    continue;
                };
                let value = value.widen();
                sound &= value.is_finite();
                if sums.count == 0.0 {
                    sums.first = value;
                }
                let deviation = value - sums.first;
                sums.count += 1.0;
                sums.deviations += deviation;
                sums.squares += deviation * deviation;
            }
        }
        SparseMoments { sound, columns }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments_of(values: &[f64], columns: &[i32], offsets: &[i32], width: usize) -> (bool, Vec<f64>) {
        let rows = offsets.len() - 1;
        let matrix = SparseRows::new(
            Input::from_slice(values),
            Labels::from_slice(columns),
            Labels::from_slice(offsets),
            rows,
            width,
        );
        assert_eq!(matrix.chunks(), 1);
        let mut out = vec![0.0; 3 * width];
        let sound = matrix.moments(Level::current(), 0).finish(rows, &mut out);
        (sound, out)
    }

    #[test]
    fn zeros_count() {
        let (sound, out) = moments_of(&[2.0, 5.0, 4.0, 5.0], &[0, 2, 0, 2], &[0, 2, 4, 4, 4], 4);
        assert!(sound);
        assert_eq!(out[..4], [1.5, 0.0, 2.5, 0.0]);
        assert_eq!(out[4..8], [2.75, 0.0, 6.25, 0.0]);
        assert_eq!(out[8..], [0.0, 1.0, 0.0, 1.0]);
    }

    #[test]
    fn a_merge_is_the_whole() {
        let part = |values: &[f64]| {
            let places: Vec<i32> = values.iter().map(|_| 0).collect();
            let offsets: Vec<i32> = (0..=values.len() as i32).collect();
            let rows = values.len();
            let (values, places) = (Input::from_slice(values), Labels::from_slice(&places));
            SparseRows::new(values, places, Labels::from_slice(&offsets), rows, 1).moments(Level::current(), 0)
        };
        let mut out = [0.0; 3];
        SparseMoments::merge(part(&[1.0, 2.0]), &part(&[6.0, 7.0])).finish(4, &mut out);
        assert_eq!(out, [4.0, 6.5, 0.0]);
        SparseMoments::merge(part(&[3.0]), &part(&[3.0])).finish(2, &mut out);
        assert_eq!(out, [3.0, 0.0, 1.0]);
    }

    #[test]
    fn what_is_not_sound_is_told() {
        assert!(!moments_of(&[1.0], &[-1], &[0, 1], 2).0);
        assert!(!moments_of(&[1.0], &[2], &[0, 1], 2).0);
        assert!(!moments_of(&[1.0, 1.0], &[1, 1], &[0, 2], 2).0);
        assert!(!moments_of(&[f64::NAN], &[1], &[0, 1], 2).0);
        assert!(!moments_of(&[f64::INFINITY], &[1], &[0, 1], 2).0);
    }
}
