//! Keys to be sorted, side by side in one 512-bit register.
//!
//! SAFETY of every block here: these types are only used below the shells of `quicksort.rs`, which enable the features and may only be called where the CPU has
//! them.

use std::arch::x86_64::*;

/// A register full of keys. Everything is inlined into code that is compiled for AVX-512.
///
/// # Safety
/// Every method needs AVX-512 F, DQ, VL and BW.
pub(super) trait Lanes: Copy {
    /// What is sorted, an unsigned integer.
    type Key: Copy + Ord;
    /// Keys in a register.
    const COUNT: usize;
    /// No key is larger.
    const GREATEST: Self::Key;
    /// No key is smaller.
    const LEAST: Self::Key;

    /// The next larger key of one that is not the greatest.
    fn after(key: Self::Key) -> Self::Key;
    /// All lanes one key.
    unsafe fn splat(key: Self::Key) -> Self;
    /// Reads a register full.
    unsafe fn load(from: *const Self::Key) -> Self;
    /// Reads the keys whose bits are set; the other lanes have the greatest key. Bits beyond the lanes mean nothing.
    unsafe fn load_some(from: *const Self::Key, lanes: u64) -> Self;
    /// Writes a register full.
    unsafe fn store(self, to: *mut Self::Key);
    /// Writes the keys whose bits are set.
    unsafe fn store_some(self, to: *mut Self::Key, lanes: u64);
    /// The lesser and the greater of each lane.
    unsafe fn in_order(self, other: Self) -> (Self, Self);
    /// One of the steps, each once, of two registers each, that make rows of the columns of as many registers as a register has lanes: step s takes registers 2^s apart.
    unsafe fn transpose(self, other: Self, step: u32) -> (Self, Self);
    /// Sorts the lanes of each of two registers, which rise and then fall or the other way round; downwards if so wanted.
    unsafe fn clean(self, other: Self, down: bool) -> (Self, Self);
    /// The lanes from the last to the first.
    unsafe fn reverse(self) -> Self;
    /// Writes the lanes below `pivot` to `below` and beyond and the others before `rest`, both up to a register full that may be overwritten. Gives how
    /// many are below.
    unsafe fn deal(self, pivot: Self, below: *mut Self::Key, rest: *mut Self::Key) -> usize;
    /// The same of the first `count` lanes, with nothing overwritten.
    unsafe fn deal_some(self, count: usize, pivot: Self, below: *mut Self::Key, rest: *mut Self::Key) -> usize;
    /// Numbers become keys.
    unsafe fn encode(self, code: &Code<Self>) -> Self;
    /// Keys become numbers.
    unsafe fn decode(self, code: &Code<Self>) -> Self;
}

/// How bits of numbers become keys, see `KeyOrder`: each is a register of one value.
#[derive(Clone, Copy)]
pub(super) struct Code<L> {
    /// What negative numbers have turned, beside `base`.
    turned: L,
    /// What all numbers have turned.
    base: L,
    /// Numbers of which more than this is in `turned` are NaN.
    infinity: L,
}

impl<L: Lanes> Code<L> {
    #[inline(always)]
    pub(super) unsafe fn new([turned, base, infinity]: [L::Key; 3]) -> Self {
        // SAFETY: see the top of the file.
        unsafe {
            Code {
                turned: L::splat(turned),
                base: L::splat(base),
                infinity: L::splat(infinity),
            }
        }
    }
}

/// The lesser and the greater of each lane, or the other way round.
#[inline(always)]
pub(super) unsafe fn sorted<L: Lanes>((a, b): (L, L), down: bool) -> (L, L) {
    // SAFETY: see the top of the file.
    let (lesser, greater) = unsafe { a.in_order(b) };
    if down { (greater, lesser) } else { (lesser, greater) }
}

/// Quarters of two registers: those of even places and those of odd ones.
#[inline(always)]
unsafe fn quarters(a: __m512i, b: __m512i) -> (__m512i, __m512i) {
    // SAFETY: see the top of the file.
    unsafe {
        (
            _mm512_shuffle_i64x2::<0b10_00_10_00>(a, b),
            _mm512_shuffle_i64x2::<0b11_01_11_01>(a, b),
        )
    }
}

/// Halves of two registers: the first ones and the second ones.
#[inline(always)]
unsafe fn halves(a: __m512i, b: __m512i) -> (__m512i, __m512i) {
    // SAFETY: see the top of the file.
    unsafe {
        (
            _mm512_shuffle_i64x2::<0b01_00_01_00>(a, b),
            _mm512_shuffle_i64x2::<0b11_10_11_10>(a, b),
        )
    }
}

/// Pairs of 64-bit lanes of two registers: of each the first lanes and the second ones.
#[inline(always)]
unsafe fn unpack(a: __m512i, b: __m512i) -> (__m512i, __m512i) {
    // SAFETY: see the top of the file.
    unsafe { (_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b)) }
}

/// Eight keys of 64 bits.
#[derive(Clone, Copy)]
pub(super) struct Wide(__m512i);

/// Sixteen keys of 32 bits.
#[derive(Clone, Copy)]
pub(super) struct Narrow(__m512i);

/// For each mask of eight lanes: the lanes that are set and then the others, four bits each.
static DEALT: [u32; 256] = {
    let mut table = [0; 256];
    let mut mask = 0;
    while mask < 256 {
        let (mut place, mut turn) = (0, 0);
        while turn < 2 {
            let mut lane = 0;
            while lane < 8 {
                if (mask >> lane & 1 == 1) == (turn == 0) {
                    table[mask] |= (lane as u32) << (4 * place);
                    place += 1;
                }
                lane += 1;
            }
            turn += 1;
        }
        mask += 1;
    }
    table
};

/// The bits of the first `count` lanes, fewer than 64.
#[inline(always)]
pub(super) fn first(count: usize) -> u64 {
    (1 << count) - 1
}

/// What of both is not in `lesser`: one operation of any port, where a maximum would wait for the one of minima.
#[inline(always)]
unsafe fn other_of(a: __m512i, b: __m512i, lesser: __m512i) -> __m512i {
    // SAFETY: see the top of the file.
    unsafe { _mm512_ternarylogic_epi64::<0b1001_0110>(a, b, lesser) }
}

impl Lanes for Wide {
    type Key = u64;
    const COUNT: usize = 8;
    const GREATEST: u64 = u64::MAX;
    const LEAST: u64 = 0;

    #[inline(always)]
    fn after(key: u64) -> u64 {
        key.wrapping_add(1)
    }
    #[inline(always)]
    unsafe fn splat(key: u64) -> Self {
        // SAFETY: see the top of the file.
        Wide(unsafe { _mm512_set1_epi64(key.cast_signed()) })
    }
    #[inline(always)]
    unsafe fn load(from: *const u64) -> Self {
        // SAFETY: see the top of the file; the caller promises eight keys.
        Wide(unsafe { _mm512_loadu_si512(from.cast()) })
    }
    #[inline(always)]
    unsafe fn load_some(from: *const u64, lanes: u64) -> Self {
        // SAFETY: see the top of the file; lanes that are masked out are not read.
        Wide(unsafe { _mm512_mask_loadu_epi64(_mm512_set1_epi64(-1), lanes as __mmask8, from.cast()) })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut u64) {
        // SAFETY: see the top of the file; the caller promises room for eight keys.
        unsafe { _mm512_storeu_si512(to.cast(), self.0) }
    }
    #[inline(always)]
    unsafe fn store_some(self, to: *mut u64, lanes: u64) {
        // SAFETY: see the top of the file; lanes that are masked out are not written.
        unsafe { _mm512_mask_storeu_epi64(to.cast(), lanes as __mmask8, self.0) }
    }
    #[inline(always)]
    unsafe fn in_order(self, other: Self) -> (Self, Self) {
        // SAFETY: see the top of the file.
        unsafe {
            let lesser = _mm512_min_epu64(self.0, other.0);
            (Wide(lesser), Wide(other_of(self.0, other.0, lesser)))
        }
    }
    #[inline(always)]
    unsafe fn transpose(self, other: Self, step: u32) -> (Self, Self) {
        // SAFETY: see the top of the file.
        let (a, b) = unsafe {
            match step {
                0 => unpack(self.0, other.0),
                _ => quarters(self.0, other.0),
            }
        };
        (Wide(a), Wide(b))
    }
    /// The place of a key is a register, of two, and a lane, of 4 + 2 + 1. Each step makes the next bit of the lane the one of the register; the last
    /// one puts all back.
    #[inline(always)]
    unsafe fn clean(self, other: Self, down: bool) -> (Self, Self) {
        // SAFETY: see the top of the file.
        unsafe {
            let pair = |(a, b)| (Wide(a), Wide(b));
            let (a, b) = sorted(pair(halves(self.0, other.0)), down);
            let (a, b) = sorted(pair(quarters(a.0, b.0)), down);
            let (a, b) = sorted(pair(unpack(a.0, b.0)), down);
            let first = _mm512_setr_epi64(0, 8, 1, 9, 4, 12, 5, 13);
            let second = _mm512_setr_epi64(2, 10, 3, 11, 6, 14, 7, 15);
            pair((
                _mm512_permutex2var_epi64(a.0, first, b.0),
                _mm512_permutex2var_epi64(a.0, second, b.0),
            ))
        }
    }
    #[inline(always)]
    unsafe fn reverse(self) -> Self {
        // SAFETY: see the top of the file.
        Wide(unsafe { _mm512_permutexvar_epi64(_mm512_setr_epi64(7, 6, 5, 4, 3, 2, 1, 0), self.0) })
    }
    /// One permutation puts the lanes below first and the others last, so that what is written to either side is the same register.
    #[inline(always)]
    unsafe fn deal(self, pivot: Self, below: *mut u64, rest: *mut u64) -> usize {
        // SAFETY: see the top of the file; the caller promises the room.
        unsafe {
            let mask = _mm512_cmplt_epu64_mask(self.0, pivot.0);
            // A lane looks at the last three bits only.
            let places = _mm512_srlv_epi64(
                _mm512_set1_epi32(DEALT[usize::from(mask)].cast_signed()),
                _mm512_setr_epi64(0, 4, 8, 12, 16, 20, 24, 28),
            );
            let dealt = _mm512_permutexvar_epi64(places, self.0);
            _mm512_storeu_si512(below.cast(), dealt);
            _mm512_storeu_si512(rest.sub(8).cast(), dealt);
            mask.count_ones() as usize
        }
    }
    #[inline(always)]
    unsafe fn deal_some(self, count: usize, pivot: Self, below: *mut u64, rest: *mut u64) -> usize {
        // SAFETY: see the top of the file; the caller promises the room.
        unsafe {
            let mask = _mm512_mask_cmplt_epu64_mask(first(count) as __mmask8, self.0, pivot.0);
            let lesser = mask.count_ones() as usize;
            Wide(_mm512_maskz_compress_epi64(mask, self.0)).store_some(below, first(lesser));
            let others = Wide(_mm512_maskz_compress_epi64(first(count) as __mmask8 & !mask, self.0));
            others.store_some(rest.sub(count - lesser), first(count - lesser));
            lesser
        }
    }
    #[inline(always)]
    unsafe fn encode(self, code: &Code<Self>) -> Self {
        // SAFETY: see the top of the file.
        unsafe {
            let signs = _mm512_srai_epi64::<63>(self.0);
            // Where the sign is set, what is turned, and the base everywhere.
            let change = _mm512_ternarylogic_epi64::<0b1110_1010>(signs, code.turned.0, code.base.0);
            let key = _mm512_xor_si512(self.0, change);
            let magnitude = _mm512_and_si512(self.0, code.turned.0);
            let nan = _mm512_cmpgt_epu64_mask(magnitude, code.infinity.0);
            Wide(_mm512_mask_set1_epi64(key, nan, -1))
        }
    }
    #[inline(always)]
    unsafe fn decode(self, code: &Code<Self>) -> Self {
        // SAFETY: see the top of the file.
        unsafe {
            let signs = _mm512_srai_epi64::<63>(self.0);
            // Where the sign is not set: keys of negative numbers have none.
            let change = _mm512_ternarylogic_epi64::<0b1010_1110>(signs, code.turned.0, code.base.0);
            Wide(_mm512_xor_si512(self.0, change))
        }
    }
}

impl Lanes for Narrow {
    type Key = u32;
    const COUNT: usize = 16;
    const GREATEST: u32 = u32::MAX;
    const LEAST: u32 = 0;

    #[inline(always)]
    fn after(key: u32) -> u32 {
        key.wrapping_add(1)
    }
    #[inline(always)]
    unsafe fn splat(key: u32) -> Self {
        // SAFETY: see the top of the file.
        Narrow(unsafe { _mm512_set1_epi32(key.cast_signed()) })
    }
    #[inline(always)]
    unsafe fn load(from: *const u32) -> Self {
        // SAFETY: see the top of the file; the caller promises sixteen keys.
        Narrow(unsafe { _mm512_loadu_si512(from.cast()) })
    }
    #[inline(always)]
    unsafe fn load_some(from: *const u32, lanes: u64) -> Self {
        // SAFETY: see the top of the file; lanes that are masked out are not read.
        Narrow(unsafe { _mm512_mask_loadu_epi32(_mm512_set1_epi32(-1), lanes as __mmask16, from.cast()) })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut u32) {
        // SAFETY: see the top of the file; the caller promises room for sixteen keys.
        unsafe { _mm512_storeu_si512(to.cast(), self.0) }
    }
    #[inline(always)]
    unsafe fn store_some(self, to: *mut u32, lanes: u64) {
        // SAFETY: see the top of the file; lanes that are masked out are not written.
        unsafe { _mm512_mask_storeu_epi32(to.cast(), lanes as __mmask16, self.0) }
    }
    #[inline(always)]
    unsafe fn in_order(self, other: Self) -> (Self, Self) {
        // SAFETY: see the top of the file.
        unsafe {
            let lesser = _mm512_min_epu32(self.0, other.0);
            (Narrow(lesser), Narrow(other_of(self.0, other.0, lesser)))
        }
    }
    #[inline(always)]
    unsafe fn transpose(self, other: Self, step: u32) -> (Self, Self) {
        // SAFETY: see the top of the file.
        let (a, b) = unsafe {
            match step {
                0 => (
                    _mm512_unpacklo_epi32(self.0, other.0),
                    _mm512_unpackhi_epi32(self.0, other.0),
                ),
                1 => unpack(self.0, other.0),
                _ => quarters(self.0, other.0),
            }
        };
        (Narrow(a), Narrow(b))
    }
    /// As above, with a lane of 8 + 4 + 2 + 1.
    #[inline(always)]
    unsafe fn clean(self, other: Self, down: bool) -> (Self, Self) {
        // SAFETY: see the top of the file.
        unsafe {
            let pair = |(a, b)| (Narrow(a), Narrow(b));
            let (a, b) = sorted(pair(halves(self.0, other.0)), down);
            let (a, b) = sorted(pair(quarters(a.0, b.0)), down);
            let (a, b) = sorted(pair(unpack(a.0, b.0)), down);
            let (x, y) = (_mm512_castsi512_ps(a.0), _mm512_castsi512_ps(b.0));
            let even = _mm512_castps_si512(_mm512_shuffle_ps::<0b10_00_10_00>(x, y));
            let odd = _mm512_castps_si512(_mm512_shuffle_ps::<0b11_01_11_01>(x, y));
            let (a, b) = sorted(pair((even, odd)), down);
            let first = _mm512_setr_epi32(0, 16, 2, 18, 1, 17, 3, 19, 8, 24, 10, 26, 9, 25, 11, 27);
            let second = _mm512_setr_epi32(4, 20, 6, 22, 5, 21, 7, 23, 12, 28, 14, 30, 13, 29, 15, 31);
            pair((
                _mm512_permutex2var_epi32(a.0, first, b.0),
                _mm512_permutex2var_epi32(a.0, second, b.0),
            ))
        }
    }
    #[inline(always)]
    unsafe fn reverse(self) -> Self {
        // SAFETY: see the top of the file.
        Narrow(unsafe {
            let places = _mm512_setr_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
            _mm512_permutexvar_epi32(places, self.0)
        })
    }
    /// Lanes that are kept come first when they are moved together, and last when they are spread; a table for sixteen lanes would not fit the cache.
    #[inline(always)]
    unsafe fn deal(self, pivot: Self, below: *mut u32, rest: *mut u32) -> usize {
        // SAFETY: see the top of the file; the caller promises the room.
        unsafe {
            let mask = _mm512_cmplt_epu32_mask(self.0, pivot.0);
            let lesser = mask.count_ones() as usize;
            _mm512_storeu_si512(below.cast(), _mm512_maskz_compress_epi32(mask, self.0));
            let others = _mm512_maskz_compress_epi32(!mask, self.0);
            _mm512_mask_storeu_epi32(rest.sub(16 - lesser).cast(), first(16 - lesser) as __mmask16, others);
            lesser
        }
    }
    #[inline(always)]
    unsafe fn deal_some(self, count: usize, pivot: Self, below: *mut u32, rest: *mut u32) -> usize {
        // SAFETY: see the top of the file; the caller promises the room.
        unsafe {
            let mask = _mm512_mask_cmplt_epu32_mask(first(count) as __mmask16, self.0, pivot.0);
            let lesser = mask.count_ones() as usize;
            Narrow(_mm512_maskz_compress_epi32(mask, self.0)).store_some(below, first(lesser));
            let others = Narrow(_mm512_maskz_compress_epi32(first(count) as __mmask16 & !mask, self.0));
            others.store_some(rest.sub(count - lesser), first(count - lesser));
            lesser
        }
    }
    #[inline(always)]
    unsafe fn encode(self, code: &Code<Self>) -> Self {
        // SAFETY: see the top of the file.
        unsafe {
            let signs = _mm512_srai_epi32::<31>(self.0);
            // Where the sign is set, what is turned, and the base everywhere.
            let change = _mm512_ternarylogic_epi64::<0b1110_1010>(signs, code.turned.0, code.base.0);
            let key = _mm512_xor_si512(self.0, change);
            let magnitude = _mm512_and_si512(self.0, code.turned.0);
            let nan = _mm512_cmpgt_epu32_mask(magnitude, code.infinity.0);
            Narrow(_mm512_mask_set1_epi32(key, nan, -1))
        }
    }
    #[inline(always)]
    unsafe fn decode(self, code: &Code<Self>) -> Self {
        // SAFETY: see the top of the file.
        unsafe {
            let signs = _mm512_srai_epi32::<31>(self.0);
            // Where the sign is not set: keys of negative numbers have none.
            let change = _mm512_ternarylogic_epi64::<0b1010_1110>(signs, code.turned.0, code.base.0);
            Narrow(_mm512_xor_si512(self.0, change))
        }
    }
}
