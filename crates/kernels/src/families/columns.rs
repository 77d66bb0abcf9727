//! Reductions of matrices in row-major order, along either axis.
//!
//! Along a row, a row is a vector like any other. Down the columns, eight columns are reduced side by side, each in the order of
//! arithmetic that it would have as a vector of its own: the same blocks of rows, lanes, fold and tree.

use super::first::{self, First};
use super::order::{BLOCK, CHUNK_BLOCKS, LANES};
use super::reduce::{self, Block, Kernel, Lanes};
use super::tree::Tree;
use crate::arch::{Element, Input, Mask, Output, Real, Simd, Vector, WIDTH};

/// Subtrees of a chunk that may wait at once.
const DEPTH: usize = CHUNK_BLOCKS.ilog2() as usize + 1;

/// Doubles of the partial of a place: value, index, count.
const FIRST_VALUES: usize = 3;

/// Eight neighbouring columns of some rows.
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

impl<S: Copy, T: Copy, const INPUTS: usize> Clone for Columns<'_, S, T, INPUTS> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Copy, T: Copy, const INPUTS: usize> Copy for Columns<'_, S, T, INPUTS> {}

impl<'a, S: Simd, T: Element, const INPUTS: usize> Columns<'a, S, T, INPUTS> {
    /// Eight columns from `column` on, of rows `first … last − 1`. Where the matrix has fewer, the rest are elements of the next row, or
    /// zeros: nobody looks at what becomes of them.
    #[inline(always)]
    fn new(simd: S, inputs: [Input<'a, T>; INPUTS], stride: usize, first: usize, last: usize, column: usize) -> Self {
        Columns {
            simd,
            inputs: inputs.map(|input| input.range(first * stride + column, input.len())),
            stride,
            rows: last - first,
        }
    }

    /// Some of its rows.
    #[inline(always)]
    fn range(self, first: usize, last: usize) -> Self {
        Columns {
            inputs: self.inputs.map(|input| input.range(first * self.stride, input.len())),
            rows: last - first,
            ..self
        }
    }

    /// Eight elements of a row.
    #[inline(always)]
    fn row(self, row: usize) -> [S::Vector; INPUTS] {
        let start = row * self.stride;
        self.inputs.map(|input| {
            if start + WIDTH <= input.len() {
                return input.load(self.simd, start);
            }
            let mut lanes = [0.0; WIDTH];
            for index in start..input.len() {
                lanes[index - start] = input.get(index);
            }
            self.simd.pack(lanes)
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
        let mut half = LANES / 2;
        while half > 0 {
            for lane in 0..half {
                lanes[lane] = L::merge(lanes[lane], lanes[lane + half]);
            }
            half /= 2;
        }
        lanes[0]
    }
}

/// Where the groups of eight columns begin: the last one overlaps its neighbour rather than being shorter.
#[inline(always)]
fn starts(columns: usize, first: usize, last: usize) -> impl Iterator<Item = usize> {
    (first..last).step_by(WIDTH).map(move |column| {
        if columns < WIDTH {
            column
        } else {
            column.min(columns - WIDTH)
        }
    })
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
        let root = reduce::run::<S, T, K, INPUTS, VALUES>(simd, inputs);
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
        let root = first::run::<S, T, K>(simd, input.range(row * columns, (row + 1) * columns));
        for (value, double) in root.into_iter().take(FIRST_VALUES).enumerate() {
            out.set((row - first) * FIRST_VALUES + value, double);
        }
    }
}

/// The partials of columns `first … last − 1` over a chunk of rows: `VALUES` doubles a column into `out`, column after column. `rows` begin at a chunk
/// of the whole and are a chunk at the most.
#[inline(always)]
pub(crate) fn run<S, T, K, const INPUTS: usize, const VALUES: usize>(
    simd: S,
    inputs: [Input<'_, T>; INPUTS],
    columns: usize,
    rows: (usize, usize),
    (first, last): (usize, usize),
    out: &mut Output<'_>,
) where
    S: Simd,
    T: Element,
    K: Kernel<INPUTS, VALUES>,
{
    let count = rows.1 - rows.0;
    for start in starts(columns, first, last) {
        let group = Columns::new(simd, inputs, columns, rows.0, rows.1, start);
        let nothing = K::NOTHING.map(|value| simd.splat(value));
        let mut tree: Tree<_, _, DEPTH> = Tree::new(nothing, K::merge::<S::Vector>);
        for block in (0..count).step_by(BLOCK) {
            tree.push(K::block(group.range(block, count.min(block + BLOCK))));
        }
        let root = tree.root().unwrap_or(nothing);
        write(root, start, (first, last), out);
    }
}

/// The same for the places of extremes.
#[inline(always)]
pub(crate) fn run_first<S: Simd, T: Element, K: First>(
    simd: S,
    input: Input<'_, T>,
    columns: usize,
    rows: (usize, usize),
    (first, last): (usize, usize),
    out: &mut Output<'_>,
) {
    let count = rows.1 - rows.0;
    for start in starts(columns, first, last) {
        let group = Columns::new(simd, [input], columns, rows.0, rows.1, start);
        let [mut best] = group.row(0);
        let mut index = simd.splat(0.0);
        for row in 1..count {
            let [x] = group.row(row);
            let nan = x.equal(x).not().and(best.equal(best));
            let better = K::beats(best, x).or(nan);
            best = Real::select(better, x, best);
            index = Real::select(better, simd.splat(row as f64), index);
        }
        write([best, index, simd.splat(count as f64)], start, (first, last), out);
    }
}

/// A group's partials, where they belong.
#[inline(always)]
fn write<V: Vector, const VALUES: usize>(
    root: [V; VALUES],
    start: usize,
    (first, last): (usize, usize),
    out: &mut Output<'_>,
) {
    let root = root.map(Vector::to_array);
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
