//! Arrays of the models: class indices, and results that are written where they are wanted.

use super::{Allocation, place};
use crate::callback::{Call, Fault};
use manycore_kernels::arch::Labels;
use manycore_kernels::{Input, InputAny, Output};
use napi_sys as sys;
use std::sync::Arc;

/// What keeps the memory of an asynchronous operation's argument: see `Call::floats_held`.
pub type Hold = Option<Arc<Allocation>>;

impl Call {
    /// Argument `index` as doubles, for as long as the call lasts.
    pub fn doubles(&self, index: usize) -> Result<Input<'_, f64>, Fault> {
        doubles_of(self.floats(index)?, index)
    }

    /// Argument `index` as doubles for an asynchronous operation: see `floats_held`.
    pub fn doubles_held(&self, index: usize) -> Result<(Input<'static, f64>, Hold), Fault> {
        let (input, hold) = self.floats_held(index)?;
        Ok((doubles_of(input, index)?, hold))
    }

    /// All of argument `index`, copied: for coefficients and the like, which are few.
    pub fn doubles_copied(&self, index: usize) -> Result<Vec<f64>, Fault> {
        let input = self.doubles(index)?;
        Ok((0..input.len()).map(|i| input.get(i)).collect())
    }

    /// Argument `index` as class indices, for as long as the call lasts.
    pub fn labels(&self, index: usize) -> Result<Labels<'_>, Fault> {
        // SAFETY: nothing in a call runs JavaScript, so the memory can't go before the call ends.
        unsafe { self.labels_unbound(index) }
    }

    /// Argument `index` as class indices for an asynchronous operation: see `floats_held`.
    pub fn labels_held(&self, index: usize) -> Result<(Labels<'static>, Hold), Fault> {
        // SAFETY: held as `floats_held` describes.
        let labels = unsafe { self.labels_unbound(index) }?;
        Ok((labels, Allocation::holding(place(self, index)?.data as usize)))
    }

    /// # Safety
    /// The memory must stay until the last use of the labels.
    unsafe fn labels_unbound<'a>(&self, index: usize) -> Result<Labels<'a>, Fault> {
        let place = place(self, index)?;
        if place.kind != sys::TypedarrayType::int32_array {
            return Err(Fault::internal(format!("native argument {index} is not an Int32Array")));
        }
        // SAFETY: Node-API gave data and length of a live Int32Array; the caller answers for its lifetime.
        Ok(unsafe { Labels::from_raw(place.data.cast::<i32>(), place.length) })
    }

    /// Argument `index` as doubles to write, for as long as the call lasts.
    pub fn output(&self, index: usize) -> Result<Output<'_>, Fault> {
        // SAFETY: nothing in a call runs JavaScript, so the memory can't go before the call ends.
        unsafe { self.output_unbound(index) }
    }

    /// Argument `index` as doubles to write for an asynchronous operation: see `floats_held`.
    pub fn output_held(&self, index: usize) -> Result<(Output<'static>, Hold), Fault> {
        // SAFETY: held as `floats_held` describes.
        let output = unsafe { self.output_unbound(index) }?;
        Ok((output, Allocation::holding(place(self, index)?.data as usize)))
    }

    /// # Safety
    /// The memory must stay until the last use of the output.
    unsafe fn output_unbound<'a>(&self, index: usize) -> Result<Output<'a>, Fault> {
        let place = place(self, index)?;
        if place.kind != sys::TypedarrayType::float64_array {
            return Err(Fault::internal(format!(
                "native argument {index} is not a Float64Array"
            )));
        }
        // SAFETY: Node-API gave data and length of a live Float64Array; the caller answers for its lifetime. Where an output is the
        // memory of another argument too, both are only reached through raw pointers.
        Ok(unsafe { Output::from_raw(place.data.cast::<f64>(), place.length) })
    }
}

fn doubles_of(input: InputAny<'_>, index: usize) -> Result<Input<'_, f64>, Fault> {
    match input {
        InputAny::F64(input) => Ok(input),
        InputAny::F32(_) => Err(Fault::internal(format!(
            "native argument {index} is not a Float64Array"
        ))),
    }
}
