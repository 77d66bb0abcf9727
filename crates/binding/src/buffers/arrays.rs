//! Typed arrays of every kind. The kind is told by TypeScript as a number and checked against what Node-API says.

use super::models::Hold;
use super::{Allocation, Place, place};
use crate::callback::{Call, Fault};
use manycore_kernels::array::{Array, ArrayMut, ElementType, array_from_raw, array_mut_from_raw};
use napi_sys as sys;

impl Call {
    /// Argument `index` as numbers of the kind that `code` names, for as long as the call lasts.
    pub fn array(&self, index: usize, code: u32) -> Result<Array<'_>, Fault> {
        let (kind, place) = self.place_of(index, code)?;
        // SAFETY: Node-API gave data and length of a live array of this kind, and nothing in a call runs JavaScript, so the
        // memory can't go before the call ends.
        Ok(unsafe { array_from_raw(kind, place.data.cast(), place.length) })
    }

    /// Argument `index` as numbers for an asynchronous operation: see `floats_held`.
    pub fn array_held(&self, index: usize, code: u32) -> Result<(Array<'static>, Hold), Fault> {
        let (kind, place) = self.place_of(index, code)?;
        // SAFETY: as in `array`; held as `floats_held` describes.
        let array = unsafe { array_from_raw(kind, place.data.cast(), place.length) };
        Ok((array, Allocation::holding(place.data as usize)))
    }

    /// Argument `index` as numbers to write, for as long as the call lasts.
    pub fn array_mut(&self, index: usize, code: u32) -> Result<ArrayMut<'_>, Fault> {
        let (kind, place) = self.place_of(index, code)?;
        // SAFETY: as in `array`. Where an output is the memory of another argument too, both are only reached through raw
        // pointers.
        Ok(unsafe { array_mut_from_raw(kind, place.data.cast(), place.length) })
    }

    /// Argument `index` as numbers to write for an asynchronous operation: see `floats_held`.
    pub fn array_mut_held(&self, index: usize, code: u32) -> Result<(ArrayMut<'static>, Hold), Fault> {
        let (kind, place) = self.place_of(index, code)?;
        // SAFETY: as in `array_mut`; held as `floats_held` describes.
        let array = unsafe { array_mut_from_raw(kind, place.data.cast(), place.length) };
        Ok((array, Allocation::holding(place.data as usize)))
    }

    fn place_of(&self, index: usize, code: u32) -> Result<(ElementType, Place), Fault> {
        let kind = ElementType::from_code(code).ok_or_else(|| Fault::internal(format!("no element type {code}")))?;
        let place = place(self, index)?;
        if place.kind == typed_array(kind) {
            return Ok((kind, place));
        }
        Err(Fault::internal(format!(
            "native argument {index} is not an array of {}",
            kind.name()
        )))
    }
}

/// Node-API's number for arrays of a kind. It has none for Float16Array before its latest versions, so those come as
/// Uint16Array over the same memory.
const fn typed_array(kind: ElementType) -> sys::napi_typedarray_type {
    match kind {
        ElementType::F64 => sys::TypedarrayType::float64_array,
        ElementType::F32 => sys::TypedarrayType::float32_array,
        ElementType::I8 => sys::TypedarrayType::int8_array,
        ElementType::U8 => sys::TypedarrayType::uint8_array,
        ElementType::U8Clamped => sys::TypedarrayType::uint8_clamped_array,
        ElementType::I16 => sys::TypedarrayType::int16_array,
        ElementType::U16 | ElementType::F16 => sys::TypedarrayType::uint16_array,
        ElementType::I32 => sys::TypedarrayType::int32_array,
        ElementType::U32 => sys::TypedarrayType::uint32_array,
        ElementType::I64 => sys::TypedarrayType::bigint64_array,
        ElementType::U64 => sys::TypedarrayType::biguint64_array,
    }
}
