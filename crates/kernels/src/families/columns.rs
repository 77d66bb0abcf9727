//! Reductions of matrices in row-major order, along either axis.
//!
//! Along a row, a row is a vector like any other. Down the columns, eight columns are reduced side by side, each in the order of
//! arithmetic that it would have as a vector of its own: the same blocks of rows, lanes, fold and tree.

use super::first::{self, First};
use super::order::{BLOCK, CHUNK_BLOCKS, LANES};
use super::reduce::{self, Block, Kernel, Lanes};
use super::rows::last_elements;
use super::tree::Tree;
use crate::arch::{Element, Input, Mask, Output, Real, Simd, Task, Vector, WIDTH};
use std::marker::PhantomData;

/// Subtrees of a chunk that may wait at once.
const DEPTH: usize = CHUNK_BLOCKS.ilog2() as usize + 1;

/// Doubles of the partial of a place: value, index, count.
const FIRST_VALUES: usize = 3;

/// Rows ahead that the cache is asked for: those of a wide matrix are pages apart, which no prefetcher of a CPU foresees (read
/// down 1000 × 1000 doubles: a quarter faster than without, and than copying eight neighbouring groups out first).
const AHEAD: usize = 16;

/// Eight neighbouring columns of some rows. Where the matrix has fewer, the rest are elements of the next row, or zeros: nobody looks at what
/// becomes of them.
#[derive(Clone, Copy)]
pub(crate) struct Columns<'a, S, T, const INPUTS: usize> {
    /// The instruction set.
    simd: S,
    /// From the first row's first column on.
    inputs: [Input<'a, T>; INPUTS],
    /// Elements from one row to the next.
    stride: usize,
    /// Number of rows, at least 1.
    rows: usize,
}

impl<S: Simd, T: Element, const INPUTS: usize> Columns<'_, S, T, INPUTS> {
    /// Eight elements of a row.
    #[inline(always)]
    fn row(&self, row: usize) -> [S::Vector; INPUTS] {
        self.inputs.map(|input| {
            input.prefetch(self.simd, (row + AHEAD) * self.stride);
            let start = row * self.stride;
            if start + WIDTH <= input.len() {
                return input.load(self.simd, start);
            }
            self.simd.pack(last_elements(input, start))
        })
    }
}

impl<S: Simd, T: Element, const INPUTS: usize> Block<INPUTS> for Columns<'_, S, T, INPUTS> {
    type Real = S::Vector;

    #[inline(always)]
    fn count(self) -> f64 {
        self.rows as f64
    }
    #[inline(always)]
    fn splat(self, value: f64) -> S::Vector {
        self.simd.splat(value)
    }
    #[inline(always)]
    fn floats(&self) -> Option<Input<'_, f32>> {
        None
    }
    /// The lanes stay in the first-level cache: element by element they are read and written, which hides behind the memory that the rows
    /// come from.
    #[inline(always)]
    fn fold<L: Lanes<INPUTS, VALUES>, const VALUES: usize>(self, parameter: S::Vector) -> [S::Vector; VALUES] {
        let mut lanes = [L::IDENTITY.map(|identity| self.simd.splat(identity)); LANES];
        let mut row = 0;
        while row + LANES <= self.rows {
            for (lane, values) in lanes.iter_mut().enumerate() {
                *values = L::step(parameter, *values, self.row(row + lane));
            }
            row += LANES;
        }
        for lane in 0..self.rows - row {
            lanes[lane] = L::step(parameter, lanes[lane], self.row(row + lane));
        }
        // A number that the compiler doesn't know, or it would write out all 31 merges: some of them are long.
        let mut half = std::hint::black_box(LANES) / 2;
        while half > 0 {
            let (left, right) = lanes.split_at_mut(half);
            for (left, right) in left.iter_mut().zip(right) {
                *left = L::merge(*left, *right);
            }
            half /= 2;
        }
        lanes[0]
    }
}

/// The roots of rows `first … last − 1`: `VALUES` doubles a row into `out`.
#[inline(always)]
pub(crate) fn run_rows<S, T, K, const INPUTS: usize, const VALUES: usize>(
    simd: S,
    inputs: [Input<'_, T>; INPUTS],
    columns: usize,
    (first, last): (usize, usize),
    out: &mut Output<'_>,
) where
    S: Simd,
    T: Element,
    K: Kernel<INPUTS, VALUES>,
{
    for row in first..last {
        let inputs = inputs.map(|input| input.range(row * columns, (row + 1) * columns));
        let root = reduce::run::<S, T, K, INPUTS, VALUES>(simd, inputs, false);
        for (value, double) in root.into_iter().enumerate() {
            out.set((row - first) * VALUES + value, double);
        }
    }
}

/// The same for the places of extremes.
#[inline(always)]
pub(crate) fn run_rows_first<S: Simd, T: Element, K: First>(
    simd: S,
    input: Input<'_, T>,
    columns: usize,
    (first, last): (usize, usize),
    out: &mut Output<'_>,
) {
    for row in first..last {
        let root = first::run::<S, T, K>(simd, input.range(row * columns, (row + 1) * columns), false);
        for (value, double) in root.into_iter().take(FIRST_VALUES).enumerate() {
            out.set((row - first) * FIRST_VALUES + value, double);
        }
    }
}

/// A matrix, and what of it is reduced: columns `columns.0 … columns.1 − 1` of rows `rows.0 … rows.1 − 1`.
#[derive(Clone, Copy)]
pub(crate) struct Panel<'a, T, const INPUTS: usize> {
    /// The matrix, or both of them.
    pub inputs: [Input<'a, T>; INPUTS],
    /// Elements of a row.
    pub stride: usize,
    /// First row, and the one behind the last; there is one at least.
    pub rows: (usize, usize),
    /// First column, and the one behind the last.
    pub columns: (usize, usize),
}

impl<'a, T: Element, const INPUTS: usize> Panel<'a, T, INPUTS> {
    /// Number of groups of eight columns.
    #[inline(always)]
    fn groups(&self) -> usize {
        (self.columns.1 - self.columns.0).div_ceil(WIDTH)
    }

    /// The first column of a group: the last one overlaps its neighbour rather than being shorter, if there are eight columns at all.
    #[inline(always)]
    fn column(&self, group: usize) -> usize {
        let column = self.columns.0 + group * WIDTH;
        if self.stride < WIDTH {
            column
        } else {
            column.min(self.stride - WIDTH)
        }
    }

    /// A group of columns over rows `first … last − 1` of the panel.
    #[inline(always)]
    fn group(&self, group: usize, first: usize, last: usize) -> Group<'a, T, INPUTS> {
        let start = (self.rows.0 + first) * self.stride + self.column(group);
        Group {
            inputs: self.inputs.map(|input| input.range(start, input.len())),
            stride: self.stride,
            rows: last - first,
        }
    }
}

/// Eight columns of some rows, before the instruction set is known.
#[derive(Clone, Copy)]
struct Group<'a, T, const INPUTS: usize> {
    inputs: [Input<'a, T>; INPUTS],
    stride: usize,
    rows: usize,
}

impl<'a, T, const INPUTS: usize> Group<'a, T, INPUTS> {
    #[inline(always)]
    fn columns<S: Simd>(self, simd: S) -> Columns<'a, S, T, INPUTS> {
        let Group { inputs, stride, rows } = self;
        Columns {
            simd,
            inputs,
            stride,
            rows,
        }
    }
}

/// The partials of eight columns over a block of rows, for [`Simd::apart`].
struct BlockOfColumns<'a, T, K, const INPUTS: usize, const VALUES: usize>(Group<'a, T, INPUTS>, PhantomData<K>);

impl<T: Element, K: Kernel<INPUTS, VALUES>, const INPUTS: usize, const VALUES: usize> Task
    for BlockOfColumns<'_, T, K, INPUTS, VALUES>
{
    type Output = [[f64; WIDTH]; VALUES];

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Self::Output {
        K::block(self.0.columns(simd)).map(Vector::to_array)
    }
}

/// The partials of a panel, of a chunk of rows at the most, which begin at a chunk of the whole: `VALUES` doubles a column into `out`, column after column.
#[inline(always)]
pub(crate) fn run<S, T, K, const INPUTS: usize, const VALUES: usize>(
    simd: S,
    panel: Panel<'_, T, INPUTS>,
    out: &mut Output<'_>,
) where
    S: Simd,
    T: Element,
    K: Kernel<INPUTS, VALUES>,
{
    let count = panel.rows.1 - panel.rows.0;
    let nothing = K::NOTHING.map(|value| simd.splat(value));
    for group in 0..panel.groups() {
        let mut tree: Tree<_, _, DEPTH> = Tree::new(nothing, K::merge::<S::Vector>);
        for first in (0..count).step_by(BLOCK) {
            let block = panel.group(group, first, count.min(first + BLOCK));
            let partials = simd.apart(BlockOfColumns::<T, K, INPUTS, VALUES>(block, PhantomData));
            tree.push(partials.map(|lanes| simd.pack(lanes)));
        }
        let root = tree.root().unwrap_or(nothing).map(Vector::to_array);
        write(root, panel.column(group), panel.columns, out);
    }
}

/// The same for the places of extremes.
#[inline(always)]
pub(crate) fn run_first<S: Simd, T: Element, K: First>(simd: S, panel: Panel<'_, T, 1>, out: &mut Output<'_>) {
    let count = panel.rows.1 - panel.rows.0;
    for number in 0..panel.groups() {
        let group = panel.group(number, 0, count).columns(simd);
        let [mut best] = group.row(0);
        let mut index = simd.splat(0.0);
        for row in 1..count {
            let [x] = group.row(row);
            let nan = x.equal(x).not().and(best.equal(best));
            let better = K::beats(best, x).or(nan);
            best = Real::select(better, x, best);
            index = Real::select(better, simd.splat(row as f64), index);
        }
        let root = [best, index, simd.splat(count as f64)].map(Vector::to_array);
        write(root, panel.column(number), panel.columns, out);
    }
}

/// A group's partials, where they belong. A call a group of columns, so that it stands once and not in every loop.
#[inline(never)]
fn write<const VALUES: usize>(
    root: [[f64; WIDTH]; VALUES],
    start: usize,
    (first, last): (usize, usize),
    out: &mut Output<'_>,
) {
    for lane in 0..WIDTH {
        let column = start + lane;
        if column < first || column >= last {
            continue;
        }
        for (value, lanes) in root.iter().enumerate() {
            out.set((column - first) * VALUES + value, lanes[lane]);
        }
    }
}
