//! Exact reductions of arrays of any kind: one export, the kernel and the kind travel as numbers.

use crate::callback::settle;
use crate::callback::{Call, Fault, Value};
use manycore_exec::Outcome;
use manycore_kernels::Level;
use manycore_kernels::array::ArrayMut;
use manycore_kernels::exact::{Exact, Partial};

/// `exact(packed, first, last, id, timeout, x, y, out)`: the partial of pieces first … last − 1 into `out`; as operation `id` if that is not 0.
/// `packed`: kernel + 2^8 × kind + 2^16 × threads.
pub fn exact(call: &Call) -> Result<Value, Fault> {
    let packed = call.integer(0)?;
    let kernel = Exact::from_id(packed & 0xff).ok_or_else(|| Fault::internal("no such exact reduction"))?;
    let (code, threads) = (packed >> 8 & 0xff, (packed >> 16).max(1) as usize);
    let (first, last) = (call.count(1)?, call.count(2)?);
    if call.count(3)? == 0 {
        let y = match kernel.inputs() {
            2 => Some(call.array(6, code)?),
            _ => None,
        };
        let x = call.array(5, code)?;
        let width = kernel.width(x.element_type());
        let outcome = manycore_exec::exact(Level::current(), kernel, x, y, first, last, threads, None);
        let mut limbs = [0.0; WIDEST];
        return match written(outcome, &mut limbs[..width])? {
            Some(()) => call.write_doubles(7, &limbs[..width]).map(|()| Value::Number(1.0)),
            None => Ok(Value::Undefined),
        };
    }
    let x = call.array_held(5, code)?;
    let y = match kernel.inputs() {
        2 => Some(call.array_held(6, code)?),
        _ => None,
    };
    let out = call.array_mut_held(7, 0)?;
    settle::run(call, 3, 4, &[5, 6, 7], move |cancel| {
        let ((x, _hold), y, (out, _out_hold)) = (&x, &y, out);
        let outcome = manycore_exec::exact(
            Level::current(),
            kernel,
            *x,
            y.as_ref().map(|y| y.0),
            first,
            last,
            threads,
            Some(cancel),
        );
        let width = kernel.width(x.element_type());
        let mut limbs = [0.0; WIDEST];
        let done = written(outcome, &mut limbs[..width])?;
        if let (Some(()), ArrayMut::F64(mut out)) = (done, out) {
            out.copy_from(0, &limbs[..width]);
        }
        Ok(done.map(|()| 1.0))
    })
}

/// Doubles of the widest partial.
const WIDEST: usize = manycore_kernels::exact::accumulator::ACCUMULATOR_WIDTH;

/// Writes what an outcome holds; `None` when it was stopped early.
fn written(outcome: Outcome<Partial>, out: &mut [f64]) -> Result<Option<()>, Fault> {
    let partial = outcome
        .into_result()
        .map_err(|payload| Fault::from_panic(payload.as_ref()))?;
    Ok(partial.map(|partial| partial.write(out)))
}
