//! The doorway to sorting by registers, for levels that have it.
//!
//! Each function gives whether `level` has it; where not, nothing is done. Time is n · log n at the most.

use super::element::Element;
use super::input::Input;
use super::level::Level;
use super::output::Output;

mod sealed {
    pub trait Sealed {}
    impl Sealed for u64 {}
    impl Sealed for u32 {}
}

/// How the bits of numbers become keys, integers without sign in the order of the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyOrder {
    /// The bits are the key.
    Unsigned,
    /// The sign is turned.
    Signed,
    /// The sign is turned, and of negative numbers all other bits too. Every NaN has the greatest key.
    Float,
}

/// A key that registers sort.
pub trait VectorKey: Element + sealed::Sealed + Ord + Default {
    /// What negative numbers have turned beside, what all have turned, and of which value the former beyond is NaN.
    #[doc(hidden)]
    fn code(order: KeyOrder) -> [Self; 3];

    /// The key of a number with these bits.
    fn encode(self, order: KeyOrder) -> Self;

    /// The least key above.
    fn next(self) -> Option<Self>;

    /// # Safety
    /// As of `x86_64::quicksort`.
    #[doc(hidden)]
    unsafe fn sort(keys: *mut Self, count: usize, scratch: *mut Self);

    /// # Safety
    /// As of `x86_64::quicksort`.
    #[doc(hidden)]
    unsafe fn sort_pieces(
        pieces: &[(*const Self, usize)],
        count: usize,
        codes: [[Self; 3]; 2],
        buffers: [*mut Self; 2],
        out: *mut Self,
    );

    /// # Safety
    /// As of `x86_64::quicksort`.
    #[doc(hidden)]
    unsafe fn divide(
        from: (*const Self, usize),
        code: [Self; 3],
        buffers: [*mut Self; 2],
        bounds: &[Self],
        out: *mut Self,
        ends: &mut [usize],
    );
}

impl<'a, T: Element> Input<'a, T> {
    /// The bits of the numbers, to sort all kinds of a width by the same code. Panics unless keys are as wide.
    pub fn as_bits<K: VectorKey>(self) -> Input<'a, K> {
        assert_eq!(size_of::<T>(), size_of::<K>());
        // SAFETY: the same memory, which the promise of `from_raw` was given for; all bits are values of a key.
        unsafe { Input::from_raw(self.as_raw().cast(), self.len()) }
    }
}

impl<'a, T: Element> Output<'a, T> {
    /// As of an input: all bits are numbers.
    pub fn as_bits<K: VectorKey>(self) -> Output<'a, K> {
        assert_eq!(size_of::<T>(), size_of::<K>());
        let length = self.len();
        // SAFETY: as above, and this handle to it is spent.
        unsafe { Output::from_raw(self.into_start().cast(), length) }
    }
}

/// Whether `level` sorts by registers, here.
#[inline]
pub fn sorts_by_registers(level: Level) -> bool {
    #[cfg(target_arch = "x86_64")]
    return level == Level::Avx512 && super::x86_64::quicksort::is_available();
    #[cfg(not(target_arch = "x86_64"))]
    {
        _ = level;
        false
    }
}

/// Sorts keys. Panics unless `scratch` is as long.
pub fn sort_keys<K: VectorKey>(level: Level, keys: &mut [K], scratch: &mut [K]) -> bool {
    assert!(scratch.len() >= keys.len());
    let able = sorts_by_registers(level);
    if able {
        // SAFETY: the CPU was asked for the features, and the scratch is long enough.
        unsafe { K::sort(keys.as_mut_ptr(), keys.len(), scratch.as_mut_ptr()) };
    }
    able
}

/// Writes the numbers whose bits `x` has in the order of their keys to `out`, which may be the same memory. Panics unless `out` is as long, and both buffers.
pub fn sort_numbers<K: VectorKey>(
    level: Level,
    x: Input<'_, K>,
    order: KeyOrder,
    [keys, scratch]: [&mut [K]; 2],
    out: Output<'_, K>,
) -> bool {
    let count = x.len();
    check(&[keys.len(), scratch.len(), out.len()], count);
    let able = sorts_by_registers(level);
    if able {
        let code = K::code(order);
        let pieces = [(x.as_raw(), count)];
        let buffers = [keys.as_mut_ptr(), scratch.as_mut_ptr()];
        // SAFETY: the CPU was asked for the features; the lengths were checked.
        unsafe { K::sort_pieces(&pieces, count, [code, code], buffers, out.into_start()) };
    }
    able
}

/// The same of numbers whose keys lie in pieces.
pub fn sort_pieces<K: VectorKey>(
    level: Level,
    pieces: &[&[K]],
    order: KeyOrder,
    [keys, scratch]: [&mut [K]; 2],
    out: Output<'_, K>,
) -> bool {
    let count = pieces.iter().map(|piece| piece.len()).sum();
    check(&[keys.len(), scratch.len(), out.len()], count);
    let able = sorts_by_registers(level);
    if able {
        let pieces: Vec<_> = pieces.iter().map(|piece| (piece.as_ptr(), piece.len())).collect();
        let codes = [KeyOrder::Unsigned, order].map(K::code);
        let buffers = [keys.as_mut_ptr(), scratch.as_mut_ptr()];
        // SAFETY: as above.
        unsafe { K::sort_pieces(&pieces, count, codes, buffers, out.into_start()) };
    }
    able
}

/// Writes the keys of `x` to `out`: first those below `bounds[0]`, then, with `bounds` rising, those from there on that are below `bounds[1]`, and so on; and to `ends` where each
/// of these groups ends, one more than there are bounds. Panics unless the lengths fit.
pub fn divide_numbers<K: VectorKey>(
    level: Level,
    x: Input<'_, K>,
    order: KeyOrder,
    [keys, scratch]: [&mut [K]; 2],
    bounds: &[K],
    out: &mut [K],
    ends: &mut [usize],
) -> bool {
    let count = x.len();
    check(&[keys.len(), scratch.len(), out.len()], count);
    assert_eq!(ends.len(), bounds.len() + 1);
    let able = sorts_by_registers(level);
    if able {
        let from = (x.as_raw(), count);
        let buffers = [keys.as_mut_ptr(), scratch.as_mut_ptr()];
        // SAFETY: as above.
        unsafe { K::divide(from, K::code(order), buffers, bounds, out.as_mut_ptr(), ends) };
    }
    able
}

fn check(lengths: &[usize], count: usize) {
    assert!(
        lengths.iter().all(|length| *length >= count),
        "{lengths:?} places for {count}"
    );
}

macro_rules! vector_keys {
    ($($key:ty, $float:ty: $width:ident),+) => {$(
        #[cfg_attr(not(target_arch = "x86_64"), allow(unused_variables))]
        impl VectorKey for $key {
            fn code(order: KeyOrder) -> [Self; 3] {
                const SIGN: $key = !(<$key>::MAX >> 1);
                match order {
                    KeyOrder::Unsigned => [0, 0, 0],
                    KeyOrder::Signed => [0, SIGN, 0],
                    KeyOrder::Float => [!SIGN, SIGN, <$float>::INFINITY.to_bits()],
                }
            }

            fn encode(self, order: KeyOrder) -> Self {
                let [turned, base, infinity] = Self::code(order);
                if self & turned > infinity {
                    return Self::MAX;
                }
                let negative = self > Self::MAX >> 1;
                self ^ (base | if negative { turned } else { 0 })
            }

            fn next(self) -> Option<Self> {
                self.checked_add(1)
            }

            unsafe fn sort(keys: *mut Self, count: usize, scratch: *mut Self) {
                #[cfg(target_arch = "x86_64")]
                // SAFETY: the caller's promise.
                unsafe { super::x86_64::quicksort::$width::sort_keys(keys, count, scratch) }
            }

            unsafe fn sort_pieces(
                pieces: &[(*const Self, usize)],
                count: usize,
                codes: [[Self; 3]; 2],
                buffers: [*mut Self; 2],
                out: *mut Self,
            ) {
                #[cfg(target_arch = "x86_64")]
                // SAFETY: the caller's promise.
                unsafe { super::x86_64::quicksort::$width::sort_pieces(pieces, count, codes, buffers, out) }
            }

            unsafe fn divide(
                from: (*const Self, usize),
                code: [Self; 3],
                buffers: [*mut Self; 2],
                bounds: &[Self],
                out: *mut Self,
                ends: &mut [usize],
            ) {
                #[cfg(target_arch = "x86_64")]
                // SAFETY: the caller's promise.
                unsafe { super::x86_64::quicksort::$width::divide(from, code, buffers, bounds, out, ends) }
            }
        }
    )+};
}

vector_keys! { u64, f64: wide, u32, f32: narrow }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_sorted_in_place_and_at_any_offset() {
        for level in Level::available().filter(|level| sorts_by_registers(*level)) {
            for n in [5_usize, 200, 3000] {
                let mut numbers: Vec<f64> = (0..n).map(|i| (i * 7919 % n) as f64 - 99.0).collect();
                let mut bytes = vec![0_u8; 8 * n + 1];
                for (to, number) in bytes[1..].chunks_mut(8).zip(&numbers) {
                    to.copy_from_slice(&number.to_ne_bytes());
                }
                numbers.sort_by(f64::total_cmp);
                let start = bytes[1..].as_mut_ptr().cast::<f64>();
                // SAFETY: the bytes after the first are those of n numbers.
                let (x, out) = unsafe { (Input::from_raw(start.cast_const(), n), Output::from_raw(start, n)) };
                let (mut a, mut b) = (vec![0_u64; n], vec![0; n]);
                assert!(sort_numbers(
                    level,
                    x.as_bits(),
                    KeyOrder::Float,
                    [&mut a, &mut b],
                    out.as_bits()
                ));
                let sorted: Vec<u8> = numbers.iter().flat_map(|number| number.to_ne_bytes()).collect();
                assert!(bytes[1..] == sorted, "{n}");
            }
        }
    }
}
