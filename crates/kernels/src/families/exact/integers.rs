//! Exact sums, sums of squares, dot products and extremes of integers: loops that the compiler vectorises at the level of the
//! caller, over running values wide enough for a piece.
//!
//! | elements | sum | products |
//! |---|---|---|
//! | 8 bits | 32-bit lanes | 32-bit lanes, a batch of 2^15 |
//! | 16 bits | 32-bit lanes, a batch of 2^15 | 64-bit lanes |
//! | 32 bits | 64-bit lanes | 64-bit products; they and their high halves in 64-bit lanes each |
//! | 64 bits | they and their high halves in 64-bit lanes each | 128-bit products into 192 bits, one by one |

use super::total::Total;
use crate::arch::{Element, Input};

/// Elements that 32-bit lanes take before they are emptied.
const BATCH: usize = 1 << 15;

/// Most elements that one call takes: running values of 64 bits hold the sum of as many halves.
const MOST: usize = 1 << 30;

/// An element of an integer array.
pub trait Integer: Element + Ord {
    /// As a number that holds all.
    fn wide(self) -> i128;

    /// Adds every element.
    fn sum(x: Input<'_, Self>, total: &mut Total);

    /// Adds the product of every pair; the inputs have equal lengths.
    fn dot(x: Input<'_, Self>, y: Input<'_, Self>, total: &mut Total);

    /// Adds the square of every element.
    fn squares(x: Input<'_, Self>, total: &mut Total);

    /// The smallest element, if there is any.
    #[inline(always)]
    fn least(x: Input<'_, Self>) -> Option<Self> {
        x.elements().reduce(|a, b| if b < a { b } else { a })
    }

    /// The largest element, if there is any.
    #[inline(always)]
    fn largest(x: Input<'_, Self>) -> Option<Self> {
        x.elements().reduce(|a, b| if b > a { b } else { a })
    }
}

/// Carries out the block for each batch of `$size` of `$length` elements. A macro, since a closure would be compiled without the level's
/// instructions where the compiler doesn't inline it.
macro_rules! batches {
    ($length:expr, $size:expr, |$from:ident, $to:ident| $work:expr) => {
        let length = $length;
        let mut $from = 0;
        while $from < length {
            let $to = length.min($from + $size);
            $work;
            $from = $to;
        }
    };
}

/// A loop that sums `$term` of the elements in lanes of type `$lane`, emptied after every batch of `$batch`.
macro_rules! in_lanes {
    ($total:ident, $lane:ty, $batch:expr, $length:expr, |$from:ident, $to:ident| $terms:expr) => {
        batches!($length, $batch, |$from, $to| {
            let mut lane: $lane = 0;
            for term in $terms {
                lane = lane.wrapping_add(term);
            }
            $total.add(i128::from(lane));
        });
    };
}

macro_rules! integer_8 {
    ($type:ty) => {
        impl Integer for $type {
            #[inline(always)]
            fn wide(self) -> i128 {
                i128::from(self)
            }
            #[inline(always)]
            fn sum(x: Input<'_, Self>, total: &mut Total) {
                in_lanes!(total, i32, BATCH, x.len(), |from, to| x
                    .range(from, to)
                    .elements()
                    .map(i32::from));
            }
            #[inline(always)]
            fn dot(x: Input<'_, Self>, y: Input<'_, Self>, total: &mut Total) {
                in_lanes!(total, i32, BATCH, x.len(), |from, to| {
                    let pairs = x.range(from, to).pairs(y.range(from, to));
                    pairs.map(|(x, y)| i32::from(x) * i32::from(y))
                });
            }
            #[inline(always)]
            fn squares(x: Input<'_, Self>, total: &mut Total) {
                in_lanes!(total, i32, BATCH, x.len(), |from, to| {
                    x.range(from, to).elements().map(|x| i32::from(x) * i32::from(x))
                });
            }
        }
    };
}

macro_rules! integer_16 {
    ($type:ty, $product:ty) => {
        impl Integer for $type {
            #[inline(always)]
            fn wide(self) -> i128 {
                i128::from(self)
            }
            #[inline(always)]
            fn sum(x: Input<'_, Self>, total: &mut Total) {
                in_lanes!(total, i32, BATCH, x.len(), |from, to| x
                    .range(from, to)
                    .elements()
                    .map(i32::from));
            }
            #[inline(always)]
            fn dot(x: Input<'_, Self>, y: Input<'_, Self>, total: &mut Total) {
                in_lanes!(total, i64, MOST, x.len(), |from, to| {
                    let pairs = x.range(from, to).pairs(y.range(from, to));
                    pairs.map(|(x, y)| i64::from(<$product>::from(x) * <$product>::from(y)))
                });
            }
            #[inline(always)]
            fn squares(x: Input<'_, Self>, total: &mut Total) {
                in_lanes!(total, i64, MOST, x.len(), |from, to| {
                    x.range(from, to)
                        .elements()
                        .map(|x| i64::from(<$product>::from(x) * <$product>::from(x)))
                });
            }
        }
    };
}

/// Sums the 64-bit `$terms`: their high halves, and all of them modulo 2^64, which leaves no doubt about the low halves, whose sum is below
/// 2^62. `$wide` is their type, whose shift to the right keeps the sign.
macro_rules! in_halves {
    ($total:ident, $wide:ty, $terms:expr) => {{
        let (mut low, mut high): (u64, $wide) = (0, 0);
        for term in $terms {
            low = low.wrapping_add(term as u64);
            high = high.wrapping_add(term >> 32);
        }
        let rest = low.wrapping_sub((high as u64) << 32);
        $total.add((i128::from(high) << 32) + i128::from(rest));
    }};
}

macro_rules! integer_32 {
    ($type:ty, $wide:ty) => {
        impl Integer for $type {
            #[inline(always)]
            fn wide(self) -> i128 {
                i128::from(self)
            }
            #[inline(always)]
            fn sum(x: Input<'_, Self>, total: &mut Total) {
                in_lanes!(total, i64, MOST, x.len(), |from, to| x
                    .range(from, to)
                    .elements()
                    .map(i64::from));
            }
            #[inline(always)]
            fn dot(x: Input<'_, Self>, y: Input<'_, Self>, total: &mut Total) {
                batches!(x.len(), MOST, |from, to| {
                    let pairs = x.range(from, to).pairs(y.range(from, to));
                    in_halves!(
                        total,
                        $wide,
                        pairs.map(|(x, y)| <$wide>::from(x) * <$wide>::from(y))
                    );
                });
            }
            #[inline(always)]
            fn squares(x: Input<'_, Self>, total: &mut Total) {
                batches!(x.len(), MOST, |from, to| {
                    in_halves!(
                        total,
                        u64,
                        x.range(from, to).elements().map(|x| {
                            let x = <$wide>::from(x);
                            (x * x) as u64
                        })
                    );
                });
            }
        }
    };
}

macro_rules! integer_64 {
    ($type:ty) => {
        impl Integer for $type {
            #[inline(always)]
            fn wide(self) -> i128 {
                i128::from(self)
            }
            #[inline(always)]
            fn sum(x: Input<'_, Self>, total: &mut Total) {
                batches!(x.len(), MOST, |from, to| {
                    in_halves!(total, $type, x.range(from, to).elements())
                });
            }
            #[inline(always)]
            fn dot(x: Input<'_, Self>, y: Input<'_, Self>, total: &mut Total) {
                for (x, y) in x.pairs(y) {
                    total.add_product(x, y);
                }
            }
            #[inline(always)]
            fn squares(x: Input<'_, Self>, total: &mut Total) {
                for x in x.elements() {
                    total.add_square(x);
                }
            }
        }
    };
}

/// Products of 64-bit integers, unsigned where that needs no more bits.
trait Products<T> {
    fn add_product(&mut self, x: T, y: T);
    fn add_square(&mut self, x: T);
}

impl Products<i64> for Total {
    #[inline(always)]
    fn add_product(&mut self, x: i64, y: i64) {
        self.add(i128::from(x) * i128::from(y));
    }
    #[inline(always)]
    fn add_square(&mut self, x: i64) {
        self.add_unsigned((i128::from(x) * i128::from(x)) as u128);
    }
}

impl Products<u64> for Total {
    #[inline(always)]
    fn add_product(&mut self, x: u64, y: u64) {
        self.add_unsigned(u128::from(x) * u128::from(y));
    }
    #[inline(always)]
    fn add_square(&mut self, x: u64) {
        self.add_product(x, x);
    }
}

integer_8!(i8);
integer_8!(u8);
integer_16!(i16, i32);
integer_16!(u16, u32);
integer_32!(i32, i64);
integer_32!(u32, u64);
integer_64!(i64);
integer_64!(u64);
