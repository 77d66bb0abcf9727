//! Products of matrices, in the manner of Goto and van de Geijn (2008): both operands are packed into slivers that the vector
//! registers' tile reads from end to end, and tiles of the result are computed from those.
//!
//! # Order
//!
//! Every entry is a sum over the inner dimension in blocks of [`DEPTH`]: within a block one chain of multiply-adds from zero,
//! in rising order; the blocks' sums are added in rising order. So an entry doesn't depend on how the result is cut into
//! tiles or who computes them, only on whether the level's multiply-adds round once ([`Vector::multiply_add`]).
//!
//! | file | what |
//! |---|---|
//! | `operand.rs` | [`Operand`]: lines that are read where they lie, whatever their strides |
//! | `pack.rs` | [`Packed`]: slivers of an operand, as doubles |
//! | `transform.rs` | [`Transformed`]: centred and weighted operands |
//! | `scratch.rs` | [`Scratch`]: room for them |
//! | `narrow.rs` | results rounded to floats |
//! | `direct.rs` | small products, whose operands are not packed |
//! | `tile.rs` | the register tile, and tiles of the result made of it |

mod direct;
mod narrow;
mod operand;
mod pack;
mod scratch;
mod tile;
mod transform;

#[cfg(test)]
mod tests;

pub use direct::{Shape, multiply_directly};
pub use narrow::round_to_floats;
pub use operand::{Operand, Source, source};
pub use pack::{Packed, pack_slivers};
pub use scratch::Scratch;
pub use tile::multiply_tile;
pub use transform::Transformed;

use crate::arch::Level;

/// Length of a block of the inner dimension: part of the order. A sliver of the right operand of that depth and 24 columns (48 KB) stays in the first-
/// or second-level cache while a whole block of the left one passes by.
pub const DEPTH: usize = 256;

/// Lines of a sliver: of the left operand (rows of the result's register tile) and of the right one (its columns).
pub const fn sliver_widths(level: Level) -> (usize, usize) {
    match level {
        // 8 × 3 accumulators of eight, of 32 registers.
        Level::Avx512 => (8, 24),
        // 6 × 2 accumulators of four doubles, of 16 registers.
        Level::Avx2 => (6, 8),
        // 6 × 4 accumulators of two doubles, of 32 registers.
        Level::Neon => (6, 8),
        // 2 × 4 accumulators of two doubles, of 16 registers.
        Level::Portable => (2, 8),
    }
}
