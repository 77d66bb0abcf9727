//! Sums of integers and of their squares in 512-bit registers. A compiler's vectors of a loop over single numbers take twice as long, and leave no place to ask for memory in.
//!
//! SAFETY of every block here: see the top of `avx512.rs`; every function is only called by its token, whose level has the features.

use std::arch::x86_64::*;

/// Bytes ahead that the second-level cache is asked for.
const AHEAD: usize = 1 << 14;

/// Bytes of a register.
const REGISTER: usize = 64;

/// Asks for memory and reads a register full.
///
/// # Safety
/// `from` must be valid for reads of 64 bytes.
#[inline(always)]
unsafe fn next(from: *const u8) -> __m512i {
    // SAFETY: see the top of the file; the caller answers for `from`, and a prefetch of any address is no access.
    unsafe {
        _mm_prefetch::<_MM_HINT_T1>(from.wrapping_add(AHEAD).cast());
        _mm512_loadu_si512(from.cast())
    }
}

/// Σ x² of bytes, `registers` times 64 of them, up to 2^14 registers full.
///
/// # Safety
/// `from` must be valid for reads of them.
#[inline(always)]
pub(super) unsafe fn of_8<const SIGNED: bool>(from: *const u8, registers: usize) -> u64 {
    // SAFETY: see the top of the file; the caller answers for `from`. A lane of 32 bits gains at most 2 · 255² a register, 2^15 of which fit.
    unsafe {
        let mut sums = [_mm512_setzero_si512(); 2];
        for register in 0..registers {
            let bytes = next(from.add(register * REGISTER));
            let halves = [_mm512_castsi512_si256(bytes), _mm512_extracti64x4_epi64::<1>(bytes)];
            for half in 0..2 {
                let wide = if SIGNED {
                    _mm512_cvtepi8_epi16(halves[half])
                } else {
                    _mm512_cvtepu8_epi16(halves[half])
                };
                sums[half] = _mm512_add_epi32(sums[half], _mm512_madd_epi16(wide, wide));
            }
        }
        halves_of(sums[0]) + halves_of(sums[1])
    }
}

/// The sum of sixteen words.
#[inline(always)]
unsafe fn halves_of(words: __m512i) -> u64 {
    // SAFETY: see the top of the file.
    unsafe {
        let low = _mm512_and_si512(words, _mm512_set1_epi64(0xffff_ffff));
        _mm512_reduce_add_epi64(_mm512_add_epi64(low, _mm512_srli_epi64::<32>(words))) as u64
    }
}

/// Σ x² of 16-bit numbers, `registers` times 32 of them, up to 2^14 registers full. Unsigned ones are `y + 2^15` with a signed y: their squares add up to Σ y² + 2^16·Σ y + 2^30·n.
///
/// # Safety
/// `from` must be valid for reads of them.
#[inline(always)]
pub(super) unsafe fn of_16<const SIGNED: bool>(from: *const u8, registers: usize) -> u64 {
    // SAFETY: see the top of the file; the caller answers for `from`. A pair of squares is at most 2^31, an unsigned word; a lane of Σ y gains at most 2^16 a register, 2^14 of which fit.
    unsafe {
        let mut sums = [_mm512_setzero_si512(); 2];
        let mut plain = _mm512_setzero_si512();
        let low = _mm512_set1_epi64(0xffff_ffff);
        for register in 0..registers {
            let mut x = next(from.add(register * REGISTER));
            if !SIGNED {
                x = _mm512_xor_si512(x, _mm512_set1_epi16(i16::MIN));
                plain = _mm512_add_epi32(plain, _mm512_madd_epi16(x, _mm512_set1_epi16(1)));
            }
            let pairs = _mm512_madd_epi16(x, x);
            sums[0] = _mm512_add_epi64(sums[0], _mm512_and_si512(pairs, low));
            sums[1] = _mm512_add_epi64(sums[1], _mm512_srli_epi64::<32>(pairs));
        }
        let squares = _mm512_reduce_add_epi64(_mm512_add_epi64(sums[0], sums[1])) as u64;
        if SIGNED {
            return squares;
        }
        let plain = _mm512_reduce_add_epi64(_mm512_add_epi64(
            _mm512_cvtepi32_epi64(_mm512_castsi512_si256(plain)),
            _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64::<1>(plain)),
        ));
        squares
            .wrapping_add((plain << 16) as u64)
            .wrapping_add((registers as u64) << (30 + 5))
    }
}

/// Σ x² of 32-bit numbers, `registers` times 16 of them, up to 2^14 registers full: the sum modulo 2^64, and that of the squares' high halves.
///
/// # Safety
/// `from` must be valid for reads of them.
#[inline(always)]
pub(super) unsafe fn of_32<const SIGNED: bool>(from: *const u8, registers: usize) -> (u64, u64) {
    // SAFETY: see the top of the file; the caller answers for `from`.
    unsafe {
        let mut all = [_mm512_setzero_si512(); 2];
        let mut high = [_mm512_setzero_si512(); 2];
        for register in 0..registers {
            let x = next(from.add(register * REGISTER));
            let both = [x, _mm512_srli_epi64::<32>(x)];
            for half in 0..2 {
                let x = both[half];
                let square = if SIGNED {
                    _mm512_mul_epi32(x, x)
                } else {
                    _mm512_mul_epu32(x, x)
                };
                all[half] = _mm512_add_epi64(all[half], square);
                high[half] = _mm512_add_epi64(high[half], _mm512_srli_epi64::<32>(square));
            }
        }
        let sum = |pair: [__m512i; 2]| _mm512_reduce_add_epi64(_mm512_add_epi64(pair[0], pair[1])) as u64;
        (sum(all), sum(high))
    }
}

/// Σ x of bytes, `registers` times 64 of them, up to 2^14 registers full. Signed ones are read as `x + 128`.
///
/// # Safety
/// `from` must be valid for reads of them.
#[inline(always)]
pub(super) unsafe fn sum_8<const SIGNED: bool>(from: *const u8, registers: usize) -> i64 {
    // SAFETY: see the top of the file; the caller answers for `from`.
    unsafe {
        let mut sums = _mm512_setzero_si512();
        for register in 0..registers {
            let mut x = next(from.add(register * REGISTER));
            if SIGNED {
                x = _mm512_xor_si512(x, _mm512_set1_epi8(i8::MIN));
            }
            sums = _mm512_add_epi64(sums, _mm512_sad_epu8(x, _mm512_setzero_si512()));
        }
        _mm512_reduce_add_epi64(sums) - if SIGNED { (registers as i64) << (7 + 6) } else { 0 }
    }
}

/// The same of 16-bit numbers, 32 a register. Unsigned ones are read as `x − 2^15`.
///
/// # Safety
/// `from` must be valid for reads of them.
#[inline(always)]
pub(super) unsafe fn sum_16<const SIGNED: bool>(from: *const u8, registers: usize) -> i64 {
    // SAFETY: see the top of the file; the caller answers for `from`. A lane of 32 bits gains at most 2^16 a register, 2^14 of which fit.
    unsafe {
        let mut sums = _mm512_setzero_si512();
        for register in 0..registers {
            let mut x = next(from.add(register * REGISTER));
            if !SIGNED {
                x = _mm512_xor_si512(x, _mm512_set1_epi16(i16::MIN));
            }
            sums = _mm512_add_epi32(sums, _mm512_madd_epi16(x, _mm512_set1_epi16(1)));
        }
        let sum = _mm512_reduce_add_epi64(_mm512_add_epi64(
            _mm512_cvtepi32_epi64(_mm512_castsi512_si256(sums)),
            _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64::<1>(sums)),
        ));
        sum + if SIGNED { 0 } else { (registers as i64) << (15 + 5) }
    }
}

/// The same of 32-bit numbers, 16 a register. Signed ones are read as `x + 2^31`.
///
/// # Safety
/// `from` must be valid for reads of them.
#[inline(always)]
pub(super) unsafe fn sum_32<const SIGNED: bool>(from: *const u8, registers: usize) -> i64 {
    // SAFETY: see the top of the file; the caller answers for `from`.
    unsafe {
        let mut sums = [_mm512_setzero_si512(); 2];
        for register in 0..registers {
            let mut x = next(from.add(register * REGISTER));
            if SIGNED {
                x = _mm512_xor_si512(x, _mm512_set1_epi32(i32::MIN));
            }
            sums[0] = _mm512_add_epi64(sums[0], _mm512_and_si512(x, _mm512_set1_epi64(0xffff_ffff)));
            sums[1] = _mm512_add_epi64(sums[1], _mm512_srli_epi64::<32>(x));
        }
        let sum = _mm512_reduce_add_epi64(_mm512_add_epi64(sums[0], sums[1]));
        sum - if SIGNED { (registers as i64) << (31 + 4) } else { 0 }
    }
}
