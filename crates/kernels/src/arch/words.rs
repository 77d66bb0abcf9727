//! Sixteen 32-bit words side by side, for the generator of random numbers.

use super::vector::{Vector, WIDTH};

/// Words in a [`Words`], at every level.
pub const WORDS: usize = 16;

/// Sixteen words with wrapping arithmetic, lane by lane.
pub trait Words: Copy {
    /// Whether the words are in vector registers. In arrays, an operation is a loop.
    const IN_REGISTERS: bool;

    /// Every lane `value`; `self` only says which kind of words is wanted.
    fn splat(self, value: u32) -> Self;

    /// Wrapping sum.
    fn add(self, other: Self) -> Self;

    /// Bitwise exclusive or.
    fn xor(self, other: Self) -> Self;

    /// Shifted left, the bits that leave coming back in on the right; `count` must be a constant from 1 to 31.
    fn rotate_left(self, count: u32) -> Self;

    /// Shifted right, zeros moving in; `count` must be a constant from 1 to 31.
    fn shift_right(self, count: u32) -> Self;

    /// The high and the low word of the product of each lane with `factor`.
    fn product(self, factor: u32) -> (Self, Self);

    /// Whether any lane is below `bound`.
    fn any_below(self, bound: u32) -> bool;

    /// The lanes in order.
    fn to_array(self) -> [u32; WORDS];
}

/// The plain way to do it: an array.
#[derive(Clone, Copy, Debug)]
pub struct Array(pub(super) [u32; WORDS]);

impl Array {
    #[inline(always)]
    fn each(self, operation: impl Fn(u32) -> u32) -> Self {
        let mut result = self.0;
        for lane in 0..WORDS {
            result[lane] = operation(result[lane]);
        }
        Array(result)
    }

    #[inline(always)]
    fn with(self, other: Self, operation: impl Fn(u32, u32) -> u32) -> Self {
        let mut result = self.0;
        for lane in 0..WORDS {
            result[lane] = operation(result[lane], other.0[lane]);
        }
        Array(result)
    }

    /// Every lane, which must be below 2^31, as a double.
    #[inline(always)]
    pub(super) fn to_doubles<V: Vector>(self, pack: impl Fn([f64; WIDTH]) -> V) -> [V; 2] {
        let mut halves = [[0.0; WIDTH]; 2];
        for lane in 0..WORDS {
            // Through a signed number, which more instruction sets convert.
            halves[lane / WIDTH][lane % WIDTH] = f64::from(self.0[lane] as i32);
        }
        [pack(halves[0]), pack(halves[1])]
    }
}

impl Words for Array {
    const IN_REGISTERS: bool = false;

    #[inline(always)]
    fn splat(self, value: u32) -> Self {
        Array([value; WORDS])
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.with(other, u32::wrapping_add)
    }
    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        self.with(other, |a, b| a ^ b)
    }
    #[inline(always)]
    fn rotate_left(self, count: u32) -> Self {
        self.each(|word| word.rotate_left(count))
    }
    #[inline(always)]
    fn shift_right(self, count: u32) -> Self {
        self.each(|word| word >> count)
    }
    #[inline(always)]
    fn product(self, factor: u32) -> (Self, Self) {
        let product = |word: u32| u64::from(word) * u64::from(factor);
        (
            self.each(|word| (product(word) >> 32) as u32),
            self.each(|word| product(word) as u32),
        )
    }
    #[inline(always)]
    fn any_below(self, bound: u32) -> bool {
        let mut below = false;
        for lane in 0..WORDS {
            below |= self.0[lane] < bound;
        }
        below
    }
    #[inline(always)]
    fn to_array(self) -> [u32; WORDS] {
        self.0
    }
}
