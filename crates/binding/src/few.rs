//! Elementwise kernels on few elements, on this thread: the same arithmetic as `map.rs` with as few arguments as will do, since fetching twelve takes
//! longer than the elements.

use crate::callback::environment::Environment;
use crate::callback::{Call, Fault, Value};
use manycore_kernels::Level;
use manycore_kernels::array::{ArrayMut, ElementType};
use manycore_kernels::map::{MapCall, MapKernel, Scalar, map};

/// What a packed number says: kernel + 16 · 1 if there is a second operand + 32 · kind, and from bit 9 on the number of elements where `mapFew` needs it.
struct Packed {
    kernel: MapKernel,
    second: bool,
    kind: ElementType,
    length: usize,
}

fn unpack(call: &Call) -> Result<Packed, Fault> {
    let packed = call.integer(0)?;
    match (
        MapKernel::from_id(packed & 0xf),
        ElementType::from_code(packed >> 5 & 0xf),
    ) {
        // 64-bit integers don't fit into the scalars.
        (Some(kernel), Some(kind)) if !matches!(kind, ElementType::I64 | ElementType::U64) => Ok(Packed {
            kernel,
            second: packed & 0x10 != 0,
            kind,
            length: (packed >> 9) as usize,
        }),
        _ => Err(Fault::internal("no such elementwise call")),
    }
}

/// `mapFew(packed)`: operands, scalars and result in the environment's memory for few elements. Gives the index of the first
/// element whose result doesn't fit, else `undefined`, which takes no time to make.
pub fn map_few(call: &Call) -> Result<Value, Fault> {
    let Packed {
        kernel,
        second,
        kind,
        length,
    } = unpack(call)?;
    let environment = Environment::of(call)?;
    let memory = environment.few.get().ok_or_else(no_memory)?;
    let operands = MapCall {
        kernel,
        x: memory.operand(0, kind, length),
        y: second.then(|| memory.operand(1, kind, length)),
        a: double(memory.scalar(0)),
        b: double(memory.scalar(1)),
    };
    Ok(computed(&operands, memory.result(kind, length)))
}

/// `mapShort(packed, x, out, y?)`: all of `out` from as many elements of x and y; the scalars are in the environment's memory for few elements. Gives the index of the first
/// element whose result doesn't fit, else `undefined`, which takes no time to make.
pub fn map_short(call: &Call) -> Result<Value, Fault> {
    let Packed {
        kernel, second, kind, ..
    } = unpack(call)?;
    let environment = Environment::of(call)?;
    let memory = environment.few.get().ok_or_else(no_memory)?;
    let x = call.array(1, kind as u32)?;
    let out = call.array_mut(2, kind as u32)?;
    let y = if second {
        Some(call.array(3, kind as u32)?)
    } else {
        None
    };
    // The lengths may have changed since TypeScript looked: the memory may be shared with other threads, or resizable.
    if x.len() < out.len() || y.is_some_and(|y| y.len() < out.len()) {
        return Err(Fault::internal("operands shorter than the result"));
    }
    let operands = MapCall {
        kernel,
        x,
        y,
        a: double(memory.scalar(0)),
        b: double(memory.scalar(1)),
    };
    Ok(computed(&operands, out))
}

fn double(number: f64) -> Scalar {
    Scalar { number, integer: 0 }
}

/// On this thread: a panic ends in the trampoline.
fn computed(operands: &MapCall<'_>, out: ArrayMut<'_>) -> Value {
    map(Level::current(), operands, 0, out).map_or(Value::Undefined, |index| Value::Number(index as f64))
}

fn no_memory() -> Fault {
    Fault::internal("fewMemory was not called")
}
