//! Integer arrays of up to 32 bits, computed in double. Sums, differences and products that fit the kind are exact there, and those that
//! don't are seen not to; the loops are plain and the compiler makes vectors of them.

use super::MapKernel;
use super::operations::{Abs, Add, Axpy, Clip, Multiply, Subtract};
use crate::arch::stream::Operation;
use crate::arch::{Element, Input, Level, Output, Simd, Task};

/// Elements of a block: copied out, computed, copied back.
const BLOCK: usize = 512;

/// An integer of up to 32 bits.
pub(super) trait Integer: Element + Default {
    /// The least and the greatest.
    const BOUNDS: [f64; 2];

    /// Of a value within the bounds.
    fn of(value: f64) -> Self;
}

macro_rules! integers {
    ($($type:ty as $way:ty),+) => {$(
        impl Integer for $type {
            const BOUNDS: [f64; 2] = [<$type>::MIN as f64, <$type>::MAX as f64];

            // By way of a kind to which vectors are converted in one instruction.
            #[inline(always)]
            fn of(value: f64) -> Self {
                value as $way as $type
            }
        }
    )+};
}

integers!(i8 as i32, u8 as i32, i16 as i32, u16 as i32, i32 as i32, u32 as u32);

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
        let [low, high] = T::BOUNDS;
        let (mut left, mut right) = ([T::default(); BLOCK], [T::default(); BLOCK]);
        let (mut exact, mut results) = ([0.0; BLOCK], [T::default(); BLOCK]);
        for (block, mut piece) in out.pieces(BLOCK).enumerate() {
            let (first, n) = (block * BLOCK, piece.len());
            let (left, right, exact, results) = (&mut left[..n], &mut right[..n], &mut exact[..n], &mut results[..n]);
            x.copy_to(first, left);
            if let Some(y) = y {
                y.copy_to(first, right);
                for ((exact, x), y) in exact.iter_mut().zip(&*left).zip(&*right) {
                    *exact = operation.apply(x.widen(), y.widen());
                }
            } else {
                for (exact, x) in exact.iter_mut().zip(&*left) {
                    *exact = operation.apply(x.widen(), b);
                }
            }
            // As a number, so that the loop over a block has no branch.
            let outside = |value: f64| u64::from(value < low) | u64::from(value > high);
            if exact.iter().fold(0, |wrong, value| wrong | outside(*value)) != 0 {
                let index = exact.iter().position(|value| outside(*value) != 0);
                return index.map(|index| first + index);
            }
            for (result, exact) in results.iter_mut().zip(&*exact) {
                *result = T::of(*exact);
            }
            piece.copy_from(0, results);
        }
        None
    }
}
