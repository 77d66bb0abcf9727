//! Tiles of the result.

use super::DEPTH;
use super::pack::Packed;
use crate::arch::{Input, Level, Simd, Task, Tile, Vector, WIDTH};

/// Writes (`add` false) or adds to a tile of the result: the product of the left lines from sliver `left_sliver` on and the right lines from sliver
/// `right_sliver` on, over their common depth, which begins at a multiple of [`DEPTH`] of the whole inner dimension. Panics when the widths are not
/// those of [`super::sliver_widths`] for this level. Columns before `first_column`, a multiple of the right width, are left alone.
pub fn multiply_tile(
    level: Level,
    (left, left_sliver): (Packed<'_>, usize),
    (right, right_sliver): (Packed<'_>, usize),
    first_column: usize,
    add: bool,
    tile: &mut Tile<'_>,
) {
    assert!(left.depth == right.depth);
    level.dispatch(Multiply {
        left,
        left_sliver,
        right,
        right_sliver,
        first_column,
        add,
        tile,
    });
}

struct Multiply<'m, 'a, 't> {
    left: Packed<'a>,
    left_sliver: usize,
    right: Packed<'a>,
    right_sliver: usize,
    first_column: usize,
    add: bool,
    tile: &'m mut Tile<'t>,
}

impl Task for Multiply<'_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        if S::REGISTERS >= 32 {
            self.blocks::<S, 8, 3>(simd);
        } else if S::REGISTERS >= 8 {
            self.blocks::<S, 6, 1>(simd);
        } else {
            self.blocks::<S, 2, 1>(simd);
        }
    }
}

impl Multiply<'_, '_, '_> {
    #[inline(always)]
    fn blocks<S: Simd, const HEIGHT: usize, const VECTORS: usize>(self, simd: S) {
        let Multiply { left, right, tile, .. } = self;
        let width = VECTORS * WIDTH;
        assert!(left.width == HEIGHT && right.width == width && self.first_column.is_multiple_of(width));
        let (rows, columns) = (tile.rows(), tile.columns());
        // Once at least: without depth the result is zeros.
        for from in (0..left.depth.max(1)).step_by(DEPTH) {
            let to = left.depth.min(from + DEPTH);
            let add = self.add || from > 0;
            for column in (self.first_column..columns).step_by(width) {
                let right = right.sliver(self.right_sliver + column / width, from, to);
                for row in (0..rows).step_by(HEIGHT) {
                    let left = left.sliver(self.left_sliver + row / HEIGHT, from, to);
                    // Calls of their own, so that the sums of whole tiles never leave their registers.
                    if rows - row >= HEIGHT && columns - column >= width {
                        tile.prefetch::<S, HEIGHT, VECTORS>(simd, row, column);
                        let sums = register_tile::<S, HEIGHT, VECTORS>(simd, left, right, width);
                        tile.put(simd, row, column, sums, add);
                    } else {
                        let part = Part {
                            left,
                            right,
                            width,
                            add,
                            row,
                            column,
                            tile: &mut *tile,
                        };
                        // No more vectors than the result has columns for.
                        match (columns - column).div_ceil(WIDTH) {
                            1 if VECTORS > 1 => simd.apart(Narrow::<HEIGHT, 1>(part)),
                            2 if VECTORS > 2 => simd.apart(Narrow::<HEIGHT, 2>(part)),
                            _ => simd.apart(Narrow::<HEIGHT, VECTORS>(part)),
                        }
                    }
                }
            }
        }
    }
}

/// Depths that the cache is asked for ahead.
const AHEAD: usize = 8;

/// The chains of multiply-adds of one register tile, of the first columns of slivers of `width`.
#[inline(always)]
fn register_tile<S: Simd, const HEIGHT: usize, const VECTORS: usize>(
    simd: S,
    factors: &[f64],
    right: &[f64],
    width: usize,
) -> [[S::Vector; VECTORS]; HEIGHT] {
    let mut sums = [[simd.splat(0.0); VECTORS]; HEIGHT];
    let (left, right) = (Input::from_slice(factors), Input::from_slice(right));
    let rows = right.rows::<S, VECTORS>(simd, width, 0);
    for (d, (factors, row)) in factors.as_chunks::<HEIGHT>().0.iter().zip(rows).enumerate() {
        left.prefetch(simd, (d + AHEAD) * HEIGHT);
        for v in 0..VECTORS {
            right.prefetch(simd, (d + AHEAD) * width + v * WIDTH);
        }
        for h in 0..HEIGHT {
            let factor = simd.splat(factors[h]);
            for v in 0..VECTORS {
                sums[h][v] = row[v].multiply_add(factor, sums[h][v]);
            }
        }
    }
    sums
}

/// A register tile of which a part lies in the result.
struct Part<'p, 't> {
    left: &'p [f64],
    right: &'p [f64],
    width: usize,
    add: bool,
    row: usize,
    column: usize,
    tile: &'p mut Tile<'t>,
}

struct Narrow<'p, 't, const HEIGHT: usize, const VECTORS: usize>(Part<'p, 't>);

impl<const HEIGHT: usize, const VECTORS: usize> Task for Narrow<'_, '_, HEIGHT, VECTORS> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Part {
            left,
            right,
            width,
            add,
            row,
            column,
            tile,
        } = self.0;
        let sums = register_tile::<S, HEIGHT, VECTORS>(simd, left, right, width);
        let (rows, columns) = (HEIGHT.min(tile.rows() - row), tile.columns() - column);
        if rows == HEIGHT && columns == VECTORS * WIDTH {
            return tile.put(simd, row, column, sums, add);
        }
        for (h, sums) in sums[..rows].iter().enumerate() {
            for (v, sum) in sums.iter().enumerate() {
                let at = v * WIDTH;
                if at + WIDTH <= columns {
                    tile.put(simd, row + h, column + at, [[*sum]], add);
                    continue;
                }
                for (lane, sum) in sum.to_array()[..columns - at].iter().enumerate() {
                    let (row, column) = (row + h, column + at + lane);
                    let sum = if add { tile.get(row, column) + sum } else { *sum };
                    tile.set(row, column, sum);
                }
            }
        }
    }
}
