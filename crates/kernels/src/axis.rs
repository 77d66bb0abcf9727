//! The doorway to reductions of matrices along an axis.

use crate::arch::{Element, Input, Level, Output, Simd, Task};
use crate::families::columns;
use crate::families::first::First;
use crate::families::reduce::Kernel;
use crate::ops::{
    ArgMax, ArgMin, CountNaN, CountNonzero, Describe, Dot, EuclideanNorm, LogSumExp, Max, Min, MinMax, Product, Sum,
    SumOfAbsolutes, SumOfSquares, Variance,
};
use crate::reduction::{InputAny, Reduction};
use std::marker::PhantomData;

/// A part of the work on a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The roots of rows `first … last − 1`, each over all its columns.
    Rows {
        /// The first row.
        first: usize,
        /// The row behind the last.
        last: usize,
    },
    /// The partials of some columns over some rows, which begin at a chunk (`order::CHUNK` rows) of the matrix, are no more than one and at least one
    /// row.
    Columns {
        /// First row, and the one behind the last.
        rows: (usize, usize),
        /// First column, and the one behind the last; the first is a multiple of eight.
        columns: (usize, usize),
    },
}

impl Part {
    /// How many rows or columns it gives.
    pub const fn items(self) -> usize {
        match self {
            Part::Rows { first, last } => last - first,
            Part::Columns { columns, .. } => columns.1 - columns.0,
        }
    }
}

/// Computes a part of the reduction of a row-major matrix `x` of `columns` columns (and `y` for the dot product) into `out`:
/// [`Reduction::width`] doubles for each row or column, one after the other.
///
/// Panics if a second input is missing, differs from the first in type or length, or if the part lies outside of the matrix or doesn't fit
/// `out`: the callers have checked all that.
pub fn reduce_part(
    level: Level,
    kernel: Reduction,
    x: InputAny<'_>,
    y: Option<InputAny<'_>>,
    columns: usize,
    part: Part,
    out: Output<'_>,
) {
    assert!(
        out.len() >= part.items() * kernel.width(),
        "{} doubles for {part:?} of {}",
        out.len(),
        kernel.name()
    );
    if let Part::Columns { rows, .. } = part {
        assert!(rows.0 < rows.1, "no rows");
    }
    match (x, y) {
        (InputAny::F64(x), y) => {
            let y = y.map(|y| match y {
                InputAny::F64(y) => y,
                InputAny::F32(_) => panic!("{}: inputs of two types", kernel.name()),
            });
            typed(level, kernel, x, y, columns, part, out);
        }
        (InputAny::F32(x), y) => {
            let y = y.map(|y| match y {
                InputAny::F32(y) => y,
                InputAny::F64(_) => panic!("{}: inputs of two types", kernel.name()),
            });
            typed(level, kernel, x, y, columns, part, out);
        }
    }
}

fn typed<T: Element>(
    level: Level,
    kernel: Reduction,
    x: Input<'_, T>,
    y: Option<Input<'_, T>>,
    columns: usize,
    part: Part,
    out: Output<'_>,
) {
    let matrix = Matrix { columns, part };
    match kernel {
        Reduction::Sum => level.dispatch(Along::<T, Sum, 1, 1>([x], matrix, out, PhantomData)),
        Reduction::SumOfSquares => level.dispatch(Along::<T, SumOfSquares, 1, 1>([x], matrix, out, PhantomData)),
        Reduction::Min => level.dispatch(Along::<T, Min, 1, 1>([x], matrix, out, PhantomData)),
        Reduction::Max => level.dispatch(Along::<T, Max, 1, 1>([x], matrix, out, PhantomData)),
        Reduction::SumOfAbsolutes => level.dispatch(Along::<T, SumOfAbsolutes, 1, 1>([x], matrix, out, PhantomData)),
        Reduction::Product => level.dispatch(Along::<T, Product, 1, 1>([x], matrix, out, PhantomData)),
        Reduction::CountNonzero => level.dispatch(Along::<T, CountNonzero, 1, 1>([x], matrix, out, PhantomData)),
        Reduction::CountNaN => level.dispatch(Along::<T, CountNaN, 1, 1>([x], matrix, out, PhantomData)),
        Reduction::Variance => level.dispatch(Along::<T, Variance, 1, 3>([x], matrix, out, PhantomData)),
        Reduction::MinMax => level.dispatch(Along::<T, MinMax, 1, 2>([x], matrix, out, PhantomData)),
        Reduction::EuclideanNorm => level.dispatch(Along::<T, EuclideanNorm, 1, 2>([x], matrix, out, PhantomData)),
        Reduction::LogSumExp => level.dispatch(Along::<T, LogSumExp, 1, 2>([x], matrix, out, PhantomData)),
        Reduction::Describe => level.dispatch(Along::<T, Describe, 1, 8>([x], matrix, out, PhantomData)),
        Reduction::ArgMin => level.dispatch(Find::<T, ArgMin>(x, matrix, out, PhantomData)),
        Reduction::ArgMax => level.dispatch(Find::<T, ArgMax>(x, matrix, out, PhantomData)),
        Reduction::Dot => match y {
            Some(y) if y.len() == x.len() => {
                level.dispatch(Along::<T, Dot, 2, 1>([x, y], matrix, out, PhantomData));
            }
            _ => panic!("dot: not two inputs of equal length"),
        },
        // Computed a row or column at a time by the callers.
        Reduction::CompensatedSum | Reduction::CompensatedSumOfSquares | Reduction::CompensatedDot => {
            panic!("{}: no loops along an axis", kernel.name())
        }
    }
}

#[derive(Clone, Copy)]
struct Matrix {
    columns: usize,
    part: Part,
}

/// Columns of a matrix, as the family takes them.
#[inline(always)]
fn panel<T, const INPUTS: usize>(
    inputs: [Input<'_, T>; INPUTS],
    stride: usize,
    rows: (usize, usize),
    columns: (usize, usize),
) -> columns::Panel<'_, T, INPUTS> {
    columns::Panel {
        inputs,
        stride,
        rows,
        columns,
    }
}

/// A kernel along an axis.
struct Along<'a, T, K, const INPUTS: usize, const VALUES: usize>(
    [Input<'a, T>; INPUTS],
    Matrix,
    Output<'a>,
    PhantomData<K>,
);

impl<T, K, const INPUTS: usize, const VALUES: usize> Task for Along<'_, T, K, INPUTS, VALUES>
where
    T: Element,
    K: Kernel<INPUTS, VALUES>,
{
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let Matrix { columns, part } = self.1;
        match part {
            Part::Rows { first, last } => {
                columns::run_rows::<S, T, K, INPUTS, VALUES>(simd, self.0, columns, (first, last), &mut self.2)
            }
            Part::Columns { rows, columns: some } => {
                columns::run::<S, T, K, INPUTS, VALUES>(simd, panel(self.0, columns, rows, some), &mut self.2);
            }
        }
    }
}

/// The place of an extreme along an axis.
struct Find<'a, T, K>(Input<'a, T>, Matrix, Output<'a>, PhantomData<K>);

impl<T: Element, K: First> Task for Find<'_, T, K> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let Matrix { columns, part } = self.1;
        match part {
            Part::Rows { first, last } => {
                columns::run_rows_first::<S, T, K>(simd, self.0, columns, (first, last), &mut self.2);
            }
            Part::Columns { rows, columns: some } => {
                columns::run_first::<S, T, K>(simd, panel([self.0], columns, rows, some), &mut self.2);
            }
        }
    }
}
