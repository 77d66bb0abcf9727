//! Arrays of 64-bit integers, computed in 128 bits, where nothing overflows but products with a far-off number: those saturate.

use super::MapKernel;
use crate::arch::{Element, Input, Output};

/// An integer of 64 bits.
pub(super) trait Wide: Element + Into<i128> + TryFrom<i128> {}

impl Wide for i64 {}
impl Wide for u64 {}

/// `out[i]` from `x[i]` and `y[i]`, or `b` where there is no `y`; the first index whose result doesn't fit.
pub(super) fn map<T: Wide>(
    kernel: MapKernel,
    x: Input<'_, T>,
    y: Option<Input<'_, T>>,
    a: i128,
    b: i128,
    out: Output<'_, T>,
) -> Option<usize> {
    match kernel {
        MapKernel::Add => each(x, y, b, out, |x, y| x + y),
        MapKernel::Subtract => each(x, y, b, out, |x, y| x - y),
        MapKernel::Multiply => each(x, y, b, out, i128::saturating_mul),
        MapKernel::Axpy => each(x, y, b, out, |x, y| a.saturating_mul(x).saturating_add(y)),
        MapKernel::Clip => each(x, None, 0, out, |x, _| x.clamp(a, b)),
        MapKernel::Abs => each(x, None, 0, out, |x, _| x.abs()),
        _ => panic!("{} of integers gives doubles", kernel.name()),
    }
}

fn each<T: Wide>(
    x: Input<'_, T>,
    y: Option<Input<'_, T>>,
    b: i128,
    mut out: Output<'_, T>,
    operation: impl Fn(i128, i128) -> i128,
) -> Option<usize> {
    for index in 0..out.len() {
        let y = y.map_or(b, |y| y.raw(index).into());
        match T::try_from(operation(x.raw(index).into(), y)) {
            Ok(value) => out.set(index, value),
            Err(_) => return Some(index),
        }
    }
    None
}
