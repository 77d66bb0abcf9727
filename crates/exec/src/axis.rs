//! Reductions of matrices along an axis, over the pool. Rows are independent of one another, and so are columns; tall columns are cut into chunks
//! of rows besides, whose partials the caller merges.

use crate::cancel::{Cancel, Outcome};
use crate::parallel::run_pieces;
use manycore_kernels::axis::{Part, reduce_part};
use manycore_kernels::order::CHUNK;
use manycore_kernels::{InputAny, Level, Output, Reduction};

/// How a matrix is reduced, and how that is cut into pieces.
#[derive(Clone, Copy, Debug)]
pub struct Along {
    /// Rows of the matrix.
    pub rows: usize,
    /// Columns of the matrix.
    pub columns: usize,
    /// Whether each row is reduced, else each column.
    pub each_row: bool,
    /// Rows, or columns, of a piece; columns in multiples of eight.
    pub size: usize,
}

impl Along {
    /// Pieces of columns beside one another.
    fn panels(self) -> usize {
        self.columns.div_ceil(self.size)
    }

    /// Number of pieces: those of one chunk of rows after another.
    pub fn pieces(self) -> usize {
        if self.each_row {
            self.rows.div_ceil(self.size)
        } else {
            self.panels() * self.rows.div_ceil(CHUNK)
        }
    }

    fn part(self, piece: usize) -> Part {
        if self.each_row {
            let first = piece * self.size;
            return Part::Rows {
                first,
                last: self.rows.min(first + self.size),
            };
        }
        let (chunk, panel) = (piece / self.panels(), piece % self.panels());
        let (row, column) = (chunk * CHUNK, panel * self.size);
        Part::Columns {
            rows: (row, self.rows.min(row + CHUNK)),
            columns: (column, self.columns.min(column + self.size)),
        }
    }
}

/// Pieces `first … last − 1`: [`Reduction::width`] doubles an item, and room for `size` items a piece, from the start of `out` on. Panics if there are no
/// such pieces, the shape is not that of the inputs, or `out` is too short.
#[allow(clippy::too_many_arguments)] // The doorway of one kernel call: a struct would only be taken apart again.
pub fn reduce_axis(
    level: Level,
    kernel: Reduction,
    x: InputAny<'_>,
    y: Option<InputAny<'_>>,
    along: Along,
    (first, last): (usize, usize),
    threads: usize,
    cancel: Option<&Cancel>,
    out: Output<'_>,
) -> Outcome<()> {
    let room = along.size * kernel.width();
    assert!(
        along.size > 0 && (along.each_row || along.size.is_multiple_of(8)),
        "pieces of {}",
        along.size
    );
    assert!(
        first <= last && last <= along.pieces(),
        "pieces {first}..{last} of {}",
        along.pieces()
    );
    assert!(
        x.len() == along.rows * along.columns,
        "{} elements for {along:?}",
        x.len()
    );
    assert!(
        out.len() >= (last - first) * room,
        "{} doubles for the results",
        out.len()
    );
    let (out, _) = out.split_at((last - first) * room);
    run_pieces(threads, out, room, cancel, |index, piece| {
        reduce_part(level, kernel, x, y, along.columns, along.part(first + index), piece);
    })
}
