//! Pure compute on memory that may be shared with JavaScript: no threads, no allocation in a hot loop, no Node.
//!
//! - [`arch`]: CPU levels, vectors of eight doubles, inputs that are never lent as slices. The only unsafe code.
//! - `families`: the order in which elements meet (`docs/order-of-arithmetic.md`).
//! - [`map`]: elementwise kernels.
//! - `ops`: one reduction a file.
//! - [`reduction`], [`axis`]: the doorways for `crates/exec`.
//!
//! Data flow: [`reduction::reduce_range`] → `families::reduce` (blocks, tree) → `ops` (one block) → [`arch`] (vectors).

// Lanes and running values are walked by index over several arrays at once; iterators would hide which lane is which.
#![allow(clippy::needless_range_loop)]

pub mod arch;
pub mod axis;
pub(crate) mod families;
pub mod math;
pub(crate) mod ops;
pub mod reduction;

pub use arch::{Input, Level, Output, array};
pub use families::{
    cholesky, column_moments, decision, exact, histogram, logistic, map, order, random, rows, scan, sorting,
    sparse_moments,
};
pub use families::{definite, gram, matvec, multiply, newton};
pub use reduction::{InputAny, Partial, Reduction};
