//! Eight doubles in two 256-bit registers.
//!
//! SAFETY of every block here: an [`Eight`] is made only from an [`Avx2`], from another `Eight` or from words of the level, an `Avx2` only in
//! [`run`], and `run` may only be called where the CPU has the features it enables.

use super::super::dispatch::Task;
use super::super::vector::{Mask, Real, Simd, Vector, WIDTH};
use super::super::words::WORDS;
use super::words::Words256;
use std::arch::x86_64::*;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// The token.
#[derive(Clone, Copy, Debug)]
pub struct Avx2(());

/// Eight doubles.
#[derive(Clone, Copy, Debug)]
pub struct Eight(pub(super) __m256d, pub(super) __m256d);

/// Eight truth values, a lane of ones or zeros each.
#[derive(Clone, Copy, Debug)]
pub struct EightMask(__m256d, __m256d);

/// Runs a task compiled for AVX2. The compiler never contracts operations to fused ones by itself.
///
/// # Safety
/// The CPU must have the enabled features.
#[target_feature(enable = "avx2,fma")]
#[inline(never)]
pub unsafe fn run<T: Task>(task: T) -> T::Output {
    task.run(Avx2(()))
}

impl Simd for Avx2 {
    type Vector = Eight;
    type Words = Words256;
    const REGISTERS: usize = 8;

    #[inline(always)]
    fn apart<T: Task>(self, part: T) -> T::Output {
        // SAFETY: the token proves the features that the shell enables.
        unsafe { run(part) }
    }
    #[inline(always)]
    fn splat(self, value: f64) -> Eight {
        // SAFETY: see the top of the file.
        let half = unsafe { _mm256_set1_pd(value) };
        Eight(half, half)
    }
    #[inline(always)]
    fn words(self, lanes: [u32; WORDS]) -> Words256 {
        Words256::new(self, lanes)
    }
    #[inline(always)]
    fn words_to_doubles(self, words: Words256) -> [Eight; 2] {
        words.to_doubles()
    }
    #[inline(always)]
    fn prefetch(self, place: *const f64) {
        // SAFETY: see the top of the file; a prefetch of any address is no access.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(place.cast()) }
    }
    #[inline(always)]
    fn prefetch_far(self, place: *const f64) {
        // SAFETY: see the top of the file; a prefetch of any address is no access.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(place.cast()) }
    }
    #[inline(always)]
    fn prefetch_write(self, place: *mut f64) {
        super::prefetch_write(place);
    }
    #[inline(always)]
    unsafe fn read_f64(self, from: *const f64) -> Eight {
        // SAFETY: see the top of the file; the caller promises eight readable doubles.
        unsafe { Eight(_mm256_loadu_pd(from), _mm256_loadu_pd(from.add(4))) }
    }
    #[inline(always)]
    unsafe fn read_f32(self, from: *const f32) -> Eight {
        // SAFETY: see the top of the file; the caller promises eight readable floats.
        unsafe {
            Eight(
                _mm256_cvtps_pd(_mm_loadu_ps(from)),
                _mm256_cvtps_pd(_mm_loadu_ps(from.add(4))),
            )
        }
    }
    /// Each step folds the halves of two vectors with one addition and keeps the sums of both side by side.
    #[inline(always)]
    fn fold_each(self, vectors: [Eight; WIDTH]) -> Eight {
        // SAFETY: see the top of the file.
        unsafe {
            let v = vectors.map(|vector| _mm256_add_pd(vector.0, vector.1));
            let pairs = |a, b| {
                _mm256_add_pd(
                    _mm256_permute2f128_pd::<0x20>(a, b),
                    _mm256_permute2f128_pd::<0x31>(a, b),
                )
            };
            let four = |a, b, c, d| {
                let (low, high) = (pairs(a, b), pairs(c, d));
                let interleaved = _mm256_add_pd(_mm256_unpacklo_pd(low, high), _mm256_unpackhi_pd(low, high));
                _mm256_permute4x64_pd::<0b11_01_10_00>(interleaved)
            };
            Eight(four(v[0], v[1], v[2], v[3]), four(v[4], v[5], v[6], v[7]))
        }
    }
}

/// An operation of two vectors.
macro_rules! binary {
    ($method:ident, $intrinsic:ident) => {
        #[inline(always)]
        fn $method(self, other: Self) -> Self {
            // SAFETY: see the top of the file.
            unsafe { Self($intrinsic(self.0, other.0), $intrinsic(self.1, other.1)) }
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

operator!(Add, add, _mm256_add_pd);
operator!(Sub, sub, _mm256_sub_pd);
operator!(Mul, mul, _mm256_mul_pd);
operator!(Div, div, _mm256_div_pd);

impl Neg for Eight {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        self.bit_xor(self.splat(-0.0))
    }
}

impl Mask for EightMask {
    binary!(and, _mm256_and_pd);
    binary!(or, _mm256_or_pd);
    #[inline(always)]
    fn not(self) -> Self {
        // SAFETY: see the top of the file.
        unsafe {
            let ones = _mm256_castsi256_pd(_mm256_set1_epi64x(-1));
            EightMask(_mm256_xor_pd(self.0, ones), _mm256_xor_pd(self.1, ones))
        }
    }
    #[inline(always)]
    fn any(self) -> bool {
        // SAFETY: see the top of the file.
        unsafe { _mm256_movemask_pd(_mm256_or_pd(self.0, self.1)) != 0 }
    }
}

/// An integer operation on the representations of two vectors.
macro_rules! binary_bits {
    ($method:ident, $intrinsic:ident) => {
        #[inline(always)]
        fn $method(self, other: Self) -> Self {
            // SAFETY: see the top of the file.
            unsafe {
                let low = $intrinsic(_mm256_castpd_si256(self.0), _mm256_castpd_si256(other.0));
                let high = $intrinsic(_mm256_castpd_si256(self.1), _mm256_castpd_si256(other.1));
                Eight(_mm256_castsi256_pd(low), _mm256_castsi256_pd(high))
            }
        }
    };
}

/// A shift of the representation.
macro_rules! shift {
    ($method:ident, $intrinsic:ident) => {
        #[inline(always)]
        fn $method(self, count: u32) -> Self {
            // SAFETY: see the top of the file.
            unsafe {
                let count = _mm_cvtsi32_si128(count as i32);
                let low = $intrinsic(_mm256_castpd_si256(self.0), count);
                let high = $intrinsic(_mm256_castpd_si256(self.1), count);
                Eight(_mm256_castsi256_pd(low), _mm256_castsi256_pd(high))
            }
        }
    };
}

/// A comparison.
macro_rules! compare {
    ($method:ident, $predicate:ident) => {
        #[inline(always)]
        fn $method(self, other: Self) -> EightMask {
            // SAFETY: see the top of the file.
            unsafe {
                EightMask(
                    _mm256_cmp_pd::<$predicate>(self.0, other.0),
                    _mm256_cmp_pd::<$predicate>(self.1, other.1),
                )
            }
        }
    };
}

impl Real for Eight {
    type Mask = EightMask;

    #[inline(always)]
    fn splat(self, value: f64) -> Self {
        Avx2(()).splat(value)
    }
    /// `vminpd` gives its second operand for NaN and for zeros of opposite sign, so both orders together know all; see the
    /// scalar for why `or` joins them.
    #[inline(always)]
    fn minimum(self, other: Self) -> Self {
        // SAFETY: see the top of the file.
        unsafe {
            let one = Eight(_mm256_min_pd(self.0, other.0), _mm256_min_pd(self.1, other.1));
            let two = Eight(_mm256_min_pd(other.0, self.0), _mm256_min_pd(other.1, self.1));
            one.bit_or(two)
        }
    }
    #[inline(always)]
    fn maximum(self, other: Self) -> Self {
        -(-self).minimum(-other)
    }
    // Of these instructions the second operand is what remains for NaN and equal operands.
    binary!(lesser, _mm256_min_pd);
    binary!(greater, _mm256_max_pd);
    #[inline(always)]
    fn abs(self) -> Self {
        self.bit_and(self.splat_bits(!0 >> 1))
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        // SAFETY: see the top of the file.
        unsafe { Eight(_mm256_sqrt_pd(self.0), _mm256_sqrt_pd(self.1)) }
    }
    compare!(less, _CMP_LT_OQ);
    compare!(less_equal, _CMP_LE_OQ);
    compare!(equal, _CMP_EQ_OQ);
    #[inline(always)]
    fn select(mask: EightMask, yes: Self, no: Self) -> Self {
        // SAFETY: see the top of the file.
        unsafe {
            Eight(
                _mm256_blendv_pd(no.0, yes.0, mask.0),
                _mm256_blendv_pd(no.1, yes.1, mask.1),
            )
        }
    }
    binary!(bit_and, _mm256_and_pd);
    binary!(bit_or, _mm256_or_pd);
    binary!(bit_xor, _mm256_xor_pd);
    binary_bits!(add_bits, _mm256_add_epi64);
    binary_bits!(sub_bits, _mm256_sub_epi64);
    shift!(shift_left_bits, _mm256_sll_epi64);
    shift!(shift_right_bits, _mm256_srl_epi64);
    /// One instruction a half, since what it gives is exact and so the same by any way.
    #[inline(always)]
    fn product_error(self, other: Self, product: Self) -> Self {
        // SAFETY: see the top of the file.
        unsafe {
            Eight(
                _mm256_fmsub_pd(self.0, other.0, product.0),
                _mm256_fmsub_pd(self.1, other.1, product.1),
            )
        }
    }
    #[inline(always)]
    fn plus_exact(self, a: Self, b: Self) -> Self {
        // SAFETY: see the top of the file.
        unsafe { Eight(_mm256_fmadd_pd(a.0, b.0, self.0), _mm256_fmadd_pd(a.1, b.1, self.1)) }
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
        // SAFETY: see the top of the file.
        unsafe {
            Eight(
                _mm256_fmadd_pd(self.0, factor.0, addend.0),
                _mm256_fmadd_pd(self.1, factor.1, addend.1),
            )
        }
    }
    #[inline(always)]
    unsafe fn write(self, to: *mut f64) {
        // SAFETY: see the top of the file; the caller promises room for eight doubles.
        unsafe {
            _mm256_storeu_pd(to, self.0);
            _mm256_storeu_pd(to.add(4), self.1);
        }
    }
    #[inline(always)]
    unsafe fn write_f32(self, to: *mut f32) {
        // SAFETY: see the top of the file; the caller promises room for eight floats.
        unsafe {
            _mm_storeu_ps(to, _mm256_cvtpd_ps(self.0));
            _mm_storeu_ps(to.add(4), _mm256_cvtpd_ps(self.1));
        }
    }
}
