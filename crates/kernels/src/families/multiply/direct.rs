//! Small products without packing: where both operands lie in the first caches, copying them takes longer than it saves. The order of every entry is that of `tile.rs`, so nothing can be seen of it.

use super::scratch::Scratch;
use super::{DEPTH, round_to_floats};
use crate::arch::outer::{Lie, outer};
use crate::arch::{Input, Level, Output, Simd, Task, Vector, WIDTH};
use crate::array::{Array, ArrayMut};

/// Multiplications up to which it is tried: beyond, packed slivers are read faster than lines far apart.
const MOST: usize = 1 << 20;

/// A product of `rows × columns` entries over `depth`, and where its operands lie.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Rows of the left operand and of the result.
    pub rows: usize,
    /// Columns of the right operand and of the result.
    pub columns: usize,
    /// Columns of the left operand, rows of the right one.
    pub depth: usize,
    /// From a row of the left operand to the next, and from a column to the next.
    pub left: (usize, usize),
    /// The same of the right one.
    pub right: (usize, usize),
}

/// Computes a small product of doubles, or of floats, whose right operand has its rows end to end. False, and nothing written, for any other. Panics when an operand is
/// shorter than the shape says or the result has another length.
pub fn multiply_directly(level: Level, shape: Shape, a: Array<'_>, b: Array<'_>, out: &mut ArrayMut<'_>) -> bool {
    let Shape {
        rows, columns, depth, ..
    } = shape;
    let products = rows.saturating_mul(columns).saturating_mul(depth);
    if products > MOST || depth > DEPTH || products == 0 || shape.right.1 != 1 {
        return false;
    }
    match (a, b, out) {
        (Array::F64(a), Array::F64(b), ArrayMut::F64(out)) => {
            let out = out.reborrow();
            level.dispatch(Direct { shape, a, b, out })
        }
        (Array::F32(a), Array::F32(b), ArrayMut::F32(out)) => {
            // Few enough to be widened at once, unless they lie far apart.
            if a.len().max(b.len()).max(out.len()) > MOST >> 4 {
                return false;
            }
            let (mut left, mut right) = (Scratch::new(a.len()), Scratch::new(b.len()));
            let mut result = Scratch::new(out.len());
            let (left, right) = (left.get_mut(a.len()), right.get_mut(b.len()));
            level.dispatch(Widen(a, Output::from_slice(left)));
            level.dispatch(Widen(b, Output::from_slice(right)));
            let (a, b) = (Input::from_slice(left), Input::from_slice(right));
            let room = Output::from_slice(result.get_mut(out.len()));
            let done = level.dispatch(Direct { shape, a, b, out: room });
            if done {
                round_to_floats(level, result.get(out.len()), out.reborrow());
            }
            done
        }
        _ => false,
    }
}

struct Widen<'a>(Input<'a, f32>, Output<'a>);

impl Task for Widen<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let whole = self.0.len() / WIDTH * WIDTH;
        for index in (0..whole).step_by(WIDTH) {
            self.1.store(index, self.0.load(simd, index));
        }
        for index in whole..self.0.len() {
            self.1.set(index, self.0.get(index));
        }
    }
}

struct Direct<'a> {
    shape: Shape,
    a: Input<'a, f64>,
    b: Input<'a, f64>,
    out: Output<'a>,
}

impl Task for Direct<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> bool {
        if S::REGISTERS >= 32 {
            self.strips::<S, 8, 3>(simd)
        } else if S::REGISTERS >= 8 && !S::ARRAYS {
            self.strips::<S, 6, 1>(simd)
        } else {
            false
        }
    }
}

impl Direct<'_> {
    /// Strips of columns from left to right. The last ones, and the last rows of each, reach back over some that are done: those are computed again, which gives the same.
    #[inline(always)]
    fn strips<S: Simd, const HEIGHT: usize, const VECTORS: usize>(mut self, simd: S) -> bool {
        let Shape { rows, columns, .. } = self.shape;
        assert!(Some(self.out.len()) == rows.checked_mul(columns));
        if rows < HEIGHT || columns < WIDTH {
            return false;
        }
        let mut column = 0;
        while column < columns {
            let vectors = (columns - column).div_ceil(WIDTH).min(VECTORS).min(columns / WIDTH);
            let start = column.min(columns - vectors * WIDTH);
            match vectors {
                3 if VECTORS > 2 => self.strip::<S, HEIGHT, 3>(simd, start),
                2 if VECTORS > 1 => self.strip::<S, HEIGHT, 2>(simd, start),
                _ => self.strip::<S, HEIGHT, 1>(simd, start),
            }
            column = start + vectors * WIDTH;
        }
        true
    }

    #[inline(always)]
    fn strip<S: Simd, const HEIGHT: usize, const VECTORS: usize>(&mut self, simd: S, column: usize) {
        let Shape {
            rows,
            columns,
            depth,
            left,
            right,
        } = self.shape;
        let right = Lie {
            start: column,
            line: 1,
            depth: right.0,
        };
        for row in (0..rows).step_by(HEIGHT) {
            let row = row.min(rows - HEIGHT);
            let left = Lie {
                start: row * left.0,
                line: left.0,
                depth: left.1,
            };
            let mut sums = [[simd.splat(0.0); VECTORS]; HEIGHT];
            for (factors, vectors) in outer::<S, f64, HEIGHT, VECTORS>(simd, (self.a, left), (self.b, right), depth) {
                for h in 0..HEIGHT {
                    let factor = simd.splat(factors[h]);
                    for v in 0..VECTORS {
                        sums[h][v] = vectors[v].multiply_add(factor, sums[h][v]);
                    }
                }
            }
            for (h, sums) in sums.iter().enumerate() {
                for (v, sum) in sums.iter().enumerate() {
                    self.out.store((row + h) * columns + column + v * WIDTH, *sum);
                }
            }
        }
    }
}
