//! The objective of penalised logistic regression of two classes in the space of centred and scaled columns, as `src/models/loss/logistic.ts` has it.

use crate::arch::{Input, Level};
use crate::families::logistic::{Evaluator, PackedRows};

/// Loss and penalty at one point after the other.
pub(super) struct Objective<'a> {
    evaluator: Evaluator<'a>,
    inverse_scale: Vec<f64>,
    /// penalty · inverseScale², a column each.
    curvature: Vec<f64>,
    columns: usize,
    stride: usize,
    fit_intercept: bool,
}

impl<'a> Objective<'a> {
    pub fn new(level: Level, packed: &'a PackedRows, inverse_scale: Input<'_, f64>, fit_intercept: bool) -> Self {
        let columns = packed.size() - 1;
        Objective {
            evaluator: Evaluator::new(level, packed),
            inverse_scale: (0..columns).map(|j| inverse_scale.get(j)).collect(),
            curvature: vec![0.0; columns],
            columns,
            stride: packed.stride(),
            fit_intercept,
        }
    }

    pub fn set_penalty(&mut self, penalty: f64) {
        for (curvature, scale) in self.curvature.iter_mut().zip(&self.inverse_scale) {
            *curvature = penalty * scale * scale;
        }
    }

    /// The value at `point`, with derivatives as far as `order` asks.
    pub fn evaluate(&mut self, point: &[f64], order: u8) -> f64 {
        self.evaluator.evaluate(point, order);
        let (loss, rest) = self.evaluator.total.split_at_mut(1);
        let (gradient, gram) = rest.split_at_mut(self.stride);
        let mut penalty = 0.0;
        for j in 0..self.columns {
            let (u, c) = (point[j], self.curvature[j]);
            penalty += c * u * u;
            if order > 0 {
                gradient[j] += c * u;
            }
            if order == 2 {
                gram[j * (self.stride + 1)] += c;
            }
        }
        if !self.fit_intercept && order > 0 {
            gradient[self.columns] = 0.0;
            if order == 2 {
                gram[self.columns * self.stride..][..self.columns + 1].fill(0.0);
            }
        }
        loss[0] + penalty / 2.0
    }

    /// Of the last evaluation with order 1 or 2.
    pub fn gradient(&self) -> &[f64] {
        &self.evaluator.total[1..][..self.columns + 1]
    }

    /// Row `i` of the Hessian of the last evaluation with order 2, up to the diagonal.
    pub fn hessian_row(&self, i: usize) -> &[f64] {
        &self.evaluator.total[1 + self.stride + i * self.stride..][..i + 1]
    }

    /// Of the penalty at a point.
    pub fn penalty_gradient(&self, point: &[f64]) -> Vec<f64> {
        let slopes = self.curvature.iter().zip(point).map(|(c, u)| c * u);
        slopes.chain([0.0]).collect()
    }
}
