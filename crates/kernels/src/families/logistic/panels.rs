//! A packed block of rows: centred and scaled, eight columns to a panel, so that a panel's rows follow each other in
//! memory and every access below is a whole vector.

use crate::arch::{Ahead, Element, Input, Real, Simd, Vector, WIDTH};
use crate::families::rows::{ROW_BLOCK, intercept_masks, load_up_to};
use std::ops::Range;

/// One number a row of a block.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Column(pub [f64; ROW_BLOCK]);

impl Column {
    pub const ZERO: Column = Column([0.0; ROW_BLOCK]);

    #[inline(always)]
    pub fn load<S: Simd>(&self, simd: S, group: usize) -> S::Vector {
        simd.pack(self.0.as_chunks::<WIDTH>().0[group])
    }

    #[inline(always)]
    pub fn store<V: Vector>(&mut self, group: usize, vector: V) {
        self.0.as_chunks_mut::<WIDTH>().0[group] = vector.to_array();
    }
}

/// Eight columns of a block. The spare row keeps panels from lying a multiple of 4096 bytes apart, where a row's
/// vectors would all compete for one set of the first-level cache.
#[derive(Clone)]
#[repr(C, align(64))]
pub(super) struct Panel {
    pub rows: [[f64; WIDTH]; ROW_BLOCK],
    spare: [f64; WIDTH],
}

impl Panel {
    pub const ZERO: Panel = Panel {
        rows: [[0.0; WIDTH]; ROW_BLOCK],
        spare: [0.0; WIDTH],
    };
}

/// What is subtracted from the columns and multiplied into them, in groups of eight.
pub(super) struct Standard {
    pub center: Vec<[f64; WIDTH]>,
    pub inverse_scale: Vec<[f64; WIDTH]>,
}

/// Panels for `columns` columns and the intercept, whose 1 stands after the last column.
pub(super) fn empty_panels(columns: usize) -> Vec<Panel> {
    vec![Panel::ZERO; columns / WIDTH + 1]
}

/// Packs rows of `x`, at most a block of them; those up to the next multiple of eight become zero, the intercept included. Between them the cache is asked
/// for a share of what lies ahead.
#[inline(always)]
pub(super) fn pack<S: Simd, T: Element>(
    simd: S,
    x: Input<'_, T>,
    columns: usize,
    rows: Range<usize>,
    standard: &Standard,
    panels: &mut [Panel],
    ahead: &mut Ahead,
) {
    let first = rows.start;
    let rows = rows.len().min(ROW_BLOCK);
    let whole = columns / WIDTH;
    let (keep, one) = intercept_masks(simd, columns);
    let (full, last) = panels.split_at_mut(whole);
    let last = &mut last[0].rows;
    let part = !columns.is_multiple_of(WIDTH);
    for group in (0..rows).step_by(WIDTH) {
        ahead.ask(simd);
        let after = rows.min(group + WIDTH);
        let start = (first + group) * columns;
        let standards = standard.center.iter().zip(&standard.inverse_scale);
        for (v, (panel, (center, inverse_scale))) in full.iter_mut().zip(standards).enumerate() {
            let (center, inverse_scale) = (simd.pack(*center), simd.pack(*inverse_scale));
            let vectors = x.strided(simd, start + v * WIDTH, columns, after - group);
            for (row, vector) in panel.rows[group..after].iter_mut().zip(vectors) {
                *row = ((vector - center) * inverse_scale).to_array();
            }
        }
        if !part {
            last[group..after].fill(one.to_array());
            continue;
        }
        let center = simd.pack(standard.center[whole]);
        let inverse_scale = simd.pack(standard.inverse_scale[whole]);
        for (r, row) in last[group..after].iter_mut().enumerate() {
            let vector = load_up_to(simd, x, start + r * columns + whole * WIDTH);
            *row = ((vector - center) * inverse_scale).bit_and(keep).bit_or(one).to_array();
        }
    }
    for panel in panels {
        for row in &mut panel.rows[rows..rows.next_multiple_of(WIDTH)] {
            *row = [0.0; WIDTH];
        }
    }
}

/// Scores of the packed rows (to the next multiple of eight): the dot product with one vector of coefficients.
#[inline(always)]
pub(super) fn scores<S: Simd>(
    simd: S,
    panels: &[Panel],
    rows: usize,
    coefficients: &[[f64; WIDTH]],
    out: &mut Column,
    ahead: &mut Ahead,
) {
    for group in 0..rows.min(ROW_BLOCK).div_ceil(WIDTH) {
        ahead.ask(simd);
        let mut lanes = [simd.splat(0.0); WIDTH];
        for (panel, coefficient) in panels.iter().zip(coefficients) {
            let coefficient = simd.pack(*coefficient);
            let eight = &panel.rows.as_chunks::<WIDTH>().0[group];
            for r in 0..WIDTH {
                lanes[r] = lanes[r] + simd.pack(eight[r]) * coefficient;
            }
        }
        out.store(group, simd.fold_each(lanes));
    }
}
