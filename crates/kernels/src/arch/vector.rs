//! The traits between kernels and instruction sets.
//!
//! Soundness in one sentence: a vector can only be made from a [`Simd`] token (or from another vector), a token of an
//! instruction set is only made by its shell, and the shell only runs after detection; so whoever holds a vector may use
//! its instructions, and all methods here are safe.

use super::dispatch::Task;
use super::words::{WORDS, Words};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Doubles in a [`Vector`], at every level.
pub const WIDTH: usize = 8;

/// One double or several, with IEEE 754 arithmetic lane by lane. Kernels are written over this trait, so that vectors and
/// tails do the same operations. There is no fused multiply-add: it would change the bits; where a product is exact anyway
/// (`product_error`, `plus_exact`), a level may use it inside.
pub trait Real:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// A truth value a lane.
    type Mask: Mask;

    /// Every lane `value`; `self` only says which kind of number is wanted.
    fn splat(self, value: f64) -> Self;

    /// The smaller of both; NaN where either is NaN (payload and sign unspecified), −0 below +0.
    fn minimum(self, other: Self) -> Self;

    /// The larger of both; NaN where either is NaN (payload and sign unspecified), +0 above −0.
    fn maximum(self, other: Self) -> Self;

    /// `self` where it is less than `other`, else `other`: cheap, but NaN and zeros of two signs fall to `other`.
    #[inline(always)]
    fn lesser(self, other: Self) -> Self {
        Self::select(self.less(other), self, other)
    }

    /// `self` where it is greater than `other`, else `other`: cheap, but NaN and zeros of two signs fall to `other`.
    #[inline(always)]
    fn greater(self, other: Self) -> Self {
        Self::select(other.less(self), self, other)
    }

    /// Without the sign bit.
    fn abs(self) -> Self;

    /// Correctly rounded square root.
    fn sqrt(self) -> Self;

    /// `self < other`; false where either is NaN.
    fn less(self, other: Self) -> Self::Mask;

    /// `self <= other`; false where either is NaN.
    fn less_equal(self, other: Self) -> Self::Mask;

    /// `self == other`; false where either is NaN.
    fn equal(self, other: Self) -> Self::Mask;

    /// `yes` where the mask is true, else `no`.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;

    /// Bitwise and of the 64-bit representations.
    fn bit_and(self, other: Self) -> Self;

    /// Bitwise or of the 64-bit representations.
    fn bit_or(self, other: Self) -> Self;

    /// Bitwise exclusive or of the 64-bit representations.
    fn bit_xor(self, other: Self) -> Self;

    /// Wrapping sum of the representations as 64-bit integers.
    fn add_bits(self, other: Self) -> Self;

    /// Wrapping difference of the representations as 64-bit integers.
    fn sub_bits(self, other: Self) -> Self;

    /// The representation shifted left; `count` must be a constant below 64.
    fn shift_left_bits(self, count: u32) -> Self;

    /// The representation shifted right, zeros moving in; `count` must be a constant below 64.
    fn shift_right_bits(self, count: u32) -> Self;

    /// `self · other − product`, exactly, where `product` is that product rounded. Both factors must be below 2^996, and neither the product nor its
    /// error may underflow. Dekker 1971, with halves of 26 bits (Veltkamp 1968).
    #[inline(always)]
    fn product_error(self, other: Self, product: Self) -> Self {
        let splitter = self.splat(134217729.0);
        let (c, d) = (self * splitter, other * splitter);
        let (a_high, b_high) = (c - (c - self), d - (d - other));
        let (a_low, b_low) = (self - a_high, other - b_high);
        a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
    }

    /// `self + a · b` where that product needs no rounding, so that a level may compute both in one instruction: the bits are the same.
    #[inline(always)]
    fn plus_exact(self, a: Self, b: Self) -> Self {
        self + a * b
    }

    /// `self · 2^exponent`, rounded once, for an integer exponent between −1080 and 1030 and |self| between 1/2 and 2 or 0 (a smaller one as long as the
    /// result is normal).
    #[inline(always)]
    fn scale(self, exponent: Self) -> Self {
        // In two steps, of which the first is exact. Adding 1.5·2^52 rounds to an integer, which then stands in the low bits.
        let c = |value| exponent.splat(value);
        let round = c(6755399441055744.0);
        let half = exponent * c(0.5) + round;
        let rest = (exponent - (half - round)) + round;
        let power = |rounded: Self| rounded.add_bits(rounded.splat_bits(1023)).shift_left_bits(52);
        self * power(half) * power(rest)
    }

    /// Every lane the double with this representation.
    #[inline(always)]
    fn splat_bits(self, bits: u64) -> Self {
        self.splat(f64::from_bits(bits))
    }
}

/// A truth value a lane.
pub trait Mask: Copy {
    /// True where both are.
    fn and(self, other: Self) -> Self;
    /// True where either is.
    fn or(self, other: Self) -> Self;
    /// True where `self` is false.
    fn not(self) -> Self;
    /// Whether any lane is true.
    fn any(self) -> bool;
}

/// Eight doubles.
pub trait Vector: Real {
    /// The lanes in order.
    fn to_array(self) -> [f64; WIDTH];

    /// `self · factor + addend`, rounded once where the level has the instruction (AVX2, AVX-512, NEON), twice on the portable one. For
    /// linear algebra and Hessians only, whose bits may depend on the level.
    fn multiply_add(self, factor: Self, addend: Self) -> Self;

    /// Writes the lanes to `to … to + 7`.
    ///
    /// # Safety
    /// `to` must be valid for writes of eight doubles; it need not be aligned.
    unsafe fn write(self, to: *mut f64);

    /// Writes the lanes to `to … to + 7`, each rounded to nearest even.
    ///
    /// # Safety
    /// `to` must be valid for writes of eight floats; it need not be aligned.
    #[inline(always)]
    unsafe fn write_f32(self, to: *mut f32) {
        let narrow = self.to_array().map(|lane| lane as f32);
        // SAFETY: the caller promises room for eight floats, and the write is an unaligned one.
        unsafe { to.cast::<[f32; WIDTH]>().write_unaligned(narrow) }
    }
}

/// Proof that the CPU has an instruction set, and the maker of its vectors. Handed to a [`super::Task`] by
/// [`super::Level::dispatch`]; can't be made elsewhere.
pub trait Simd: Copy {
    /// Eight doubles in this instruction set's registers.
    type Vector: Vector;

    /// Sixteen 32-bit words in this instruction set's registers.
    type Words: Words;

    /// How many vectors of eight doubles the registers hold at once; kernels size their accumulators by it.
    const REGISTERS: usize;

    /// Whether a vector is an array, which the compiler puts into registers where it likes. Loops over single numbers then suit it better.
    const ARRAYS: bool = false;

    /// Runs a part of a task as a function of its own, compiled for this instruction set: once, however many tasks and places of
    /// them have it. Costs a call, so it is for parts of a microsecond or of the rare case. Without it, everything on the way is
    /// inlined and stands once in each.
    fn apart<T: Task>(self, part: T) -> T::Output;

    /// Every lane `value`.
    fn splat(self, value: f64) -> Self::Vector;

    /// The lanes in order.
    #[inline(always)]
    fn pack(self, lanes: [f64; WIDTH]) -> Self::Vector {
        // SAFETY: an array of eight doubles is readable.
        unsafe { self.read_f64(lanes.as_ptr()) }
    }

    /// Lane `r` of the result is the sum of the lanes of `vectors[r]`, folded in halves: for `h = 4, 2, 1`, for `j < h`,
    /// `lane[j] += lane[j + h]`.
    #[inline(always)]
    fn fold_each(self, vectors: [Self::Vector; WIDTH]) -> Self::Vector {
        self.pack(vectors.map(|vector| {
            let [a0, a1, a2, a3, a4, a5, a6, a7] = vector.to_array();
            ((a0 + a4) + (a2 + a6)) + ((a1 + a5) + (a3 + a7))
        }))
    }

    /// Lane `l` of vector `r` of the result is lane `r` of `vectors[l]`.
    #[inline(always)]
    fn transpose(self, vectors: [Self::Vector; WIDTH]) -> [Self::Vector; WIDTH] {
        let lanes = vectors.map(Vector::to_array);
        std::array::from_fn(|r| self.pack(lanes.map(|line| line[r])))
    }

    /// The sixteen words in order.
    fn words(self, lanes: [u32; WORDS]) -> Self::Words;

    /// Every word, which must be below 2^31, as a double: the first eight, the last eight.
    fn words_to_doubles(self, words: Self::Words) -> [Self::Vector; 2];

    /// Asks the cache for the line at an address, which may be anything: nothing is read.
    #[inline(always)]
    fn prefetch(self, _place: *const f64) {}

    /// The same of the second level of the cache, for what is wanted later than the next few hundred instructions.
    #[inline(always)]
    fn prefetch_far(self, _place: *const f64) {}

    /// Asks the first level of the cache for the line at an address, as one that is about to be written.
    #[inline(always)]
    fn prefetch_write(self, _place: *mut f64) {}

    /// Σ x² of bytes, `registers` times 64 of them, up to 2^14 times; `None` where the level has no way of its own.
    ///
    /// # Safety
    /// `from` must be valid for reads of `registers` times 64 bytes; it need not be aligned.
    #[inline(always)]
    unsafe fn squares_8<const SIGNED: bool>(self, _from: *const u8, _registers: usize) -> Option<u64> {
        None
    }

    /// The same of 16-bit numbers, 32 a register.
    ///
    /// # Safety
    /// As of `squares_8`.
    #[inline(always)]
    unsafe fn squares_16<const SIGNED: bool>(self, _from: *const u8, _registers: usize) -> Option<u64> {
        None
    }

    /// The same of 32-bit numbers, 16 a register: the sum modulo 2^64, and that of the squares' high halves.
    ///
    /// # Safety
    /// As of `squares_8`.
    #[inline(always)]
    unsafe fn squares_32<const SIGNED: bool>(self, _from: *const u8, _registers: usize) -> Option<(u64, u64)> {
        None
    }

    /// Σ x of bytes, `registers` times 64 of them, up to 2^14 times; `None` where the level has no way of its own.
    ///
    /// # Safety
    /// As of `squares_8`.
    #[inline(always)]
    unsafe fn sum_8<const SIGNED: bool>(self, _from: *const u8, _registers: usize) -> Option<i64> {
        None
    }

    /// The same of 16-bit numbers, 32 a register.
    ///
    /// # Safety
    /// As of `squares_8`.
    #[inline(always)]
    unsafe fn sum_16<const SIGNED: bool>(self, _from: *const u8, _registers: usize) -> Option<i64> {
        None
    }

    /// The same of 32-bit numbers, 16 a register.
    ///
    /// # Safety
    /// As of `squares_8`.
    #[inline(always)]
    unsafe fn sum_32<const SIGNED: bool>(self, _from: *const u8, _registers: usize) -> Option<i64> {
        None
    }

    /// Reads eight doubles.
    ///
    /// # Safety
    /// `from` must be valid for reads of eight doubles; it need not be aligned.
    unsafe fn read_f64(self, from: *const f64) -> Self::Vector;

    /// Reads eight floats and widens them, exactly.
    ///
    /// # Safety
    /// `from` must be valid for reads of eight floats; it need not be aligned.
    unsafe fn read_f32(self, from: *const f32) -> Self::Vector;
}
