//! Products of matrices on one thread or many: panels of both operands are packed, then tiles of the result computed, by whoever
//! is free. An entry's order of arithmetic is fixed by the inner dimension alone (`families/multiply`).

use crate::cancel::{Cancel, Outcome};
use crate::parallel::{run_chunks, run_pieces};
use manycore_kernels::arch::Tile;
use manycore_kernels::array::{Array, ArrayMut};
use manycore_kernels::gram::{finish_diagonal_tile, finish_tile};
use manycore_kernels::multiply::{
    DEPTH, Packed, Scratch, Shape, Source, Transformed, multiply_directly, multiply_tile, sliver_widths,
};
use manycore_kernels::{Level, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Rows and columns of a tile of the result: whole slivers at every level. A block of the left operand (192 rows of the inner
/// dimension's blocks: 384 KB) stays in the second-level cache while the slivers of the right one pass by.
const TILE_ROWS: usize = 192;
const TILE_COLUMNS: usize = 480;

/// Depth, left and right lines of a panel: bounds the packed copies to 2 × 16 MB. The lines are whole tiles.
const PANEL_DEPTH: usize = 2 * DEPTH;
const PANEL_LINES: usize = 3840;

/// Tiles for each thread of a product that would have few, so that none waits long for another.
const TILES_A_THREAD: usize = 2;

/// Multiplications of a result of one tile below which a second thread is not woken: about 250 µs. Where a core has to be
/// fetched from sleep, as on a virtual machine, waking costs half of that.
const ALONE: usize = 12 << 20;

/// Fewer lines than so many slivers aren't worth a tile.
const LEAST_SLIVERS: usize = 4;

/// Elements of an operand below which a second thread is not woken to pack it.
const PACK_ALONE: usize = 1 << 17;

/// Lines that are packed by one draw: whole slivers at every level, and long enough runs where lines lie side by side.
const PACK_LINES: usize = 240;

/// `out = left · right`: entry (i, j) is the product of left line i and right line j. 2 · rows · columns · depth operations, and a
/// copy of both operands as doubles for each panel of 3 840 lines. `cancel` is polled between tiles. Panics unless the depths are equal and
/// `out` has left lines × right lines doubles.
pub fn multiply(
    level: Level,
    left: &dyn Source,
    right: &dyn Source,
    threads: usize,
    cancel: Option<&Cancel>,
    out: Output<'_>,
) -> Outcome<()> {
    let size = tile_size(level.or_below(), left.lines(), right.lines(), left.depth(), threads);
    Product::new(level, left, right, size, out).compute(threads, cancel, |_, _| true, |_, _| {})
}

/// Computes a small product on this thread, without packing; false for any other, see [`manycore_kernels::multiply::multiply_directly`]. `cancel` is polled once.
pub fn multiply_small(
    level: Level,
    shape: Shape,
    a: Array<'_>,
    b: Array<'_>,
    out: &mut ArrayMut<'_>,
    cancel: &Cancel,
) -> Outcome<bool> {
    match cancel.poll() {
        Some(stop) => stop.into(),
        None => Outcome::Done(multiply_directly(level, shape, a, b, out)),
    }
}

/// Rows and columns of a tile: as long as the result is one panel, tiles of about equal size, enough of them for all threads.
fn tile_size(level: Level, rows: usize, columns: usize, depth: usize, threads: usize) -> (usize, usize) {
    if rows > PANEL_LINES || columns > PANEL_LINES {
        return (TILE_ROWS, TILE_COLUMNS);
    }
    let threads = if rows.saturating_mul(columns).saturating_mul(depth) < ALONE {
        1
    } else {
        threads
    };
    let (height, width) = sliver_widths(level);
    let across = columns.div_ceil(TILE_COLUMNS).max(1);
    let wanted = if threads > 1 {
        (TILES_A_THREAD * threads).div_ceil(across)
    } else {
        1
    };
    let down = wanted
        .min(rows / (LEAST_SLIVERS * height))
        .max(rows.div_ceil(TILE_ROWS))
        .max(1);
    let part = |lines: usize, parts: usize, width: usize| lines.div_ceil(parts).next_multiple_of(width).max(width);
    (part(rows, down, height), part(columns, across, width))
}

/// The same for a result that is symmetric: only the tiles on and above the diagonal are computed, divided by `divisor`, and mirrored.
pub(crate) fn multiply_symmetric(
    level: Level,
    left: &dyn Source,
    right: &dyn Source,
    divisor: f64,
    threads: usize,
    cancel: Option<&Cancel>,
    out: Output<'_>,
) -> Outcome<()> {
    let product = Product::new(level, left, right, (TILE_ROWS, TILE_ROWS), out);
    product.compute(
        threads,
        cancel,
        |row, column| row <= column,
        |row, column| {
            let mut tile = product.tile(row, column);
            if row == column {
                finish_diagonal_tile(divisor, &mut tile);
            } else {
                // Tiles below the diagonal are only ever taken here.
                finish_tile(divisor, &mut tile, &mut product.tile(column, row));
            }
        },
    )
}

/// Subtracts from a matrix, of which `first` columns are left alone, the product of the first `rows` lines of `columns` with all of them: of the square, only
/// the tiles on and above the diagonal. `out` is rows of `stride` doubles.
#[allow(clippy::too_many_arguments)] // A matrix within a matrix takes as many.
pub(crate) fn subtract_symmetric(
    level: Level,
    columns: &dyn Source,
    rows: usize,
    first: usize,
    stride: usize,
    threads: usize,
    cancel: Option<&Cancel>,
    out: Output<'_>,
) -> Outcome<()> {
    let minus = vec![-1.0; columns.depth()];
    let negative = Transformed::new(columns, None, Some(&minus));
    let product = Product {
        level: level.or_below(),
        left: &negative,
        rows,
        right: columns,
        tile_rows: TILE_ROWS,
        tile_columns: TILE_ROWS,
        across: columns.lines().div_ceil(TILE_ROWS),
        tiles: out
            .tiles_from(stride, first, TILE_ROWS, TILE_ROWS)
            .into_iter()
            .map(Mutex::new)
            .collect(),
        add: true,
    };
    product.compute(threads, cancel, |row, column| row <= column, |_, _| {})
}

/// A product, its result cut into tiles.
struct Product<'a> {
    level: Level,
    left: &'a dyn Source,
    /// Lines of the left operand that count.
    rows: usize,
    right: &'a dyn Source,
    tile_rows: usize,
    tile_columns: usize,
    /// Tiles in a row.
    across: usize,
    tiles: Vec<Mutex<Tile<'a>>>,
    /// Whether it is added to what is there.
    add: bool,
}

impl<'a> Product<'a> {
    fn new(
        level: Level,
        left: &'a dyn Source,
        right: &'a dyn Source,
        (tile_rows, tile_columns): (usize, usize),
        out: Output<'a>,
    ) -> Self {
        let (rows, columns) = (left.lines(), right.lines());
        assert!(right.depth() == left.depth() && Some(out.len()) == rows.checked_mul(columns));
        let tiles = out.tiles(columns, tile_rows, tile_columns);
        Product {
            level: level.or_below(),
            left,
            rows,
            right,
            tile_rows,
            tile_columns,
            across: columns.div_ceil(tile_columns),
            tiles: tiles.into_iter().map(Mutex::new).collect(),
            add: false,
        }
    }

    fn tile(&self, row: usize, column: usize) -> MutexGuard<'_, Tile<'a>> {
        self.tiles[row * self.across + column]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Computes the tiles that are wanted; hands each to `finish`, by row and column, when it is done.
    fn compute(
        &self,
        threads: usize,
        cancel: Option<&Cancel>,
        wanted: impl Fn(usize, usize) -> bool,
        finish: impl Fn(usize, usize) + Sync,
    ) -> Outcome<()> {
        let (rows, columns, depth) = (self.rows, self.right.lines(), self.left.depth());
        let (left_width, right_width) = sliver_widths(self.level);
        let mut left_room = Room::new(rows, left_width, depth);
        let mut right_room = Room::new(columns, right_width, depth);
        for top in (0..rows).step_by(PANEL_LINES) {
            let bottom = rows.min(top + PANEL_LINES);
            for start in (0..columns).step_by(PANEL_LINES) {
                let end = columns.min(start + PANEL_LINES);
                // Down the columns: neighbours share the right operand's slivers.
                let tiles: Vec<(usize, usize)> = (start / self.tile_columns..end.div_ceil(self.tile_columns))
                    .flat_map(|column| {
                        (top / self.tile_rows..bottom.div_ceil(self.tile_rows)).map(move |row| (row, column))
                    })
                    .filter(|&(row, column)| wanted(row, column))
                    .collect();
                if tiles.is_empty() {
                    continue;
                }
                // Once at least: without depth the result is zeros.
                for from in (0..depth.max(1)).step_by(PANEL_DEPTH) {
                    let depths = (from, depth.min(from + PANEL_DEPTH));
                    let packed = left_room
                        .fill(self.level, self.left, (top, bottom), depths, threads, cancel)
                        .and_then(|left| {
                            right_room
                                .fill(self.level, self.right, (start, end), depths, threads, cancel)
                                .map(|right| (left, right))
                        });
                    let (left, right) = match packed {
                        Outcome::Done(both) => both,
                        stopped => return stopped.map(drop),
                    };
                    let done = run_chunks(threads, tiles.len(), cancel, |chunk| {
                        let (row, column) = tiles[chunk];
                        let left = (left, (row * self.tile_rows - top) / left_width);
                        let right = (right, (column * self.tile_columns - start) / right_width);
                        multiply_tile(
                            self.level,
                            left,
                            right,
                            0,
                            self.add || from > 0,
                            &mut self.tile(row, column),
                        );
                        if depths.1 == depth {
                            finish(row, column);
                        }
                    });
                    if !matches!(done, Outcome::Done(_)) {
                        return done.map(drop);
                    }
                }
            }
        }
        Outcome::Done(())
    }
}

/// Room for the packed panels of one operand.
struct Room {
    scratch: Scratch,
    width: usize,
}

impl Room {
    fn new(lines: usize, width: usize, depth: usize) -> Self {
        let slivers = lines.min(PANEL_LINES).div_ceil(width);
        Room {
            scratch: Scratch::new(slivers * width * depth.min(PANEL_DEPTH)),
            width,
        }
    }

    /// Packs the lines `lines.0 … lines.1 − 1`, of which the first is a multiple of the width.
    fn fill(
        &mut self,
        level: Level,
        source: &dyn Source,
        lines: (usize, usize),
        depths: (usize, usize),
        threads: usize,
        cancel: Option<&Cancel>,
    ) -> Outcome<Packed<'_>> {
        let width = self.width;
        let depth = depths.1 - depths.0;
        let first = lines.0 / width;
        let length = (lines.1 - lines.0).div_ceil(width) * width * depth;
        let threads = if length < PACK_ALONE { 1 } else { threads };
        let group = PACK_LINES / width;
        let out = Output::from_slice(self.scratch.get_mut(length));
        run_pieces(threads, out, (group * width * depth).max(1), cancel, |index, out| {
            source.pack(level, width, first + index * group, depths, out);
        })
        .map(|()| Packed {
            data: self.scratch.get(length),
            width,
            depth,
        })
    }
}
