//! Linear algebra. In the packed number of each function: the kinds of the arrays in the order of the arguments, four bits each, then the
//! threads from bit 12 on. Strides count elements; an array begins with the matrix's first element. All give a number, 0 if nothing else is said, or `undefined` when cancelled or out of time.

use crate::callback::settle::{self, Settled};
use crate::callback::{Call, Fault, Value};
use crate::running::settled;
use manycore_exec::{Cancel, Outcome, covariance, definite_solve, gram, matvec, multiply, multiply_small};
use manycore_kernels::array::{Array, ArrayMut};
use manycore_kernels::multiply::{Operand, Scratch, Shape, round_to_floats, source};
use manycore_kernels::{Level, Output};

/// Work that gives nothing but its output.
fn done(outcome: Outcome<()>) -> Settled {
    settled(outcome, |()| 0.0)
}

/// The kinds of three arrays, and the number of threads.
fn unpack(call: &Call) -> Result<([u32; 3], usize), Fault> {
    let packed = call.integer(0)?;
    let kind = |index: u32| (packed >> (4 * index)) & 0xf;
    Ok(([kind(0), kind(1), kind(2)], (packed >> 12).max(1) as usize))
}

/// `matmul(packed, id, timeout, rows, columns, depth, aRow, aColumn, bRow, bColumn, a, b, out)`: out = a · b, `rows × columns`.
pub fn matmul(call: &Call) -> Result<Value, Fault> {
    let (kinds, threads) = unpack(call)?;
    let (rows, columns, depth) = (call.count(3)?, call.count(4)?, call.count(5)?);
    let (a_row, a_column) = (call.count(6)?, call.count(7)?);
    let (b_row, b_column) = (call.count(8)?, call.count(9)?);
    let (a, hold_a) = call.array_held(10, kinds[0])?;
    let (b, hold_b) = call.array_held(11, kinds[1])?;
    let (out, hold_out) = call.array_mut_held(12, kinds[2])?;
    check_length(out.len(), rows, columns)?;
    settle::run(call, 1, 2, &[10, 11, 12], move |cancel| {
        let _held = (hold_a, hold_b, hold_out);
        let mut out = out;
        let shape = Shape {
            rows,
            columns,
            depth,
            left: (a_row, a_column),
            right: (b_row, b_column),
        };
        match multiply_small(Level::current(), shape, a, b, &mut out, cancel) {
            Outcome::Done(false) => {}
            ended => return done(ended.map(drop)),
        }
        let left = source(a, rows, depth, a_row, a_column);
        let right = source(b, columns, depth, b_column, b_row);
        done(into_doubles(out, |out| {
            multiply(Level::current(), &*left, &*right, threads, Some(cancel), out)
        }))
    })
}

/// `matvec(packed, id, timeout, rows, columns, row, column, a, x, out)`: out = a · x.
pub fn matrix_vector(call: &Call) -> Result<Value, Fault> {
    let (kinds, threads) = unpack(call)?;
    let (rows, columns) = (call.count(3)?, call.count(4)?);
    let (row, column) = (call.count(5)?, call.count(6)?);
    let (a, hold_a) = call.array_held(7, kinds[0])?;
    let (x, hold_x) = call.array_held(8, kinds[1])?;
    let (out, hold_out) = call.array_mut_held(9, kinds[2])?;
    check_length(out.len(), rows, 1)?;
    settle::run(call, 1, 2, &[7, 8, 9], move |cancel| {
        let _held = (hold_a, hold_x, hold_out);
        let x = source(x, 1, columns, columns, 1).line(0);
        done(into_doubles(out, |out| {
            multiply_vector(a, (rows, columns), (row, column), &x, threads, cancel, out)
        }))
    })
}

/// `gram(packed, id, timeout, rows, columns, row, column, weighted, x, weights, out)`: out = xᵀ · diag(weights) · x; without the argument
/// `weights` where `weighted` is 0.
pub fn gram_matrix(call: &Call) -> Result<Value, Fault> {
    let (kinds, threads) = unpack(call)?;
    let (rows, columns) = (call.count(3)?, call.count(4)?);
    let (row, column) = (call.count(5)?, call.count(6)?);
    let weighted = call.count(7)? != 0;
    let (x, hold_x) = call.array_held(8, kinds[0])?;
    let weights = if weighted {
        Some(call.array_held(9, kinds[1])?)
    } else {
        None
    };
    let last = if weighted { 2 } else { 1 };
    let (out, hold_out) = call.array_mut_held(8 + last, kinds[last])?;
    check_length(out.len(), columns, columns)?;
    settle::run(call, 1, 2, &[8, 9, 10], move |cancel| {
        let _held = (hold_x, hold_out);
        let x = source(x, columns, rows, column, row);
        let weights = weights
            .as_ref()
            .map(|(weights, _)| source(*weights, 1, rows, rows, 1).line(0));
        done(into_doubles(out, |out| {
            gram(Level::current(), &*x, weights.as_deref(), threads, Some(cancel), out)
        }))
    })
}

/// `covariance(packed, id, timeout, rows, columns, row, column, divisor, x, out)`.
pub fn covariance_matrix(call: &Call) -> Result<Value, Fault> {
    let (kinds, threads) = unpack(call)?;
    let (rows, columns) = (call.count(3)?, call.count(4)?);
    let (row, column) = (call.count(5)?, call.count(6)?);
    let divisor = call.number(7).unwrap_or(f64::NAN);
    let (x, hold_x) = call.array_held(8, kinds[0])?;
    let (out, hold_out) = call.array_mut_held(9, kinds[1])?;
    check_length(out.len(), columns, columns)?;
    settle::run(call, 1, 2, &[8, 9], move |cancel| {
        let _held = (hold_x, hold_out);
        let x = source(x, columns, rows, column, row);
        done(into_doubles(out, |out| {
            covariance(Level::current(), &*x, divisor, threads, Some(cancel), out)
        }))
    })
}

/// `definite(packed, id, timeout, n, m, aRow, aColumn, bRow, bColumn, a, b, out)`: out = a⁻¹ · b for a symmetric positive definite a, of which
/// only the upper triangle is read. Gives 0, or the number of the pivot that failed, from 1.
pub fn definite(call: &Call) -> Result<Value, Fault> {
    let (kinds, threads) = unpack(call)?;
    let (n, m) = (call.count(3)?, call.count(4)?);
    let (a_row, a_column) = (call.count(5)?, call.count(6)?);
    let (b_row, b_column) = (call.count(7)?, call.count(8)?);
    let (a, hold_a) = call.array_held(9, kinds[0])?;
    let (b, hold_b) = call.array_held(10, kinds[1])?;
    let (out, hold_out) = call.array_mut_held(11, kinds[2])?;
    check_length(out.len(), n, m)?;
    settle::run(call, 1, 2, &[9, 10, 11], move |cancel| {
        let _held = (hold_a, hold_b, hold_out);
        let a = source(a, n, n, a_row, a_column);
        let b = source(b, n, m, b_row, b_column);
        let mut failed = None;
        let solved = into_doubles(out, |out| {
            definite_solve(Level::current(), &*a, &*b, threads, Some(cancel), out).map(|pivot| failed = pivot)
        });
        settled(solved, |()| failed.map_or(0.0, |pivot| pivot as f64 + 1.0))
    })
}

fn multiply_vector(
    a: Array<'_>,
    (rows, columns): (usize, usize),
    (row, column): (usize, usize),
    x: &[f64],
    threads: usize,
    cancel: &Cancel,
    out: Output<'_>,
) -> Outcome<()> {
    macro_rules! of_each_kind {
        ($($kind:ident),+) => {
            match a {
                $(Array::$kind(a) => {
                    let a = Operand::new(a, rows, columns, row, column);
                    matvec(Level::current(), &a, x, threads, Some(cancel), out)
                })+
            }
        };
    }
    of_each_kind!(F64, F32, F16, I8, U8, U8Clamped, I16, U16, I32, U32, I64, U64)
}

/// Computes in double: right where it is wanted, or in a copy that is rounded to a Float32Array at the end.
fn into_doubles(out: ArrayMut<'_>, compute: impl FnOnce(Output<'_>) -> Outcome<()>) -> Outcome<()> {
    match out {
        ArrayMut::F64(out) => compute(out),
        ArrayMut::F32(out) => {
            let length = out.len();
            let mut doubles = Scratch::new(length);
            compute(Output::from_slice(doubles.get_mut(length)))
                .map(|()| round_to_floats(Level::current(), doubles.get(length), out))
        }
        _ => Outcome::Panicked(Box::new("results are doubles or floats")),
    }
}

fn check_length(length: usize, rows: usize, columns: usize) -> Result<(), Fault> {
    if rows.checked_mul(columns) == Some(length) {
        Ok(())
    } else {
        Err(Fault::internal(format!(
            "{length} places for {rows} × {columns} numbers"
        )))
    }
}
