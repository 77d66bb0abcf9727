//! Reductions of matrices along an axis.

use crate::callback::settle;
use crate::callback::{Call, Fault, Value};
use crate::running::settled;
use manycore_exec::{Along, reduce_axis as run};
use manycore_kernels::{Level, Reduction};

/// `reduceAxis(packed, id, timeout, rows, columns, size, first, last, x, y?, out)` with packed = kernel + 256 × (axis + 2 × threads): pieces
/// first … last − 1 into `out`. Gives 1, or `undefined` when cancelled or out of time.
pub fn reduce_axis(call: &Call) -> Result<Value, Fault> {
    let packed = call.integer(0)?;
    let kernel = Reduction::from_id(packed & 0xff).ok_or_else(|| Fault::internal("no such reduction"))?;
    let along = Along {
        rows: call.count(3)?,
        columns: call.count(4)?,
        each_row: (packed >> 8) & 1 == 1,
        size: call.count(5)?,
    };
    let threads = (packed >> 9).max(1) as usize;
    let pieces = (call.count(6)?, call.count(7)?);
    let x = call.floats_held(8)?;
    let y = if kernel.inputs() == 2 {
        Some(call.floats_held(9)?)
    } else {
        None
    };
    let out = call.output_held(10)?;
    settle::run(call, 1, 2, &[8, 9, 10], move |cancel| {
        let (x, y, out) = (x, y, out);
        let second = y.as_ref().map(|y| y.0);
        let level = Level::current();
        let outcome = run(level, kernel, x.0, second, along, pieces, threads, Some(cancel), out.0);
        settled(outcome, |()| 1.0)
    })
}
