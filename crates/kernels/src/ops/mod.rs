//! One kernel a file: identity, step, merge, its contract, and its naive twin for the tests.

pub(crate) mod arguments;
mod compensated;
mod count_nan;
mod count_nonzero;
mod describe;
mod dot;
mod euclidean_norm;
mod log_sum_exp;
mod max;
mod min;
mod min_max;
mod product;
mod sum;
mod sum_of_absolutes;
mod sum_of_squares;
mod variance;

pub(crate) use arguments::{ArgMax, ArgMin};
pub(crate) use compensated::{CompensatedDot, CompensatedSum, CompensatedSumOfSquares};
pub(crate) use count_nan::CountNaN;
pub(crate) use count_nonzero::CountNonzero;
pub(crate) use describe::Describe;
pub(crate) use dot::Dot;
pub(crate) use euclidean_norm::EuclideanNorm;
pub(crate) use log_sum_exp::LogSumExp;
pub(crate) use max::Max;
pub(crate) use min::Min;
pub(crate) use min_max::MinMax;
pub(crate) use product::Product;
pub(crate) use sum::Sum;
pub(crate) use sum_of_absolutes::SumOfAbsolutes;
pub(crate) use sum_of_squares::SumOfSquares;
pub(crate) use variance::Variance;

#[cfg(test)]
pub(crate) mod naive {
    pub use super::arguments::naive::{arg_max, arg_min};
    pub use super::compensated::naive::{compensated_dot, compensated_sum, compensated_sum_of_squares};
    pub use super::count_nan::naive::count_nan;
    pub use super::count_nonzero::naive::count_nonzero;
    pub use super::describe::naive::describe;
    pub use super::dot::naive::dot;
    pub use super::euclidean_norm::naive::euclidean_norm;
    pub use super::log_sum_exp::naive::log_sum_exp;
    pub use super::max::naive::{larger, max};
    pub use super::min::naive::{min, smaller};
    pub use super::min_max::naive::min_max;
    pub use super::product::naive::product;
    pub use super::sum::naive::sum;
    pub use super::sum_of_absolutes::naive::sum_of_absolutes;
    pub use super::sum_of_squares::naive::sum_of_squares;
    pub use super::variance::naive::variance;
}
