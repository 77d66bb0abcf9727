//! One kernel a file: identity, step, merge, its contract, and its naive twin for the tests.

mod dot;
mod max;
mod min;
mod sum;
mod sum_of_squares;
mod variance;

pub(crate) use dot::Dot;
pub(crate) use max::Max;
pub(crate) use min::Min;
pub(crate) use sum::Sum;
pub(crate) use sum_of_squares::SumOfSquares;
pub(crate) use variance::Variance;

#[cfg(test)]
pub(crate) mod naive {
    pub use super::dot::naive::dot;
    pub use super::max::naive::max;
    pub use super::min::naive::min;
    pub use super::sum::naive::sum;
    pub use super::sum_of_squares::naive::sum_of_squares;
    pub use super::variance::naive::variance;
}
