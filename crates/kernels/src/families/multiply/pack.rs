//! Slivers: some lines of an operand side by side, so that the register tile reads them from end to end.

use super::operand::Operand;
use crate::arch::{Element, Level, Output, Simd, Task, WIDTH};

/// A block of an operand as doubles: slivers of `width` lines (the last one padded with zeros), of each the elements of one depth
/// after those of the depth before it.
#[derive(Clone, Copy)]
pub struct Packed<'a> {
    /// The doubles.
    pub data: &'a [f64],
    /// Lines a sliver.
    pub width: usize,
    /// Elements of a line.
    pub depth: usize,
}

impl<'a> Packed<'a> {
    /// Depths `from … to − 1` of sliver `index`.
    #[inline(always)]
    pub(in crate::families) fn sliver(&self, index: usize, from: usize, to: usize) -> &'a [f64] {
        &self.data[index * self.width * self.depth..][from * self.width..to * self.width]
    }
}

/// Packs depths `from … to − 1` of the slivers from number `first` on, as many as `out` has room for. `width` is a multiple of eight or
/// below it.
pub fn pack_slivers<T: Element>(
    level: Level,
    operand: &Operand<'_, T>,
    width: usize,
    first: usize,
    (from, to): (usize, usize),
    out: Output<'_>,
) {
    assert!(from <= to && to <= operand.depth);
    if from == to {
        return;
    }
    let depth = to - from;
    let count = out.len().div_ceil(width * depth);
    let line = first * width;
    level.dispatch(Slivers {
        operand,
        width,
        line,
        lines: (count * width).min(operand.lines.saturating_sub(line)),
        from,
        depth,
        out,
    });
}

struct Slivers<'s, 'a, T> {
    operand: &'s Operand<'a, T>,
    width: usize,
    /// The first line, and how many there are.
    line: usize,
    lines: usize,
    from: usize,
    depth: usize,
    out: Output<'s>,
}

impl<T: Element> Task for Slivers<'_, '_, T> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Operand {
            input,
            line_stride,
            depth_stride,
            ..
        } = *self.operand;
        let (width, depth, mut out) = (self.width, self.depth, self.out);
        let start = self.line * line_stride + self.from * depth_stride;
        let sliver = width * depth;
        // Eights never lie across slivers.
        let eights = if width.is_multiple_of(WIDTH) {
            self.lines / WIDTH
        } else {
            0
        };
        if line_stride == 1 && eights > 0 {
            // Across the slivers, as the elements lie.
            for d in 0..depth {
                for first in (0..eights * WIDTH).step_by(width) {
                    for l in (0..width.min(eights * WIDTH - first)).step_by(WIDTH) {
                        let vector = input.load(simd, start + d * depth_stride + first + l);
                        out.store(first * depth + d * width + l, vector);
                    }
                }
            }
            pack_lines(
                self.operand,
                (width, depth),
                (eights * WIDTH, self.lines),
                0,
                start,
                &mut out,
            );
        } else if S::REGISTERS >= 32 && T::READS_EIGHT && depth_stride == 1 && eights > 0 {
            // Along the lines, in squares that are turned within the registers.
            let squares = depth / WIDTH * WIDTH;
            for line in (0..eights * WIDTH).step_by(WIDTH) {
                let to = line / width * sliver + line % width;
                for top in (0..squares).step_by(WIDTH) {
                    let square = std::array::from_fn(|l| input.load(simd, start + (line + l) * line_stride + top));
                    for (d, vector) in simd.transpose(square).into_iter().enumerate() {
                        out.store(to + (top + d) * width, vector);
                    }
                }
            }
            pack_lines(
                self.operand,
                (width, depth),
                (0, eights * WIDTH),
                squares,
                start,
                &mut out,
            );
            pack_lines(
                self.operand,
                (width, depth),
                (eights * WIDTH, self.lines),
                0,
                start,
                &mut out,
            );
        } else {
            pack_lines(self.operand, (width, depth), (0, self.lines), 0, start, &mut out);
        }
        // The last sliver's lines that don't exist.
        let (mut line, last) = (self.lines, out.len() / depth);
        while line < last {
            let to = line / width * sliver + line % width;
            let eight = width.is_multiple_of(WIDTH) && line.is_multiple_of(WIDTH);
            for d in 0..depth {
                if eight {
                    out.store(to + d * width, simd.splat(0.0));
                } else {
                    out.set(to + d * width, 0.0);
                }
            }
            line += if eight { WIDTH } else { 1 };
        }
    }
}

/// Packs the lines `first … last − 1` from depth `top` on, each from end to end in short runs, so that what is written stays in the first-level cache.
#[inline(always)]
fn pack_lines<T: Element>(
    operand: &Operand<'_, T>,
    (width, depth): (usize, usize),
    (first, last): (usize, usize),
    top: usize,
    start: usize,
    out: &mut Output<'_>,
) {
    let Operand {
        input,
        line_stride,
        depth_stride,
        ..
    } = *operand;
    for top in (top..depth).step_by(RUN) {
        let run = RUN.min(depth - top);
        for line in first..last {
            let to = line / width * width * depth + top * width + line % width;
            let from = start + line * line_stride + top * depth_stride;
            for d in 0..run {
                out.set(to + d * width, input.get(from + d * depth_stride));
            }
        }
    }
}

/// Depths of a line that are packed before the next line is looked at.
const RUN: usize = 64;
