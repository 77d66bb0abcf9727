//! Matrix times vector, each entry of A read once.
//!
//! # Order
//!
//! Where a line's elements lie side by side (row-major): eight lanes, element `d` in lane `d mod 8`, each a chain of multiply-adds from zero in
//! rising order, folded in halves at the end. Otherwise one chain in rising order. Either way an entry depends on its own line only.

use super::multiply::Operand;
use super::rows::{intercept_masks, load_up_to, pad_vectors};
use crate::arch::{Element, Level, Output, Real, Simd, Task, Vector, WIDTH};

/// Rows whose sums wait in the first-level cache while columns pass by.
const TALL: usize = 1024;

/// The vector, as doubles.
pub struct Factors {
    /// Padded with zeros to whole vectors.
    padded: Vec<[f64; WIDTH]>,
    depth: usize,
}

impl Factors {
    /// From its numbers.
    pub fn new(numbers: &[f64]) -> Self {
        Factors {
            padded: pad_vectors(numbers, 1, numbers.len()),
            depth: numbers.len(),
        }
    }
}

/// Writes the products of the lines from `first` on with the vector, as many as `out` has room for. Panics if there are fewer lines or
/// their depth is not the vector's.
pub fn multiply_lines<T: Element>(level: Level, a: &Operand<'_, T>, x: &Factors, first: usize, out: Output<'_>) {
    assert!(a.depth() == x.depth && first <= a.lines() && a.lines() - first >= out.len());
    level.dispatch(Lines { a, x, first, out });
}

struct Lines<'l, 'a, T> {
    a: &'l Operand<'a, T>,
    x: &'l Factors,
    first: usize,
    out: Output<'l>,
}

impl<T: Element> Task for Lines<'_, '_, T> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Lines { a, x, first, mut out } = self;
        if a.depth_stride == 1 || a.depth < 2 {
            along(simd, a, x, first, &mut out);
        } else {
            across(simd, a, x, first, &mut out);
        }
    }
}

/// Lines whose elements lie side by side, eight lines at a time.
#[inline(always)]
fn along<S: Simd, T: Element>(simd: S, a: &Operand<'_, T>, x: &Factors, first: usize, out: &mut Output<'_>) {
    let whole = a.depth / WIDTH;
    let (keep, _) = intercept_masks(simd, a.depth);
    for index in (0..out.len()).step_by(WIDTH) {
        let count = WIDTH.min(out.len() - index);
        // Where fewer than eight are left, the last one stands in for those that don't exist.
        let starts: [usize; WIDTH] = std::array::from_fn(|r| (first + index + r.min(count - 1)) * a.line_stride);
        let mut lanes = [simd.splat(0.0); WIDTH];
        for (v, factors) in x.padded[..whole].iter().enumerate() {
            let factors = simd.pack(*factors);
            for r in 0..WIDTH {
                lanes[r] = a
                    .input
                    .load(simd, starts[r] + v * WIDTH)
                    .multiply_add(factors, lanes[r]);
            }
        }
        if let Some(factors) = x.padded.get(whole) {
            let factors = simd.pack(*factors);
            for r in 0..WIDTH {
                let rest = load_up_to(simd, a.input, starts[r] + whole * WIDTH).bit_and(keep);
                lanes[r] = rest.multiply_add(factors, lanes[r]);
            }
        }
        let sums = simd.fold_each(lanes);
        if count == WIDTH {
            out.store(index, sums);
        } else {
            for (r, sum) in sums.to_array()[..count].iter().enumerate() {
                out.set(index + r, *sum);
            }
        }
    }
}

/// Lines that lie side by side or anyhow: element by element of many lines at once.
#[inline(always)]
fn across<S: Simd, T: Element>(simd: S, a: &Operand<'_, T>, x: &Factors, first: usize, out: &mut Output<'_>) {
    let mut sums = [[0.0; WIDTH]; TALL / WIDTH];
    for top in (0..out.len()).step_by(TALL) {
        let rows = TALL.min(out.len() - top);
        let whole = if a.line_stride == 1 { rows / WIDTH } else { 0 };
        sums.fill([0.0; WIDTH]);
        for d in 0..a.depth {
            let factor = x.padded[d / WIDTH][d % WIDTH];
            let start = (first + top) * a.line_stride + d * a.depth_stride;
            let factors = simd.splat(factor);
            for (v, sum) in sums[..whole].iter_mut().enumerate() {
                *sum = a
                    .input
                    .load(simd, start + v * WIDTH)
                    .multiply_add(factors, simd.pack(*sum))
                    .to_array();
            }
            for (v, sum) in sums[whole..rows.div_ceil(WIDTH)].iter_mut().enumerate() {
                let from = (whole + v) * WIDTH;
                let mut eight = [0.0; WIDTH];
                for (lane, value) in eight[..WIDTH.min(rows - from)].iter_mut().enumerate() {
                    *value = a.input.get(start + (from + lane) * a.line_stride);
                }
                *sum = simd.pack(eight).multiply_add(factors, simd.pack(*sum)).to_array();
            }
        }
        for (v, sum) in sums[..rows.div_ceil(WIDTH)].iter().enumerate() {
            for (lane, value) in sum[..WIDTH.min(rows - v * WIDTH)].iter().enumerate() {
                out.set(top + v * WIDTH + lane, *value);
            }
        }
    }
}
