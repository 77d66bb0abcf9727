//! Kernels that pick or count, over blocks of floats as they are: nothing is computed, so nothing has to be widened, and a
//! register holds twice as many elements. What they give is what the lanes of the document give; only the time differs.
//!
//! The loops are plain Rust over rows of [`ROW`] floats: the compiler turns them into vectors of the level at hand by itself. Measured on
//! AVX-512 from the second-level cache, ns an element: minimum 0.05, both extremes 0.055 (widened to double: 0.10, 0.17).

use crate::arch::Input;

/// Floats that one turn of a loop takes: with twice as many AVX2 runs out of registers.
const ROW: usize = 32;

/// Takes whole rows through `step`, then the rest one by one, in [`ROW`] places with `VALUES` running values each.
#[inline(always)]
fn rows<T: Copy, const VALUES: usize>(
    input: Input<'_, f32>,
    start: [T; VALUES],
    step: impl Fn([T; VALUES], f32) -> [T; VALUES],
) -> [[T; ROW]; VALUES] {
    let mut state = start.map(|start| [start; ROW]);
    let mut index = 0;
    while let Some(row) = input.row::<ROW>(index) {
        for place in 0..ROW {
            let next = step(std::array::from_fn(|value| state[value][place]), row[place]);
            for value in 0..VALUES {
                state[value][place] = next[value];
            }
        }
        index += ROW;
    }
    for place in 0..input.len() - index {
        let next = step(
            std::array::from_fn(|value| state[value][place]),
            input.raw(index + place),
        );
        for value in 0..VALUES {
            state[value][place] = next[value];
        }
    }
    state
}

#[inline(always)]
fn smaller(x: f32, least: f32) -> f32 {
    if x < least { x } else { least }
}

#[inline(always)]
fn larger(x: f32, largest: f32) -> f32 {
    if x > largest { x } else { largest }
}

/// The smallest element of 1 to `BLOCK`; see `ops::Min`.
#[inline(always)]
pub(crate) fn min(input: Input<'_, f32>) -> f64 {
    // A comparison with NaN is false, so a NaN would stay or go by chance: a sum watches for it.
    let [least, watch] = rows(input, [f32::INFINITY, 0.0], |[least, watch], x| {
        [smaller(x, least), watch + x]
    });
    finish_min(input, least, watch)
}

/// The largest element of 1 to `BLOCK`; see `ops::Max`.
#[inline(always)]
pub(crate) fn max(input: Input<'_, f32>) -> f64 {
    let [largest, watch] = rows(input, [f32::NEG_INFINITY, 0.0], |[largest, watch], x| {
        [larger(x, largest), watch + x]
    });
    finish_max(input, largest, watch)
}

/// The smallest and the largest element of 1 to `BLOCK`.
#[inline(always)]
pub(crate) fn min_max(input: Input<'_, f32>) -> [f64; 2] {
    let start = [f32::INFINITY, f32::NEG_INFINITY, 0.0];
    let [least, largest, watch] = rows(input, start, |[least, largest, watch], x| {
        [smaller(x, least), larger(x, largest), watch + x]
    });
    [finish_min(input, least, watch), finish_max(input, largest, watch)]
}

#[inline(always)]
fn finish_min(input: Input<'_, f32>, least: [f32; ROW], watch: [f32; ROW]) -> f64 {
    if is_nan(input, watch) {
        return f64::NAN;
    }
    let least = least.iter().fold(f32::INFINITY, |least, &x| smaller(x, least));
    // Zeros of both signs are equal to a comparison.
    if least == 0.0 {
        return if holds(input, -0.0) { -0.0 } else { 0.0 };
    }
    f64::from(least)
}

#[inline(always)]
fn finish_max(input: Input<'_, f32>, largest: [f32; ROW], watch: [f32; ROW]) -> f64 {
    if is_nan(input, watch) {
        return f64::NAN;
    }
    let largest = largest.iter().fold(f32::NEG_INFINITY, |largest, &x| larger(x, largest));
    if largest == 0.0 {
        return if holds(input, 0.0) { 0.0 } else { -0.0 };
    }
    f64::from(largest)
}

/// Whether there is a NaN, once a sum says so: infinities of both signs make it say so too.
#[inline(always)]
fn is_nan(input: Input<'_, f32>, watch: [f32; ROW]) -> bool {
    watch.iter().any(|sum| sum.is_nan()) && count_nan(input) > 0.0
}

/// Whether an element has the bits of `wanted`.
#[inline(always)]
fn holds(input: Input<'_, f32>, wanted: f32) -> bool {
    let [found] = rows(input, [0_u32], |[found], x| {
        [found | u32::from(x.to_bits() == wanted.to_bits())]
    });
    found.iter().any(|&found| found != 0)
}

/// The number of elements other than ±0 among at most `BLOCK`. A place counts at most 128, so floats do.
#[inline(always)]
pub(crate) fn count_nonzero(input: Input<'_, f32>) -> f64 {
    total(rows(input, [0.0], |[count], x| {
        [count + if x == 0.0 { 0.0 } else { 1.0 }]
    }))
}

/// The number of NaNs among at most `BLOCK` elements.
#[inline(always)]
pub(crate) fn count_nan(input: Input<'_, f32>) -> f64 {
    total(rows(input, [0.0], |[count], x| {
        [count + if x.is_nan() { 1.0 } else { 0.0 }]
    }))
}

#[inline(always)]
fn total([counts]: [[f32; ROW]; 1]) -> f64 {
    counts.iter().map(|&count| f64::from(count)).sum()
}
