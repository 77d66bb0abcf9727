//! Memory that several processes see: on Linux, anonymous files that live as long as a process holds them, so a process that is
//! killed leaves nothing behind. Their names show in `/proc`, where the TypeScript side finds them.
//!
//! Elsewhere these functions say that there is no such memory.
#![allow(unsafe_code)]

use crate::buffers::lent::lend;
use crate::callback::{Call, Fault, Value};
use napi_sys as sys;
use std::collections::BTreeMap;
use std::ffi::c_void;
use std::ptr;
use std::sync::{Mutex, MutexGuard, PoisonError};

#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "arm")
))]
mod system {
    use std::ffi::{CString, c_int, c_long, c_uint, c_void};
    use std::ptr;

    unsafe extern "C" {
        // memfd_create itself came with glibc 2.27: a binary that names it can't be loaded by an older one.
        fn syscall(number: c_long, ...) -> c_long;
        // Lengths and offsets have 64 bits under these names everywhere.
        #[cfg_attr(target_pointer_width = "32", link_name = "ftruncate64")]
        fn ftruncate(file: c_int, length: i64) -> c_int;
        fn close(file: c_int) -> c_int;
        #[cfg_attr(target_pointer_width = "32", link_name = "mmap64")]
        fn mmap(
            address: *mut c_void,
            length: usize,
            protection: c_int,
            flags: c_int,
            file: c_int,
            offset: i64,
        ) -> *mut c_void;
        fn munmap(address: *mut c_void, length: usize) -> c_int;
    }

    #[cfg(target_arch = "x86_64")]
    const MEMFD_CREATE: c_long = 319;
    #[cfg(target_arch = "aarch64")]
    const MEMFD_CREATE: c_long = 279;
    #[cfg(target_arch = "arm")]
    const MEMFD_CREATE: c_long = 385;
    const CLOSE_ON_EXEC: c_uint = 1;
    const READ_WRITE: c_int = 1 | 2;
    const SHARED: c_int = 1;
    const PRIVATE: c_int = 2;
    const FIXED: c_int = 0x10;
    const ANONYMOUS: c_int = 0x20;
    const NO_RESERVE: c_int = 0x4000;

    /// A new file of zeros; its descriptor, or `None` where there is no memory for it.
    pub fn create(name: &str, bytes: usize) -> Option<i32> {
        let name = CString::new(name).ok()?;
        let length = i64::try_from(bytes).ok()?;
        // SAFETY: the name is a live string that ends with 0; the descriptor is our own.
        unsafe {
            let file = syscall(MEMFD_CREATE, name.as_ptr(), CLOSE_ON_EXEC) as c_int;
            if file < 0 {
                return None;
            }
            if ftruncate(file, length) != 0 {
                close(file);
                return None;
            }
            Some(file)
        }
    }

    /// Gives a descriptor of `create` back.
    pub fn discard(file: i32) {
        // SAFETY: at the worst it is no descriptor, which the system says.
        unsafe { close(file) };
    }

    /// The first `bytes` bytes of a file in this process's memory.
    pub fn map(file: i32, bytes: usize) -> Option<*mut c_void> {
        // SAFETY: a new mapping at an address of the system's choice touches nothing that exists.
        let address = unsafe { mmap(ptr::null_mut(), bytes, READ_WRITE, SHARED, file, 0) };
        (address as isize != -1).then_some(address)
    }

    /// # Safety
    /// `address` came from `map` with this length, and nobody reads it any more.
    pub unsafe fn unmap(address: *mut c_void, bytes: usize) {
        // SAFETY: the caller answers for it.
        unsafe { munmap(address, bytes) };
    }

    /// Lets go of the file: at its place is memory of nobody else's from now on, which costs nothing unless it is written. False where the system has none for it; what is at
    /// the addresses then isn't known.
    ///
    /// # Safety
    /// `address` came from `map` with this length and is mapped still.
    pub unsafe fn vacate(address: *mut c_void, bytes: usize) -> bool {
        let flags = PRIVATE | FIXED | ANONYMOUS | NO_RESERVE;
        // SAFETY: it takes the place of a mapping of ours, all of it and no more.
        let at = unsafe { mmap(address, bytes, READ_WRITE, flags, -1, 0) };
        at == address
    }
}

#[cfg(not(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "arm")
)))]
mod system {
    use std::ffi::c_void;

    pub fn create(_name: &str, _bytes: usize) -> Option<i32> {
        None
    }

    pub fn discard(_file: i32) {}

    pub fn map(_file: i32, _bytes: usize) -> Option<*mut c_void> {
        None
    }

    /// # Safety
    /// Never called: nothing is ever mapped.
    pub unsafe fn unmap(_address: *mut c_void, _bytes: usize) {}

    /// # Safety
    /// Never called: nothing is ever mapped.
    pub unsafe fn vacate(_address: *mut c_void, _bytes: usize) -> bool {
        false
    }
}

/// `sharedCreate(high, low, bytes)`: a descriptor of new memory under the name `manycore-` + 16 hexadecimal digits, or -1.
pub fn shared_create(call: &Call) -> Result<Value, Fault> {
    let name = format!("manycore-{:08x}{:08x}", call.integer(0)?, call.integer(1)?);
    let file = system::create(&name, call.count(2)?).unwrap_or(-1);
    Ok(Value::Number(f64::from(file)))
}

fn descriptor(call: &Call) -> Result<i32, Fault> {
    i32::try_from(call.integer(0)?).map_err(|_| Fault::internal("native argument 0 is no descriptor"))
}

/// `sharedClose(descriptor)`: gives a descriptor of `sharedCreate` back. Node closes only what Node has opened without a warning.
pub fn shared_close(call: &Call) -> Result<Value, Fault> {
    system::discard(descriptor(call)?);
    Ok(Value::Undefined)
}

/// `sharedMap(descriptor, bytes)`: an ArrayBuffer on the memory, which is unmapped when the buffer is detached or collected; undefined where that
/// can't be had.
pub fn shared_map(call: &Call) -> Result<Value, Fault> {
    let file = descriptor(call)?;
    let bytes = call.count(1)?;
    let Some(address) = system::map(file, bytes) else {
        return Ok(Value::Undefined);
    };
    mappings().insert(address as usize, bytes);
    // SAFETY: the mapping is `bytes` long and stays until it is dropped. The TypeScript side has seen that the file is at least that long, and files of ours never shrink.
    let buffer = unsafe { lend(call.env, address, bytes, Mapping(address as usize)) };
    Ok(buffer.map_or(Value::Undefined, Value::Made))
}

/// Where mappings of ours begin, and their lengths.
static MAPPINGS: Mutex<BTreeMap<usize, usize>> = Mutex::new(BTreeMap::new());

fn mappings() -> MutexGuard<'static, BTreeMap<usize, usize>> {
    MAPPINGS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Bytes of a file in this process's memory, or what has taken their place, until they are dropped.
struct Mapping(usize);

impl Drop for Mapping {
    fn drop(&mut self) {
        // Before it is unmapped: the same addresses may be given out again right after.
        if let Some(bytes) = mappings().remove(&self.0) {
            // SAFETY: `shared_map` made it of one mapping; no view of it is left, or none was made.
            unsafe { system::unmap(self.0 as *mut c_void, bytes) };
        }
    }
}

/// `sharedDetach(buffer)`: takes the memory away from all views of it, and gives it back. Whether that was possible.
///
/// Engines drop the mapping itself only when their event loop turns; and work in the background that they were given before (random bytes, compression) may
/// still read or write there, so that its addresses must stay until then.
pub fn shared_detach(call: &Call) -> Result<Value, Fault> {
    let (mut data, mut bytes) = (ptr::null_mut(), 0);
    // SAFETY: env and argument are those of the call in progress; Node-API checks that it is a buffer, and that it can be detached.
    let status = unsafe {
        sys::napi_get_arraybuffer_info(call.env, call.raw(0), &mut data, &mut bytes);
        sys::napi_detach_arraybuffer(call.env, call.raw(0))
    };
    let detached = status == sys::Status::napi_ok;
    if detached {
        let mut mappings = mappings();
        // SAFETY: it is in the list, so it is mapped, and with the list locked it stays so.
        if mappings.get(&(data as usize)) == Some(&bytes) && !unsafe { system::vacate(data, bytes) } {
            mappings.remove(&(data as usize));
        }
    }
    Ok(Value::Boolean(detached))
}
