//! The kinds of numbers that typed arrays hold.

use super::input::Input;
use super::vector::{Simd, Vector, WIDTH};

mod sealed {
    pub trait Sealed {}
}

/// A number that a typed array holds. Kernels that compute in double widen it as it is read: exact for all but 64-bit
/// integers, which are rounded to nearest.
pub trait Element: Copy + Send + Sync + 'static + sealed::Sealed {
    /// Whether eight are read as doubles by an instruction or two.
    const READS_EIGHT: bool = false;

    /// As a double.
    fn widen(self) -> f64;

    /// Reads eight elements as doubles.
    ///
    /// # Safety
    /// `from` must be valid for reads of eight elements; it need not be aligned.
    unsafe fn read<S: Simd>(simd: S, from: *const Self) -> S::Vector;

    /// The input itself where its elements are floats, for loops that need not widen them.
    #[inline(always)]
    fn floats(_: Input<'_, Self>) -> Option<Input<'_, f32>> {
        None
    }
}

/// A floating-point number that results in double are rounded to as they are written.
pub trait Float: Element {
    /// Rounded to nearest even; NaN and infinities stay, overflow gives an infinity.
    fn narrow(value: f64) -> Self;

    /// Writes eight lanes, each rounded.
    ///
    /// # Safety
    /// `to` must be valid for writes of eight elements; it need not be aligned.
    unsafe fn write<V: Vector>(vector: V, to: *mut Self);
}

impl sealed::Sealed for f64 {}

impl Element for f64 {
    const READS_EIGHT: bool = true;

    #[inline(always)]
    fn widen(self) -> f64 {
        self
    }
    #[inline(always)]
    unsafe fn read<S: Simd>(simd: S, from: *const f64) -> S::Vector {
        // SAFETY: the caller's promise.
        unsafe { simd.read_f64(from) }
    }
}

impl Float for f64 {
    #[inline(always)]
    fn narrow(value: f64) -> f64 {
        value
    }
    #[inline(always)]
    unsafe fn write<V: Vector>(vector: V, to: *mut f64) {
        // SAFETY: the caller's promise.
        unsafe { vector.write(to) }
    }
}

impl sealed::Sealed for f32 {}

impl Element for f32 {
    const READS_EIGHT: bool = true;

    #[inline(always)]
    fn widen(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    unsafe fn read<S: Simd>(simd: S, from: *const f32) -> S::Vector {
        // SAFETY: the caller's promise.
        unsafe { simd.read_f32(from) }
    }
    #[inline(always)]
    fn floats(input: Input<'_, f32>) -> Option<Input<'_, f32>> {
        Some(input)
    }
}

impl Float for f32 {
    #[inline(always)]
    fn narrow(value: f64) -> f32 {
        value as f32
    }
    #[inline(always)]
    unsafe fn write<V: Vector>(vector: V, to: *mut f32) {
        // SAFETY: the caller's promise.
        unsafe { vector.write_f32(to) }
    }
}

/// Kinds whose elements are widened one by one.
macro_rules! widened {
    ($($type:ty => |$value:ident| $widen:expr;)+) => {$(
        impl sealed::Sealed for $type {}

        impl Element for $type {
            #[inline(always)]
            fn widen(self) -> f64 {
                let $value = self;
                $widen
            }
            #[inline(always)]
            unsafe fn read<S: Simd>(simd: S, from: *const $type) -> S::Vector {
                // SAFETY: the caller promises eight readable elements, and the read is an unaligned one.
                let narrow = unsafe { from.cast::<[$type; WIDTH]>().read_unaligned() };
                simd.pack(narrow.map(Element::widen))
            }
        }
    )+};
}

widened! {
    i8 => |value| f64::from(value);
    u8 => |value| f64::from(value);
    i16 => |value| f64::from(value);
    u16 => |value| f64::from(value);
    i32 => |value| f64::from(value);
    u32 => |value| f64::from(value);
    i64 => |value| value as f64;
    u64 => |value| value as f64;
    F16 => |value| value.to_double();
}

impl Float for F16 {
    #[inline(always)]
    fn narrow(value: f64) -> F16 {
        F16::from_double(value)
    }
    #[inline(always)]
    unsafe fn write<V: Vector>(vector: V, to: *mut F16) {
        let narrow = vector.to_array().map(F16::from_double);
        // SAFETY: the caller promises room for eight elements, and the write is an unaligned one.
        unsafe { to.cast::<[F16; WIDTH]>().write_unaligned(narrow) }
    }
}

/// A number of IEEE 754 binary16, by its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct F16(pub u16);

impl F16 {
    /// As a double, exactly.
    #[inline(always)]
    pub fn to_double(self) -> f64 {
        let sign = u64::from(self.0 >> 15) << 63;
        let exponent = u64::from(self.0 >> 10 & 0x1f);
        let fraction = u64::from(self.0 & 0x3ff);
        let bits = match exponent {
            // Subnormal: an integer number of 2^-24.
            0 => (fraction as f64 * f64::from_bits((1023 - 24) << 52)).to_bits(),
            0x1f => 0x7ff << 52 | fraction << 42,
            _ => (exponent + 1023 - 15) << 52 | fraction << 42,
        };
        f64::from_bits(sign | bits)
    }

    /// Rounded to nearest even; overflow gives an infinity.
    #[inline(always)]
    pub fn from_double(value: f64) -> F16 {
        let bits = value.to_bits();
        let sign = (bits >> 48 & 0x8000) as u16;
        let magnitude = value.abs();
        if magnitude.is_nan() {
            return F16(sign | 0x7e00);
        }
        // Halfway between the largest number and what would come next.
        if magnitude >= 65520.0 {
            return F16(sign | 0x7c00);
        }
        // Adding a power of two leaves as many fraction bits as the result has, correctly rounded: 2^-24 is the least step.
        let exponent = ((magnitude.to_bits() >> 52) as i64 - 1023).max(-14);
        let shift = f64::from_bits(((exponent + 52 - 10 + 1023) as u64) << 52);
        let steps = ((magnitude + shift).to_bits() - shift.to_bits()) as u16;
        // `steps` counts 2^(exponent − 10); from 2^10 on the hidden bit carries into the exponent by itself.
        let base = ((exponent + 14) as u16) << 10;
        F16(sign | (base + steps))
    }
}

#[cfg(test)]
mod tests {
    use super::F16;

    #[test]
    fn every_half_survives_the_way_through_double() {
        for bits in 0..=u16::MAX {
            let value = F16(bits).to_double();
            let back = F16::from_double(value);
            assert!(
                back.0 == bits || (value.is_nan() && back.to_double().is_nan()),
                "{bits:#x} {value} {back:?}"
            );
        }
    }

    #[test]
    fn doubles_between_two_halves_go_to_the_nearer_one_and_ties_to_even() {
        for bits in 0..0x7bffu16 {
            let (low, high) = (F16(bits).to_double(), F16(bits + 1).to_double());
            let middle = (low + high) / 2.0;
            let even = if bits % 2 == 0 { bits } else { bits + 1 };
            assert_eq!(F16::from_double(middle).0, even);
            assert_eq!(F16::from_double(middle.next_down()).0, bits);
            assert_eq!(F16::from_double(middle.next_up()).0, bits + 1);
            assert_eq!(F16::from_double(-middle).0, even | 0x8000);
        }
        assert_eq!(F16::from_double(65519.99).0, 0x7bff);
        assert_eq!(F16::from_double(65520.0).0, 0x7c00);
        assert_eq!(F16::from_double(5e-324).0, 0);
    }
}
