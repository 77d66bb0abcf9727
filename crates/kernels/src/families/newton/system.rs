//! Newton systems: symmetric positive definite up to rounding, scaled to a unit diagonal, with a ridge where they are singular, as `src/models/solver/linear.ts` has them.

use super::objective::Objective;
use crate::arch::{Input, Level, Output};
use crate::families::cholesky;

/// A pivot of a matrix with unit diagonal that is no larger than this is rounding error.
const SINGULAR: f64 = 4.0 * f64::EPSILON;

/// The first ridge that is tried on a singular system, relative to the unit diagonal, and its growth.
const FIRST_RIDGE: f64 = 1e-13;
const RIDGE_GROWTH: f64 = 100.0;

/// Corrections of a step that a ridge has shortened.
const CORRECTIONS: usize = 5;

/// What a step promises by the local model of the function.
#[derive(Clone, Copy, Default)]
pub(super) struct Outlook {
    pub slope: f64,
    pub decrease: f64,
    pub gradient_norm: f64,
}

/// One system of a fixed size after another.
pub(super) struct System {
    level: Level,
    size: usize,
    /// Row-major; the upper triangle is that of U of A = Uᵀ·U.
    factor: Vec<f64>,
    /// 1 / √diagonal; 0 for coordinates without curvature, which don't move.
    scale: Vec<f64>,
    /// Largest ridge that had to be added so far.
    pub ridge: f64,
}

impl System {
    pub fn new(level: Level, size: usize) -> Self {
        System {
            level,
            size,
            factor: vec![0.0; size * size],
            scale: vec![0.0; size],
            ridge: 0.0,
        }
    }

    /// Takes in the objective's Hessian and writes the step; `None` if it isn't positive definite, whatever the ridge.
    pub fn factor_and_solve(&mut self, objective: &Objective<'_>, step: &mut [f64]) -> Option<Outlook> {
        let n = self.size;
        for i in 0..n {
            let diagonal = objective.hessian_row(i)[i];
            self.scale[i] = if diagonal > 0.0 { 1.0 / diagonal.sqrt() } else { 0.0 };
        }
        let gradient = objective.gradient();
        let mut ridge = 0.0;
        while ridge < 1.0 {
            self.load(objective, ridge);
            for i in 0..n {
                step[i] = -gradient[i] * self.scale[i];
            }
            if self.factorise(step) && !(ridge == 0.0 && self.is_singular()) {
                if ridge > 0.0 {
                    self.correct(objective, step);
                }
                for i in 0..n {
                    step[i] *= self.scale[i];
                }
                self.ridge = self.ridge.max(ridge);
                return Some(look(gradient, step));
            }
            ridge = if ridge == 0.0 {
                FIRST_RIDGE
            } else {
                ridge * RIDGE_GROWTH
            };
        }
        None
    }

    /// The step by the Hessian that was taken in last.
    pub fn solve_again(&self, gradient: &[f64], step: &mut [f64]) -> Outlook {
        for i in 0..self.size {
            step[i] = -gradient[i] * self.scale[i];
        }
        self.solve(step);
        for i in 0..self.size {
            step[i] *= self.scale[i];
        }
        look(gradient, step)
    }

    /// x ← inverse of the last matrix times x.
    pub fn precondition(&self, x: &mut [f64]) {
        for i in 0..self.size {
            x[i] *= self.scale[i];
        }
        self.solve(x);
        for i in 0..self.size {
            x[i] *= self.scale[i];
        }
    }

    /// The upper triangle of the factor, row by row.
    pub fn upper(&self) -> impl Iterator<Item = f64> {
        (0..self.size).flat_map(|i| self.factor[i * self.size + i..(i + 1) * self.size].iter().copied())
    }

    /// The upper triangle of the scaled matrix.
    fn load(&mut self, objective: &Objective<'_>, ridge: f64) {
        let n = self.size;
        for j in 0..n {
            let row = objective.hessian_row(j);
            for i in 0..j {
                self.factor[i * n + j] = row[i] * self.scale[i] * self.scale[j];
            }
            self.factor[j * n + j] = 1.0 + ridge;
        }
    }

    /// Overwrites the matrix by its factor, and a right side by the solution; gives whether it is positive definite.
    fn factorise(&mut self, right: &mut [f64]) -> bool {
        let Some(upper) = cholesky::solve(self.level, Input::from_slice(&self.factor), self.size, right) else {
            return false;
        };
        upper.write(Output::from_slice(&mut self.factor));
        true
    }

    fn is_singular(&self) -> bool {
        let pivots = self.factor.iter().step_by(self.size + 1);
        pivots.take(self.size).any(|pivot| pivot * pivot <= SINGULAR)
    }

    /// Adds to the scaled step what the system without the ridge still asks for.
    fn correct(&self, objective: &Objective<'_>, step: &mut [f64]) {
        let n = self.size;
        let gradient = objective.gradient();
        let scale = &self.scale;
        let mut rest = vec![0.0; n];
        for _ in 0..CORRECTIONS {
            for i in 0..n {
                rest[i] = -gradient[i] * scale[i] - if scale[i] == 0.0 { 0.0 } else { step[i] };
            }
            // As the other side has it, row by row of the upper triangle.
            for i in 0..n {
                for j in i + 1..n {
                    let entry = objective.hessian_row(j)[i] * scale[i] * scale[j];
                    rest[i] -= entry * step[j];
                    rest[j] -= entry * step[i];
                }
            }
            self.solve(&mut rest);
            for i in 0..n {
                step[i] += rest[i];
            }
        }
    }

    /// x ← (Uᵀ·U)⁻¹·x
    fn solve(&self, x: &mut [f64]) {
        let n = self.size;
        for i in 0..n {
            let row = &self.factor[i * n..(i + 1) * n];
            let value = x[i] / row[i];
            x[i] = value;
            for (x, u) in x[i + 1..n].iter_mut().zip(&row[i + 1..]) {
                *x -= u * value;
            }
        }
        for i in (0..n).rev() {
            let row = &self.factor[i * n..(i + 1) * n];
            let mut sum = x[i];
            for (x, u) in x[i + 1..n].iter().zip(&row[i + 1..]).rev() {
                sum -= u * x;
            }
            x[i] = sum / row[i];
        }
    }
}

fn look(gradient: &[f64], step: &[f64]) -> Outlook {
    let slope = dot(gradient, step);
    Outlook {
        slope,
        decrease: -slope / 2.0,
        gradient_norm: largest(gradient),
    }
}

/// In four sums, as `src/models/solver/vectors.ts` has it.
pub(super) fn dot(x: &[f64], y: &[f64]) -> f64 {
    let (fours, rest) = x.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (x, y) in fours.iter().zip(y.as_chunks::<4>().0) {
        for lane in 0..4 {
            sums[lane] += x[lane] * y[lane];
        }
    }
    for (x, y) in rest.iter().zip(&y[fours.len() * 4..]) {
        sums[0] += x * y;
    }
    sums[0] + sums[2] + (sums[1] + sums[3])
}

/// The largest magnitude; NaN if there is a NaN.
fn largest(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |largest: f64, value| {
        if largest.is_nan() || value.is_nan() {
            f64::NAN
        } else {
            largest.max(value.abs())
        }
    })
}
