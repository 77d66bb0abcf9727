//! Elementwise kernels and reductions on few elements, on this thread: the same arithmetic as `map.rs` and `reduce.rs` with as few arguments as will do, since fetching them
//! takes longer than the elements.

use crate::callback::environment::Environment;
use crate::callback::{Call, Fault, Value};
use manycore_kernels::Level;
use manycore_kernels::array::{ArrayMut, ElementType};
use manycore_kernels::exact::{self, Exact};
use manycore_kernels::map::{MapCall, MapKernel, Scalar, map};
use manycore_kernels::reduction::{Reduction, finish, finish_all, reduce_range};

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

/// `reduceFew(packed)`: a reduction of what lies in the environment's memory for few elements; packed: kernel + 256 · 1 for floats, else doubles, and from bit 9 on the number of elements.
/// Gives the value; kernels of several results write them to the memory's root.
pub fn reduce_few(call: &Call) -> Result<Value, Fault> {
    let packed = call.integer(0)?;
    let kernel = Reduction::from_id(packed & 0xff).ok_or_else(|| Fault::internal("no such reduction"))?;
    let (single, length) = (packed & 0x100 != 0, (packed >> 9) as usize);
    let memory = Environment::of(call)?.few.get().ok_or_else(no_memory)?;
    let x = memory.floats(0, single, length);
    let y = (kernel.inputs() == 2).then(|| memory.floats(1, single, length));
    // A panic ends in the trampoline.
    let root = reduce_range(Level::current(), kernel, x, y, 0, x.blocks());
    if kernel.results() > 1 {
        memory.write_root(&finish_all(root), kernel.width());
    }
    Ok(Value::Number(finish(kernel, root)))
}

/// `exactFew(packed)`: an exact reduction to one sum or extreme of integers that lie there, as a number rounded once, or `undefined` beyond 128 bits; packed: kernel + 16 × kind, and from
/// bit 9 on the number of elements, one at least.
pub fn exact_few(call: &Call) -> Result<Value, Fault> {
    let packed = call.integer(0)?;
    let kernel = Exact::from_id(packed & 0xf);
    let (Some(kernel), Some(kind)) = (kernel, ElementType::from_code(packed >> 4 & 0x1f)) else {
        return Err(Fault::internal("no such exact reduction"));
    };
    let length = (packed >> 9) as usize;
    let memory = Environment::of(call)?.few.get().ok_or_else(no_memory)?;
    let x = memory.operand(0, kind, length);
    let y = (kernel.inputs() == 2).then(|| memory.operand(1, kind, length));
    // A panic ends in the trampoline.
    match exact::reduce(Level::current(), kernel, x, y, 0, length) {
        exact::Partial::One(total) => Ok(total.rounded().map_or(Value::Undefined, Value::Number)),
        exact::Partial::Extreme(value) => Ok(Value::Number(value as f64)),
        _ => Err(Fault::internal("that reduction gives no single number")),
    }
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
