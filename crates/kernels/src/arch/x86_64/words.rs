//! Sixteen words in one 512-bit register or two of 256 bits.
//!
//! SAFETY of every block here: [`Words512`] and [`Words256`] are made only from tokens of their levels (`avx512.rs`, `avx2.rs`) or from one
//! another, and those tokens only where the CPU has the features.

use super::super::words::{WORDS, Words};
use super::avx2::{self, Avx2};
use super::avx512::{self, Avx512};
use std::arch::x86_64::*;

/// Sixteen words.
#[derive(Clone, Copy, Debug)]
pub struct Words512(__m512i);

impl Words512 {
    #[inline(always)]
    pub(super) fn new(_proof: Avx512, lanes: [u32; WORDS]) -> Self {
        // SAFETY: see the top of the file; an array of sixteen words is readable.
        Words512(unsafe { _mm512_loadu_si512(lanes.as_ptr().cast()) })
    }

    #[inline(always)]
    pub(super) fn to_doubles(self) -> [avx512::Eight; 2] {
        // SAFETY: see the top of the file.
        unsafe {
            [
                avx512::Eight(_mm512_cvtepi32_pd(_mm512_castsi512_si256(self.0))),
                avx512::Eight(_mm512_cvtepi32_pd(_mm512_extracti64x4_epi64::<1>(self.0))),
            ]
        }
    }
}

impl Words for Words512 {
    const IN_REGISTERS: bool = true;

    #[inline(always)]
    fn splat(self, value: u32) -> Self {
        // SAFETY: see the top of the file.
        Words512(unsafe { _mm512_set1_epi32(value as i32) })
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: see the top of the file.
        Words512(unsafe { _mm512_add_epi32(self.0, other.0) })
    }
    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: see the top of the file.
        Words512(unsafe { _mm512_xor_si512(self.0, other.0) })
    }
    #[inline(always)]
    fn rotate_left(self, count: u32) -> Self {
        // SAFETY: see the top of the file. Of a constant, the rotation by lanes becomes the one by an immediate.
        Words512(unsafe { _mm512_rolv_epi32(self.0, _mm512_set1_epi32(count as i32)) })
    }
    #[inline(always)]
    fn shift_right(self, count: u32) -> Self {
        // SAFETY: see the top of the file.
        Words512(unsafe { _mm512_srl_epi32(self.0, _mm_cvtsi32_si128(count as i32)) })
    }
    #[inline(always)]
    fn product(self, factor: u32) -> (Self, Self) {
        // SAFETY: see the top of the file.
        unsafe {
            let factor = _mm512_set1_epi64(i64::from(factor));
            let even = _mm512_mul_epu32(self.0, factor);
            let odd = _mm512_mul_epu32(_mm512_srli_epi64::<32>(self.0), factor);
            (
                Words512(_mm512_mask_blend_epi32(0xaaaa, _mm512_srli_epi64::<32>(even), odd)),
                Words512(_mm512_mask_blend_epi32(0xaaaa, even, _mm512_slli_epi64::<32>(odd))),
            )
        }
    }
    #[inline(always)]
    fn any_below(self, bound: u32) -> bool {
        // SAFETY: see the top of the file.
        unsafe { _mm512_cmplt_epu32_mask(self.0, _mm512_set1_epi32(bound as i32)) != 0 }
    }
    #[inline(always)]
    fn to_array(self) -> [u32; WORDS] {
        let mut lanes = [0; WORDS];
        // SAFETY: see the top of the file; an array of sixteen words is writable.
        unsafe { _mm512_storeu_si512(lanes.as_mut_ptr().cast(), self.0) };
        lanes
    }
}

/// Sixteen words.
#[derive(Clone, Copy, Debug)]
pub struct Words256(__m256i, __m256i);

impl Words256 {
    #[inline(always)]
    pub(super) fn new(_proof: Avx2, lanes: [u32; WORDS]) -> Self {
        // SAFETY: see the top of the file; an array of sixteen words is readable.
        unsafe {
            Words256(
                _mm256_loadu_si256(lanes.as_ptr().cast()),
                _mm256_loadu_si256(lanes.as_ptr().add(WORDS / 2).cast()),
            )
        }
    }

    #[inline(always)]
    pub(super) fn to_doubles(self) -> [avx2::Eight; 2] {
        // SAFETY: see the top of the file.
        [self.0, self.1].map(|half| unsafe {
            avx2::Eight(
                _mm256_cvtepi32_pd(_mm256_castsi256_si128(half)),
                _mm256_cvtepi32_pd(_mm256_extracti128_si256::<1>(half)),
            )
        })
    }
}

impl Words for Words256 {
    const IN_REGISTERS: bool = true;

    #[inline(always)]
    fn splat(self, value: u32) -> Self {
        // SAFETY: see the top of the file.
        let half = unsafe { _mm256_set1_epi32(value as i32) };
        Words256(half, half)
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: see the top of the file.
        unsafe { Words256(_mm256_add_epi32(self.0, other.0), _mm256_add_epi32(self.1, other.1)) }
    }
    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: see the top of the file.
        unsafe { Words256(_mm256_xor_si256(self.0, other.0), _mm256_xor_si256(self.1, other.1)) }
    }
    #[inline(always)]
    fn rotate_left(self, count: u32) -> Self {
        // SAFETY: see the top of the file.
        unsafe {
            let (left, right) = (_mm_cvtsi32_si128(count as i32), _mm_cvtsi32_si128(32 - count as i32));
            Words256(
                _mm256_or_si256(_mm256_sll_epi32(self.0, left), _mm256_srl_epi32(self.0, right)),
                _mm256_or_si256(_mm256_sll_epi32(self.1, left), _mm256_srl_epi32(self.1, right)),
            )
        }
    }
    #[inline(always)]
    fn shift_right(self, count: u32) -> Self {
        // SAFETY: see the top of the file.
        unsafe {
            let count = _mm_cvtsi32_si128(count as i32);
            Words256(_mm256_srl_epi32(self.0, count), _mm256_srl_epi32(self.1, count))
        }
    }
    #[inline(always)]
    fn product(self, factor: u32) -> (Self, Self) {
        // SAFETY: see the top of the file.
        let [(high0, low0), (high1, low1)] = [self.0, self.1].map(|half| unsafe {
            let factor = _mm256_set1_epi64x(i64::from(factor));
            let even = _mm256_mul_epu32(half, factor);
            let odd = _mm256_mul_epu32(_mm256_srli_epi64::<32>(half), factor);
            (
                _mm256_blend_epi32::<0xaa>(_mm256_srli_epi64::<32>(even), odd),
                _mm256_blend_epi32::<0xaa>(even, _mm256_slli_epi64::<32>(odd)),
            )
        });
        (Words256(high0, high1), Words256(low0, low1))
    }
    #[inline(always)]
    fn any_below(self, bound: u32) -> bool {
        // SAFETY: see the top of the file. There is no unsigned comparison, but a lane that is its own maximum isn't below.
        unsafe {
            let bound = _mm256_set1_epi32(bound as i32);
            let least = _mm256_min_epu32(self.0, self.1);
            let not_below = _mm256_cmpeq_epi32(_mm256_max_epu32(least, bound), least);
            _mm256_movemask_epi8(not_below) != -1
        }
    }
    #[inline(always)]
    fn to_array(self) -> [u32; WORDS] {
        let mut lanes = [0; WORDS];
        // SAFETY: see the top of the file; an array of sixteen words is writable.
        unsafe {
            _mm256_storeu_si256(lanes.as_mut_ptr().cast(), self.0);
            _mm256_storeu_si256(lanes.as_mut_ptr().add(WORDS / 2).cast(), self.1);
        }
        lanes
    }
}
