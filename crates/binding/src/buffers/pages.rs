//! Large pages for large new memory of results.

use super::place;
use crate::callback::{Call, Fault, Value};
use manycore_kernels::arch::{LARGE, prefer_large};
use napi_sys as sys;

/// `largePages(bytes)`: asks for large pages under a Uint8Array, over shared memory too; anything else is left alone.
pub fn large_pages(call: &Call) -> Result<Value, Fault> {
    let memory = place(call, 0)?;
    if memory.kind == sys::TypedarrayType::uint8_array && memory.length >= LARGE {
        prefer_large(memory.data.cast(), memory.length);
    }
    Ok(Value::Undefined)
}
