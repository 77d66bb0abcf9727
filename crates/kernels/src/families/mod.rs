//! The order in which elements meet. A family fixes it; a kernel (`ops`) adds the arithmetic.

pub mod order;
pub(crate) mod reduce;
pub(crate) mod tree;

#[cfg(test)]
pub(crate) mod reference;
#[cfg(test)]
mod tests;
