//! Eight doubles in four 128-bit registers.
//!
//! SAFETY of every block here: an [`Eight`] is made only from a [`Neon`] or from another `Eight`, a `Neon` only in
//! [`run`], and `run` may only be called where the CPU has the features it enables.

use super::super::dispatch::Task;
use super::super::vector::{Mask, Real, Simd, Vector, WIDTH};
use super::super::words::{Array, WORDS};
use std::arch::aarch64::*;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// The token.
#[derive(Clone, Copy, Debug)]
pub struct Neon(());

/// Eight doubles.
#[derive(Clone, Copy, Debug)]
pub struct Eight([float64x2_t; 4]);

/// Eight truth values, a lane of ones or zeros each.
#[derive(Clone, Copy, Debug)]
pub struct EightMask([uint64x2_t; 4]);

/// Runs a task compiled for NEON.
///
/// # Safety
/// The CPU must have the enabled features.
#[target_feature(enable = "neon")]
#[inline(never)]
pub unsafe fn run<T: Task>(task: T) -> T::Output {
    task.run(Neon(()))
}

impl Simd for Neon {
    type Vector = Eight;
    type Words = Array;
    const REGISTERS: usize = 8;

    #[inline(always)]
    fn apart<T: Task>(self, part: T) -> T::Output {
        // SAFETY: the token proves the features that the shell enables.
        unsafe { run(part) }
    }
    #[inline(always)]
    fn splat(self, value: f64) -> Eight {
        // SAFETY: see the top of the file.
        Eight([unsafe { vdupq_n_f64(value) }; 4])
    }
    #[inline(always)]
    fn words(self, lanes: [u32; WORDS]) -> Array {
        Array(lanes)
    }
    #[inline(always)]
    fn words_to_doubles(self, words: Array) -> [Eight; 2] {
        words.to_doubles(|lanes| self.pack(lanes))
    }
    #[inline(always)]
    unsafe fn read_f64(self, from: *const f64) -> Eight {
        // SAFETY: see the top of the file; the caller promises eight readable doubles.
        unsafe {
            Eight([
                vld1q_f64(from),
                vld1q_f64(from.add(2)),
                vld1q_f64(from.add(4)),
                vld1q_f64(from.add(6)),
            ])
        }
    }
    #[inline(always)]
    unsafe fn read_f32(self, from: *const f32) -> Eight {
        // SAFETY: see the top of the file; the caller promises eight readable floats.
        unsafe {
            let (low, high) = (vld1q_f32(from), vld1q_f32(from.add(4)));
            Eight([
                vcvt_f64_f32(vget_low_f32(low)),
                vcvt_high_f64_f32(low),
                vcvt_f64_f32(vget_low_f32(high)),
                vcvt_high_f64_f32(high),
            ])
        }
    }
}

/// An operation of two vectors.
macro_rules! binary {
    ($method:ident, $intrinsic:ident) => {
        #[inline(always)]
        fn $method(self, other: Self) -> Self {
            let (a, b) = (self.0, other.0);
            // SAFETY: see the top of the file.
            unsafe {
                Self([
                    $intrinsic(a[0], b[0]),
                    $intrinsic(a[1], b[1]),
                    $intrinsic(a[2], b[2]),
                    $intrinsic(a[3], b[3]),
                ])
            }
        }
    };
}

/// An operation of one vector.
macro_rules! unary {
    ($method:ident, $intrinsic:ident) => {
        #[inline(always)]
        fn $method(self) -> Self {
            let a = self.0;
            // SAFETY: see the top of the file.
            unsafe {
                Self([
                    $intrinsic(a[0]),
                    $intrinsic(a[1]),
                    $intrinsic(a[2]),
                    $intrinsic(a[3]),
                ])
            }
        }
    };
}

macro_rules! operator {
    ($trait:ident, $method:ident, $intrinsic:ident) => {
        impl $trait for Eight {
            type Output = Self;
            binary!($method, $intrinsic);
        }
    };
}

operator!(Add, add, vaddq_f64);
operator!(Sub, sub, vsubq_f64);
operator!(Mul, mul, vmulq_f64);
operator!(Div, div, vdivq_f64);

impl Neg for Eight {
    type Output = Self;
    unary!(neg, vnegq_f64);
}

impl Mask for EightMask {
    binary!(and, vandq_u64);
    binary!(or, vorrq_u64);
    #[inline(always)]
    fn not(self) -> Self {
        // SAFETY: see the top of the file.
        self.map(|lanes| unsafe { veorq_u64(lanes, vdupq_n_u64(!0)) })
    }
    #[inline(always)]
    fn any(self) -> bool {
        let a = self.0;
        // SAFETY: see the top of the file.
        unsafe {
            let any = vorrq_u64(vorrq_u64(a[0], a[1]), vorrq_u64(a[2], a[3]));
            (vgetq_lane_u64::<0>(any) | vgetq_lane_u64::<1>(any)) != 0
        }
    }
}

impl EightMask {
    #[inline(always)]
    fn map(self, operation: impl Fn(uint64x2_t) -> uint64x2_t) -> Self {
        let a = self.0;
        EightMask([operation(a[0]), operation(a[1]), operation(a[2]), operation(a[3])])
    }
}

/// An integer operation on the representations of two vectors.
macro_rules! binary_bits {
    ($method:ident, $intrinsic:ident) => {
        #[inline(always)]
        fn $method(self, other: Self) -> Self {
            // SAFETY: see the top of the file.
            self.zip_bits(other, |a, b| unsafe { $intrinsic(a, b) })
        }
    };
}

/// A comparison.
macro_rules! compare {
    ($method:ident, $intrinsic:ident) => {
        #[inline(always)]
        fn $method(self, other: Self) -> EightMask {
            let (a, b) = (self.0, other.0);
            // SAFETY: see the top of the file.
            unsafe {
                EightMask([
                    $intrinsic(a[0], b[0]),
                    $intrinsic(a[1], b[1]),
                    $intrinsic(a[2], b[2]),
                    $intrinsic(a[3], b[3]),
                ])
            }
        }
    };
}

impl Eight {
    #[inline(always)]
    fn zip_bits(self, other: Self, operation: impl Fn(uint64x2_t, uint64x2_t) -> uint64x2_t) -> Self {
        let (a, b) = (self.0, other.0);
        let mut result = a;
        for part in 0..4 {
            // SAFETY: see the top of the file.
            result[part] = unsafe {
                vreinterpretq_f64_u64(operation(
                    vreinterpretq_u64_f64(a[part]),
                    vreinterpretq_u64_f64(b[part]),
                ))
            };
        }
        Eight(result)
    }

    /// Left by a positive count, right by a negative one: NEON has one instruction for both.
    #[inline(always)]
    fn shift(self, count: i64) -> Self {
        // SAFETY: see the top of the file.
        self.zip_bits(self, |a, _| unsafe { vshlq_u64(a, vdupq_n_s64(count)) })
    }
}

impl Real for Eight {
    type Mask = EightMask;

    #[inline(always)]
    fn splat(self, value: f64) -> Self {
        Neon(()).splat(value)
    }
    // FMIN and FMAX give NaN for NaN and order zeros by their sign.
    binary!(minimum, vminq_f64);
    binary!(maximum, vmaxq_f64);
    unary!(abs, vabsq_f64);
    unary!(sqrt, vsqrtq_f64);
    compare!(less, vcltq_f64);
    compare!(less_equal, vcleq_f64);
    compare!(equal, vceqq_f64);
    #[inline(always)]
    fn select(mask: EightMask, yes: Self, no: Self) -> Self {
        let mut result = no.0;
        for part in 0..4 {
            // SAFETY: see the top of the file.
            result[part] = unsafe { vbslq_f64(mask.0[part], yes.0[part], no.0[part]) };
        }
        Eight(result)
    }
    binary_bits!(bit_and, vandq_u64);
    binary_bits!(bit_or, vorrq_u64);
    binary_bits!(bit_xor, veorq_u64);
    binary_bits!(add_bits, vaddq_u64);
    binary_bits!(sub_bits, vsubq_u64);
    #[inline(always)]
    fn shift_left_bits(self, count: u32) -> Self {
        self.shift(i64::from(count))
    }
    #[inline(always)]
    fn shift_right_bits(self, count: u32) -> Self {
        self.shift(-i64::from(count))
    }
}

impl Vector for Eight {
    #[inline(always)]
    fn to_array(self) -> [f64; WIDTH] {
        let mut lanes = [0.0; WIDTH];
        // SAFETY: an array of eight doubles is writable.
        unsafe { self.write(lanes.as_mut_ptr()) };
        lanes
    }
    #[inline(always)]
    fn multiply_add(self, factor: Self, addend: Self) -> Self {
        let mut result = addend.0;
        for part in 0..4 {
            // SAFETY: see the top of the file.
            result[part] = unsafe { vfmaq_f64(addend.0[part], self.0[part], factor.0[part]) };
        }
        Eight(result)
    }
    #[inline(always)]
    unsafe fn write(self, to: *mut f64) {
        for part in 0..4 {
            // SAFETY: see the top of the file; the caller promises room for eight doubles.
            unsafe { vst1q_f64(to.add(2 * part), self.0[part]) };
        }
    }
}
