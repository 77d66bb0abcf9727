//! What the native core is and how it is set up, and the panics that tests ask for.

use crate::callback::settle;
use crate::callback::{Call, Fault, Value};
use manycore_exec::{Cancel, Outcome};
use manycore_kernels::{Level, Reduction, order};

/// `version()`
pub fn version(_call: &Call) -> Result<Value, Fault> {
    Ok(Value::Text(env!("CARGO_PKG_VERSION").to_owned()))
}

/// `reductionNames()`
pub fn reduction_names(_call: &Call) -> Result<Value, Fault> {
    Ok(Value::Text(Reduction::NAMES.join(",")))
}

/// `order()`
pub fn order(_call: &Call) -> Result<Value, Fault> {
    Ok(Value::Text(format!(
        "{},{},{}",
        order::LANES,
        order::BLOCK,
        order::CHUNK
    )))
}

/// `cpuLevel()`
pub fn cpu_level(_call: &Call) -> Result<Value, Fault> {
    Ok(Value::Text(Level::current().name().to_owned()))
}

/// `threads()`
pub fn threads(_call: &Call) -> Result<Value, Fault> {
    Ok(Value::Number(manycore_exec::threads() as f64))
}

/// `setThreads(count)`
pub fn set_threads(call: &Call) -> Result<Value, Fault> {
    manycore_exec::set_threads(call.count(0)?);
    Ok(Value::Undefined)
}

/// `warning()`
pub fn warning(_call: &Call) -> Result<Value, Fault> {
    Ok(Value::Text(manycore_exec::warning().unwrap_or_default()))
}

/// `panic(where, id)`: for tests.
pub fn panic(call: &Call) -> Result<Value, Fault> {
    match call.integer(0)? {
        0 => panic!("asked for by a test, in the call"),
        1 => {
            let outcome = manycore_exec::run_chunks(manycore_exec::threads(), 64, None, |chunk| {
                assert!(chunk != 63, "asked for by a test, in a job");
            });
            match outcome {
                Outcome::Panicked(payload) => Err(Fault::from_panic(payload.as_ref())),
                _ => Err(Fault::internal("the panic got lost")),
            }
        }
        _ => {
            let id = call.count(1)? as u64;
            settle::start(call, id, &[], Cancel::new(None), |_| {
                panic!("asked for by a test, in an operation")
            })
        }
    }
}
