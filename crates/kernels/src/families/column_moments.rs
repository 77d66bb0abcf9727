//! Mean and variance of each column in one read of a row-major matrix: blocks of rows by the corrected two-pass method,
//! merged by Chan, Golub and LeVeque (1983), the mean held as two parts so that even columns whose offset is 10^8 times
//! their spread lose nothing. The order is in `docs/order-of-arithmetic-models.md`; the TypeScript twin is
//! `src/kernels/column-moments.ts`.

use super::rows::{ROW_BLOCK, RowPartition, load_up_to};
use crate::arch::{Element, Input, Level, Simd, Task, Vector, WIDTH};

/// Moments of some rows, in groups of eight columns: mean = center + offset, squares = Σ (x − mean)².
#[derive(Clone, Debug)]
pub struct ColumnMoments {
    count: f64,
    columns: usize,
    groups: Vec<Group>,
}

/// Eight columns; those beyond the last hold whatever.
#[derive(Clone, Copy, Debug)]
struct Group {
    center: [f64; WIDTH],
    offset: [f64; WIDTH],
    squares: [f64; WIDTH],
}

impl ColumnMoments {
    /// Moments of chunk `index` of the partition of `x`, a matrix of `rows × columns`. Panics when `x` is too short.
    pub fn of_chunk<T: Element>(level: Level, x: Input<'_, T>, rows: usize, columns: usize, index: usize) -> Self {
        let elements = rows.checked_mul(columns).expect("a matrix that fits into memory");
        let (first, last) = RowPartition::new(rows, columns).range(index);
        assert!(x.len() >= elements);
        level.dispatch(Chunk {
            x,
            columns,
            first,
            last,
        })
    }

    /// Moments of the rows of both, `left` first.
    pub fn merge(mut left: Self, right: &Self) -> Self {
        let (share, weight, count) = shares(left.count, right.count);
        for (a, b) in left.groups.iter_mut().zip(&right.groups) {
            for lane in 0..WIDTH {
                let delta = (b.center[lane] - a.center[lane]) + (b.offset[lane] - a.offset[lane]);
                a.offset[lane] += delta * share;
                a.squares[lane] = (a.squares[lane] + b.squares[lane]) + (delta * delta) * weight;
            }
        }
        left.count = count;
        left
    }

    /// Writes `columns` means, then `columns` population variances. Panics when `out` is too short.
    pub fn finish(&self, out: &mut [f64]) {
        let (means, variances) = out.split_at_mut(self.columns);
        for j in 0..self.columns {
            let (group, lane) = (&self.groups[j / WIDTH], j % WIDTH);
            means[j] = group.center[lane] + group.offset[lane];
            variances[j] = group.squares[lane] / self.count;
        }
    }
}

/// n_b / n, n_a·(n_b / n) and n.
fn shares(left: f64, right: f64) -> (f64, f64, f64) {
    let count = left + right;
    let share = right / count;
    (share, left * share, count)
}

struct Chunk<'a, T> {
    x: Input<'a, T>,
    columns: usize,
    first: usize,
    last: usize,
}

impl<T: Element> Task for Chunk<'_, T> {
    type Output = ColumnMoments;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> ColumnMoments {
        let Chunk {
            x,
            columns,
            first,
            last,
        } = self;
        let nothing = Group {
            center: [0.0; WIDTH],
            offset: [0.0; WIDTH],
            squares: [0.0; WIDTH],
        };
        let mut groups = vec![nothing; columns.div_ceil(WIDTH)];
        let mut count = 0;
        for start in (first..last).step_by(ROW_BLOCK) {
            let rows = ROW_BLOCK.min(last - start);
            let (share, weight, _) = shares(count as f64, rows as f64);
            for (g, group) in groups.iter_mut().enumerate() {
                let at = |r: usize| (start + r) * columns + g * WIDTH;
                let (center, offset, squares) = block(simd, x, rows, at, ROW_BLOCK * columns);
                if count == 0 {
                    *group = Group {
                        center: center.to_array(),
                        offset: offset.to_array(),
                        squares: squares.to_array(),
                    };
                    continue;
                }
                let (share, weight) = (simd.splat(share), simd.splat(weight));
                let own = simd.pack(group.offset);
                let delta = (center - simd.pack(group.center)) + (offset - own);
                group.offset = (own + delta * share).to_array();
                group.squares = ((simd.pack(group.squares) + squares) + (delta * delta) * weight).to_array();
            }
            count += rows;
        }
        ColumnMoments {
            count: count as f64,
            columns,
            groups,
        }
    }
}

/// Center, offset and squares of eight columns of a block whose row `r` starts at `at(r)`. The cache is asked for those `ahead` of them: a
/// core's own prefetcher stops at the end of a page.
#[inline(always)]
fn block<S: Simd, T: Element>(
    simd: S,
    x: Input<'_, T>,
    rows: usize,
    at: impl Fn(usize) -> usize,
    ahead: usize,
) -> (S::Vector, S::Vector, S::Vector) {
    let n = simd.splat(rows as f64);
    let mut values = [[0.0; WIDTH]; ROW_BLOCK];
    let mut sum = simd.splat(0.0);
    for (r, row) in values[..rows].iter_mut().enumerate() {
        x.prefetch(simd, at(r) + ahead);
        let value = load_up_to(simd, x, at(r));
        *row = value.to_array();
        sum = sum + value;
    }
    let center = sum / n;
    let mut sum = simd.splat(0.0);
    let mut squares = simd.splat(0.0);
    for row in &values[..rows] {
        let d = simd.pack(*row) - center;
        sum = sum + d;
        squares = squares + d * d;
    }
    let offset = sum / n;
    (center, offset, squares - sum * offset)
}
