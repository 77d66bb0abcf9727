//! Exact sums, sums of squares, dot products and extremes of integers: loops that the compiler vectorises at the level of the
//! caller, over running values wide enough for a piece.
//!
//! | elements | sum | products |
//! |---|---|---|
//! | 8 bits | 32-bit lanes, emptied after a part | the same |
//! | 16 bits | 32-bit lanes, emptied after a part | 64-bit lanes |
//! | 32 bits | 64-bit lanes | 64-bit products; they and their high halves in 64-bit lanes each |
//! | 64 bits | they and their high halves in 64-bit lanes each | 128-bit products into 192 bits, one by one |

use super::total::Total;
use crate::arch::{Element, Input, Simd};

/// Bytes of a part, whose loop is one that the compiler makes vectors of. 32-bit lanes hold its products of bytes and its sums of 16 bits.
const PART: usize = 2048;

/// Bytes ahead of a part that the cache is asked for as many as it has. A core's own prefetcher asks for too little while the core computes products.
const AHEAD: usize = 4096;

/// Most elements that one call takes: running values of 64 bits hold the sum of as many halves.
pub(super) const MOST: usize = 1 << 30;

/// An element of an integer array.
pub trait Integer: Element + Ord {
    /// As a number that holds all.
    fn wide(self) -> i128;

    /// Adds every element.
    fn sum<S: Simd>(simd: S, x: Input<'_, Self>, total: &mut Total);

    /// Adds the product of every pair; the inputs have equal lengths.
    fn dot<S: Simd>(simd: S, x: Input<'_, Self>, y: Input<'_, Self>, total: &mut Total);

    /// Adds the square of every element.
    fn squares<S: Simd>(simd: S, x: Input<'_, Self>, total: &mut Total);

    /// Adds 1 for every element that is not 0.
    fn count_nonzero<S: Simd>(simd: S, x: Input<'_, Self>, total: &mut Total);

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

/// Carries out the block for each part of the inputs `$x`, and asks for what follows. A macro, since a closure would be compiled without the level's
/// instructions where the compiler doesn't inline it.
macro_rules! parts {
    ($simd:ident, $type:ty, $x:ident $(, $y:ident)?; |$from:ident, $to:ident| $work:expr) => {
        const SIZE: usize = PART / size_of::<$type>();
        let length = $x.len();
        let mut $from = 0;
        while $from < length {
            let $to = length.min($from + SIZE);
            let ahead = $from + AHEAD / size_of::<$type>();
            $x.ask($simd, ahead, SIZE);
            $($y.ask($simd, ahead, SIZE);)?
            $work;
            $from = $to;
        }
    };
}

/// Sums `$terms` of each part in lanes of type `$lane`.
macro_rules! in_lanes {
    ($simd:ident, $total:ident, $lane:ty, $type:ty, $x:ident $(, $y:ident)?; |$from:ident, $to:ident| $terms:expr) => {
        let mut sum: i64 = 0;
        parts!($simd, $type, $x $(, $y)?; |$from, $to| {
            let mut lane: $lane = 0;
            for term in $terms {
                lane = lane.wrapping_add(term);
            }
            sum += i64::from(lane);
        });
        $total.add(i128::from(sum));
    };
}

/// Adds the elements of `$x`, or their squares, by registers where the level has a way to, and leaves the rest in `$x`.
macro_rules! by_registers {
    ($simd:ident, $total:ident, $x:ident, $method:ident, $type:ty, |$sum:ident| $value:expr) => {
        while let Some(($sum, done)) = $x.$method::<S, { <$type>::MIN != 0 }>($simd)
            && done > 0
        {
            $total.add($value);
            $x = $x.range(done, $x.len());
        }
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
            fn sum<S: Simd>(simd: S, mut x: Input<'_, Self>, total: &mut Total) {
                by_registers!(simd, total, x, sum_8, $type, |sum| i128::from(sum));
                in_lanes!(simd, total, i32, $type, x; |from, to| x.range(from, to).elements().map(i32::from));
            }
            #[inline(always)]
            fn dot<S: Simd>(simd: S, x: Input<'_, Self>, y: Input<'_, Self>, total: &mut Total) {
                in_lanes!(simd, total, i32, $type, x, y; |from, to| {
                    let pairs = x.range(from, to).pairs(y.range(from, to));
                    pairs.map(|(x, y)| i32::from(x) * i32::from(y))
                });
            }
            #[inline(always)]
            fn squares<S: Simd>(simd: S, mut x: Input<'_, Self>, total: &mut Total) {
                by_registers!(simd, total, x, squares_8, $type, |sum| i128::from(sum));
                in_lanes!(simd, total, i32, $type, x; |from, to| {
                    x.range(from, to).elements().map(|x| i32::from(x) * i32::from(x))
                });
            }
            #[inline(always)]
            fn count_nonzero<S: Simd>(simd: S, x: Input<'_, Self>, total: &mut Total) {
                in_lanes!(simd, total, i16, $type, x; |from, to| x.range(from, to).elements().map(|x| i16::from(x != 0)));
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
            fn sum<S: Simd>(simd: S, mut x: Input<'_, Self>, total: &mut Total) {
                by_registers!(simd, total, x, sum_16, $type, |sum| i128::from(sum));
                in_lanes!(simd, total, i32, $type, x; |from, to| x.range(from, to).elements().map(i32::from));
            }
            #[inline(always)]
            fn dot<S: Simd>(simd: S, x: Input<'_, Self>, y: Input<'_, Self>, total: &mut Total) {
                in_lanes!(simd, total, i64, $type, x, y; |from, to| {
                    let pairs = x.range(from, to).pairs(y.range(from, to));
                    pairs.map(|(x, y)| i64::from(<$product>::from(x) * <$product>::from(y)))
                });
            }
            #[inline(always)]
            fn squares<S: Simd>(simd: S, mut x: Input<'_, Self>, total: &mut Total) {
                by_registers!(simd, total, x, squares_16, $type, |sum| i128::from(sum));
                in_lanes!(simd, total, i64, $type, x; |from, to| {
                    x.range(from, to)
                        .elements()
                        .map(|x| i64::from(<$product>::from(x) * <$product>::from(x)))
                });
            }
            #[inline(always)]
            fn count_nonzero<S: Simd>(simd: S, x: Input<'_, Self>, total: &mut Total) {
                in_lanes!(simd, total, i16, $type, x; |from, to| x.range(from, to).elements().map(|x| i16::from(x != 0)));
            }
        }
    };
}

/// Sums 64-bit `$terms`: their high halves, and all of them modulo 2^64, which leaves no doubt about the low halves, whose sum is below
/// 2^62. `$wide` is their type, whose shift to the right keeps the sign.
macro_rules! in_halves {
    ($simd:ident, $total:ident, $wide:ty, $type:ty, $x:ident $(, $y:ident)?; |$from:ident, $to:ident| $terms:expr) => {
        let (mut low, mut high): (u64, $wide) = (0, 0);
        parts!($simd, $type, $x $(, $y)?; |$from, $to| {
            for term in $terms {
                low = low.wrapping_add(term as u64);
                high = high.wrapping_add(term >> 32);
            }
        });
        let rest = low.wrapping_sub((high as u64) << 32);
        $total.add((i128::from(high) << 32) + i128::from(rest));
    };
}

/// The sum of numbers of 64 bits, from their sum modulo 2^64 and that of their high halves.
#[inline(always)]
fn from_halves([all, high]: [u64; 2]) -> i128 {
    (i128::from(high) << 32) + i128::from(all.wrapping_sub(high << 32))
}

macro_rules! integer_32 {
    ($type:ty, $wide:ty) => {
        impl Integer for $type {
            #[inline(always)]
            fn wide(self) -> i128 {
                i128::from(self)
            }
            #[inline(always)]
            fn sum<S: Simd>(simd: S, mut x: Input<'_, Self>, total: &mut Total) {
                by_registers!(simd, total, x, sum_32, $type, |sum| i128::from(sum));
                in_lanes!(simd, total, i64, $type, x; |from, to| x.range(from, to).elements().map(i64::from));
            }
            #[inline(always)]
            fn dot<S: Simd>(simd: S, x: Input<'_, Self>, y: Input<'_, Self>, total: &mut Total) {
                in_halves!(simd, total, $wide, $type, x, y; |from, to| {
                    let pairs = x.range(from, to).pairs(y.range(from, to));
                    pairs.map(|(x, y)| <$wide>::from(x) * <$wide>::from(y))
                });
            }
            #[inline(always)]
            fn squares<S: Simd>(simd: S, mut x: Input<'_, Self>, total: &mut Total) {
                by_registers!(simd, total, x, squares_32, $type, |sum| from_halves(sum));
                in_halves!(simd, total, u64, $type, x; |from, to| {
                    x.range(from, to).elements().map(|x| {
                        let x = <$wide>::from(x);
                        (x * x) as u64
                    })
                });
            }
            #[inline(always)]
            fn count_nonzero<S: Simd>(simd: S, x: Input<'_, Self>, total: &mut Total) {
                in_lanes!(simd, total, i32, $type, x; |from, to| x.range(from, to).elements().map(|x| i32::from(x != 0)));
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
            fn sum<S: Simd>(simd: S, x: Input<'_, Self>, total: &mut Total) {
                in_halves!(simd, total, $type, $type, x; |from, to| x.range(from, to).elements());
            }
            #[inline(always)]
            fn dot<S: Simd>(simd: S, x: Input<'_, Self>, y: Input<'_, Self>, total: &mut Total) {
                parts!(simd, $type, x, y; |from, to| {
                    for (x, y) in x.range(from, to).pairs(y.range(from, to)) {
                        total.add_product(x, y);
                    }
                });
            }
            #[inline(always)]
            fn squares<S: Simd>(simd: S, x: Input<'_, Self>, total: &mut Total) {
                parts!(simd, $type, x; |from, to| {
                    for x in x.range(from, to).elements() {
                        total.add_square(x);
                    }
                });
            }
            #[inline(always)]
            fn count_nonzero<S: Simd>(simd: S, x: Input<'_, Self>, total: &mut Total) {
                in_lanes!(simd, total, i64, $type, x; |from, to| x.range(from, to).elements().map(|x| i64::from(x != 0)));
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
