//! Scores of linear models: a row's dot products with the coefficient vectors, in eight lanes folded in halves
//! (`docs/order-of-arithmetic-models.md`). A row's bits depend on that row alone. The TypeScript twin is
//! `src/kernels/decision.ts`.

use super::rows::{intercept_masks, load_up_to, pad_vectors};
use crate::arch::{Element, Input, Level, Output, Real, Simd, Task, Vector, WIDTH};

/// Rows of a matrix and the coefficient vectors that score them.
pub struct Decision<'a, T> {
    x: Input<'a, T>,
    rows: usize,
    columns: usize,
    vectors: usize,
    coefficients: Vec<[f64; WIDTH]>,
}

impl<'a, T: Element> Decision<'a, T> {
    /// `x` is `rows × columns`, row-major; `coefficients` is `vectors × (columns + 1)`, the intercept last in each vector.
    /// Panics when something is too short.
    pub fn new(x: Input<'a, T>, rows: usize, columns: usize, coefficients: &[f64], vectors: usize) -> Self {
        let elements = rows.checked_mul(columns).expect("a matrix that fits into memory");
        assert!(x.len() >= elements);
        let coefficients = pad_vectors(coefficients, vectors, columns + 1);
        Decision {
            x,
            rows,
            columns,
            vectors,
            coefficients,
        }
    }

    /// Rows, columns and vectors.
    pub fn shape(&self) -> (usize, usize, usize) {
        (self.rows, self.columns, self.vectors)
    }

    /// Writes `(last − first) × vectors` scores, those of rows `first … last − 1`. Panics when `out` is too short.
    pub fn rows(&self, level: Level, first: usize, last: usize, out: Output<'_>) {
        assert!(first <= last && last <= self.rows && out.len() >= (last - first) * self.vectors);
        level.dispatch(Rows {
            decision: self,
            first,
            last,
            out,
        });
    }
}

struct Rows<'r, 'a, T> {
    decision: &'r Decision<'a, T>,
    first: usize,
    last: usize,
    out: Output<'r>,
}

impl<T: Element> Task for Rows<'_, '_, T> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Rows {
            decision:
                Decision {
                    x,
                    columns,
                    vectors,
                    coefficients,
                    ..
                },
            first,
            last,
            mut out,
        } = self;
        let (columns, vectors) = (*columns, *vectors);
        let whole = columns / WIDTH;
        let (keep, one) = intercept_masks(simd, columns);
        for row in (first..last).step_by(WIDTH) {
            let count = WIDTH.min(last - row);
            // Where fewer than eight are left, the last one stands in for those that don't exist.
            let starts: [usize; WIDTH] = std::array::from_fn(|r| (row + r.min(count - 1)) * columns);
            let rests = starts.map(|start| load_up_to(simd, *x, start + whole * WIDTH).bit_and(keep).bit_or(one));
            for (k, coefficients) in coefficients.chunks_exact(whole + 1).enumerate() {
                let mut lanes = [simd.splat(0.0); WIDTH];
                for (v, coefficient) in coefficients[..whole].iter().enumerate() {
                    let coefficient = simd.pack(*coefficient);
                    for r in 0..WIDTH {
                        lanes[r] = lanes[r] + x.load(simd, starts[r] + v * WIDTH) * coefficient;
                    }
                }
                let coefficient = simd.pack(coefficients[whole]);
                for r in 0..WIDTH {
                    lanes[r] = lanes[r] + rests[r] * coefficient;
                }
                let scores = simd.fold_each(lanes);
                let to = (row - first) * vectors + k;
                if vectors == 1 && count == WIDTH {
                    out.store(to, scores);
                } else {
                    for (r, score) in scores.to_array()[..count].iter().enumerate() {
                        out.set(to + r * vectors, *score);
                    }
                }
            }
        }
    }
}
