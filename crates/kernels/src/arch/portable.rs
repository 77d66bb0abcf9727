//! Eight doubles in an array: the level that runs everywhere. LLVM puts the lanes into whatever vector registers the
//! target's baseline has (SSE2 on x86-64).

use super::dispatch::Task;
use super::vector::{Mask, Real, Simd, Vector, WIDTH};
use super::words::{Array, WORDS};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// The token; there is nothing to prove.
#[derive(Clone, Copy, Debug)]
pub struct Portable;

/// Eight doubles.
#[derive(Clone, Copy, Debug)]
pub struct Eight([f64; WIDTH]);

/// Eight truth values: all bits of a lane, or none, so that choosing is bit arithmetic, which the compiler puts into vectors.
#[derive(Clone, Copy, Debug)]
pub struct EightMask([u64; WIDTH]);

impl Simd for Portable {
    type Vector = Eight;
    type Words = Array;
    // SSE2: 16 registers of two doubles.
    const REGISTERS: usize = 4;
    const ARRAYS: bool = true;

    #[inline(never)]
    fn apart<T: Task>(self, part: T) -> T::Output {
        part.run(self)
    }
    #[inline(always)]
    fn splat(self, value: f64) -> Eight {
        Eight([value; WIDTH])
    }
    #[inline(always)]
    fn words(self, lanes: [u32; WORDS]) -> Array {
        Array(lanes)
    }
    #[inline(always)]
    fn words_to_doubles(self, words: Array) -> [Eight; 2] {
        words.to_doubles(Eight)
    }
    #[inline(always)]
    unsafe fn read_f64(self, from: *const f64) -> Eight {
        // SAFETY: the caller promises eight readable doubles, and the read is an unaligned one.
        Eight(unsafe { from.cast::<[f64; WIDTH]>().read_unaligned() })
    }
    #[inline(always)]
    unsafe fn read_f32(self, from: *const f32) -> Eight {
        // SAFETY: the caller promises eight readable floats, and the read is an unaligned one.
        let narrow = unsafe { from.cast::<[f32; WIDTH]>().read_unaligned() };
        let mut wide = [0.0; WIDTH];
        for lane in 0..WIDTH {
            wide[lane] = f64::from(narrow[lane]);
        }
        Eight(wide)
    }
}

/// Applies a scalar operation lane by lane.
macro_rules! lanes {
    (|$($name:ident),+| $body:expr) => {{
        let mut result = [0.0; WIDTH];
        for lane in 0..WIDTH {
            $(let $name = $name.0[lane];)+
            result[lane] = $body;
        }
        Eight(result)
    }};
}

/// As `lanes`, for truth values.
macro_rules! mask_lanes {
    (|$($name:ident),+| $body:expr) => {{
        let mut result = [0; WIDTH];
        for lane in 0..WIDTH {
            $(let $name = $name.0[lane];)+
            result[lane] = $body;
        }
        EightMask(result)
    }};
}

/// All bits of a lane, or none.
#[inline(always)]
const fn all_bits(truth: bool) -> u64 {
    0_u64.wrapping_sub(truth as u64)
}

// `self` can't be rebound by a macro, so the operators are spelled with plain names.
macro_rules! operator {
    ($trait:ident, $method:ident) => {
        impl $trait for Eight {
            type Output = Eight;
            #[inline(always)]
            fn $method(self, other: Eight) -> Eight {
                let (a, b) = (self, other);
                lanes!(|a, b| $trait::$method(a, b))
            }
        }
    };
}

operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);
operator!(Div, div);

impl Neg for Eight {
    type Output = Eight;
    #[inline(always)]
    fn neg(self) -> Eight {
        let a = self;
        lanes!(|a| -a)
    }
}

impl Mask for EightMask {
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        let (a, b) = (self, other);
        mask_lanes!(|a, b| a & b)
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        let (a, b) = (self, other);
        mask_lanes!(|a, b| a | b)
    }
    #[inline(always)]
    fn not(self) -> Self {
        let a = self;
        mask_lanes!(|a| !a)
    }
    #[inline(always)]
    fn any(self) -> bool {
        self.0.iter().fold(0, |any, lane| any | lane) != 0
    }
}

/// A method of two vectors that is the scalar's, lane by lane.
macro_rules! by_scalar {
    ($($method:ident),+) => {
        $(#[inline(always)]
        fn $method(self, other: Self) -> Self {
            let (a, b) = (self, other);
            lanes!(|a, b| Real::$method(a, b))
        })+
    };
}

impl Real for Eight {
    type Mask = EightMask;

    by_scalar!(minimum, maximum, bit_and, bit_or, bit_xor, add_bits, sub_bits);

    #[inline(always)]
    fn splat(self, value: f64) -> Self {
        Eight([value; WIDTH])
    }
    #[inline(always)]
    fn abs(self) -> Self {
        let a = self;
        lanes!(|a| a.abs())
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        let a = self;
        lanes!(|a| a.sqrt())
    }
    #[inline(always)]
    fn less(self, other: Self) -> EightMask {
        let (a, b) = (self, other);
        mask_lanes!(|a, b| all_bits(a < b))
    }
    #[inline(always)]
    fn less_equal(self, other: Self) -> EightMask {
        let (a, b) = (self, other);
        mask_lanes!(|a, b| all_bits(a <= b))
    }
    #[inline(always)]
    fn equal(self, other: Self) -> EightMask {
        let (a, b) = (self, other);
        mask_lanes!(|a, b| all_bits(a == b))
    }
    #[inline(always)]
    fn select(mask: EightMask, yes: Self, no: Self) -> Self {
        lanes!(|mask, yes, no| f64::from_bits((mask & yes.to_bits()) | (!mask & no.to_bits())))
    }
    #[inline(always)]
    fn shift_left_bits(self, count: u32) -> Self {
        let a = self;
        lanes!(|a| a.shift_left_bits(count))
    }
    #[inline(always)]
    fn shift_right_bits(self, count: u32) -> Self {
        let a = self;
        lanes!(|a| a.shift_right_bits(count))
    }
}

impl Vector for Eight {
    #[inline(always)]
    fn to_array(self) -> [f64; WIDTH] {
        self.0
    }
    /// Two roundings: without the instruction, one would cost a library call a lane.
    #[inline(always)]
    fn multiply_add(self, factor: Self, addend: Self) -> Self {
        self * factor + addend
    }
    #[inline(always)]
    unsafe fn write(self, to: *mut f64) {
        // SAFETY: the caller promises room for eight doubles, and the write is an unaligned one.
        unsafe { to.cast::<[f64; WIDTH]>().write_unaligned(self.0) }
    }
}
