//! Running sums, and the largest numbers.

use crate::callback::settle::{self, Settled};
use crate::callback::{Call, Fault, Value};
use manycore_exec::{Cancel, Outcome, cumulative_sum, top_k};
use manycore_kernels::Input;
use manycore_kernels::Output;
use manycore_kernels::arch::Element;
use manycore_kernels::array::{Array, ArrayMut, ElementType};
use manycore_kernels::sorting::Sortable;

macro_rules! of_one_kind {
    ($x:expr, $out:expr, |$a:ident, $b:ident| $body:expr) => {
        of_one_kind!($x, $out, |$a, $b| $body;
            F64, F32, F16, I8, U8, U8Clamped, I16, U16, I32, U32, I64, U64)
    };
    ($x:expr, $out:expr, |$a:ident, $b:ident| $body:expr; $($kind:ident),+) => {
        match ($x, $out) {
            $((Array::$kind($a), ArrayMut::$kind($b)) => $body,)+
            _ => Err(Fault::internal("two kinds of arrays")),
        }
    };
}

/// `cumulativeSum(packed, id, timeout, x, out)` with packed = kind + 16 × threads: the running sums of `x` into `out`, of the same kind and length. Gives the number of sums
/// before the first that is out of range, which is the length where none is, or `undefined` when cancelled or out of time.
pub fn running_sums(call: &Call) -> Result<Value, Fault> {
    let packed = call.integer(0)?;
    let (kind, threads) = (packed & 0xf, (packed >> 4).max(1) as usize);
    let (x, hold) = call.array_held(3, kind)?;
    let (out, hold_out) = call.array_mut_held(4, kind)?;
    let length = x.len();
    if length != out.len() {
        return Err(Fault::internal(format!("{length} numbers for {} places", out.len())));
    }
    settle::run(call, 1, 2, &[3, 4], move |cancel| {
        let _held = (hold, hold_out);
        of_one_kind!(x, out, |x, out| settled(
            cumulative_sum(x, threads, Some(cancel), out),
            |misfit| { misfit.unwrap_or(length) as f64 }
        ))
    })
}

/// `topK(packed, id, timeout, x, values, indices)`, packed as above: the largest numbers of `x` into `values`, of the same kind, as many as that has places for, and where
/// they are into `indices`, a Uint32Array or beyond 2^32 elements a Float64Array. Gives 1, or `undefined` when cancelled or out of time.
pub fn largest(call: &Call) -> Result<Value, Fault> {
    let packed = call.integer(0)?;
    let (kind, threads) = (packed & 0xf, (packed >> 4).max(1) as usize);
    let (x, hold) = call.array_held(3, kind)?;
    let index = if x.len() as u64 <= 1 << 32 {
        ElementType::U32
    } else {
        ElementType::F64
    };
    let (values, hold_values) = call.array_mut_held(4, kind)?;
    let (indices, hold_indices) = call.array_mut_held(5, index as u32)?;
    if values.len() != indices.len() || values.len() > x.len() {
        return Err(Fault::internal("more numbers asked for than there are"));
    }
    settle::run(call, 1, 2, &[3, 4, 5], move |cancel| {
        let _held = (hold, hold_values, hold_indices);
        of_one_kind!(x, values, |x, values| write_largest(
            x, threads, cancel, values, indices
        ))
    })
}

fn write_largest<T: Element + Sortable>(
    x: Input<'_, T>,
    threads: usize,
    cancel: &Cancel,
    values: Output<'_, T>,
    indices: ArrayMut<'_>,
) -> Settled {
    settled(top_k(x, values.len(), threads, Some(cancel)), |(largest, places)| {
        write(values, largest.into_iter());
        match indices {
            ArrayMut::U32(indices) => write(indices, places.into_iter().map(|place| place as u32)),
            ArrayMut::F64(indices) => write(indices, places.into_iter().map(|place| place as f64)),
            _ => {}
        }
        1.0
    })
}

fn write<T: Element>(mut out: Output<'_, T>, values: impl Iterator<Item = T>) {
    values.enumerate().for_each(|(index, value)| out.set(index, value));
}

/// An outcome whose result becomes the call's number.
pub(crate) fn settled<R>(outcome: Outcome<R>, number: impl FnOnce(R) -> f64) -> Settled {
    match outcome {
        Outcome::Done(result) => Ok(Some(number(result))),
        Outcome::Cancelled | Outcome::TimedOut => Ok(None),
        Outcome::Panicked(payload) => Err(Fault::from_panic(payload.as_ref())),
    }
}
