//! Asynchronous operations: a job on the native pool, a promise in JavaScript, and one channel per environment that settles
//! all of them on its own thread. libuv's pool is never used, so `fs` and `dns` don't starve.

use super::environment::{Environment, Registration, drain_at_exit};
use super::{Call, Fault, Made, Value, to_error, to_javascript};
use manycore_exec::Cancel;
use napi_sys as sys;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::time::{Duration, Instant};

/// What an asynchronous operation comes to: a number, or `None` when it was cancelled or ran out of time (`undefined` in JavaScript).
pub type Settled = Result<Option<f64>, Fault>;

/// The channel from the native pool to an environment's thread.
pub(super) struct Channel(sys::napi_threadsafe_function);

/// A handle of the channel for the pool's threads.
#[derive(Clone, Copy)]
struct Sender(sys::napi_threadsafe_function);

// SAFETY: Node-API's thread-safe functions are made to be called from any thread; the registration of an operation keeps
// the environment from ending (`drain_hook` waits) while a sender may still be used.
unsafe impl Send for Sender {}

/// A promise to settle, and the references that kept the operation's arrays alive; touched on the environment's thread only.
struct Completion {
    deferred: sys::napi_deferred,
    held: Vec<sys::napi_ref>,
    settled: Settled,
}

/// The part of a completion that travels with the job.
struct Pending {
    deferred: sys::napi_deferred,
    held: Vec<sys::napi_ref>,
}

// SAFETY: the handles are only carried by the job; they are used on the environment's thread, in `settle`.
unsafe impl Send for Pending {}

/// Carries out `job`: at once when argument `id` is 0, else on the native pool as operation `id` (see [`start`]). Argument `timeout` is its
/// time limit in milliseconds, 0 for none. Comes to a number, or `undefined` when cancelled or out of time.
pub fn run(
    call: &Call,
    id: usize,
    timeout: usize,
    held: &[usize],
    job: impl FnOnce(&Cancel) -> Settled + Send + 'static,
) -> Result<Value, Fault> {
    let id = call.count(id)? as u64;
    let cancel = Cancel::new(deadline(call.number(timeout)));
    if id != 0 {
        return start(call, id, held, cancel, job);
    }
    Ok(job(&cancel)?.map_or(Value::Undefined, Value::Number))
}

/// A time limit in milliseconds, 0 for none, as the moment when it runs out.
pub fn deadline(milliseconds: Option<f64>) -> Option<Instant> {
    let milliseconds = milliseconds.filter(|value| *value > 0.0)?;
    Duration::try_from_secs_f64(milliseconds / 1000.0)
        .ok()
        .and_then(|limit| Instant::now().checked_add(limit))
}

/// Starts `job` on the native pool as operation `id` and gives the promise of what it comes to. The JavaScript values among
/// the arguments at `held` are kept alive until the promise settles. The job polls `cancel`.
pub fn start(
    call: &Call,
    id: u64,
    held: &[usize],
    cancel: Cancel,
    job: impl FnOnce(&Cancel) -> Settled + Send + 'static,
) -> Result<Value, Fault> {
    let environment = Environment::of(call)?;
    let sender = channel(call, environment)?;
    let registration = Registration::new(&environment.operations, id, cancel.clone())?;
    let (mut deferred, mut promise) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: `env` is that of the call in progress on this thread.
    if unsafe { sys::napi_create_promise(call.env, &mut deferred, &mut promise) } != sys::Status::napi_ok {
        return Err(Fault::internal("no promise could be made"));
    }
    let references = held.iter().filter_map(|&index| reference(call, index)).collect();
    if environment.pending.replace(environment.pending.get() + 1) == 0 {
        // SAFETY: the function belongs to this environment, whose thread this is.
        unsafe { sys::napi_ref_threadsafe_function(call.env, sender.0) };
    }
    let pending = Pending {
        deferred,
        held: references,
    };
    manycore_exec::submit(
        environment.owner,
        Box::new(move || {
            // The registration goes last: until then the environment waits for this job.
            let _registration = registration;
            let settled = catch_unwind(AssertUnwindSafe(|| job(&cancel)))
                .unwrap_or_else(|payload| Err(Fault::from_panic(payload.as_ref())));
            send(sender, pending, settled);
        }),
    );
    Ok(Value::Made(Made(promise)))
}

fn send(sender: Sender, pending: Pending, settled: Settled) {
    let completion = Box::into_raw(Box::new(Completion {
        deferred: pending.deferred,
        held: pending.held,
        settled,
    }));
    // SAFETY: the registration that the calling job holds keeps the channel open; on success the box belongs to `settle`.
    let status = unsafe {
        sys::napi_call_threadsafe_function(sender.0, completion.cast(), sys::ThreadsafeFunctionCallMode::blocking)
    };
    if status != sys::Status::napi_ok {
        // SAFETY: the call was refused (the environment is ending), so the box is still ours.
        drop(unsafe { Box::from_raw(completion) });
    }
}

fn reference(call: &Call, index: usize) -> Option<sys::napi_ref> {
    let mut kind = 0;
    let mut reference = ptr::null_mut();
    // SAFETY: the argument is one of the call in progress; only objects are referenced.
    unsafe {
        if sys::napi_typeof(call.env, call.raw(index), &mut kind) != sys::Status::napi_ok
            || kind != sys::ValueType::napi_object
        {
            return None;
        }
        (sys::napi_create_reference(call.env, call.raw(index), 1, &mut reference) == sys::Status::napi_ok)
            .then_some(reference)
    }
}

fn channel(call: &Call, environment: &Environment) -> Result<Sender, Fault> {
    if let Some(channel) = environment.channel.get() {
        return Ok(Sender(channel.0));
    }
    let mut function = ptr::null_mut();
    let name = to_javascript(call.env, Value::Text("manycore".to_owned()));
    // SAFETY: `env` is that of the call in progress; the callback matches the signature that Node-API asks for; the data of
    // each call is a boxed Completion. Unreferenced at once: only pending operations keep the loop alive.
    unsafe {
        let status = sys::napi_create_threadsafe_function(
            call.env,
            ptr::null_mut(),
            ptr::null_mut(),
            name,
            0,
            1,
            ptr::null_mut(),
            None,
            ptr::null_mut(),
            Some(settle),
            &mut function,
        );
        if status != sys::Status::napi_ok {
            return Err(Fault::internal("no channel to this environment could be made"));
        }
        sys::napi_unref_threadsafe_function(call.env, function);
        drain_at_exit(call.env, environment);
    }
    let _ = environment.channel.set(Channel(function));
    Ok(Sender(function))
}

unsafe extern "C" fn settle(env: sys::napi_env, _function: sys::napi_value, _context: *mut c_void, data: *mut c_void) {
    // SAFETY: `send` boxed the completion and gave it away.
    let completion = unsafe { Box::from_raw(data.cast::<Completion>()) };
    if env.is_null() {
        return;
    }
    // SAFETY: Node calls this on the environment's thread with a handle scope open; the deferred and the references were made in
    // this environment and are used once.
    unsafe {
        for reference in &completion.held {
            sys::napi_delete_reference(env, *reference);
        }
        match &completion.settled {
            Ok(value) => {
                let value = to_javascript(env, value.map_or(Value::Undefined, Value::Number));
                let value = if value.is_null() { undefined(env) } else { value };
                sys::napi_resolve_deferred(env, completion.deferred, value);
            }
            Err(fault) => {
                sys::napi_reject_deferred(env, completion.deferred, to_error(env, fault));
            }
        }
        let mut data = ptr::null_mut();
        if sys::napi_get_instance_data(env, &mut data) == sys::Status::napi_ok && !data.is_null() {
            let environment = &*data.cast::<Environment>();
            let left = environment.pending.get().saturating_sub(1);
            environment.pending.set(left);
            if let (0, Some(channel)) = (left, environment.channel.get()) {
                sys::napi_unref_threadsafe_function(env, channel.0);
            }
        }
    }
}

fn undefined(env: sys::napi_env) -> sys::napi_value {
    let mut value = ptr::null_mut();
    // SAFETY: `env` is that of the callback in progress on this thread.
    unsafe { sys::napi_get_undefined(env, &mut value) };
    value
}
