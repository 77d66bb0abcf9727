//! Elementwise kernels: one export for the family; the kernel and the kinds of arrays travel as a number.

use crate::callback::{Call, Fault, Value, settle};
use manycore_exec::Outcome;
use manycore_kernels::Level;
use manycore_kernels::map::{MapCall, MapKernel, Scalar};

/// 2^32: an integer travels as two doubles, high · 2^32 + low, since a double alone doesn't hold 64 bits.
const TWO_32: i128 = 1 << 32;

/// Places of the arrays among the arguments.
const ARRAYS: [usize; 3] = [9, 10, 11];

/// `mapNames()`: names of the kernels by id, separated by commas.
pub fn names(_call: &Call) -> Result<Value, Fault> {
    let names: Vec<_> = MapKernel::ALL.iter().map(|kernel| kernel.name()).collect();
    Ok(Value::Text(names.join(",")))
}

/// `map(packed, id, timeout, first, last, a, aLow, b, bLow, x, y, out)`: elements first … last − 1; the index of the first one whose result
/// doesn't fit, or −1, or `undefined` when stopped. packed: kernel + 16 · 1 if y is an array + 256 · kind of x + 4096 · kind of out + 65536 · threads.
pub fn map(call: &Call) -> Result<Value, Fault> {
    let packed = call.integer(0)?;
    let kernel = MapKernel::from_id(packed & 0xf).ok_or_else(|| Fault::internal("no such elementwise kernel"))?;
    let threads = (packed >> 16).max(1) as usize;
    let (kind, out_kind) = (packed >> 8 & 0xf, packed >> 12 & 0xf);
    let (first, last) = (call.count(3)?, call.count(4)?);
    let (a, b) = (scalar(call, 5, kind.min(out_kind)), scalar(call, 7, kind.min(out_kind)));
    let second = packed & 0x10 != 0;
    let [x_at, y_at, out_at] = ARRAYS;

    if call.count(1)? != 0 {
        let (x, x_hold) = call.array_held(x_at, kind)?;
        let y = if second {
            Some(call.array_held(y_at, kind)?)
        } else {
            None
        };
        let (out, out_hold) = call.array_mut_held(out_at, out_kind)?;
        check(x.len(), y.as_ref().map(|y| y.0.len()), out.len(), first, last)?;
        return settle::run(call, 1, 2, &ARRAYS, move |cancel| {
            let _holds = (x_hold, out_hold);
            let call = MapCall {
                kernel,
                x,
                y: y.as_ref().map(|y| y.0),
                a,
                b,
            };
            let out = out.split_at(first).1.split_at(last - first).0;
            settled(manycore_exec::map(
                Level::current(),
                &call,
                first,
                out,
                threads,
                Some(cancel),
            ))
        });
    }
    let x = call.array(x_at, kind)?;
    let y = if second { Some(call.array(y_at, kind)?) } else { None };
    let out = call.array_mut(out_at, out_kind)?;
    check(x.len(), y.map(|y| y.len()), out.len(), first, last)?;
    let out = out.split_at(first).1.split_at(last - first).0;
    let call = MapCall { kernel, x, y, a, b };
    let settled = settled(manycore_exec::map(Level::current(), &call, first, out, threads, None))?;
    Ok(settled.map_or(Value::Undefined, Value::Number))
}

fn settled(outcome: Outcome<Option<usize>>) -> settle::Settled {
    match outcome {
        Outcome::Done(wrong) => Ok(Some(wrong.map_or(-1.0, |index| index as f64))),
        Outcome::Cancelled | Outcome::TimedOut => Ok(None),
        Outcome::Panicked(payload) => Err(Fault::from_panic(payload.as_ref())),
    }
}

/// `kind` is the lower one of those of x and out: an integer of 64 bits only where both are (10 and 11).
fn scalar(call: &Call, index: usize, kind: u32) -> Scalar {
    let high = call.number(index).unwrap_or(0.0);
    if kind < 10 {
        return Scalar {
            number: high,
            integer: 0,
        };
    }
    let low = call.number(index + 1).unwrap_or(0.0);
    let integer = high as i128 * TWO_32 + low as i128;
    Scalar {
        number: integer as f64,
        integer,
    }
}

/// The lengths may have changed since TypeScript looked: the memory may be shared with other threads, or resizable.
fn check(x: usize, y: Option<usize>, out: usize, first: usize, last: usize) -> Result<(), Fault> {
    let least = x.min(y.unwrap_or(x)).min(out);
    if first <= last && last <= least {
        return Ok(());
    }
    Err(Fault::internal(format!(
        "elements {first} to {last} of arrays of {least}"
    )))
}
