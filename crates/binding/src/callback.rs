//! The doorway from JavaScript: one trampoline behind which every exported function is safe Rust.
//!
//! A function here takes a [`Call`] and gives a [`Value`] or a [`Fault`]. It is handed numbers and typed arrays only and can't run
//! JavaScript, so memory that it reads through the call stays where it is until it returns (docs/memory.md). Panics end
//! in the trampoline, as errors with the code `ERR_MANYCORE_INTERNAL`.
#![allow(unsafe_code)]

pub mod environment;
pub mod settle;

use napi_sys as sys;
use std::any::Any;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

/// Most arguments that an exported function takes.
pub const MAX_ARGUMENTS: usize = 14;

/// An error on its way to JavaScript: the `code` and the message of an `Error`.
#[derive(Debug)]
pub struct Fault {
    /// `ERR_MANYCORE_…`, a key of the table in src/errors.ts.
    pub code: &'static str,
    /// What happened, for a person.
    pub message: String,
}

impl Fault {
    /// A fault of manycore itself: the TypeScript side checks arguments before it calls.
    pub fn internal(message: impl Into<String>) -> Self {
        Self {
            code: "ERR_MANYCORE_INTERNAL",
            message: message.into(),
        }
    }

    /// What a panic carried, as a fault.
    pub fn from_panic(payload: &(dyn Any + Send)) -> Self {
        let text = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a panic without a message".to_owned());
        Self::internal(format!("the native core panicked: {text}"))
    }
}

/// What an exported function gives back.
pub enum Value {
    /// `undefined`
    Undefined,
    /// A number.
    Number(f64),
    /// A boolean.
    Boolean(bool),
    /// A string.
    Text(String),
    /// A value that Node-API made during this call.
    Made(Made),
}

/// A JavaScript value made during the current call; it can't outlive it in safe code, since only [`Value`] takes it.
pub struct Made(pub(crate) sys::napi_value);

/// A function exported to JavaScript.
pub type Function = fn(&Call) -> Result<Value, Fault>;

/// One call from JavaScript: its arguments, and the environment it came from.
pub struct Call {
    pub(crate) env: sys::napi_env,
    arguments: [sys::napi_value; MAX_ARGUMENTS],
}

impl Call {
    /// Argument `index` as Node-API has it (`undefined` when it was not given).
    pub(crate) fn raw(&self, index: usize) -> sys::napi_value {
        self.arguments[index]
    }

    /// Argument `index` as a number, or `None` for anything else. Never coerces, so never calls JavaScript.
    pub fn number(&self, index: usize) -> Option<f64> {
        let mut value = 0.0;
        // SAFETY: `env` and the argument are those of the call in progress, on its own thread.
        let status = unsafe { sys::napi_get_value_double(self.env, self.arguments[index], &mut value) };
        (status == sys::Status::napi_ok).then_some(value)
    }

    /// Argument `index` as an unsigned integer.
    pub fn integer(&self, index: usize) -> Result<u32, Fault> {
        let mut value = 0;
        // SAFETY: as in `number`.
        let status = unsafe { sys::napi_get_value_uint32(self.env, self.arguments[index], &mut value) };
        if status == sys::Status::napi_ok {
            Ok(value)
        } else {
            Err(Fault::internal(format!("native argument {index} is not an integer")))
        }
    }

    /// Argument `index` as a count: a non-negative integer up to 2^53.
    pub fn count(&self, index: usize) -> Result<usize, Fault> {
        match self.number(index) {
            Some(value) if (0.0..=9_007_199_254_740_992.0).contains(&value) && value.fract() == 0.0 => {
                Ok(value as usize)
            }
            _ => Err(Fault::internal(format!("native argument {index} is not a count"))),
        }
    }
}

/// Turns a value into one of JavaScript's; a null pointer reads as `undefined` there.
pub(crate) fn to_javascript(env: sys::napi_env, value: Value) -> sys::napi_value {
    let mut result = ptr::null_mut();
    // SAFETY: `env` is the environment of the callback in progress on this thread, `result` lives across the call, and the
    // text's pointer and length are those of a live string.
    unsafe {
        match value {
            Value::Undefined => {}
            Value::Number(number) => {
                sys::napi_create_double(env, number, &mut result);
            }
            Value::Boolean(flag) => {
                sys::napi_get_boolean(env, flag, &mut result);
            }
            Value::Text(text) => {
                sys::napi_create_string_utf8(env, text.as_ptr().cast(), text.len() as isize, &mut result);
            }
            Value::Made(made) => result = made.0,
        }
    }
    result
}

/// An `Error` with a `code`, not thrown.
pub(crate) fn to_error(env: sys::napi_env, fault: &Fault) -> sys::napi_value {
    let code = to_javascript(env, Value::Text(fault.code.to_owned()));
    let message = to_javascript(env, Value::Text(fault.message.clone()));
    let mut error = ptr::null_mut();
    // SAFETY: both values were made in the handle scope that is open on this thread.
    unsafe { sys::napi_create_error(env, code, message, &mut error) };
    error
}

/// Defines `function` as the property `name` of `exports`.
///
/// # Safety
/// `env` and `exports` are those of a module registration in progress on this thread.
pub(crate) unsafe fn export(env: sys::napi_env, exports: sys::napi_value, name: &str, function: Function) {
    let mut made = ptr::null_mut();
    // SAFETY: the caller answers for env and exports; the name's pointer and length are those of a live string; the data
    // pointer is a `Function`, which `trampoline` turns back.
    unsafe {
        sys::napi_create_function(
            env,
            name.as_ptr().cast(),
            name.len() as isize,
            Some(trampoline),
            function as *mut c_void,
            &mut made,
        );
        let key = to_javascript(env, Value::Text(name.to_owned()));
        sys::napi_set_property(env, exports, key, made);
    }
}

unsafe extern "C" fn trampoline(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let mut arguments = [ptr::null_mut(); MAX_ARGUMENTS];
    let mut count = MAX_ARGUMENTS;
    let mut data = ptr::null_mut();
    // SAFETY: Node calls this with a live environment and callback info; the arrays are as long as `count` says, and missing
    // arguments are filled with `undefined`.
    let status = unsafe {
        sys::napi_get_cb_info(
            env,
            info,
            &mut count,
            arguments.as_mut_ptr(),
            ptr::null_mut(),
            &mut data,
        )
    };
    if status != sys::Status::napi_ok || data.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: `export` is the only place that registers this trampoline, and its data is always a `Function`.
    let function: Function = unsafe { std::mem::transmute::<*mut c_void, Function>(data) };
    let call = Call { env, arguments };
    let outcome = catch_unwind(AssertUnwindSafe(|| function(&call)));
    let fault = match outcome {
        Ok(Ok(value)) => return to_javascript(env, value),
        Ok(Err(fault)) => fault,
        Err(payload) => Fault::from_panic(payload.as_ref()),
    };
    let error = to_error(env, &fault);
    // SAFETY: the error was just made in this callback's scope.
    unsafe { sys::napi_throw(env, error) };
    ptr::null_mut()
}

/// What Node calls once for each environment that loads the addon.
///
/// # Safety
/// Called by Node-API only, with a live environment and its exports object.
#[unsafe(no_mangle)]
unsafe extern "C" fn napi_register_module_v1(env: sys::napi_env, exports: sys::napi_value) -> sys::napi_value {
    static SYMBOLS: std::sync::Once = std::sync::Once::new();
    // The table of symbols is filled once: later environments may be running calls on other threads.
    SYMBOLS.call_once(|| {
        // SAFETY: runs before any other use of napi_sys, on one thread.
        let library = unsafe { sys::setup() };
        // The host's symbols are used until the process ends.
        std::mem::forget(library);
    });
    // SAFETY: env and exports are those of this registration.
    unsafe {
        environment::install(env);
        for (name, function) in crate::EXPORTS {
            export(env, exports, name, *function);
        }
    }
    exports
}

/// The Node-API version that the addon needs.
#[unsafe(no_mangle)]
extern "C" fn node_api_module_get_api_version_v1() -> i32 {
    9
}
