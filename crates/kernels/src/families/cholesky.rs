//! Cholesky factorisation and solution in one fixed order of subtractions (`docs/order-of-arithmetic-models.md`): every
//! entry takes its updates in rising order of the pivot, whatever the blocking. The TypeScript twin is
//! `src/kernels/cholesky.ts`.
//!
//! Blocked, right-looking, on a copy whose rows are padded to whole vectors: eight pivot rows are finished, then subtracted
//! from the rest of their band; a finished band is subtracted from all rows below it.

use crate::arch::{Input, Level, Output, Simd, Task, Vector, WIDTH};

/// A pivot below this fraction of its diagonal entry is rounding error: 2^−52.
pub const PIVOT_THRESHOLD: f64 = f64::EPSILON;

/// Rows of a band. Up to 64 rows a band of eight, so nothing is read twice from far; above, 32 pivots at a time keep the
/// rows below out of the way (n = 650 on Zen 4: see docs/performance of the models).
const BAND: usize = 32;

/// Solves A·s = b for symmetric positive definite `a` (n × n, row-major; only the upper triangle is read), `b` overwritten by
/// s, and gives the factor. Gives `None`, leaving `b` unspecified, when a pivot is not finite or not above 2^−52 of its diagonal entry: A is not
/// positive definite to working precision. n³/6 multiply-subtracts. Panics when `a` or `b` is too short.
pub fn solve(level: Level, a: Input<'_, f64>, n: usize, b: &mut [f64]) -> Option<Upper> {
    let b = &mut b[..n];
    let mut factor = Factor::copy(a, n);
    if !level.dispatch(Factorise(&mut factor)) {
        return None;
    }
    let Factor {
        rows, stride, inverse, ..
    } = factor;
    for k in 0..n {
        let (head, tail) = b.split_at_mut(k + 1);
        head[k] *= inverse[k];
        let row = &rows[k * stride + k + 1..k * stride + n];
        tail.iter_mut().zip(row).for_each(|(b, u)| *b -= u * head[k]);
    }
    for j in (0..n).rev() {
        let (head, tail) = b.split_at_mut(j);
        tail[0] *= inverse[j];
        let column = rows[j..].iter().step_by(stride);
        head.iter_mut().zip(column).for_each(|(b, u)| *b -= u * tail[0]);
    }
    Some(Upper { n, stride, rows })
}

/// U of A = Uᵀ·U.
pub struct Upper {
    n: usize,
    stride: usize,
    rows: Vec<f64>,
}

impl Upper {
    /// Writes U into the upper triangle of `a` (n × n, row-major), and leaves the rest alone.
    pub fn write(&self, mut a: Output<'_>) {
        for i in 0..self.n {
            for j in i..self.n {
                a.set(i * self.n + j, self.rows[i * self.stride + j]);
            }
        }
    }
}

/// The upper triangle, on its way to U of A = Uᵀ·U. Rows and columns are padded with zeros to a multiple of eight.
struct Factor {
    n: usize,
    stride: usize,
    rows: Vec<f64>,
    thresholds: Vec<f64>,
    /// 1 / U[i][i].
    inverse: Vec<f64>,
}

impl Factor {
    fn copy(a: Input<'_, f64>, n: usize) -> Self {
        assert!(a.len() >= n.checked_mul(n).expect("a matrix that fits into memory"));
        let stride = n.next_multiple_of(WIDTH);
        let mut rows = vec![0.0; stride * stride];
        let mut thresholds = vec![0.0; stride];
        for i in 0..n {
            for j in i..n {
                rows[i * stride + j] = a.get(i * n + j);
            }
            thresholds[i] = rows[i * stride + i] * PIVOT_THRESHOLD;
        }
        Factor {
            n,
            stride,
            rows,
            thresholds,
            inverse: vec![0.0; stride],
        }
    }
}

/// Overwrites the upper triangle by U. Gives whether A is positive definite.
struct Factorise<'a>(&'a mut Factor);

impl Task for Factorise<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> bool {
        let factor = self.0;
        let stride = factor.stride;
        let band = if factor.n <= 64 { WIDTH } else { BAND };
        for top in (0..stride).step_by(band) {
            let bottom = stride.min(top + band);
            for first in (top..bottom).step_by(WIDTH) {
                if !finish_eight(simd, factor, first) {
                    return false;
                }
                subtract(simd, factor, (first, first + WIDTH), (first + WIDTH, bottom));
            }
            subtract(simd, factor, (top, bottom), (bottom, stride));
        }
        true
    }
}

/// Finishes pivot rows `first … first + 7`, which have taken all updates of the pivots above them.
#[inline(always)]
fn finish_eight<S: Simd>(simd: S, factor: &mut Factor, first: usize) -> bool {
    let stride = factor.stride;
    for p in first..factor.n.min(first + WIDTH) {
        let (above, row) = factor.rows.split_at_mut(p * stride);
        // Columns from the diagonal block on: those left of the diagonal are never read.
        let row = &mut row[first..stride];
        let above = &above[first * stride..];
        let mut factors = [0.0; WIDTH];
        for (q, factor) in factors[..p - first].iter_mut().enumerate() {
            *factor = above[q * stride + p];
        }
        for (v, eight) in row.as_chunks_mut::<WIDTH>().0.iter_mut().enumerate() {
            let mut value = simd.pack(*eight);
            for (q, factor) in factors[..p - first].iter().enumerate() {
                let source = &above[q * stride + first + v * WIDTH..][..WIDTH];
                value = value - simd.splat(*factor) * Input::from_slice(source).load(simd, 0);
            }
            *eight = value.to_array();
        }
        let pivot = row[p - first];
        if !(pivot > factor.thresholds[p] && pivot > 0.0 && pivot < f64::INFINITY) {
            return false;
        }
        let root = pivot.sqrt();
        let inverse = 1.0 / root;
        factor.inverse[p] = inverse;
        for eight in row.as_chunks_mut::<WIDTH>().0 {
            *eight = (simd.pack(*eight) * simd.splat(inverse)).to_array();
        }
        row[p - first] = root;
    }
    true
}

/// Subtracts from rows `to.0 … to.1 − 1`, right of their diagonal blocks' left edges, the updates of the finished pivots
/// `from.0 … from.1 − 1`.
#[inline(always)]
fn subtract<S: Simd>(simd: S, factor: &mut Factor, from: (usize, usize), to: (usize, usize)) {
    let stride = factor.stride;
    let (above, below) = factor.rows.split_at_mut(to.0 * stride);
    let pivots = Input::from_slice(&above[from.0 * stride..from.1 * stride]);
    for i in (to.0..to.1).step_by(WIDTH) {
        let rows = &mut below[(i - to.0) * stride..][..WIDTH * stride];
        // As many accumulators as fit: see weighted_gram.rs.
        if S::REGISTERS >= 32 {
            tiles::<S, 8, 3>(simd, pivots, i, rows, stride);
        } else if S::REGISTERS >= 8 {
            tiles::<S, 4, 1>(simd, pivots, i, rows, stride);
        } else {
            tiles::<S, 2, 1>(simd, pivots, i, rows, stride);
        }
    }
}

/// Rows `i … i + 7` in tiles of `HEIGHT` rows and up to `VECTORS` (at most 3) vectors.
#[inline(always)]
fn tiles<S: Simd, const HEIGHT: usize, const VECTORS: usize>(
    simd: S,
    pivots: Input<'_, f64>,
    i: usize,
    rows: &mut [f64],
    stride: usize,
) {
    for top in (0..WIDTH).step_by(HEIGHT) {
        let rows = &mut rows[top * stride..];
        let mut j = i;
        while stride - j >= VECTORS * WIDTH {
            tile::<S, HEIGHT, VECTORS>(simd, pivots, (i, top), j, rows, stride);
            j += VECTORS * WIDTH;
        }
        match (stride - j) / WIDTH {
            2 => tile::<S, HEIGHT, 2>(simd, pivots, (i, top), j, rows, stride),
            1 => tile::<S, HEIGHT, 1>(simd, pivots, (i, top), j, rows, stride),
            _ => {}
        }
    }
}

/// Rows `i + top …` of the tile, columns `j …`.
#[inline(always)]
fn tile<S: Simd, const HEIGHT: usize, const VECTORS: usize>(
    simd: S,
    pivots: Input<'_, f64>,
    (i, top): (usize, usize),
    j: usize,
    rows: &mut [f64],
    stride: usize,
) {
    assert!(top + HEIGHT <= WIDTH);
    let mut values = [[simd.splat(0.0); VECTORS]; HEIGHT];
    for h in 0..HEIGHT {
        let row = Input::from_slice(&rows[h * stride + j..][..VECTORS * WIDTH]);
        for v in 0..VECTORS {
            values[h][v] = row.load(simd, v * WIDTH);
        }
    }
    let factors = pivots.rows::<S, 1>(simd, stride, i);
    let sources = pivots.rows::<S, VECTORS>(simd, stride, j);
    for ([factors], source) in factors.zip(sources) {
        let factors = factors.to_array();
        for h in 0..HEIGHT {
            let factor = simd.splat(factors[top + h]);
            for v in 0..VECTORS {
                values[h][v] = values[h][v] - factor * source[v];
            }
        }
    }
    for h in 0..HEIGHT {
        let row = rows[h * stride + j..][..VECTORS * WIDTH].as_chunks_mut::<WIDTH>().0;
        for v in 0..VECTORS {
            row[v] = values[h][v].to_array();
        }
    }
}
