//! How the rows of a matrix are cut and how the parts meet again: part of the specification
//! (`docs/order-of-arithmetic-models.md`), not tuning. The TypeScript twin is `src/kernels/rows.ts`.

use crate::arch::{Element, Input, Simd, WIDTH};

/// Rows of a block: sums start afresh in each block.
pub const ROW_BLOCK: usize = 64;

/// Elements of X that a chunk holds at least, so that a small problem is one chunk.
pub const CHUNK_ELEMENTS: usize = 32768;

/// Chunks of a problem at most: enough to share out, few enough to keep their partials.
pub const MAX_CHUNKS: usize = 64;

/// The fixed partition of the rows: depends on the shape alone, so that nobody can tell how many threads there were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowPartition {
    rows: usize,
    rows_per_chunk: usize,
    /// Number of chunks; 0 without rows.
    pub chunks: usize,
}

impl RowPartition {
    /// The partition of a matrix of `rows × columns`.
    pub fn new(rows: usize, columns: usize) -> Self {
        let blocks = rows.div_ceil(ROW_BLOCK);
        let least = CHUNK_ELEMENTS.div_ceil(ROW_BLOCK.saturating_mul(columns.max(1)));
        let blocks_per_chunk = least.max(blocks.div_ceil(MAX_CHUNKS));
        RowPartition {
            rows,
            rows_per_chunk: blocks_per_chunk * ROW_BLOCK,
            chunks: blocks.div_ceil(blocks_per_chunk),
        }
    }

    /// First row of chunk `index`, and the row after its last.
    pub fn range(&self, index: usize) -> (usize, usize) {
        let first = index * self.rows_per_chunk;
        (first, self.rows.min(first + self.rows_per_chunk))
    }

    /// Where the merge tree over chunks `low … high − 1` splits; `None` for a leaf.
    pub fn split(low: usize, high: usize) -> Option<usize> {
        let count = high - low;
        (count > 1).then(|| low + (1 << (usize::BITS - 1 - (count - 1).leading_zeros())))
    }
}

/// Elements `index … index + 7`, zeros after the end of the input: for the last columns of a row, where what belongs to
/// the next row is masked out or ignored.
#[inline(always)]
pub(crate) fn load_up_to<S: Simd, T: Element>(simd: S, x: Input<'_, T>, index: usize) -> S::Vector {
    if index + WIDTH <= x.len() {
        return x.load(simd, index);
    }
    simd.pack(last_elements(x, index))
}

/// What is left of `x` from `index` on, fewer than eight elements, then zeros. Ends of matrices alone need it: it stands once a type rather than in every
/// loop for every instruction set.
#[cold]
#[inline(never)]
pub(crate) fn last_elements<T: Element>(x: Input<'_, T>, index: usize) -> [f64; WIDTH] {
    let mut lanes = [0.0; WIDTH];
    for (lane, at) in lanes.iter_mut().zip(index..x.len()) {
        *lane = x.get(at);
    }
    lanes
}

/// The last vector of a row, which holds `columns % 8` elements, then the 1 of the intercept, then zeros: what keeps the
/// elements, and what puts the 1.
#[inline(always)]
pub(crate) fn intercept_masks<S: Simd>(simd: S, columns: usize) -> (S::Vector, S::Vector) {
    let rest = columns % WIDTH;
    let keep = std::array::from_fn(|lane| f64::from_bits(if lane < rest { !0 } else { 0 }));
    let one = std::array::from_fn(|lane| if lane == rest { 1.0 } else { 0.0 });
    (simd.pack(keep), simd.pack(one))
}

/// `count` vectors of `length` numbers each, each padded with zeros to whole groups of eight.
pub(crate) fn pad_vectors(numbers: &[f64], count: usize, length: usize) -> Vec<[f64; WIDTH]> {
    assert!(
        numbers.len() >= count * length,
        "{} numbers, {count} × {length} wanted",
        numbers.len()
    );
    let groups = length.div_ceil(WIDTH);
    let mut padded = vec![[0.0; WIDTH]; count * groups];
    for vector in 0..count {
        for j in 0..length {
            padded[vector * groups + j / WIDTH][j % WIDTH] = numbers[vector * length + j];
        }
    }
    padded
}
