//! Eight doubles in one 512-bit register.
//!
//! SAFETY of every block here: an [`Eight`] is made only from an [`Avx512`], from another `Eight` or from words of the level, an `Avx512` only in
//! [`run`], and `run` may only be called where the CPU has the features it enables.

use super::super::dispatch::Task;
use super::super::vector::{Mask, Real, Simd, Vector, WIDTH};
use super::super::words::WORDS;
use super::squares;
use super::words::Words512;
use std::arch::x86_64::*;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// The token.
#[derive(Clone, Copy, Debug)]
pub struct Avx512(());

/// Eight doubles.
#[derive(Clone, Copy, Debug)]
pub struct Eight(pub(super) __m512d);

/// Eight truth values, a bit each.
#[derive(Clone, Copy, Debug)]
pub struct EightMask(__mmask8);

/// Runs a task compiled for AVX-512.
///
/// # Safety
/// The CPU must have the enabled features.
#[target_feature(enable = "avx2,avx512f,avx512dq,avx512vl,avx512bw")]
#[inline(never)]
pub unsafe fn run<T: Task>(task: T) -> T::Output {
    task.run(Avx512(()))
}

impl Simd for Avx512 {
    type Vector = Eight;
    type Words = Words512;
    const REGISTERS: usize = 32;

    #[inline(always)]
    fn apart<T: Task>(self, part: T) -> T::Output {
        // SAFETY: the token proves the features that the shell enables.
        unsafe { run(part) }
    }
    #[inline(always)]
    fn splat(self, value: f64) -> Eight {
        // SAFETY: see the top of the file.
        Eight(unsafe { _mm512_set1_pd(value) })
    }
    #[inline(always)]
    fn words(self, lanes: [u32; WORDS]) -> Words512 {
        Words512::new(self, lanes)
    }
    #[inline(always)]
    fn words_to_doubles(self, words: Words512) -> [Eight; 2] {
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
    unsafe fn squares_8<const SIGNED: bool>(self, from: *const u8, registers: usize) -> Option<u64> {
        // SAFETY: the token proves the features; the caller's promise.
        Some(unsafe { squares::of_8::<SIGNED>(from, registers) })
    }
    #[inline(always)]
    unsafe fn squares_16<const SIGNED: bool>(self, from: *const u8, registers: usize) -> Option<u64> {
        // SAFETY: the token proves the features; the caller's promise.
        Some(unsafe { squares::of_16::<SIGNED>(from, registers) })
    }
    #[inline(always)]
    unsafe fn squares_32<const SIGNED: bool>(self, from: *const u8, registers: usize) -> Option<(u64, u64)> {
        // SAFETY: the token proves the features; the caller's promise.
        Some(unsafe { squares::of_32::<SIGNED>(from, registers) })
    }
    #[inline(always)]
    unsafe fn sum_8<const SIGNED: bool>(self, from: *const u8, registers: usize) -> Option<i64> {
        // SAFETY: the token proves the features; the caller's promise.
        Some(unsafe { squares::sum_8::<SIGNED>(from, registers) })
    }
    #[inline(always)]
    unsafe fn sum_16<const SIGNED: bool>(self, from: *const u8, registers: usize) -> Option<i64> {
        // SAFETY: the token proves the features; the caller's promise.
        Some(unsafe { squares::sum_16::<SIGNED>(from, registers) })
    }
    #[inline(always)]
    unsafe fn sum_32<const SIGNED: bool>(self, from: *const u8, registers: usize) -> Option<i64> {
        // SAFETY: the token proves the features; the caller's promise.
        Some(unsafe { squares::sum_32::<SIGNED>(from, registers) })
    }
    #[inline(always)]
    unsafe fn read_f64(self, from: *const f64) -> Eight {
        // SAFETY: see the top of the file; the caller promises eight readable doubles.
        Eight(unsafe { _mm512_loadu_pd(from) })
    }
    #[inline(always)]
    unsafe fn read_f32(self, from: *const f32) -> Eight {
        // SAFETY: see the top of the file; the caller promises eight readable floats.
        Eight(unsafe { _mm512_cvtps_pd(_mm256_loadu_ps(from)) })
    }
    /// Pairs first, then quarters, then halves.
    #[inline(always)]
    fn transpose(self, vectors: [Eight; WIDTH]) -> [Eight; WIDTH] {
        // Closures that are called so often would stay functions of their own, and pass vectors through memory.
        macro_rules! even {
            ($a:expr, $b:expr) => {
                _mm512_shuffle_f64x2::<0b10_00_10_00>($a, $b)
            };
        }
        macro_rules! odd {
            ($a:expr, $b:expr) => {
                _mm512_shuffle_f64x2::<0b11_01_11_01>($a, $b)
            };
        }
        macro_rules! lanes {
            ($pairs:ident) => {{
                let [a, b, c, d, e, f, g, h] = vectors;
                let (ab, cd) = ($pairs(a.0, b.0), $pairs(c.0, d.0));
                let (ef, gh) = ($pairs(e.0, f.0), $pairs(g.0, h.0));
                let (low, high) = ((even!(ab, cd), even!(ef, gh)), (odd!(ab, cd), odd!(ef, gh)));
                (
                    Eight(even!(low.0, low.1)),
                    Eight(even!(high.0, high.1)),
                    Eight(odd!(low.0, low.1)),
                    Eight(odd!(high.0, high.1)),
                )
            }};
        }
        // SAFETY: see the top of the file.
        unsafe {
            let (a, c, e, g) = lanes!(_mm512_unpacklo_pd);
            let (b, d, f, h) = lanes!(_mm512_unpackhi_pd);
            [a, b, c, d, e, f, g, h]
        }
    }
    /// Each step folds the halves of two vectors with one addition and keeps the sums of both side by side.
    #[inline(always)]
    fn fold_each(self, vectors: [Eight; WIDTH]) -> Eight {
        let v = vectors.map(|vector| vector.0);
        // SAFETY: see the top of the file.
        unsafe {
            let quarters = |a, b| {
                _mm512_add_pd(
                    _mm512_shuffle_f64x2::<0b01_00_01_00>(a, b),
                    _mm512_shuffle_f64x2::<0b11_10_11_10>(a, b),
                )
            };
            let pairs = |a, b| {
                _mm512_add_pd(
                    _mm512_shuffle_f64x2::<0b10_00_10_00>(a, b),
                    _mm512_shuffle_f64x2::<0b11_01_11_01>(a, b),
                )
            };
            let low = pairs(quarters(v[0], v[1]), quarters(v[2], v[3]));
            let high = pairs(quarters(v[4], v[5]), quarters(v[6], v[7]));
            let interleaved = _mm512_add_pd(_mm512_unpacklo_pd(low, high), _mm512_unpackhi_pd(low, high));
            Eight(_mm512_permutexvar_pd(
                _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7),
                interleaved,
            ))
        }
    }
}

/// An operation of two vectors.
macro_rules! binary {
    ($method:ident, $intrinsic:ident) => {
        #[inline(always)]
        fn $method(self, other: Self) -> Self {
            // SAFETY: see the top of the file.
            Eight(unsafe { $intrinsic(self.0, other.0) })
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

operator!(Add, add, _mm512_add_pd);
operator!(Sub, sub, _mm512_sub_pd);
operator!(Mul, mul, _mm512_mul_pd);
operator!(Div, div, _mm512_div_pd);

impl Neg for Eight {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        self.bit_xor(self.splat(-0.0))
    }
}

impl Mask for EightMask {
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        EightMask(self.0 & other.0)
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        EightMask(self.0 | other.0)
    }
    #[inline(always)]
    fn not(self) -> Self {
        EightMask(!self.0)
    }
    #[inline(always)]
    fn any(self) -> bool {
        self.0 != 0
    }
}

/// An integer operation on the representations of two vectors.
macro_rules! binary_bits {
    ($method:ident, $intrinsic:ident) => {
        #[inline(always)]
        fn $method(self, other: Self) -> Self {
            // SAFETY: see the top of the file.
            Eight(unsafe {
                _mm512_castsi512_pd($intrinsic(
                    _mm512_castpd_si512(self.0),
                    _mm512_castpd_si512(other.0),
                ))
            })
        }
    };
}

/// A shift of the representation.
macro_rules! shift {
    ($method:ident, $intrinsic:ident) => {
        #[inline(always)]
        fn $method(self, count: u32) -> Self {
            // SAFETY: see the top of the file.
            Eight(unsafe {
                let count = _mm_cvtsi32_si128(count as i32);
                _mm512_castsi512_pd($intrinsic(_mm512_castpd_si512(self.0), count))
            })
        }
    };
}

/// A comparison.
macro_rules! compare {
    ($method:ident, $predicate:ident) => {
        #[inline(always)]
        fn $method(self, other: Self) -> EightMask {
            // SAFETY: see the top of the file.
            EightMask(unsafe { _mm512_cmp_pd_mask::<$predicate>(self.0, other.0) })
        }
    };
}

impl Real for Eight {
    type Mask = EightMask;

    #[inline(always)]
    fn splat(self, value: f64) -> Self {
        Avx512(()).splat(value)
    }
    /// `vminpd` gives its second operand for NaN and for zeros of opposite sign, so both orders together know all; see the
    /// scalar for why `or` joins them.
    #[inline(always)]
    fn minimum(self, other: Self) -> Self {
        // SAFETY: see the top of the file.
        unsafe { Eight(_mm512_min_pd(self.0, other.0)).bit_or(Eight(_mm512_min_pd(other.0, self.0))) }
    }
    #[inline(always)]
    fn maximum(self, other: Self) -> Self {
        -(-self).minimum(-other)
    }
    // Of these instructions the second operand is what remains for NaN and equal operands.
    binary!(lesser, _mm512_min_pd);
    binary!(greater, _mm512_max_pd);
    #[inline(always)]
    fn abs(self) -> Self {
        self.bit_and(self.splat_bits(!0 >> 1))
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        // SAFETY: see the top of the file.
        Eight(unsafe { _mm512_sqrt_pd(self.0) })
    }
    compare!(less, _CMP_LT_OQ);
    compare!(less_equal, _CMP_LE_OQ);
    compare!(equal, _CMP_EQ_OQ);
    #[inline(always)]
    fn select(mask: EightMask, yes: Self, no: Self) -> Self {
        // SAFETY: see the top of the file.
        Eight(unsafe { _mm512_mask_blend_pd(mask.0, no.0, yes.0) })
    }
    binary!(bit_and, _mm512_and_pd);
    binary!(bit_or, _mm512_or_pd);
    binary!(bit_xor, _mm512_xor_pd);
    binary_bits!(add_bits, _mm512_add_epi64);
    binary_bits!(sub_bits, _mm512_sub_epi64);
    shift!(shift_left_bits, _mm512_sll_epi64);
    shift!(shift_right_bits, _mm512_srl_epi64);
    /// One instruction, since what it gives is exact and so the same by any way.
    #[inline(always)]
    fn product_error(self, other: Self, product: Self) -> Self {
        // SAFETY: see the top of the file.
        Eight(unsafe { _mm512_fmsub_pd(self.0, other.0, product.0) })
    }
    #[inline(always)]
    fn plus_exact(self, a: Self, b: Self) -> Self {
        // SAFETY: see the top of the file.
        Eight(unsafe { _mm512_fmadd_pd(a.0, b.0, self.0) })
    }
    #[inline(always)]
    fn scale(self, exponent: Self) -> Self {
        // SAFETY: see the top of the file.
        Eight(unsafe { _mm512_scalef_pd(self.0, exponent.0) })
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
        Eight(unsafe { _mm512_fmadd_pd(self.0, factor.0, addend.0) })
    }
    #[inline(always)]
    unsafe fn write(self, to: *mut f64) {
        // SAFETY: see the top of the file; the caller promises room for eight doubles.
        unsafe { _mm512_storeu_pd(to, self.0) }
    }
    #[inline(always)]
    unsafe fn write_f32(self, to: *mut f32) {
        // SAFETY: see the top of the file; the caller promises room for eight floats.
        unsafe { _mm256_storeu_ps(to, _mm512_cvtpd_ps(self.0)) }
    }
}
