//! Memory of ours that the engine sees as an ArrayBuffer.

use crate::callback::Made;
use napi_sys as sys;
use std::ffi::c_void;
use std::ptr;
use std::sync::{Arc, Mutex, PoisonError};

/// Who owns lent memory, until the engine or we have given it up.
struct Lent<T>(Mutex<Option<T>>);

impl<T> Lent<T> {
    fn give_up(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// An ArrayBuffer on `bytes` bytes at `data`, which holds `owner` until it is detached or collected. `None` where the engine refuses memory that isn't its own
/// (Electron) or so much of it (Node 20: more than 4 GiB); `owner` is dropped then.
///
/// # Safety
/// The memory is of that length and stays while `owner` lives.
pub(crate) unsafe fn lend<T: Send + 'static>(
    env: sys::napi_env,
    data: *mut c_void,
    bytes: usize,
    owner: T,
) -> Option<Made> {
    let ours = Arc::new(Lent(Mutex::new(Some(owner))));
    let hint = Arc::into_raw(Arc::clone(&ours));
    let mut buffer = ptr::null_mut();
    // SAFETY: the caller answers for the memory; `release` gives back the count that `hint` stands for.
    let status = unsafe {
        sys::napi_create_external_arraybuffer(
            env,
            data,
            bytes,
            Some(release::<T>),
            hint.cast_mut().cast(),
            &mut buffer,
        )
    };
    if status == sys::Status::napi_ok {
        return Some(Made(buffer));
    }
    // Node calls `release` before it says that there is too much memory, and doesn't where it refuses for another reason: whoever comes first drops the owner, and if
    // `release` never comes, the few bytes around it are lost.
    ours.give_up();
    let mut exception = ptr::null_mut();
    // SAFETY: env is that of the call in progress. What Node has thrown would come out of the next call that fails.
    unsafe { sys::napi_get_and_clear_last_exception(env, &mut exception) };
    None
}

unsafe extern "C" fn release<T>(_env: sys::napi_env, _data: *mut c_void, hint: *mut c_void) {
    // SAFETY: `lend` made the pointer by Arc::into_raw for this one call.
    unsafe { Arc::from_raw(hint.cast::<Lent<T>>().cast_const()) }.give_up();
}
