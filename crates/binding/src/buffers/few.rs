//! Memory that one environment and the addon share, for calls of few elements: what lies there needs no argument. Asking Node-API where a typed array lies takes some 35
//! nanoseconds, and arrays of up to 64 bytes have to be moved by the engine first.

use super::{Allocation, lend};
use crate::callback::environment::Environment;
use crate::callback::{Call, Fault, Value};
use manycore_kernels::array::{Array, ArrayMut, ElementType, array_from_raw, array_mut_from_raw};
use manycore_kernels::reduction::PARTIAL;
use manycore_kernels::{InputAny, Output, Partial};
use std::sync::Arc;

/// Elements of eight bytes that each operand has room for; of smaller ones more.
pub const FEW: usize = 512;

/// The operands one after the other, then the two scalars, then the root of a reduction.
const BYTES: usize = 8 * (2 * FEW + 2 + PARTIAL);

/// The memory, held for as long as the environment lives, whatever becomes of the buffer that JavaScript has.
pub struct FewMemory(Arc<Allocation>);

impl FewMemory {
    /// The first `length` elements of operand 0 or 1.
    pub fn operand(&self, index: usize, kind: ElementType, length: usize) -> Array<'_> {
        assert!(
            index < 2 && length <= 8 * FEW / kind.bytes(),
            "beyond the memory for few elements"
        );
        // SAFETY: within the allocation by the line above, aligned to eight bytes; only ever reached through raw pointers.
        unsafe { array_from_raw(kind, self.0.data.as_ptr().add(8 * FEW * index).cast_const(), length) }
    }

    /// The same of operand 0, to write.
    pub fn result(&self, kind: ElementType, length: usize) -> ArrayMut<'_> {
        assert!(length <= 8 * FEW / kind.bytes(), "beyond the memory for few elements");
        // SAFETY: as in `operand`.
        unsafe { array_mut_from_raw(kind, self.0.data.as_ptr(), length) }
    }

    /// The first `length` doubles, or floats, of operand 0 or 1.
    pub fn floats(&self, index: usize, single: bool, length: usize) -> InputAny<'_> {
        match self.operand(index, if single { ElementType::F32 } else { ElementType::F64 }, length) {
            Array::F32(input) => InputAny::F32(input),
            Array::F64(input) => InputAny::F64(input),
            _ => unreachable!("asked for one of the two"),
        }
    }

    /// Writes the first `width` doubles of a root to where JavaScript reads them.
    pub fn write_root(&self, root: &Partial, width: usize) {
        // SAFETY: within the allocation, aligned to eight bytes; only ever reached through raw pointers.
        let mut places = unsafe { Output::from_raw(self.0.data.as_ptr().cast::<f64>().add(2 * FEW + 2), PARTIAL) };
        for (index, value) in root[..width].iter().enumerate() {
            places.set(index, *value);
        }
    }

    /// The scalar `a` or `b`.
    pub fn scalar(&self, index: usize) -> f64 {
        assert!(index < 2, "there are two scalars");
        // SAFETY: within the allocation, aligned, and written at allocation.
        unsafe { self.0.data.as_ptr().cast::<f64>().add(2 * FEW + index).read() }
    }
}

/// `fewMemory()`: the ArrayBuffer on this environment's memory, or `undefined` where the engine takes no memory of others.
pub fn few_memory(call: &Call) -> Result<Value, Fault> {
    let environment = Environment::of(call)?;
    if environment.few.get().is_none() {
        let allocation = Allocation::new(BYTES, true).ok_or_else(|| Fault::internal("no memory for few elements"))?;
        // Set once: the cell is this thread's, and was empty.
        let _ = environment.few.set(FewMemory(allocation));
    }
    let memory = environment.few.get().map(|memory| Arc::clone(&memory.0));
    Ok(memory.map_or(Value::Undefined, |memory| lend(call, memory, BYTES)))
}
