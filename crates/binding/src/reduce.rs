//! Reductions: one set of exports for the whole family; the kernel travels as a number.

use crate::callback::environment::Environment;
use crate::callback::settle::{self, Settled, deadline};
use crate::callback::{Call, Fault, Value};
use manycore_exec::{Cancel, Outcome};
use manycore_kernels::reduction::{finish, finish_all};
use manycore_kernels::{Level, Output, Partial, Reduction};

/// The kernel and the thread count, packed: kernel + 256 × threads.
fn unpack(call: &Call) -> Result<(Reduction, usize), Fault> {
    let packed = call.integer(0)?;
    let kernel = Reduction::from_id(packed & 0xff).ok_or_else(|| Fault::internal("no such reduction"))?;
    Ok((kernel, (packed >> 8).max(1) as usize))
}

/// `reduce(packed, x, y?, timeout?, root?)`: the value, or `undefined` when time ran out. Kernels of several results
/// write them to `root`.
pub fn reduce(call: &Call) -> Result<Value, Fault> {
    let (kernel, threads) = unpack(call)?;
    let limit = deadline(call.number(3));
    let y = if kernel.inputs() == 2 {
        Some(call.floats(2)?)
    } else {
        None
    };
    let x = call.floats(1)?;
    let cancel = limit.map(|limit| Cancel::new(Some(limit)));
    match manycore_exec::reduce(Level::current(), kernel, x, y, threads, cancel.as_ref()) {
        Outcome::Done(root) => {
            if kernel.results() > 1 {
                call.write_doubles(4, &finish_all(root)[..kernel.width()])?;
            }
            Ok(Value::Number(finish(kernel, root)))
        }
        Outcome::Cancelled | Outcome::TimedOut => Ok(Value::Undefined),
        Outcome::Panicked(payload) => Err(Fault::from_panic(payload.as_ref())),
    }
}

/// `partials(packed, first, last, x, y, out)`: the partials of chunks first … last − 1.
pub fn partials(call: &Call) -> Result<Value, Fault> {
    let (kernel, threads) = unpack(call)?;
    let (first, last) = (call.count(1)?, call.count(2)?);
    let y = if kernel.inputs() == 2 {
        Some(call.floats(4)?)
    } else {
        None
    };
    let x = call.floats(3)?;
    let mut out = vec![0.0; last.saturating_sub(first) * kernel.width()];
    match manycore_exec::partials(Level::current(), kernel, x, y, first, last, threads, &mut out) {
        Outcome::Panicked(payload) => Err(Fault::from_panic(payload.as_ref())),
        _ => call.write_doubles(5, &out).map(|()| Value::Undefined),
    }
}

/// `reduceAsync(packed, id, timeout, x, y?, root?)`: the promise of the value, or of `undefined` when cancelled or out of time. `root` as in
/// `reduce`; it is memory that JavaScript can't free.
pub fn reduce_async(call: &Call) -> Result<Value, Fault> {
    let (kernel, threads) = unpack(call)?;
    let id = call.count(1)? as u64;
    let cancel = Cancel::new(deadline(call.number(2)));
    let x = call.floats_held(3)?;
    let y = if kernel.inputs() == 2 {
        Some(call.floats_held(4)?)
    } else {
        None
    };
    let mut results = if kernel.results() > 1 {
        Some(call.output_held(5)?)
    } else {
        None
    };
    settle::start(call, id, &[3, 4, 5], cancel, move |cancel| {
        let (x, y) = (&x, &y);
        let outcome = manycore_exec::reduce(
            Level::current(),
            kernel,
            x.0,
            y.as_ref().map(|y| y.0),
            threads,
            Some(cancel),
        );
        settled(outcome.map(|root| {
            if let Some((results, _)) = &mut results {
                write_root(results, kernel, root);
            }
            finish(kernel, root)
        }))
    })
}

fn write_root(results: &mut Output<'_>, kernel: Reduction, root: Partial) {
    for (index, value) in finish_all(root)[..kernel.width()].iter().enumerate() {
        results.set(index, *value);
    }
}

/// An outcome as a promise's.
pub(crate) fn settled(outcome: Outcome<f64>) -> Settled {
    match outcome {
        Outcome::Done(value) => Ok(Some(value)),
        Outcome::Cancelled | Outcome::TimedOut => Ok(None),
        Outcome::Panicked(payload) => Err(Fault::from_panic(payload.as_ref())),
    }
}

/// `cancel(id)`
pub fn cancel(call: &Call) -> Result<Value, Fault> {
    let id = call.count(0)? as u64;
    Environment::of(call)?.cancel(id);
    Ok(Value::Undefined)
}
