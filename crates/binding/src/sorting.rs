//! Sorting: `sort` and `argSort`, of arrays of every kind.

use crate::callback::settle;
use crate::callback::{Call, Fault, Value};
use crate::running::settled;
use manycore_exec::{Cancel, Outcome, arg_sort, sort_small, sort_wide};
use manycore_kernels::array::{Array, ArrayMut, ElementType};

/// `sort(packed, id, timeout, x, out)` with packed = kind + 16 × threads: `x` in rising order into `out`, of the same kind and length. Gives 1, or
/// `undefined` when cancelled or out of time.
pub fn sort_values(call: &Call) -> Result<Value, Fault> {
    let packed = call.integer(0)?;
    let (kind, threads) = (packed & 0xf, (packed >> 4).max(1) as usize);
    let (x, hold) = call.array_held(3, kind)?;
    let (out, hold_out) = call.array_mut_held(4, kind)?;
    check_lengths(x.len(), out.len())?;
    settle::run(call, 1, 2, &[3, 4], move |cancel| {
        let _held = (hold, hold_out);
        settled(values(x, out, threads, cancel), |()| 1.0)
    })
}

/// `argSort(packed, id, timeout, x, out)`, packed as for `sort`: the indices that put `x` in order into `out`, a Uint32Array or a Float64Array.
pub fn sort_indices(call: &Call) -> Result<Value, Fault> {
    let packed = call.integer(0)?;
    let (kind, threads) = (packed & 0xf, (packed >> 4).max(1) as usize);
    // Uint32Array unless the flag says that indices don't fit.
    let index = if packed >> 16 == 1 {
        ElementType::F64
    } else {
        ElementType::U32
    };
    let (x, hold) = call.array_held(3, kind)?;
    let (out, hold_out) = call.array_mut_held(4, index as u32)?;
    check_lengths(x.len(), out.len())?;
    settle::run(call, 1, 2, &[3, 4], move |cancel| {
        let _held = (hold, hold_out);
        settled(indices(x, out, threads, cancel), |()| 1.0)
    })
}

fn check_lengths(x: usize, out: usize) -> Result<(), Fault> {
    if x == out {
        Ok(())
    } else {
        Err(Fault::internal(format!("{x} numbers for {out} places")))
    }
}

macro_rules! of_one_kind {
    ($x:expr, $out:expr, $threads:expr, $cancel:expr; $($kind:ident: $function:path),+) => {
        match ($x, $out) {
            $((Array::$kind(x), ArrayMut::$kind(out)) => $function(x, $threads, Some($cancel), out),)+
            _ => Outcome::Panicked(Box::new("two kinds of arrays")),
        }
    };
}

fn values(x: Array<'_>, out: ArrayMut<'_>, threads: usize, cancel: &Cancel) -> Outcome<()> {
    of_one_kind!(x, out, threads, cancel;
        F64: sort_wide, F32: sort_wide, F16: sort_small, I8: sort_small, U8: sort_small, U8Clamped: sort_small, I16: sort_small,
        U16: sort_small, I32: sort_wide, U32: sort_wide, I64: sort_wide, U64: sort_wide)
}

macro_rules! of_each_kind {
    ($x:expr, $out:expr, $threads:expr, $cancel:expr, $number:expr; $($kind:ident),+) => {
        match $x {
            $(Array::$kind(x) => arg_sort(x, $threads, Some($cancel), $out, $number),)+
        }
    };
}

fn indices(x: Array<'_>, out: ArrayMut<'_>, threads: usize, cancel: &Cancel) -> Outcome<()> {
    match out {
        ArrayMut::U32(out) => {
            of_each_kind!(x, out, threads, cancel, |index| index as u32;
                F64, F32, F16, I8, U8, U8Clamped, I16, U16, I32, U32, I64, U64)
        }
        ArrayMut::F64(out) => {
            of_each_kind!(x, out, threads, cancel, |index| index as f64;
                F64, F32, F16, I8, U8, U8Clamped, I16, U16, I32, U32, I64, U64)
        }
        _ => Outcome::Panicked(Box::new("no array of indices")),
    }
}
