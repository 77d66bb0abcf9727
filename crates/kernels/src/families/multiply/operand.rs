//! An operand of a product, read where it lies.

use super::pack::pack_slivers;
use crate::arch::{Element, Input, Level, Output};
use crate::array::Array;

/// `lines` runs of `depth` elements each: the rows of a left operand, the columns of a right one. Element `d` of line `l` is
/// `input[l · line_stride + d · depth_stride]`.
#[derive(Clone, Copy, Debug)]
pub struct Operand<'a, T> {
    pub(in crate::families) input: Input<'a, T>,
    pub(in crate::families) lines: usize,
    pub(in crate::families) depth: usize,
    pub(in crate::families) line_stride: usize,
    pub(in crate::families) depth_stride: usize,
}

impl<'a, T: Element> Operand<'a, T> {
    /// Panics if an element would lie outside of `input`.
    pub fn new(input: Input<'a, T>, lines: usize, depth: usize, line_stride: usize, depth_stride: usize) -> Self {
        if lines > 0 && depth > 0 {
            let last = (lines - 1)
                .checked_mul(line_stride)
                .zip((depth - 1).checked_mul(depth_stride))
                .and_then(|(across, along)| across.checked_add(along));
            assert!(
                last.is_some_and(|last| last < input.len()),
                "{lines} lines of {depth} with strides {line_stride} and {depth_stride} in {} elements",
                input.len()
            );
        }
        Operand {
            input,
            lines,
            depth,
            line_stride,
            depth_stride,
        }
    }

    /// Element `d` of line `line`, as a double. Panics outside.
    pub fn get(&self, line: usize, d: usize) -> f64 {
        assert!(line < self.lines && d < self.depth);
        self.input.get(line * self.line_stride + d * self.depth_stride)
    }

    /// Number of lines.
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// Elements of a line.
    pub fn depth(&self) -> usize {
        self.depth
    }
}

/// An operand whose elements are of any kind: products only know it packed.
pub trait Source: Sync {
    /// Number of lines.
    fn lines(&self) -> usize;

    /// Elements of a line.
    fn depth(&self) -> usize;

    /// See [`pack_slivers`].
    fn pack(&self, level: Level, width: usize, first: usize, depths: (usize, usize), out: Output<'_>);

    /// A line, as doubles.
    fn line(&self, line: usize) -> Vec<f64> {
        let mut numbers = vec![0.0; self.depth()];
        self.copy_line(line, 0, &mut numbers);
        numbers
    }

    /// Elements of a line from number `first` on, as doubles, as many as `to` has room for. Panics if there are fewer.
    fn copy_line(&self, line: usize, first: usize, to: &mut [f64]);
}

impl<T: Element> Source for Operand<'_, T> {
    fn lines(&self) -> usize {
        self.lines
    }

    fn depth(&self) -> usize {
        self.depth
    }

    fn pack(&self, level: Level, width: usize, first: usize, depths: (usize, usize), out: Output<'_>) {
        pack_slivers(level, self, width, first, depths, out);
    }

    fn copy_line(&self, line: usize, first: usize, to: &mut [f64]) {
        for (d, value) in to.iter_mut().enumerate() {
            *value = self.get(line, first + d);
        }
    }
}

/// The operand that an array holds; see [`Operand::new`].
pub fn source(
    array: Array<'_>,
    lines: usize,
    depth: usize,
    line_stride: usize,
    depth_stride: usize,
) -> Box<dyn Source + '_> {
    macro_rules! of_each_kind {
        ($($kind:ident),+) => {
            match array {
                $(Array::$kind(input) => Box::new(Operand::new(input, lines, depth, line_stride, depth_stride)),)+
            }
        };
    }
    of_each_kind!(F64, F32, F16, I8, U8, U8Clamped, I16, U16, I32, U32, I64, U64)
}
