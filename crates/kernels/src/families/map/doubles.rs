//! Arrays that are no doubles but are computed in double: a block is widened into the first cache, computed there, and rounded
//! into its place. One loop a kernel serves them all.

use super::{MapKernel, floats};
use crate::arch::{Element, F16, Float, Input, Level, Output};

/// Elements of a block: three blocks of doubles lie in the first cache.
pub(super) const BLOCK: usize = 512;

/// A kind of number that room can be made of.
pub(super) trait Zero: Element {
    /// Nothing.
    const ZERO: Self;
}

macro_rules! zero {
    ($($type:ty = $zero:expr),+) => {
        $(impl Zero for $type {
            const ZERO: Self = $zero;
        })+
    };
}

zero!(
    f64 = 0.0,
    f32 = 0.0,
    F16 = F16(0),
    i8 = 0,
    u8 = 0,
    i16 = 0,
    u16 = 0,
    i32 = 0,
    u32 = 0,
    i64 = 0,
    u64 = 0
);

/// `out[i]` from `x[i]` and `y[i]`, or `b` where there is no `y`.
pub(super) fn map<T: Zero, O: Float>(
    level: Level,
    kernel: MapKernel,
    x: Input<'_, T>,
    y: Option<Input<'_, T>>,
    a: f64,
    b: f64,
    out: Output<'_, O>,
) {
    assert_eq!(x.len(), out.len());
    let mut room = [T::ZERO; BLOCK];
    let mut narrow = [O::narrow(0.0); BLOCK];
    let (mut left, mut right, mut results) = ([0.0; BLOCK], [0.0; BLOCK], [0.0; BLOCK]);
    for (block, mut piece) in out.pieces(BLOCK).enumerate() {
        let (first, n) = (block * BLOCK, piece.len());
        widen(x, first, &mut room, &mut left[..n]);
        if let Some(y) = y {
            widen(y, first, &mut room, &mut right[..n]);
        }
        let y = y.map(|_| Input::from_slice(&right[..n]));
        let target = Output::from_slice(&mut results[..n]);
        floats::map(level, kernel, Input::from_slice(&left[..n]), y, a, b, target);
        for (narrow, result) in narrow.iter_mut().zip(&results[..n]) {
            *narrow = O::narrow(*result);
        }
        piece.copy_from(0, &narrow[..n]);
    }
}

/// The elements from `first` on as doubles, by way of `room`: copied at once and widened in a loop without a check, of which the compiler makes
/// vectors.
#[inline]
pub(super) fn widen<T: Element>(input: Input<'_, T>, first: usize, room: &mut [T; BLOCK], into: &mut [f64]) {
    let room = &mut room[..into.len()];
    input.copy_to(first, room);
    for (value, element) in into.iter_mut().zip(room) {
        *value = element.widen();
    }
}
