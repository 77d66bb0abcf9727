//! The order in which elements meet. A family fixes it; a kernel (`ops`) adds the arithmetic.

pub mod cholesky;
pub mod column_moments;
pub(crate) mod columns;
pub mod decision;
pub mod definite;
pub mod exact;
pub(crate) mod first;
pub(crate) mod floats;
pub mod gram;
pub mod histogram;
pub mod logistic;
pub mod map;
pub mod matvec;
pub mod multiply;
pub mod newton;
pub mod order;
pub mod random;
pub(crate) mod reduce;
pub mod rows;
pub mod scan;
pub mod sorting;
pub mod sparse_moments;
pub(crate) mod tree;

#[cfg(test)]
pub(crate) mod reference;
#[cfg(test)]
mod tests;
