//! A rectangle of a row-major matrix to write results to.

use super::output::Output;
use super::vector::{Simd, Vector, WIDTH};
use std::marker::PhantomData;

/// Some rows and columns of a matrix of doubles that other threads write elsewhere in, and JavaScript may read and write:
/// never lent as slices. Not `Copy`, like [`Output`].
#[derive(Debug)]
pub struct Tile<'a> {
    start: *mut f64,
    rows: usize,
    columns: usize,
    stride: usize,
    memory: PhantomData<&'a mut [f64]>,
}

// SAFETY: the only handle to its part of the memory, like `&mut [f64]`.
unsafe impl Send for Tile<'_> {}

impl<'a> Output<'a> {
    /// The tiles of a matrix of `columns` columns that lies in this output, rows of tiles from the top, each from the left. Tiles
    /// at the right and at the bottom may be smaller. Panics if the output isn't a whole number of rows, or a tile is empty.
    pub fn tiles(self, columns: usize, tile_rows: usize, tile_columns: usize) -> Vec<Tile<'a>> {
        self.tiles_from(columns, 0, tile_rows, tile_columns)
    }

    /// The same of the part from column `first` on.
    pub fn tiles_from(self, columns: usize, first: usize, tile_rows: usize, tile_columns: usize) -> Vec<Tile<'a>> {
        assert!(tile_rows > 0 && tile_columns > 0);
        let length = self.len();
        if length == 0 || columns == 0 {
            assert!(length == 0, "an output of {length} as a matrix without columns");
            return Vec::new();
        }
        assert!(
            length.is_multiple_of(columns),
            "an output of {length} as rows of {columns}"
        );
        let rows = length / columns;
        let start = self.into_start();
        let mut tiles =
            Vec::with_capacity(rows.div_ceil(tile_rows) * columns.saturating_sub(first).div_ceil(tile_columns));
        for row in (0..rows).step_by(tile_rows) {
            for column in (first..columns).step_by(tile_columns) {
                tiles.push(Tile {
                    // Within the output, since row < rows and column < columns.
                    start: start.wrapping_add(row * columns + column),
                    rows: tile_rows.min(rows - row),
                    columns: tile_columns.min(columns - column),
                    stride: columns,
                    memory: PhantomData,
                });
            }
        }
        tiles
    }
}

impl Tile<'_> {
    /// Number of rows.
    #[inline(always)]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    #[inline(always)]
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// The number at a place. Panics outside the tile.
    #[inline(always)]
    pub fn get(&self, row: usize, column: usize) -> f64 {
        // SAFETY: `block` keeps to the tile, which lies in memory that the maker of the output promised.
        unsafe { self.block(row, column, 1, 1).read_unaligned() }
    }

    /// Writes a number. Panics outside the tile.
    #[inline(always)]
    pub fn set(&mut self, row: usize, column: usize, value: f64) {
        // SAFETY: as in `get`; this handle is the only one to the tile.
        unsafe { self.block(row, column, 1, 1).write_unaligned(value) }
    }

    /// Writes a block of whole vectors, or adds it to what is there. Panics unless it lies in the tile.
    #[inline(always)]
    pub fn put<S: Simd, const HEIGHT: usize, const VECTORS: usize>(
        &mut self,
        simd: S,
        row: usize,
        column: usize,
        block: [[S::Vector; VECTORS]; HEIGHT],
        add: bool,
    ) {
        let start = self.block(row, column, HEIGHT, VECTORS * WIDTH);
        for h in 0..HEIGHT {
            for v in 0..VECTORS {
                let place = start.wrapping_add(h * self.stride + v * WIDTH);
                // SAFETY: `block` checked that all of it lies in the tile, and this handle is the only one to the tile.
                unsafe {
                    let value = if add {
                        simd.read_f64(place) + block[h][v]
                    } else {
                        block[h][v]
                    };
                    value.write(place);
                }
            }
        }
    }

    /// Asks the cache for a block that will be written or added to soon. Panics unless it lies in the tile.
    #[inline(always)]
    pub fn prefetch<S: Simd, const HEIGHT: usize, const VECTORS: usize>(&self, simd: S, row: usize, column: usize) {
        let start = self.block(row, column, HEIGHT, VECTORS * WIDTH);
        for h in 0..HEIGHT {
            for v in 0..VECTORS {
                simd.prefetch(start.wrapping_add(h * self.stride + v * WIDTH));
            }
            // The block needn't begin at a cache line's edge.
            simd.prefetch(start.wrapping_add(h * self.stride + VECTORS * WIDTH - 1));
        }
    }

    /// Where a block begins. Panics unless it lies in the tile.
    #[inline(always)]
    fn block(&self, row: usize, column: usize, rows: usize, columns: usize) -> *mut f64 {
        assert!(
            row <= self.rows && self.rows - row >= rows && column <= self.columns && self.columns - column >= columns,
            "{rows} × {columns} numbers at {row}, {column} of a tile of {} × {}",
            self.rows,
            self.columns
        );
        self.start.wrapping_add(row * self.stride + column)
    }
}
