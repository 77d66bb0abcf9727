//! `astype`: any kind to any other. To a floating-point kind through double, rounded to nearest; to integers towards 0, and what the kind
//! can't hold (a NaN too) is an error, but for the clamped kind, which rounds to nearest even and clamps as its name says.

use super::doubles::widen;
use crate::arch::array::{Array, ArrayMut};
use crate::arch::{Element, Float, Input, Output};

/// Elements of a block.
const BLOCK: usize = 512;

/// `out[i]` from `x[i]`; the first index that doesn't fit.
pub(super) fn astype(x: Array<'_>, out: ArrayMut<'_>) -> Option<usize> {
    match x {
        Array::I64(x) => from_wide(x, out),
        Array::U64(x) => from_wide(x, out),
        Array::F64(x) => through_doubles(x, out),
        Array::F32(x) => through_doubles(x, out),
        Array::F16(x) => through_doubles(x, out),
        Array::I8(x) => through_doubles(x, out),
        Array::U8(x) | Array::U8Clamped(x) => through_doubles(x, out),
        Array::I16(x) => through_doubles(x, out),
        Array::U16(x) => through_doubles(x, out),
        Array::I32(x) => through_doubles(x, out),
        Array::U32(x) => through_doubles(x, out),
    }
}

/// From kinds that double holds exactly.
fn through_doubles<T: Element>(x: Input<'_, T>, out: ArrayMut<'_>) -> Option<usize> {
    match out {
        ArrayMut::F64(out) => round(x, out),
        ArrayMut::F32(out) => round(x, out),
        ArrayMut::F16(out) => round(x, out),
        ArrayMut::U8Clamped(out) => blocks(x, out, |value| {
            // Adding and subtracting 2^52 rounds to an integer, ties to even.
            let rounded = value.clamp(0.0, 255.0) + 4503599627370496.0 - 4503599627370496.0;
            (!value.is_nan()).then_some(rounded as u8)
        }),
        ArrayMut::I8(out) => blocks(x, out, |value| within(value, -129.0, 128.0).then_some(value as i8)),
        ArrayMut::U8(out) => blocks(x, out, |value| within(value, -1.0, 256.0).then_some(value as u8)),
        ArrayMut::I16(out) => blocks(x, out, |value| within(value, -32769.0, 32768.0).then_some(value as i16)),
        ArrayMut::U16(out) => blocks(x, out, |value| within(value, -1.0, 65536.0).then_some(value as u16)),
        ArrayMut::I32(out) => blocks(x, out, |value| {
            within(value, -2147483649.0, 2147483648.0).then_some(value as i32)
        }),
        ArrayMut::U32(out) => blocks(x, out, |value| {
            within(value, -1.0, 4294967296.0).then_some(value as u32)
        }),
        ArrayMut::I64(out) => blocks(x, out, |value| {
            (-9223372036854775808.0..9223372036854775808.0)
                .contains(&value)
                .then_some(value as i64)
        }),
        ArrayMut::U64(out) => blocks(x, out, |value| {
            within(value, -1.0, 18446744073709551616.0).then_some(value as u64)
        }),
    }
}

/// Whether the value, taken towards 0, is between the two; false for a NaN.
fn within(value: f64, below: f64, above: f64) -> bool {
    below < value && value < above
}

fn round<T: Element, O: Float>(x: Input<'_, T>, out: Output<'_, O>) -> Option<usize> {
    blocks(x, out, |value| Some(O::narrow(value)))
}

fn blocks<T: Element, O: Element>(
    x: Input<'_, T>,
    out: Output<'_, O>,
    convert: impl Fn(f64) -> Option<O>,
) -> Option<usize> {
    assert_eq!(x.len(), out.len());
    let mut values = [0.0; BLOCK];
    for (block, mut piece) in out.pieces(BLOCK).enumerate() {
        let (first, n) = (block * BLOCK, piece.len());
        widen(x, first, &mut values[..n]);
        for (index, value) in values[..n].iter().enumerate() {
            match convert(*value) {
                Some(result) => piece.set(index, result),
                None => return Some(first + index),
            }
        }
    }
    None
}

/// From 64-bit integers.
fn from_wide<T: Element + Into<i128>>(x: Input<'_, T>, out: ArrayMut<'_>) -> Option<usize> {
    match out {
        ArrayMut::F64(_) | ArrayMut::F32(_) | ArrayMut::F16(_) => through_doubles(x, out),
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
