//! Pure compute on memory that may be shared with JavaScript: no threads, no allocation in a hot loop, no Node.
//!
//! - [`arch`]: CPU levels, vectors of eight doubles, inputs that are never lent as slices. The only unsafe code.
//! - `families`: the order in which elements meet (`docs/order-of-arithmetic.md`).
//! - `ops`: one reduction a file.
//! - [`reduction`]: the doorway for `crates/exec`.
//!
//! Data flow: [`reduction::reduce_range`] → `families::reduce` (blocks, tree) → `ops` (one block) → [`arch`] (vectors).

pub mod arch;
