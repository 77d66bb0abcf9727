//! Damped Newton's method for smooth convex functions, as `src/models/solver/newton.ts` has it, where the constants are explained.

use super::Outcome;
use super::objective::Objective;
use super::system::{Outlook, System, dot};

const ARMIJO: f64 = 1e-4;
const LEVEL: f64 = 64.0 * f64::EPSILON;
const LEVEL_STEPS: u32 = 6;
const LEVEL_GAP: f64 = 1e-9;
const GAP_FLOOR: f64 = 1e-13;
const POLISHING_STEPS: u32 = 2;
const POLISHED: f64 = 1e-17;
const NEAR_POLISHING_STEPS: u32 = 3;
const NEARLY_POLISHED: f64 = 1e-16;
const LEFT: f64 = 0.1;
const LONGEST: f64 = 2.5;
const NEAR: f64 = 0.01;
const MOST_LEFT: f64 = 0.1;
const SECOND_LEAVES: f64 = 10.0;
const DOUBT: f64 = 50.0;
const MAX_HALVINGS: u32 = 60;

/// How far to go.
pub(super) struct Options {
    /// Done when the estimated gap, relative to the objective, is at most this.
    pub tolerance: f64,
    /// Steps at most.
    pub most_iterations: u64,
    /// Whether the start is near the minimum: then the Hessian there serves for several steps, and the last one is taken unseen.
    pub near: bool,
    /// Whether steps beyond the tolerance are worth a gradient each.
    pub polish: bool,
}

/// Where it ended.
pub(super) struct Found {
    pub point: Vec<f64>,
    /// At the point.
    pub value: f64,
    pub gradient_norm: f64,
    pub iterations: u64,
    pub outcome: Outcome,
}

/// Minimises.
pub(super) fn newton(objective: &mut Objective<'_>, system: &mut System, start: &[f64], options: &Options) -> Found {
    let Options {
        tolerance,
        most_iterations,
        near,
        polish,
    } = *options;
    let polishing_steps = match (polish, near) {
        (false, _) => 0,
        (true, true) => NEAR_POLISHING_STEPS,
        (true, false) => POLISHING_STEPS,
    };
    let unseen_gap = match (near, polish) {
        (false, _) => -1.0,
        (true, true) => tolerance.min(NEARLY_POLISHED),
        (true, false) => tolerance,
    };
    let mut point = start.to_vec();
    let mut trial = vec![0.0; start.len()];
    let mut step = vec![0.0; start.len()];
    let mut iterations = 0;
    let mut last_decrement = f64::INFINITY;
    let mut level_steps = 0;
    let mut now = objective.evaluate(&point, 2);
    let mut fresh = true;
    let mut polished = 0;
    let mut length = 1.0;
    // Steps since the last Hessian.
    let mut age = 0;
    loop {
        let value = now;
        let failed = |point, outcome| Found {
            point,
            value,
            gradient_norm: f64::NAN,
            iterations,
            outcome,
        };
        if !value.is_finite() {
            return failed(point, Outcome::Overflow);
        }
        age = if fresh { 0 } else { age + 1 };
        let outlook = if fresh {
            system.factor_and_solve(objective, &mut step)
        } else {
            Some(system.solve_again(objective.gradient(), &mut step))
        };
        let Some(outlook) = outlook else {
            return failed(point, Outcome::Indefinite);
        };
        let Outlook {
            slope,
            decrease,
            gradient_norm,
        } = outlook;
        let scale = value.abs().max(f64::from_bits(1));
        let decrement = decrease / scale;
        let gap = decrement * remaining(decrement / last_decrement);
        let finish = |point, iterations, outcome| Found {
            point,
            value,
            gradient_norm,
            iterations,
            outcome,
        };
        let share = if near && !fresh {
            leaves(decrement / last_decrement, age)
        } else {
            1.0
        };
        let gap_ahead = gap * least(1.0, DOUBT * share);
        let enough = gap_ahead <= unseen_gap || (polished > 0 && polished == polishing_steps);
        if near && enough && iterations < most_iterations {
            add_scaled(&point, 1.0, &step, &mut trial);
            let found = finish(trial, iterations + 1, Outcome::Converged);
            return Found {
                value: value - decrease,
                ..found
            };
        }
        if gap <= tolerance || polished > 0 {
            if gap <= POLISHED || polished == polishing_steps || iterations >= most_iterations {
                return finish(point, iterations, Outcome::Converged);
            }
            add_scaled(&point, 1.0, &step, &mut trial);
            now = objective.evaluate(&trial, 1);
            if !acceptable(now, value, slope) {
                return finish(point, iterations, Outcome::Converged);
            }
            std::mem::swap(&mut point, &mut trial);
            iterations += 1;
            polished += 1;
            last_decrement = decrement;
            fresh = false;
            continue;
        }
        if gap <= GAP_FLOOR && decrement > last_decrement / 4.0 {
            return finish(point, iterations, Outcome::Converged);
        }
        if level_steps >= LEVEL_STEPS {
            let level = gap <= LEVEL_GAP;
            return finish(
                point,
                iterations,
                if level { Outcome::Converged } else { Outcome::Stalled },
            );
        }
        if iterations >= most_iterations {
            return finish(point, iterations, Outcome::Iterations);
        }
        let promised = decrement * if age == 1 { share * share } else { share };
        let hopeful = share <= MOST_LEFT && promised <= tolerance;
        if !fresh && !hopeful {
            // The forecast was too hopeful: this point's own Hessian is needed after all.
            now = objective.evaluate(&point, 2);
            fresh = true;
            continue;
        }

        add_scaled(&point, length, &step, &mut trial);
        let forecast = if last_decrement < f64::INFINITY && length == 1.0 {
            let ratio = decrement / last_decrement;
            ratio * ratio * decrement * 4.0
        } else {
            f64::INFINITY
        };
        let gradient_does = forecast <= tolerance || iterations + 1 >= most_iterations || (near && decrement <= NEAR);
        let order = if gradient_does { 1 } else { 2 };
        now = objective.evaluate(&trial, order);
        if acceptable(now, value, length * slope) {
            fresh = order == 2;
            let left = dot(objective.gradient(), &step) / slope;
            length = if left > LEFT {
                1.0 / (1.0 - left).max(1.0 / LONGEST)
            } else {
                1.0
            };
        } else {
            let mut halvings = 0;
            loop {
                halvings += 1;
                if halvings > MAX_HALVINGS {
                    let level = gap <= GAP_FLOOR;
                    return finish(
                        point,
                        iterations,
                        if level { Outcome::Converged } else { Outcome::Stalled },
                    );
                }
                length *= shrinkage(now - value, length * slope);
                add_scaled(&point, length, &step, &mut trial);
                now = objective.evaluate(&trial, 0);
                if acceptable(now, value, length * slope) {
                    break;
                }
            }
            now = objective.evaluate(&trial, 2);
            fresh = true;
            length = 1.0;
        }
        std::mem::swap(&mut point, &mut trial);
        iterations += 1;
        last_decrement = decrement;
        level_steps = if now < value - LEVEL * value.abs() {
            0
        } else {
            level_steps + 1
        };
    }
}

/// What is left to gain, as a multiple of what the local parabola promises.
fn remaining(ratio: f64) -> f64 {
    if ratio <= 0.1 {
        1.0
    } else if ratio.is_nan() {
        f64::NAN
    } else {
        2.0 / (1.0 - ratio).max(1e-3)
    }
}

/// The share of the decrement that a step with the Hessian of the start will leave, after `age` such steps.
fn leaves(ratio: f64, age: u32) -> f64 {
    if age == 1 { SECOND_LEAVES * ratio } else { ratio }
}

fn acceptable(value: f64, before: f64, slope: f64) -> bool {
    value <= before + ARMIJO * slope + LEVEL * before.abs()
}

/// Minimum of the parabola through both values and the slope, kept within a tenth and a half.
fn shrinkage(rise: f64, slope: f64) -> f64 {
    let ratio = -slope / (2.0 * (rise - slope));
    if ratio >= 0.1 { ratio.min(0.5) } else { 0.1 }
}

fn add_scaled(x: &[f64], factor: f64, y: &[f64], out: &mut [f64]) {
    for ((x, y), out) in x.iter().zip(y).zip(out) {
        *out = x + factor * y;
    }
}

/// The smaller; NaN if there is a NaN.
fn least(a: f64, b: f64) -> f64 {
    if b.is_nan() { b } else { a.min(b) }
}
