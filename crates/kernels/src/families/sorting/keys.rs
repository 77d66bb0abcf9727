//! Integers that stand for numbers: smaller key, earlier place. -0 comes before +0 and NaN last, as `TypedArray.prototype.sort`
//! has it; all NaN share one key, so that they count as equal.

use crate::arch::{F16, KeyOrder, Level, sort_keys};

/// A number with a key. `key` and `value` are inverse to each other, NaN aside: every NaN becomes the one with all bits set but the sign.
pub trait Sortable: Copy + Send + Sync {
    /// The smallest unsigned integer that holds the key.
    type Key: Item;

    /// How the bits become the key.
    const ORDER: KeyOrder;

    /// The key.
    fn key(self) -> Self::Key;

    /// The number of a key.
    fn value(key: Self::Key) -> Self;

    /// The number of a key that was widened.
    fn of_wide(key: u64) -> Self;
}

/// What a sort moves: ordered by `key`, and among equal keys by their order in the input, which [`Ord`] agrees with where it
/// can tell items of equal keys apart.
pub trait Item: Copy + Default + Ord + Send + Sync + 'static {
    /// What decides about the place.
    fn key(self) -> u64;

    /// Sorts items by vector registers where `level` has that for them; gives whether it did. `scratch` is at least as long.
    fn sort_by_registers(_level: Level, _items: &mut [Self], _scratch: &mut [Self]) -> bool {
        false
    }
}

impl Item for u64 {
    #[inline(always)]
    fn key(self) -> u64 {
        self
    }
    fn sort_by_registers(level: Level, items: &mut [Self], scratch: &mut [Self]) -> bool {
        sort_keys(level, items, scratch)
    }
}

impl Item for u32 {
    #[inline(always)]
    fn key(self) -> u64 {
        u64::from(self)
    }
    fn sort_by_registers(level: Level, items: &mut [Self], scratch: &mut [Self]) -> bool {
        sort_keys(level, items, scratch)
    }
}

impl Item for u16 {
    #[inline(always)]
    fn key(self) -> u64 {
        u64::from(self)
    }
}

impl Item for u8 {
    #[inline(always)]
    fn key(self) -> u64 {
        u64::from(self)
    }
}

/// A key and where in the input it stood, as one integer: fresh memory for those comes zeroed from the system, at no cost.
pub type Pair = u128;

/// The pair of a key and an index.
#[inline(always)]
pub fn pair(key: u64, index: u64) -> Pair {
    u128::from(key) << 64 | u128::from(index)
}

/// The index of a pair.
#[inline(always)]
pub fn index_of(pair: Pair) -> u64 {
    pair as u64
}

impl Item for Pair {
    #[inline(always)]
    fn key(self) -> u64 {
        (self >> 64) as u64
    }
}

macro_rules! floats {
    ($($float:ty, $key:ty;)+) => {
        $(impl Sortable for $float {
            type Key = $key;
            const ORDER: KeyOrder = KeyOrder::Float;

            #[inline(always)]
            fn key(self) -> $key {
                const SIGN: $key = !(<$key>::MAX >> 1);
                let bits = self.to_bits();
                // Negative numbers: the larger the magnitude, the earlier.
                let key = if bits & SIGN == 0 { bits | SIGN } else { !bits };
                if self.is_nan() { <$key>::MAX } else { key }
            }

            #[inline(always)]
            fn value(key: $key) -> $float {
                const SIGN: $key = !(<$key>::MAX >> 1);
                <$float>::from_bits(if key & SIGN == 0 { !key } else { key ^ SIGN })
            }

            fn of_wide(key: u64) -> $float {
                Self::value(key as $key)
            }
        })+
    };
}

floats! {
    f64, u64;
    f32, u32;
}

macro_rules! unsigned {
    ($($integer:ty)+) => {
        $(impl Sortable for $integer {
            type Key = $integer;
            const ORDER: KeyOrder = KeyOrder::Unsigned;

            #[inline(always)]
            fn key(self) -> $integer {
                self
            }

            #[inline(always)]
            fn value(key: $integer) -> $integer {
                key
            }

            fn of_wide(key: u64) -> $integer {
                key as $integer
            }
        })+
    };
}

unsigned! { u8 u16 u32 u64 }

macro_rules! signed {
    ($($integer:ty, $key:ty;)+) => {
        $(impl Sortable for $integer {
            type Key = $key;
            const ORDER: KeyOrder = KeyOrder::Signed;

            #[inline(always)]
            fn key(self) -> $key {
                self.cast_unsigned() ^ !(<$key>::MAX >> 1)
            }

            #[inline(always)]
            fn value(key: $key) -> $integer {
                (key ^ !(<$key>::MAX >> 1)).cast_signed()
            }

            fn of_wide(key: u64) -> $integer {
                Self::value(key as $key)
            }
        })+
    };
}

signed! {
    i8, u8;
    i16, u16;
    i32, u32;
    i64, u64;
}

impl Sortable for F16 {
    type Key = u16;
    const ORDER: KeyOrder = KeyOrder::Float;

    #[inline(always)]
    fn key(self) -> u16 {
        let bits = self.0;
        let key = if bits & 0x8000 == 0 { bits | 0x8000 } else { !bits };
        if bits & 0x7fff > 0x7c00 { u16::MAX } else { key }
    }

    #[inline(always)]
    fn value(key: u16) -> F16 {
        F16(if key & 0x8000 == 0 { !key } else { key ^ 0x8000 })
    }

    fn of_wide(key: u64) -> F16 {
        Self::value(key as u16)
    }
}
