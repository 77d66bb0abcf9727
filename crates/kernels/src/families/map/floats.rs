//! Floating-point arrays: vectors of eight doubles, each result rounded once to the array's kind.

use super::MapKernel;
use super::operations::{
    Abs, Add, Axpy, Clip, Divide, Exp, Expm1, Log, Log1p, Multiply, Power, Sigmoid, Sqrt, Square, Subtract, Tanh,
};
use crate::arch::stream::{self, Operation};
use crate::arch::{Float, Input, Level, Output, Simd, Task};

/// `out[i]` from `x[i]` and `y[i]`, or `b` where there is no `y`.
pub(super) fn map<T: Float>(
    level: Level,
    kernel: MapKernel,
    x: Input<'_, T>,
    y: Option<Input<'_, T>>,
    a: f64,
    b: f64,
    out: Output<'_, T>,
) {
    macro_rules! both {
        ($operation:expr) => {
            match y {
                Some(y) => level.dispatch(Two {
                    operation: $operation,
                    x,
                    y,
                    out,
                }),
                None => level.dispatch(One {
                    operation: $operation,
                    x,
                    b,
                    out,
                }),
            }
        };
    }
    macro_rules! one {
        ($operation:expr) => {
            level.dispatch(One {
                operation: $operation,
                x,
                b,
                out,
            })
        };
    }
    match kernel {
        MapKernel::Add => both!(Add),
        MapKernel::Subtract => both!(Subtract),
        MapKernel::Multiply => both!(Multiply),
        MapKernel::Divide => both!(Divide),
        MapKernel::Power if y.is_none() && b == 2.0 => one!(Square),
        MapKernel::Power => both!(Power),
        MapKernel::Axpy => both!(Axpy(a)),
        MapKernel::Clip => one!(Clip { low: a, high: b }),
        MapKernel::Abs => one!(Abs),
        MapKernel::Sqrt => one!(Sqrt),
        MapKernel::Exp => one!(Exp),
        MapKernel::Expm1 => one!(Expm1),
        MapKernel::Log => one!(Log),
        MapKernel::Log1p => one!(Log1p),
        MapKernel::Sigmoid => one!(Sigmoid),
        MapKernel::Tanh => one!(Tanh),
        MapKernel::Astype => unreachable!("astype has its own way"),
    }
}

struct One<'a, O, T> {
    operation: O,
    x: Input<'a, T>,
    b: f64,
    out: Output<'a, T>,
}

impl<O: Operation, T: Float> Task for One<'_, O, T> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        stream::map(simd, self.x, self.b, &mut self.out, self.operation);
    }
}

struct Two<'a, O, T> {
    operation: O,
    x: Input<'a, T>,
    y: Input<'a, T>,
    out: Output<'a, T>,
}

impl<O: Operation, T: Float> Task for Two<'_, O, T> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        stream::zip(simd, self.x, self.y, &mut self.out, self.operation);
    }
}
