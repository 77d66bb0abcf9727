//! Matrix times vector on one thread or many.

use crate::cancel::{Cancel, Outcome};
use crate::parallel::run_pieces;
use manycore_kernels::arch::Element;
use manycore_kernels::matvec::{Factors, multiply_lines};
use manycore_kernels::multiply::Operand;
use manycore_kernels::{Level, Output};

/// Elements of the matrix that are read by one draw: some tens of microseconds from memory.
const PIECE: usize = 1 << 16;

/// `out[i]` = line i of `a` times `x`; a whole number of vectors a draw, and an entry depends on its own line only. Panics unless
/// `x` is as long as a line and `out` has as many doubles as `a` lines.
pub fn matvec<T: Element>(
    level: Level,
    a: &Operand<'_, T>,
    x: &[f64],
    threads: usize,
    cancel: Option<&Cancel>,
    out: Output<'_>,
) -> Outcome<()> {
    assert!(out.len() == a.lines());
    let factors = Factors::new(x);
    let piece = PIECE.div_ceil(a.depth().max(1)).next_multiple_of(8);
    run_pieces(threads, out, piece, cancel, |index, out| {
        multiply_lines(level, a, &factors, index * piece, out);
    })
}
