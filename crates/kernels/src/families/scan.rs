//! Running sums in a fixed order (`docs/order-of-arithmetic.md`): each block is summed by itself from 0, and what came before it is added to every one of its
//! sums. So blocks can be computed at the same time; four of them are, which hides that each addition waits for the one before.
//! The TypeScript twin is `src/kernels/ordering/cumulative-sum.ts`.

use super::order::BLOCK;
use crate::arch::{Element, F16, Float, Input, Output};

/// Blocks that are summed side by side.
const ABREAST: usize = 4;

/// A number whose running sums can be had, exactly for integers.
pub trait Scannable: Element {
    /// What is added up: doubles for floats, wider integers for integers.
    type Sum: Copy + Default + Send + Sync;

    /// The sum and one more number.
    fn add(sum: Self::Sum, number: Self) -> Self::Sum;

    /// Two sums.
    fn join(before: Self::Sum, sum: Self::Sum) -> Self::Sum;

    /// The sum as a number of this kind, rounded for floats; `None` for an integer that is out of range.
    fn fit(sum: Self::Sum) -> Option<Self>;
}

macro_rules! floats {
    ($($float:ty => $narrow:path;)+) => {
        $(impl Scannable for $float {
            type Sum = f64;

            #[inline(always)]
            fn add(sum: f64, number: Self) -> f64 {
                sum + number.widen()
            }

            #[inline(always)]
            fn join(before: f64, sum: f64) -> f64 {
                before + sum
            }

            #[inline(always)]
            fn fit(sum: f64) -> Option<Self> {
                Some($narrow(sum))
            }
        })+
    };
}

floats! {
    f64 => f64::narrow;
    f32 => f32::narrow;
    F16 => F16::from_double;
}

macro_rules! integers {
    ($($integer:ty, $sum:ty;)+) => {
        $(impl Scannable for $integer {
            type Sum = $sum;

            #[inline(always)]
            fn add(sum: $sum, number: Self) -> $sum {
                sum + <$sum>::from(number)
            }

            /// A sum that leaves even the wide type is out of range anyhow, and stays so at the end that it has reached.
            #[inline(always)]
            fn join(before: $sum, sum: $sum) -> $sum {
                before.saturating_add(sum)
            }

            #[inline(always)]
            fn fit(sum: $sum) -> Option<Self> {
                sum.try_into().ok()
            }
        })+
    };
}

// A block of 32-bit integers can't leave 64 bits, nor one of 64-bit integers 128.
integers! {
    i8, i64;
    u8, i64;
    i16, i64;
    u16, i64;
    i32, i64;
    u32, i64;
    i64, i128;
    u64, i128;
}

/// The sum of each block of `x`.
pub fn block_sums<T: Scannable>(x: Input<'_, T>) -> Vec<T::Sum> {
    let mut sums = vec![T::Sum::default(); x.len().div_ceil(BLOCK)];
    let abreast = x.len() / (ABREAST * BLOCK) * ABREAST;
    for first in (0..abreast).step_by(ABREAST) {
        let blocks: [Input<'_, T>; ABREAST] =
            std::array::from_fn(|k| x.range((first + k) * BLOCK, (first + k) * BLOCK + BLOCK));
        let mut running = [T::Sum::default(); ABREAST];
        for index in 0..BLOCK {
            for k in 0..ABREAST {
                running[k] = T::add(running[k], blocks[k].raw(index));
            }
        }
        sums[first..first + ABREAST].copy_from_slice(&running);
    }
    for block in abreast..sums.len() {
        let part = x.range(block * BLOCK, x.len().min((block + 1) * BLOCK));
        let mut running = T::Sum::default();
        for index in 0..part.len() {
            running = T::add(running, part.raw(index));
        }
        sums[block] = running;
    }
    sums
}

/// Writes the running sums of `x` to `out`, given what came before each block. Gives the index of the first sum that is out of range, where it stops.
pub fn running_sums<T: Scannable>(x: Input<'_, T>, before: &[T::Sum], out: Output<'_, T>) -> Option<usize> {
    let mut rest = out;
    let abreast = x.len() / (ABREAST * BLOCK) * ABREAST;
    for first in (0..abreast).step_by(ABREAST) {
        let blocks: [Input<'_, T>; ABREAST] =
            std::array::from_fn(|k| x.range((first + k) * BLOCK, (first + k) * BLOCK + BLOCK));
        // Taken out of the whole one by one: as values of their own they stay in registers.
        let (a, others) = rest.split_at(BLOCK);
        let (b, others) = others.split_at(BLOCK);
        let (c, others) = others.split_at(BLOCK);
        let (d, others) = others.split_at(BLOCK);
        rest = others;
        let mut outs = [a, b, c, d];
        let before: [T::Sum; ABREAST] = std::array::from_fn(|k| before[first + k]);
        let mut running = [T::Sum::default(); ABREAST];
        let mut fits = true;
        for index in 0..BLOCK {
            for k in 0..ABREAST {
                running[k] = T::add(running[k], blocks[k].raw(index));
                match T::fit(T::join(before[k], running[k])) {
                    Some(sum) => outs[k].set(index, sum),
                    None => fits = false,
                }
            }
        }
        if !fits {
            return (0..ABREAST).find_map(|k| misfit(x, first + k, before[k]));
        }
    }
    for (block, mut out) in (abreast..).zip(rest.pieces(BLOCK)) {
        let part = x.range(block * BLOCK, block * BLOCK + out.len());
        let mut running = T::Sum::default();
        for index in 0..part.len() {
            running = T::add(running, part.raw(index));
            match T::fit(T::join(before[block], running)) {
                Some(sum) => out.set(index, sum),
                None => return Some(block * BLOCK + index),
            }
        }
    }
    None
}

/// The index of the first sum of a block that is out of range.
fn misfit<T: Scannable>(x: Input<'_, T>, block: usize, before: T::Sum) -> Option<usize> {
    let mut running = T::Sum::default();
    (block * BLOCK..(block + 1) * BLOCK).find(|index| {
        running = T::add(running, x.raw(*index));
        T::fit(T::join(before, running)).is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Scannable, block_sums, running_sums};
    use crate::arch::{Input, Output};

    fn sums<T: Scannable + Default>(x: &[T]) -> (Vec<T>, Option<usize>) {
        let x = Input::from_slice(x);
        let mut before = vec![T::Sum::default()];
        for sum in block_sums(x) {
            before.push(T::join(before[before.len() - 1], sum));
        }
        let mut out = vec![T::default(); x.len()];
        let misfit = running_sums(x, &before, Output::from_slice(&mut out));
        (out, misfit)
    }

    #[test]
    fn the_order_of_the_document() {
        for n in [0, 1, 100, BLOCK, BLOCK + 1, 4 * BLOCK, 9 * BLOCK + 77] {
            let x: Vec<f64> = (0..n).map(|i| ((i * 7919) % 1000) as f64 * 0.1 - 40.0).collect();
            let mut expected = Vec::with_capacity(n);
            let mut before = 0.0;
            for block in x.chunks(BLOCK) {
                let mut running = 0.0;
                for value in block {
                    running += value;
                    expected.push(before + running);
                }
                before += running;
            }
            assert_eq!(sums(&x), (expected, None));
        }
    }

    #[test]
    fn integers_are_exact_up_to_their_range() {
        let x: Vec<i32> = (0..50_000)
            .map(|i| if i % 2 == 0 { i32::MAX } else { -i32::MAX })
            .collect();
        let (out, misfit) = sums(&x);
        assert!(
            misfit.is_none()
                && out
                    .iter()
                    .enumerate()
                    .all(|(i, sum)| *sum == if i % 2 == 0 { i32::MAX } else { 0 })
        );
        let x = vec![1_u8; 300];
        assert_eq!(sums(&x).1, Some(255));
        for at in [0, 5, BLOCK - 1, 2 * BLOCK + 3, 5 * BLOCK + 9] {
            let mut x = vec![0_u64; 6 * BLOCK];
            x[0] = u64::MAX;
            x[at] = u64::MAX;
            assert_eq!(sums(&x).1, (at > 0).then_some(at));
        }
        assert_eq!(sums(&[i64::MIN, -1]).1, Some(1));
        assert_eq!(sums(&[-1_i8, 1, 127]).0, [-1, 0, 127]);
    }

    #[test]
    fn floats_add_in_double() {
        let x = vec![0.1_f32; 10_000];
        let (out, _) = sums(&x);
        let exact = 10_000.0 * f64::from(0.1_f32);
        assert_eq!(out[9_999], exact as f32);
    }
}
