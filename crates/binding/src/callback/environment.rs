//! What belongs to one JavaScript environment (the main thread, or one worker): its running operations, and the hook that
//! drains them before the environment's memory goes.

use super::settle::Channel;
use super::{Call, Fault};
use crate::buffers::few::FewMemory;
use manycore_exec::Cancel;
use napi_sys as sys;
use std::cell::{Cell, OnceCell};
use std::collections::HashMap;
use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Environments that have the addon loaded and have not ended.
static LIVE: AtomicUsize = AtomicUsize::new(0);
static NEXT_OWNER: AtomicU64 = AtomicU64::new(1);

/// The state of one environment, reached from its own thread only.
pub struct Environment {
    /// What the job queue calls this environment.
    pub owner: u64,
    pub(super) operations: Arc<Operations>,
    pub(super) channel: OnceCell<Channel>,
    /// Where JavaScript puts the operands of calls of few elements.
    pub few: OnceCell<FewMemory>,
    /// Promises not settled yet: while there are any, the channel keeps the event loop alive.
    pub(super) pending: Cell<usize>,
}

/// Operations that may read memory of the environment, counted from submission to the last read.
#[derive(Default)]
pub(super) struct Operations {
    table: Mutex<HashMap<u64, Cancel>>,
    drained: Condvar,
}

impl Operations {
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Cancel>> {
        // The table is a plain map: a panic elsewhere can't leave it half-changed.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn drain(&self) {
        let mut table = self.lock();
        for cancel in table.values() {
            cancel.cancel();
        }
        while !table.is_empty() {
            table = self.drained.wait(table).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Proof that an operation is registered; dropping it says that the operation reads no memory any more.
pub(super) struct Registration {
    operations: Arc<Operations>,
    id: u64,
}

impl Registration {
    pub(super) fn new(operations: &Arc<Operations>, id: u64, cancel: Cancel) -> Result<Self, Fault> {
        if operations.lock().insert(id, cancel).is_some() {
            return Err(Fault::internal(format!("operation {id} exists already")));
        }
        Ok(Self {
            operations: Arc::clone(operations),
            id,
        })
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.operations.lock().remove(&self.id);
        self.operations.drained.notify_all();
    }
}

impl Environment {
    /// The state of the environment that a call came from.
    pub fn of(call: &Call) -> Result<&Environment, Fault> {
        let mut data = ptr::null_mut();
        // SAFETY: `env` is that of the call in progress on this thread.
        let status = unsafe { sys::napi_get_instance_data(call.env, &mut data) };
        if status != sys::Status::napi_ok || data.is_null() {
            return Err(Fault::internal("the environment has no instance data"));
        }
        // SAFETY: `install` set the data to a boxed Environment, which Node frees through `finalize` after the last call. Only
        // this thread has it, and nothing hands out a mutable reference.
        Ok(unsafe { &*data.cast::<Environment>() })
    }

    /// Asks operation `id` to stop at its next chunk; unknown ids have ended already.
    pub fn cancel(&self, id: u64) {
        if let Some(cancel) = self.operations.lock().get(&id) {
            cancel.cancel();
        }
    }
}

/// Gives `env` its state.
///
/// # Safety
/// `env` is that of a module registration in progress on this thread, and has no instance data yet.
pub(crate) unsafe fn install(env: sys::napi_env) {
    let environment = Box::new(Environment {
        owner: NEXT_OWNER.fetch_add(1, Ordering::Relaxed),
        operations: Arc::default(),
        channel: OnceCell::new(),
        few: OnceCell::new(),
        pending: Cell::new(0),
    });
    LIVE.fetch_add(1, Ordering::SeqCst);
    // SAFETY: the caller answers for env; the box goes to Node, which gives it back to `finalize` once; the hook takes no data.
    unsafe {
        sys::napi_set_instance_data(env, Box::into_raw(environment).cast(), Some(finalize), ptr::null_mut());
        sys::napi_add_env_cleanup_hook(env, Some(leave), ptr::null_mut());
    }
}

unsafe extern "C" fn finalize(_env: sys::napi_env, data: *mut c_void, _hint: *mut c_void) {
    // SAFETY: `data` is the box of `install`, handed back exactly once.
    drop(unsafe { Box::from_raw(data.cast::<Environment>()) });
}

/// Runs after `drain` (hooks run last in, first out). The last environment of the process joins the pool's threads.
unsafe extern "C" fn leave(_data: *mut c_void) {
    if LIVE.fetch_sub(1, Ordering::SeqCst) == 1 {
        manycore_exec::shutdown();
    }
}

struct Drain {
    operations: Arc<Operations>,
    owner: u64,
}

/// Registers the hook that stops this environment's operations before its buffers are freed. Called once, right after the
/// channel was made, so that it runs before Node closes the channel.
///
/// # Safety
/// `env` is that of a call in progress on this thread, and `environment` its state.
pub(super) unsafe fn drain_at_exit(env: sys::napi_env, environment: &Environment) {
    let drain = Box::new(Drain {
        operations: Arc::clone(&environment.operations),
        owner: environment.owner,
    });
    // SAFETY: the caller answers for env; Node hands the box back to the hook once.
    unsafe { sys::napi_add_env_cleanup_hook(env, Some(drain_hook), Box::into_raw(drain).cast()) };
}

unsafe extern "C" fn drain_hook(data: *mut c_void) {
    // SAFETY: `data` is the box of `drain_at_exit`, and Node runs a hook once.
    let drain = unsafe { Box::from_raw(data.cast::<Drain>()) };
    manycore_exec::remove_owner(drain.owner);
    drain.operations.drain();
}
