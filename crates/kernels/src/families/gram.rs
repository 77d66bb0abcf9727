//! Gram matrices Xᵀ·diag(w)·X: the lines of the source are the columns of X. Only the entries on and above the diagonal are computed, and
//! mirrored at the end.
//!
//! # Order
//!
//! Up to [`NARROW`] columns: rows in chunks ([`RowChunks`], a function of the shape), each entry of a chunk's partial a sum in the order of
//! `multiply`; the partials are merged by the tree of the reductions. Beyond: one sum over all rows in the order of `multiply`.

use super::multiply::{DEPTH, Packed, Scratch, Source, multiply_tile, sliver_widths};
use crate::arch::{Level, Output, Tile};

/// Most columns for which the partial of a chunk fits the second-level cache, so that the rows can be shared out.
pub const NARROW: usize = 384;

/// Rows of a tile within a chunk's partial: whole slivers of both kinds at every level.
const STRIP: usize = 48;

/// Multiplications of a chunk: about half a millisecond's work, so that handing out chunks costs nothing.
const CHUNK_PRODUCTS: usize = 1 << 24;

/// Most rows of a chunk: of narrow matrices a chunk is what is read in a quarter of a millisecond or so.
const MOST_ROWS: usize = 1 << 14;

/// The fixed partition of the rows of a narrow matrix.
#[derive(Clone, Copy, Debug)]
pub struct RowChunks {
    rows: usize,
    rows_per_chunk: usize,
}

impl RowChunks {
    /// For a matrix of `rows × columns`.
    pub fn new(rows: usize, columns: usize) -> Self {
        let wanted = CHUNK_PRODUCTS / (columns * columns).max(1);
        RowChunks {
            rows,
            rows_per_chunk: wanted.clamp(DEPTH, MOST_ROWS) / DEPTH * DEPTH,
        }
    }

    /// Number of chunks.
    pub fn count(&self) -> usize {
        self.rows.div_ceil(self.rows_per_chunk)
    }

    /// First row of a chunk, and the row after its last.
    pub fn range(&self, chunk: usize) -> (usize, usize) {
        let first = (chunk * self.rows_per_chunk).min(self.rows);
        (first, self.rows.min(first + self.rows_per_chunk))
    }
}

/// The partial of a chunk, `columns × columns`, of which the entries below the diagonal are unspecified. `left` is `right` with its weights.
pub fn gram_of_chunk(level: Level, left: &dyn Source, right: &dyn Source, (first, last): (usize, usize)) -> Vec<f64> {
    let level = level.or_below();
    let columns = right.lines();
    let mut partial = vec![0.0; columns * columns];
    let mut strips = Output::from_slice(&mut partial).tiles(columns, STRIP, columns.max(1));
    let (left_width, right_width) = sliver_widths(level);
    let mut left_packed = Scratch::new(columns.next_multiple_of(left_width) * DEPTH);
    let mut right_packed = Scratch::new(columns.next_multiple_of(right_width) * DEPTH);
    for from in (first..last).step_by(DEPTH) {
        let to = last.min(from + DEPTH);
        let left = pack(level, left, left_width, (from, to), &mut left_packed);
        let right = pack(level, right, right_width, (from, to), &mut right_packed);
        for (index, strip) in strips.iter_mut().enumerate() {
            let row = index * STRIP;
            let column = row / right_width * right_width;
            multiply_tile(level, (left, row / left_width), (right, 0), column, from > first, strip);
        }
    }
    drop(strips);
    partial
}

fn pack<'p>(
    level: Level,
    source: &dyn Source,
    width: usize,
    depths: (usize, usize),
    packed: &'p mut Scratch,
) -> Packed<'p> {
    let depth = depths.1 - depths.0;
    let length = source.lines().next_multiple_of(width) * depth;
    source.pack(level, width, 0, depths, Output::from_slice(packed.get_mut(length)));
    Packed {
        data: packed.get(length),
        width,
        depth,
    }
}

/// Sums of the lines over depths `from … to − 1`: within blocks of [`DEPTH`] in rising order, and so the blocks.
pub fn line_sums(level: Level, source: &dyn Source, (from, to): (usize, usize)) -> Vec<f64> {
    let level = level.or_below();
    let (_, width) = sliver_widths(level);
    let mut sums = vec![0.0; source.lines()];
    let mut packed = Scratch::new(source.lines().next_multiple_of(width) * DEPTH.min(to - from));
    for top in (from..to).step_by(DEPTH) {
        let block = pack(level, source, width, (top, to.min(top + DEPTH)), &mut packed);
        for (index, sums) in sums.chunks_mut(width).enumerate() {
            let mut own = [0.0; 64];
            for row in block.sliver(index, 0, block.depth).chunks_exact(width) {
                own.iter_mut().zip(row).for_each(|(own, value)| *own += value);
            }
            sums.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
        }
    }
    sums
}

/// Divides a finished tile of the upper triangle, and writes its transpose to the tile across the diagonal.
pub fn finish_tile(divisor: f64, tile: &mut Tile<'_>, across: &mut Tile<'_>) {
    assert!(across.rows() == tile.columns() && across.columns() == tile.rows());
    for row in 0..tile.rows() {
        for column in 0..tile.columns() {
            let value = tile.get(row, column) / divisor;
            tile.set(row, column, value);
            across.set(column, row, value);
        }
    }
}

/// The same for a tile on the diagonal.
pub fn finish_diagonal_tile(divisor: f64, tile: &mut Tile<'_>) {
    for row in 0..tile.rows() {
        for column in row..tile.columns() {
            let value = tile.get(row, column) / divisor;
            tile.set(row, column, value);
            if column < tile.rows() {
                tile.set(column, row, value);
            }
        }
    }
}
