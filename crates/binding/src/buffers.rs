//! Typed arrays as kernels see them: the one place where a JavaScript array becomes a pointer and a length.
#![allow(unsafe_code)]

pub mod arrays;
pub mod few;
pub mod lent;
pub mod models;
pub mod pages;

use crate::callback::{Call, Fault, Value};
use manycore_kernels::arch::{LARGE, prefer_large};
use manycore_kernels::{Input, InputAny};
use napi_sys as sys;
use std::alloc::{Layout, alloc, alloc_zeroed, dealloc};
use std::collections::BTreeMap;
use std::ffi::c_void;
use std::ptr::{self, NonNull};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Where a typed array lies.
struct Place {
    kind: sys::napi_typedarray_type,
    length: usize,
    data: *mut c_void,
}

fn place(call: &Call, index: usize) -> Result<Place, Fault> {
    let mut place = Place {
        kind: 0,
        length: 0,
        data: ptr::null_mut(),
    };
    // SAFETY: env and argument are those of the call in progress; the results that are not wanted may be null.
    let status = unsafe {
        sys::napi_get_typedarray_info(
            call.env,
            call.raw(index),
            &mut place.kind,
            &mut place.length,
            &mut place.data,
            ptr::null_mut(),
            ptr::null_mut(),
        )
    };
    if status != sys::Status::napi_ok {
        return Err(Fault::internal(format!("native argument {index} is not a typed array")));
    }
    if place.data.is_null() {
        // Empty arrays may have no address.
        place.data = NonNull::<f64>::dangling().as_ptr().cast();
        place.length = 0;
    }
    Ok(place)
}

impl Call {
    /// Argument `index` as floating-point numbers, for as long as the call lasts: nothing in a call runs JavaScript, so
    /// the memory can't go meanwhile.
    pub fn floats(&self, index: usize) -> Result<InputAny<'_>, Fault> {
        // SAFETY: the lifetime is that of the call.
        unsafe { self.floats_unbound(index) }
    }

    /// # Safety
    /// The memory must stay until the last use of the input.
    unsafe fn floats_unbound<'a>(&self, index: usize) -> Result<InputAny<'a>, Fault> {
        let Place { kind, length, data } = place(self, index)?;
        match kind {
            sys::TypedarrayType::float64_array => {
                // SAFETY: Node-API gave data and length of a live array of doubles; the caller answers for its lifetime.
                let input = unsafe { Input::from_raw(data.cast::<f64>(), length) };
                Ok(InputAny::F64(input))
            }
            sys::TypedarrayType::float32_array => {
                // SAFETY: as above, of floats.
                let input = unsafe { Input::from_raw(data.cast::<f32>(), length) };
                Ok(InputAny::F32(input))
            }
            _ => Err(Fault::internal(format!(
                "native argument {index} is not an array of floats"
            ))),
        }
    }

    /// Argument `index` as floating-point numbers for an asynchronous operation.
    ///
    /// The memory stays because of three things together: `settle::start` keeps the view alive and registered with its environment; the
    /// TypeScript side only passes memory that JavaScript can't free (shared, from `allocate`, or transferred to us); and memory from
    /// `allocate`, whose buffer a user may move, is counted here.
    pub fn floats_held(&self, index: usize) -> Result<(InputAny<'static>, Option<Arc<Allocation>>), Fault> {
        // SAFETY: see above.
        let input = unsafe { self.floats_unbound(index) }?;
        Ok((input, Allocation::holding(place(self, index)?.data as usize)))
    }

    /// Writes doubles to the Float64Array that is argument `index`, which must have room for them.
    pub fn write_doubles(&self, index: usize, values: &[f64]) -> Result<(), Fault> {
        let Place { kind, length, data } = place(self, index)?;
        if kind != sys::TypedarrayType::float64_array || length < values.len() {
            return Err(Fault::internal(format!(
                "native argument {index} is not a Float64Array of {}",
                values.len()
            )));
        }
        // SAFETY: Node-API gave data and length of a live Float64Array, which is 8-byte aligned by JavaScript's rules; `values` is
        // our own memory, so the two don't overlap.
        unsafe { ptr::copy_nonoverlapping(values.as_ptr(), data.cast::<f64>(), values.len()) };
        Ok(())
    }
}

/// Memory of `allocate`: freed when neither JavaScript nor an operation holds it.
pub struct Allocation {
    /// The first aligned byte.
    data: NonNull<u8>,
    /// What the allocator gave.
    start: NonNull<u8>,
    layout: Layout,
}

// SAFETY: the memory is plain bytes that are only reached through raw pointers; the struct itself is never changed.
unsafe impl Send for Allocation {}
// SAFETY: as above.
unsafe impl Sync for Allocation {}

impl Drop for Allocation {
    fn drop(&mut self) {
        lock_registry().remove(&(self.data.as_ptr() as usize));
        // SAFETY: allocated in `new` with this layout, and dropped once.
        unsafe { dealloc(self.start.as_ptr(), self.layout) };
    }
}

/// Live allocations by address, so that an operation can find the one that a view lies in.
static REGISTRY: Mutex<BTreeMap<usize, (usize, Weak<Allocation>)>> = Mutex::new(BTreeMap::new());

fn lock_registry() -> std::sync::MutexGuard<'static, BTreeMap<usize, (usize, Weak<Allocation>)>> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Allocation {
    /// 64-byte aligned memory, a cache line and an AVX-512 vector.
    const ALIGNMENT: usize = 64;

    fn new(bytes: usize, zeroed: bool) -> Option<Arc<Self>> {
        // A few bytes more rather than an alignment that the allocator must see to: it would clear the memory by writing, where new pages are
        // clear anyway.
        let layout = Layout::from_size_align(bytes.checked_add(Self::ALIGNMENT)?, align_of::<f64>()).ok()?;
        // SAFETY: the layout's size is not zero.
        let start = NonNull::new(unsafe { if zeroed { alloc_zeroed(layout) } else { alloc(layout) } })?;
        let offset = start.as_ptr().align_offset(Self::ALIGNMENT);
        // SAFETY: an offset below the alignment, by which the memory is longer than `bytes`.
        let data = unsafe { start.add(offset) };
        if bytes >= LARGE {
            prefer_large(data.as_ptr(), bytes);
        }
        let allocation = Arc::new(Self { data, start, layout });
        lock_registry().insert(data.as_ptr() as usize, (bytes, Arc::downgrade(&allocation)));
        Some(allocation)
    }

    /// The allocation that an address lies in.
    fn holding(address: usize) -> Option<Arc<Self>> {
        let registry = lock_registry();
        let (start, (bytes, allocation)) = registry.range(..=address).next_back()?;
        (address - start < (*bytes).max(1)).then(|| allocation.upgrade())?
    }
}

/// `allocate(bytes, zeroed)`: an ArrayBuffer on memory of ours; `undefined` where the engine takes none.
pub fn allocate(call: &Call) -> Result<Value, Fault> {
    let bytes = call.count(0)?;
    let allocation = Allocation::new(bytes, call.integer(1)? != 0).ok_or_else(|| Fault {
        code: "ERR_MANYCORE_RANGE",
        message: format!("{bytes} bytes can't be had"),
    })?;
    Ok(lend(call, allocation, bytes))
}

/// An ArrayBuffer on the first `bytes` of an allocation, which it holds; `undefined` where the engine takes none.
fn lend(call: &Call, allocation: Arc<Allocation>, bytes: usize) -> Value {
    assert!(
        bytes <= allocation.layout.size() - Allocation::ALIGNMENT,
        "more than there is"
    );
    let data = allocation.data.as_ptr().cast();
    // SAFETY: the allocation is that long by the line above, and frees its memory when its last holder drops it.
    let buffer = unsafe { lent::lend(call.env, data, bytes, allocation) };
    buffer.map_or(Value::Undefined, Value::Made)
}
