//! A fixed-point number that holds any sum of doubles, and of products of two, exactly (Kulisch 2002, "Advanced Arithmetic for
//! the Digital Computer"; the limbs that overlap as in Neal 2015, "Fast exact summation using small and large superaccumulators").

/// Limbs of an accumulator, of 32 bits each: 2^-2240, below the last bit of the smallest product, to 2^2176, above 2^53 times the largest.
pub const LIMBS: usize = 138;

/// Bit 0 of limb 0 is 2^-LOWEST.
const LOWEST: i32 = 70 * 32;

/// Doubles that an accumulator is written as: what is not finite, then the limbs.
pub const ACCUMULATOR_WIDTH: usize = LIMBS + 1;

/// The number.
#[derive(Clone, Debug)]
pub struct Accumulator {
    /// The sum of the terms that are infinite or NaN.
    special: f64,
    /// Limb k counts 2^(32·k − LOWEST). Between normalisations a limb may be any number; every term changes it by less than 2^32, so it
    /// holds 2^31 terms.
    limbs: [i64; LIMBS],
}

impl Default for Accumulator {
    fn default() -> Self {
        Accumulator {
            special: 0.0,
            limbs: [0; LIMBS],
        }
    }
}

impl Accumulator {
    /// Adds a double.
    #[inline]
    pub fn add(&mut self, value: f64) {
        self.add_scaled(value, 0);
    }

    /// Adds `value · 2^exponent`, of a magnitude from 2^-2148 on, or 0.
    #[inline]
    pub fn add_scaled(&mut self, value: f64, exponent: i32) {
        let bits = value.to_bits();
        let field = (bits >> 52 & 0x7ff) as i32;
        let fraction = bits & ((1 << 52) - 1);
        if field == 0x7ff {
            self.special += value;
            return;
        }
        let mantissa = if field == 0 { fraction } else { fraction | 1 << 52 };
        if mantissa == 0 {
            return;
        }
        let position = (field.max(1) - 1075 + exponent + LOWEST) as usize;
        let (limb, shift) = (position / 32, position % 32);
        let wide = u128::from(mantissa) << shift;
        let sign = if value.is_sign_negative() { -1 } else { 1 };
        for part in 0..3 {
            self.limbs[limb + part] += sign * i64::from((wide >> (32 * part)) as u32);
        }
    }

    /// Adds a term that is infinite or NaN.
    #[inline]
    pub fn add_special(&mut self, value: f64) {
        self.special += value;
    }

    /// Moves carries up: all limbs but the last are from 0 to 2^32 − 1 then.
    pub fn normalise(&mut self) {
        let mut carry = 0;
        for limb in &mut self.limbs[..LIMBS - 1] {
            let value = *limb + carry;
            *limb = value & 0xffff_ffff;
            carry = value >> 32;
        }
        self.limbs[LIMBS - 1] += carry;
    }

    /// Adds another one. Up to 2^31 normalised ones fit.
    pub fn merge(&mut self, other: &Accumulator) {
        self.special += other.special;
        for (limb, more) in self.limbs.iter_mut().zip(other.limbs) {
            *limb += more;
        }
    }

    /// Writes it as doubles: `special`, then the normalised limbs.
    pub fn write(&mut self, out: &mut [f64]) {
        self.normalise();
        out[0] = self.special;
        for (place, limb) in out[1..].iter_mut().zip(self.limbs) {
            *place = limb as f64;
        }
    }

    /// The nearest double, ties to even; +0 for 0.
    #[cfg(test)]
    pub fn round(&self) -> f64 {
        if self.special != 0.0 {
            return self.special;
        }
        let mut magnitude = self.clone();
        magnitude.normalise();
        let negative = magnitude.limbs[LIMBS - 1] < 0;
        if negative {
            magnitude.limbs.iter_mut().for_each(|limb| *limb = -*limb);
            magnitude.normalise();
        }
        let bit = |index: usize| magnitude.limbs[index / 32] >> (index % 32) & 1 == 1;
        let Some(top) = (0..LIMBS * 32).rev().find(|&index| bit(index)) else {
            return 0.0;
        };
        // The last bit that a double of this size has.
        let last = (top as i32 - 52).max(LOWEST - 1074).max(0) as usize;
        let mut mantissa = (last..=top)
            .rev()
            .fold(0_u64, |m, index| m << 1 | u64::from(bit(index)));
        let half = last > 0 && bit(last - 1);
        let below = last > 1 && (0..last - 1).any(bit);
        mantissa += u64::from(half && (below || mantissa & 1 == 1));
        let mut value = mantissa as f64;
        let mut exponent = last as i32 - LOWEST;
        while exponent > 0 {
            let step = exponent.min(1000);
            value *= 2_f64.powi(step);
            exponent -= step;
        }
        while exponent < 0 {
            let step = exponent.max(-500);
            value *= 2_f64.powi(step);
            exponent -= step;
        }
        if negative { -value } else { value }
    }
}
