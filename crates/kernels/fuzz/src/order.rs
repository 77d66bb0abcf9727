//! Sorting by registers: numbers at any place, in any pieces, between any bounds, in memory of just their length.

use super::bytes::Bytes;
use manycore_kernels::arch::Element;
use manycore_kernels::sorting::{
    Sortable, VectorKey, divide_numbers, sort_keys, sort_numbers, sort_pieces, sorts_by_registers,
};
use manycore_kernels::{Input, Level, Output};

pub fn order(data: &[u8]) {
    let mut bytes = Bytes(data);
    let length = bytes.word() as usize % [40, 600, 5000][usize::from(bytes.byte() % 3)];
    match bytes.byte() % 4 {
        0 => check(&mut bytes, length, f64::from_bits),
        1 => check(&mut bytes, length, |word| f32::from_bits(word as u32)),
        2 => check(&mut bytes, length, |word| word as i64),
        _ => check(&mut bytes, length, |word| word as u32),
    }
}

fn check<T>(bytes: &mut Bytes<'_>, length: usize, number: impl Fn(u64) -> T)
where
    T: Element + Sortable<Key: VectorKey> + Default,
{
    // Few different numbers or many, small ones or of all sizes.
    let (mask, shift) = (u64::MAX >> (bytes.byte() % 64), bytes.byte() % 64);
    let (mut state, step) = (bytes.word(), bytes.word() | 1);
    let numbers: Box<[T]> = (0..length)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(step);
            number((state.rotate_right(17) & mask) << shift)
        })
        .collect();
    let mut expected: Vec<T::Key> = numbers.iter().map(|number| number.key()).collect();
    let keys = expected.clone();
    expected.sort_unstable();
    for level in Level::available().filter(|level| sorts_by_registers(*level)) {
        let memory = || vec![T::Key::default(); length].into_boxed_slice();
        let (mut first, mut second, mut out) = (memory(), memory(), vec![T::default(); length].into_boxed_slice());
        let x: Input<'_, T::Key> = Input::from_slice(&numbers).as_bits();
        let sorted = |out: &[T]| out.iter().map(|number| number.key()).eq(expected.iter().copied());

        let to = Output::from_slice(&mut out).as_bits();
        assert!(sort_numbers(level, x, T::ORDER, [&mut first, &mut second], to));
        assert!(sorted(&out), "{length} numbers");

        first.copy_from_slice(&keys);
        assert!(sort_keys(level, &mut first, &mut second));
        assert!(*first == *expected, "{length} keys");

        let mut bounds: Vec<T::Key> = (0..bytes.byte() % 9)
            .filter_map(|_| keys.get(bytes.place(length)).copied())
            .collect();
        bounds.sort_unstable();
        let (mut divided, mut ends) = (memory(), vec![0; bounds.len() + 1].into_boxed_slice());
        let buffers = [&mut *first, &mut *second];
        assert!(divide_numbers(
            level,
            x,
            T::ORDER,
            buffers,
            &bounds,
            &mut divided,
            &mut ends
        ));
        assert!(ends.is_sorted() && ends.last() == Some(&length), "{ends:?}");
        for (bound, end) in bounds.iter().zip(&ends) {
            let (below, others) = divided.split_at(*end);
            assert!(below.iter().all(|key| key < bound) && others.iter().all(|key| key >= bound));
        }

        let mut pieces: Vec<&[T::Key]> = Vec::new();
        let mut rest = &*divided;
        while !rest.is_empty() {
            let (piece, others) = rest.split_at(bytes.place(rest.len()).clamp(1, rest.len()));
            pieces.push(piece);
            rest = others;
        }
        out.fill(T::default());
        let to = Output::from_slice(&mut out).as_bits();
        assert!(sort_pieces(level, &pieces, T::ORDER, [&mut first, &mut second], to));
        assert!(sorted(&out), "{length} numbers in {} pieces", pieces.len());
    }
}
