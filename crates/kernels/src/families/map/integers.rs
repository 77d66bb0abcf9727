//! Integer arrays of up to 32 bits, computed in double. Sums, differences and products that fit the kind are exact there, and those that
//! don't are seen not to; the loops are plain and the compiler makes vectors of them.

use super::MapKernel;
use super::operations::{Abs, Add, Axpy, Clip, Multiply, Subtract};
use crate::arch::stream::Operation;
use crate::arch::{Element, Input, Level, Output, Simd, Task};

/// Elements of a block: copied out, computed, copied back.
const BLOCK: usize = 512;

/// An integer of up to 32 bits.
pub(super) trait Integer: Element + Default + PartialEq {
    /// Towards 0, and to the nearest bound where the kind can't hold it.
    fn truncate(value: f64) -> Self;
}

macro_rules! integers {
    ($($type:ty)+) => {$(
        impl Integer for $type {
            #[inline(always)]
            fn truncate(value: f64) -> Self {
                value as $type
            }
        }
    )+};
}

integers!(i8 u8 i16 u16 i32 u32);

/// `out[i]` from `x[i]` and `y[i]`, or `b` where there is no `y`; the first index whose result doesn't fit.
pub(super) fn map<T: Integer>(
    level: Level,
    kernel: MapKernel,
    x: Input<'_, T>,
    y: Option<Input<'_, T>>,
    a: f64,
    b: f64,
    out: Output<'_, T>,
) -> Option<usize> {
    macro_rules! run {
        ($operation:expr) => {
            level.dispatch(Blocks {
                operation: $operation,
                x,
                y,
                b,
                out,
            })
        };
    }
    match kernel {
        MapKernel::Add => run!(Add),
        MapKernel::Subtract => run!(Subtract),
        MapKernel::Multiply => run!(Multiply),
        MapKernel::Axpy => run!(Axpy(a)),
        MapKernel::Clip => run!(Clip { low: a, high: b }),
        MapKernel::Abs => run!(Abs),
        _ => panic!("{} of integers gives doubles", kernel.name()),
    }
}

struct Blocks<'a, O, T> {
    operation: O,
    x: Input<'a, T>,
    y: Option<Input<'a, T>>,
    b: f64,
    out: Output<'a, T>,
}

impl<O: Operation, T: Integer> Task for Blocks<'_, O, T> {
    type Output = Option<usize>;
    #[inline(always)]
    fn run<S: Simd>(self, _simd: S) -> Option<usize> {
        let Blocks {
            operation,
            x,
            y,
            b,
            out,
        } = self;
        assert_eq!(x.len(), out.len());
        let (mut left, mut right, mut results) = ([T::default(); BLOCK], [T::default(); BLOCK], [T::default(); BLOCK]);
        for (block, mut piece) in out.pieces(BLOCK).enumerate() {
            let (first, n) = (block * BLOCK, piece.len());
            let (left, right, results) = (&mut left[..n], &mut right[..n], &mut results[..n]);
            x.copy_to(first, left);
            let mut wrong = 0;
            if let Some(y) = y {
                y.copy_to(first, right);
                for ((result, x), y) in results.iter_mut().zip(&*left).zip(&*right) {
                    wrong |= step(operation, *x, y.widen(), result);
                }
            } else {
                for (result, x) in results.iter_mut().zip(&*left) {
                    wrong |= step(operation, *x, b, result);
                }
            }
            if wrong != 0 {
                let index = (0..n).find(|&i| {
                    let y = if y.is_some() { right[i].widen() } else { b };
                    step(operation, left[i], y, &mut results[i]) != 0
                });
                return index.map(|index| first + index);
            }
            piece.copy_from(0, results);
        }
        None
    }
}

/// Writes a result, and says by a 1 that it doesn't fit: an integer, so that the loop over a block has no branch.
#[inline(always)]
fn step<O: Operation, T: Integer>(operation: O, x: T, y: f64, result: &mut T) -> u8 {
    let exact = operation.apply(x.widen(), y);
    *result = T::truncate(exact);
    u8::from(result.widen() != exact)
}
