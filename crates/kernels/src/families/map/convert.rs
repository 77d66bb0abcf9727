//! `astype`: any kind to any other. To a floating-point kind through double, rounded to nearest; to integers towards 0, and what the kind
//! can't hold (a NaN too) is an error, but for the clamped kind, which rounds to nearest even and clamps as its name says.

use super::doubles::{BLOCK, Zero, widen};
use crate::arch::array::{Array, ArrayMut};
use crate::arch::{Element, Float, Input, Output};

/// `out[i]` from `x[i]`; the first index that doesn't fit.
pub(super) fn astype(x: Array<'_>, out: ArrayMut<'_>) -> Option<usize> {
    match x {
        Array::I64(x) => from_wide(x, out),
        Array::U64(x) => from_wide(x, out),
        Array::F64(x) => from_exact(x, out),
        Array::F32(x) => from_exact(x, out),
        Array::F16(x) => from_exact(x, out),
        Array::I8(x) => from_exact(x, out),
        Array::U8(x) | Array::U8Clamped(x) => from_exact(x, out),
        Array::I16(x) => from_exact(x, out),
        Array::U16(x) => from_exact(x, out),
        Array::I32(x) => from_exact(x, out),
        Array::U32(x) => from_exact(x, out),
    }
}

/// Elements from an index on, as doubles; a block of them at the most. Not a type parameter: every pair of kinds would be compiled.
type Read<'a> = &'a dyn Fn(usize, &mut [f64]);

/// From kinds that double holds exactly.
fn from_exact<T: Zero>(x: Input<'_, T>, out: ArrayMut<'_>) -> Option<usize> {
    assert_eq!(x.len(), out.len());
    through_doubles(&|first, values| widen(x, first, &mut [T::ZERO; BLOCK], values), out)
}

/// From kinds that double holds exactly, and to floating-point kinds from all.
fn through_doubles(x: Read<'_>, out: ArrayMut<'_>) -> Option<usize> {
    match out {
        ArrayMut::F64(out) => round(x, out),
        ArrayMut::F32(out) => round(x, out),
        ArrayMut::F16(out) => round(x, out),
        // Adding and subtracting 2^52 rounds to an integer, ties to even; a NaN is not within any bounds.
        ArrayMut::U8Clamped(out) => blocks(x, out, f64::NEG_INFINITY, f64::INFINITY, |value| {
            (value.clamp(0.0, 255.0) + 4503599627370496.0 - 4503599627370496.0) as i32 as u8
        }),
        // The bounds are the numbers that are just not taken towards 0 into the kind.
        ArrayMut::I8(out) => blocks(x, out, f64::next_up(-129.0), f64::next_down(128.0), |value| {
            value as i32 as i8
        }),
        ArrayMut::U8(out) => blocks(x, out, f64::next_up(-1.0), f64::next_down(256.0), |value| {
            value as i32 as u8
        }),
        ArrayMut::I16(out) => blocks(x, out, f64::next_up(-32769.0), f64::next_down(32768.0), |value| {
            value as i32 as i16
        }),
        ArrayMut::U16(out) => blocks(x, out, f64::next_up(-1.0), f64::next_down(65536.0), |value| {
            value as i32 as u16
        }),
        ArrayMut::I32(out) => blocks(
            x,
            out,
            f64::next_up(-2147483649.0),
            f64::next_down(2147483648.0),
            |value| value as i32,
        ),
        ArrayMut::U32(out) => blocks(x, out, f64::next_up(-1.0), f64::next_down(4294967296.0), |value| {
            value as u32
        }),
        ArrayMut::I64(out) => blocks(
            x,
            out,
            -9223372036854775808.0,
            f64::next_down(9223372036854775808.0),
            |value| value as i64,
        ),
        ArrayMut::U64(out) => blocks(
            x,
            out,
            f64::next_up(-1.0),
            f64::next_down(18446744073709551616.0),
            |value| value as u64,
        ),
    }
}

fn round<O: Float>(x: Read<'_>, out: Output<'_, O>) -> Option<usize> {
    let (mut values, mut results) = ([0.0; BLOCK], [O::narrow(0.0); BLOCK]);
    for (block, mut piece) in out.pieces(BLOCK).enumerate() {
        let n = piece.len();
        x(block * BLOCK, &mut values[..n]);
        for (result, value) in results.iter_mut().zip(&values[..n]) {
            *result = O::narrow(*value);
        }
        piece.copy_from(0, &results[..n]);
    }
    None
}

/// Values from `low` to `high`, converted; whatever is outside, or a NaN, doesn't fit.
fn blocks<O: Zero>(x: Read<'_>, out: Output<'_, O>, low: f64, high: f64, convert: impl Fn(f64) -> O) -> Option<usize> {
    let (mut values, mut results) = ([0.0; BLOCK], [O::ZERO; BLOCK]);
    // As a number, so that the loop over a block has no branch.
    let outside = |value: f64| u64::from(!(low <= value && value <= high));
    for (block, mut piece) in out.pieces(BLOCK).enumerate() {
        let (first, n) = (block * BLOCK, piece.len());
        let values = &mut values[..n];
        x(first, values);
        if values.iter().fold(0, |wrong, value| wrong | outside(*value)) != 0 {
            let index = values.iter().position(|value| outside(*value) != 0);
            return index.map(|index| first + index);
        }
        for (result, value) in results.iter_mut().zip(&*values) {
            *result = convert(*value);
        }
        piece.copy_from(0, &results[..n]);
    }
    None
}

/// From 64-bit integers.
fn from_wide<T: Zero + Into<i128>>(x: Input<'_, T>, out: ArrayMut<'_>) -> Option<usize> {
    match out {
        ArrayMut::F64(_) | ArrayMut::F32(_) | ArrayMut::F16(_) => from_exact(x, out),
        ArrayMut::U8Clamped(mut out) => {
            for index in 0..out.len() {
                let value: i128 = x.raw(index).into();
                out.set(index, value.clamp(0, 255) as u8);
            }
            None
        }
        ArrayMut::I8(out) => integers(x, out),
        ArrayMut::U8(out) => integers(x, out),
        ArrayMut::I16(out) => integers(x, out),
        ArrayMut::U16(out) => integers(x, out),
        ArrayMut::I32(out) => integers(x, out),
        ArrayMut::U32(out) => integers(x, out),
        ArrayMut::I64(out) => integers(x, out),
        ArrayMut::U64(out) => integers(x, out),
    }
}

fn integers<T: Element + Into<i128>, O: Element + TryFrom<i128>>(
    x: Input<'_, T>,
    mut out: Output<'_, O>,
) -> Option<usize> {
    for index in 0..out.len() {
        match O::try_from(x.raw(index).into()) {
            Ok(value) => out.set(index, value),
            Err(_) => return Some(index),
        }
    }
    None
}
