//! The data term of logistic regression: Σ weight × log-loss over the rows, its gradient and its Hessian, for several
//! points in one read of X. The order of arithmetic is in `docs/order-of-arithmetic-models.md`; the TypeScript twin is
//! `src/kernels/logistic.ts`.
//!
//! | file | what |
//! |---|---|
//! | `mod.rs` | the problem, the requests, a chunk of rows |
//! | `panels.rs` | a packed block of rows, scores |
//! | `link.rs` | scores → loss, residuals, Hessian weights |
//! | `weighted_gram.rs` | residuals → gradient, Hessian weights → Grams |
//! | `packed.rs` | a small problem packed once for many points |
//! | `sparse.rs` | the same without Hessian over a sparse matrix |
//! | `finish.rs` | the total of all chunks → what the caller asked for |

mod finish;
mod link;
mod packed;
mod panels;
mod sparse;
mod weighted_gram;

use super::rows::{ROW_BLOCK, RowPartition, pad_vectors};
use crate::arch::{Ahead, Element, Input, Labels, Level, Simd, Task, WIDTH};
pub use packed::{Evaluator, PackedRows};
pub use sparse::{SparseProblem, entries, merge_sparse, sparse_partition};

use link::LinkBlock;
use panels::{Column, Panel, Standard};

/// Elements of the next block that the cache is asked for at most: so much is surely left of its second level.
const MOST_AHEAD: usize = 8192;

/// Rows of a matrix with one class index a row, and how its columns are standardised: what all requests share.
pub struct Problem<'a, T> {
    x: Input<'a, T>,
    rows: usize,
    columns: usize,
    labels: Labels<'a>,
    classes: usize,
    standard: Standard,
}

/// One point at which to evaluate.
pub struct Request<'a> {
    weights: Option<Input<'a, f64>>,
    coefficients: Vec<[f64; WIDTH]>,
    order: u8,
}

/// Partial sums of some rows for each request: loss, gradient (vectors × stride), Grams (pairs × stride × stride), as far as
/// the order asks, where the stride is columns + 1 rounded up to a multiple of 8.
pub type Partials = Vec<Vec<f64>>;

impl<'a, T: Element> Problem<'a, T> {
    /// `x` is `rows × columns`, row-major; `center` and `inverse_scale` have a number a column, `labels` a class index a row.
    /// Panics when something is too short or `classes` is below 2: callers check what users gave.
    pub fn new(
        x: Input<'a, T>,
        rows: usize,
        columns: usize,
        center: &[f64],
        inverse_scale: &[f64],
        labels: Labels<'a>,
        classes: usize,
    ) -> Self {
        let elements = rows.checked_mul(columns).expect("a matrix that fits into memory");
        assert!(x.len() >= elements && labels.len() >= rows && classes >= 2);
        let standard = Standard {
            center: pad_vectors(center, 1, columns),
            inverse_scale: pad_vectors(inverse_scale, 1, columns),
        };
        Problem {
            x,
            rows,
            columns,
            labels,
            classes,
            standard,
        }
    }

    /// The fixed partition of the rows into chunks.
    pub fn partition(&self) -> RowPartition {
        RowPartition::new(self.rows, self.columns)
    }

    /// Coefficient vectors: one for two classes (for class 1), else one a class.
    pub fn vectors(&self) -> usize {
        if self.classes == 2 { 1 } else { self.classes }
    }

    /// Weighted Grams that make up the Hessian: one for two classes, else one for each pair of different classes.
    fn pairs(&self) -> usize {
        if self.classes == 2 {
            1
        } else {
            self.classes * (self.classes - 1) / 2
        }
    }

    fn stride(&self) -> usize {
        (self.columns + 1).next_multiple_of(WIDTH)
    }

    /// A request at `coefficients` (vectors × (columns + 1), the intercept last in each vector), with a weight a row or ones.
    /// `order` 0 asks for the loss, 1 for the gradient too, 2 for the Hessian too. Panics when something is too short.
    pub fn request<'r>(&self, weights: Option<Input<'r, f64>>, coefficients: &[f64], order: u8) -> Request<'r> {
        assert!(weights.is_none_or(|weights| weights.len() >= self.rows) && order <= 2);
        let coefficients = pad_vectors(coefficients, self.vectors(), self.columns + 1);
        Request {
            weights,
            coefficients,
            order,
        }
    }

    /// Partials of no rows.
    fn nothing(&self, requests: &[Request<'_>]) -> Partials {
        let length = |order| {
            let gradient = if order >= 1 { self.vectors() * self.stride() } else { 0 };
            let grams = if order == 2 {
                self.pairs() * self.stride() * self.stride()
            } else {
                0
            };
            1 + gradient + grams
        };
        requests
            .iter()
            .map(|request| vec![0.0; length(request.order)])
            .collect()
    }

    /// The partials of chunk `index` of the partition.
    pub fn chunk(&self, level: Level, requests: &[Request<'_>], index: usize) -> Partials {
        let mut partials = self.nothing(requests);
        let (first, last) = self.partition().range(index);
        level.dispatch(Chunk {
            problem: self,
            requests,
            first,
            last,
            partials: &mut partials,
        });
        partials
    }
}

/// Adds the partials `right` to `left`.
pub fn merge(mut left: Partials, right: Partials) -> Partials {
    for (into, from) in left.iter_mut().zip(&right) {
        for (a, b) in into.iter_mut().zip(from) {
            *a += *b;
        }
    }
    left
}

/// Rows `first … last − 1`, added block by block to `partials`.
struct Chunk<'c, 'a, T> {
    problem: &'c Problem<'a, T>,
    requests: &'c [Request<'c>],
    first: usize,
    last: usize,
    partials: &'c mut Partials,
}

impl<T: Element> Task for Chunk<'_, '_, T> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Chunk {
            problem,
            requests,
            first,
            last,
            partials,
        } = self;
        let columns = |count| vec![Column::ZERO; count];
        let order = requests.iter().map(|request| request.order).max().unwrap_or(0);
        let vectors = problem.vectors();
        let mut panels = panels::empty_panels(problem.columns);
        let mut weighted = Panel::ZERO;
        let mut block = LinkBlock {
            weights: Column::ZERO,
            labels: Column::ZERO,
            scores: columns(vectors),
            residuals: columns(if order >= 1 { vectors } else { 0 }),
            pairs: columns(if order == 2 { problem.pairs() } else { 0 }),
            ahead: Ahead::NOTHING,
        };
        let next = ROW_BLOCK * problem.columns;
        for start in (first..last).step_by(ROW_BLOCK) {
            let rows = ROW_BLOCK.min(last - start);
            // Eight shares each while the rows are packed, scored and linked.
            block.ahead = problem
                .x
                .ahead(start * problem.columns + next, next.min(MOST_AHEAD), 3 * WIDTH);
            panels::pack(
                simd,
                problem.x,
                problem.columns,
                start..start + rows,
                &problem.standard,
                &mut panels,
                &mut block.ahead,
            );
            problem.labels.widen(start, &mut block.labels.0[..rows]);
            for (request, total) in requests.iter().zip(partials.iter_mut()) {
                set_weights(&mut block.weights, request.weights, start, rows);
                add_block(simd, request, &panels, rows, &mut block, &mut weighted, total);
            }
        }
    }
}

/// The weights of rows `start … start + rows − 1`, zeros after them.
#[inline(always)]
fn set_weights(column: &mut Column, weights: Option<Input<'_, f64>>, start: usize, rows: usize) {
    let (now, after) = column.0.split_at_mut(rows);
    match weights {
        None => now.fill(1.0),
        Some(weights) => {
            let weights = weights.range(start, start + rows);
            now.iter_mut()
                .enumerate()
                .for_each(|(r, weight)| *weight = weights.get(r));
        }
    }
    after.fill(0.0);
}

/// Adds a packed block to the total of one request.
#[inline(always)]
fn add_block<S: Simd>(
    simd: S,
    request: &Request<'_>,
    panels: &[Panel],
    rows: usize,
    block: &mut LinkBlock,
    weighted: &mut Panel,
    total: &mut [f64],
) {
    let vectors = block.scores.len();
    let stride = panels.len() * WIDTH;
    for (scores, coefficients) in block
        .scores
        .iter_mut()
        .zip(request.coefficients.chunks_exact(panels.len()))
    {
        panels::scores(simd, panels, rows, coefficients, scores, &mut block.ahead);
    }
    let loss = if vectors == 1 {
        link::binary(simd, block, rows, request.order)
    } else {
        link::softmax(simd, block, rows, request.order)
    };
    total[0] += loss;
    if request.order == 0 {
        return;
    }
    let (gradient, grams) = total[1..].split_at_mut(vectors * stride);
    for (residuals, total) in block.residuals.iter().zip(gradient.chunks_exact_mut(stride)) {
        weighted_gram::add_weighted_column_sums(simd, panels, rows, residuals, total);
    }
    if request.order == 2 {
        for (h, total) in block.pairs.iter().zip(grams.chunks_exact_mut(stride * stride)) {
            weighted_gram::add_weighted_gram(simd, panels, rows, h, weighted, total);
        }
    }
}
