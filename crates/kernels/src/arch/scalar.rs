//! One double as a [`Real`]: what tails do is what each lane of a vector does.

use super::vector::{Mask, Real};

impl Mask for bool {
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        self & other
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        self | other
    }
    #[inline(always)]
    fn not(self) -> Self {
        !self
    }
    #[inline(always)]
    fn any(self) -> bool {
        self
    }
}

impl Real for f64 {
    type Mask = bool;

    #[inline(always)]
    fn splat(self, value: f64) -> Self {
        value
    }

    /// Two one-sided comparisons, joined: without NaN both give the same number except for zeros of opposite sign, where
    /// `or` gives −0. With NaN one of them gives the NaN, and `or` leaves its exponent of ones and a mantissa that isn't 0.
    #[inline(always)]
    fn minimum(self, other: Self) -> Self {
        let one = if self < other { self } else { other };
        let two = if other < self { other } else { self };
        one.bit_or(two)
    }
    #[inline(always)]
    fn maximum(self, other: Self) -> Self {
        -Real::minimum(-self, -other)
    }
    #[inline(always)]
    fn abs(self) -> Self {
        f64::abs(self)
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }
    #[inline(always)]
    fn less(self, other: Self) -> bool {
        self < other
    }
    #[inline(always)]
    fn less_equal(self, other: Self) -> bool {
        self <= other
    }
    #[inline(always)]
    fn equal(self, other: Self) -> bool {
        self == other
    }
    #[inline(always)]
    fn select(mask: bool, yes: Self, no: Self) -> Self {
        if mask { yes } else { no }
    }
    #[inline(always)]
    fn bit_and(self, other: Self) -> Self {
        f64::from_bits(self.to_bits() & other.to_bits())
    }
    #[inline(always)]
    fn bit_or(self, other: Self) -> Self {
        f64::from_bits(self.to_bits() | other.to_bits())
    }
    #[inline(always)]
    fn bit_xor(self, other: Self) -> Self {
        f64::from_bits(self.to_bits() ^ other.to_bits())
    }
    #[inline(always)]
    fn add_bits(self, other: Self) -> Self {
        f64::from_bits(self.to_bits().wrapping_add(other.to_bits()))
    }
    #[inline(always)]
    fn sub_bits(self, other: Self) -> Self {
        f64::from_bits(self.to_bits().wrapping_sub(other.to_bits()))
    }
    #[inline(always)]
    fn shift_left_bits(self, count: u32) -> Self {
        f64::from_bits(self.to_bits() << count)
    }
    #[inline(always)]
    fn shift_right_bits(self, count: u32) -> Self {
        f64::from_bits(self.to_bits() >> count)
    }
}
