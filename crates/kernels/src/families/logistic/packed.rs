//! A small problem whose rows are packed once for many evaluations at one point each: the same bits as `Problem::chunk` of its only chunk, without reading X again.

use super::link::LinkBlock;
use super::panels::{Column, Panel, empty_panels, pack};
use super::{Problem, Request, add_block, set_weights};
use crate::arch::{Ahead, Element, Input, Level, Simd, Task, WIDTH};
use crate::families::rows::{ROW_BLOCK, pad_vectors};

/// Rows of two classes with their weights, packed.
pub struct PackedRows {
    blocks: Vec<Block>,
    columns: usize,
}

struct Block {
    panels: Vec<Panel>,
    labels: Column,
    weights: Column,
    rows: usize,
}

/// What evaluations of one point after the other write to: the total, and the scratch of a block.
pub struct Evaluator<'a> {
    packed: &'a PackedRows,
    level: Level,
    block: LinkBlock,
    weighted: Panel,
    /// Loss, gradient (stride), Gram (stride × stride, up to the diagonal), where the stride is columns + 1 rounded up to a multiple of 8.
    pub total: Vec<f64>,
}

impl PackedRows {
    /// Packs all rows. Panics when the problem has more than two classes or more than one chunk, or there are too few weights.
    pub fn new<T: Element>(level: Level, problem: &Problem<'_, T>, weights: Option<Input<'_, f64>>) -> Self {
        assert!(problem.classes == 2 && problem.partition().chunks <= 1);
        assert!(weights.is_none_or(|weights| weights.len() >= problem.rows));
        level.dispatch(Pack { problem, weights })
    }

    /// Coefficients: one a column, and the intercept.
    pub fn size(&self) -> usize {
        self.columns + 1
    }

    /// Numbers of a row of the Gram.
    pub fn stride(&self) -> usize {
        self.size().next_multiple_of(WIDTH)
    }
}

struct Pack<'p, 'a, T> {
    problem: &'p Problem<'a, T>,
    weights: Option<Input<'p, f64>>,
}

impl<T: Element> Task for Pack<'_, '_, T> {
    type Output = PackedRows;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> PackedRows {
        let Pack { problem, weights } = self;
        let block = |start: usize| {
            let rows = ROW_BLOCK.min(problem.rows - start);
            let mut block = Block {
                panels: empty_panels(problem.columns),
                labels: Column::ZERO,
                weights: Column::ZERO,
                rows,
            };
            let (x, columns, range) = (problem.x, problem.columns, start..start + rows);
            let mut ahead = Ahead::NOTHING;
            pack(
                simd,
                x,
                columns,
                range,
                &problem.standard,
                &mut block.panels,
                &mut ahead,
            );
            problem.labels.widen(start, &mut block.labels.0[..rows]);
            set_weights(&mut block.weights, weights, start, rows);
            block
        };
        PackedRows {
            blocks: (0..problem.rows).step_by(ROW_BLOCK).map(block).collect(),
            columns: problem.columns,
        }
    }
}

impl<'a> Evaluator<'a> {
    /// For points one after the other.
    pub fn new(level: Level, packed: &'a PackedRows) -> Self {
        let stride = packed.stride();
        Evaluator {
            packed,
            level,
            block: LinkBlock {
                weights: Column::ZERO,
                labels: Column::ZERO,
                scores: vec![Column::ZERO],
                residuals: vec![Column::ZERO],
                pairs: vec![Column::ZERO],
                ahead: Ahead::NOTHING,
            },
            weighted: Panel::ZERO,
            total: vec![0.0; 1 + stride + stride * stride],
        }
    }

    /// The loss at `point` into the total; its gradient too from order 1, its Gram too from order 2. What the order doesn't ask for stays as it was.
    pub fn evaluate(&mut self, point: &[f64], order: u8) {
        let request = Request {
            weights: None,
            coefficients: pad_vectors(point, 1, self.packed.size()),
            order,
        };
        let level = self.level;
        level.dispatch(Evaluate {
            evaluator: self,
            request,
        });
    }
}

struct Evaluate<'e, 'a> {
    evaluator: &'e mut Evaluator<'a>,
    request: Request<'e>,
}

impl Task for Evaluate<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Evaluate { evaluator, request } = self;
        let Evaluator {
            packed,
            block,
            weighted,
            total,
            ..
        } = evaluator;
        let stride = packed.stride();
        let length = match request.order {
            0 => 1,
            1 => 1 + stride,
            _ => 1 + stride + stride * stride,
        };
        let total = &mut total[..length];
        total.fill(0.0);
        for from in &packed.blocks {
            block.weights = from.weights;
            block.labels = from.labels;
            add_block(simd, &request, &from.panels, from.rows, block, weighted, total);
        }
    }
}
