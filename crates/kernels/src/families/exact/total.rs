//! Sums of integers that can't overflow.

/// Limbs of 32 bits that a [`Total`] is written as.
pub const TOTAL_LIMBS: usize = 6;

/// An integer of 192 bits in two's complement: 2^52 products of 64-bit integers need 180.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    low: u128,
    high: i64,
}

impl Total {
    /// Adds a number.
    #[inline(always)]
    pub fn add(&mut self, value: i128) {
        let (low, carry) = self.low.overflowing_add(value as u128);
        self.low = low;
        self.high += i64::from(carry) + (value >> 127) as i64;
    }

    /// Adds a number that is not negative.
    #[inline(always)]
    pub fn add_unsigned(&mut self, value: u128) {
        let (low, carry) = self.low.overflowing_add(value);
        self.low = low;
        self.high += i64::from(carry);
    }

    /// The sum of both.
    #[inline]
    pub fn plus(mut self, other: Total) -> Total {
        self.add_unsigned(other.low);
        self.high += other.high;
        self
    }

    /// The nearest double, ties to even, of a number of up to 128 bits; `None` beyond.
    pub fn rounded(self) -> Option<f64> {
        let value = self.low as i128;
        (self.high == (value >> 127) as i64).then_some(value as f64)
    }

    /// As limbs of 32 bits, the least first: each from 0 on, but the last one signed.
    pub fn limbs(self) -> [f64; TOTAL_LIMBS] {
        let mut limbs = [0.0; TOTAL_LIMBS];
        for (index, limb) in limbs[..4].iter_mut().enumerate() {
            *limb = f64::from((self.low >> (32 * index)) as u32);
        }
        limbs[4] = f64::from(self.high as u32);
        limbs[5] = (self.high >> 32) as f64;
        limbs
    }
}

impl From<i128> for Total {
    fn from(value: i128) -> Total {
        Total {
            low: value as u128,
            high: (value >> 127) as i64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(limbs: &[f64]) -> i128 {
        limbs.iter().rev().fold(0, |value, &limb| (value << 32) + limb as i128)
    }

    #[test]
    fn limbs_are_those_of_the_number() {
        for number in [
            0,
            1,
            -1,
            1 << 32,
            -(1 << 32),
            i128::from(i64::MIN),
            i128::from(u64::MAX) << 40,
        ] {
            let mut total = Total::default();
            total.add(number);
            assert_eq!(total, Total::from(number));
            assert_eq!(value(&total.limbs()), number);
            assert_eq!(total.rounded(), Some(number as f64));
            assert_eq!(value(&total.plus(total).limbs()), 2 * number);
        }
    }

    #[test]
    fn carries_go_beyond_128_bits() {
        let mut total = Total::default();
        let square = u128::from(u64::MAX).pow(2);
        (0..4).for_each(|_| total.add_unsigned(square));
        // 4 · (2^64 − 1)² = 2^130 − 2^67 + 4
        assert_eq!(total.limbs()[..4], [4.0, 0.0, 4_294_967_288.0, 4_294_967_295.0]);
        assert_eq!(total.limbs()[4..], [3.0, 0.0]);
        assert_eq!(total.rounded(), None);
        (0..8).for_each(|_| total.add(i128::MIN));
        // 2^130 − 2^67 + 4 − 8 · 2^127
        assert_eq!(total, Total::from(-(1 << 67) + 4));
    }
}
