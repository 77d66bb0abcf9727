//! Large pages for large new memory of results.

use super::super::callback::{Call, Fault, Value};
use manycore_kernels::arch::{LARGE, prefer_large};
use napi_sys as sys;
use std::ptr;

/// `largePages(buffer)`: asks for large pages under an ArrayBuffer; anything else is left alone.
pub fn large_pages(call: &Call) -> Result<Value, Fault> {
    let (mut data, mut bytes) = (ptr::null_mut(), 0);
    // SAFETY: env and argument are those of the call in progress; Node-API checks that it is an ArrayBuffer.
    let status = unsafe { sys::napi_get_arraybuffer_info(call.env, call.raw(0), &mut data, &mut bytes) };
    if status == sys::Status::napi_ok && bytes >= LARGE {
        prefer_large(data.cast(), bytes);
    }
    Ok(Value::Undefined)
}
