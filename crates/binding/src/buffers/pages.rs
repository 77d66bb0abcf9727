//! Memory of new results: large pages, and a heap that is ready for them.

use super::place;
use crate::callback::{Call, Fault, Value};
use manycore_kernels::arch::{self, LARGE, prefer_large};
use napi_sys as sys;

/// `largePages(bytes)`: asks for large pages under a Uint8Array, over shared memory too; anything else is left alone.
pub fn large_pages(call: &Call) -> Result<Value, Fault> {
    let memory = place(call, 0)?;
    if memory.kind == sys::TypedarrayType::uint8_array && memory.length >= LARGE {
        prefer_large(memory.data.cast(), memory.length);
    }
    Ok(Value::Undefined)
}

/// `prepareHeap()`: see there.
pub fn prepare_heap(_call: &Call) -> Result<Value, Fault> {
    arch::prepare_heap();
    Ok(Value::Undefined)
}
