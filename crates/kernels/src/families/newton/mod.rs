//! Fits of two classes to few rows with few columns, whole: Newton's method step by step and model by model, each written as in TypeScript, to the same bits. There a step of some 10 µs of
//! arithmetic takes as much again in calls; here it is one loop.
//!
//! | file | what | TypeScript twin |
//! |---|---|---|
//! | `mod.rs` | models one after the other along the path of their penalties | `src/models/chains.ts`, `src/models/fit.ts` |
//! | `search.rs` | Newton's method | `src/models/solver/newton.ts` |
//! | `system.rs` | its linear systems | `src/models/solver/linear.ts` |
//! | `objective.rs` | loss and penalty | `src/models/loss/logistic.ts` |

mod objective;
mod search;
mod system;

use super::logistic::PackedRows;
use crate::arch::{Input, Level, Output};
use objective::Objective;
use search::{Options, newton};
use system::System;

/// What one model differs in from the others of its chain.
#[derive(Clone, Copy, Debug)]
pub struct Model {
    /// 1 / C.
    pub penalty: f64,
    /// log C.
    pub log_strength: f64,
    /// Relative gap of the objective that is wanted.
    pub tolerance: f64,
    /// Steps at most.
    pub most_iterations: u64,
}

/// Models of rising C, each of which starts where those before lead.
pub struct Chain {
    /// Of the first, in the centred and scaled space, the intercept last.
    pub start: Vec<f64>,
    /// Whether the first starts near its optimum.
    pub near: bool,
    /// Whether models that start near their optimum are worth more digits than the tolerance asks for.
    pub polish: bool,
    /// Whether the intercept is fitted, or stays.
    pub fit_intercept: bool,
    /// One at least.
    pub models: Vec<Model>,
}

/// Why a model's fit ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// At the optimum.
    Converged,
    /// After as many steps as it may take.
    Iterations,
    /// Without getting on.
    Stalled,
    /// At an objective that isn't finite.
    Overflow,
    /// At a Hessian that isn't positive definite, whatever is added to it.
    Indefinite,
}

/// Numbers of a model's result before its coefficients: outcome, objective, largest slope, steps, ridge.
pub const HEAD: usize = 5;

/// Numbers of the result of a model with `size` coefficients: the head, the coefficients, and the upper triangle of the factor of the last system, row by row.
pub fn result_length(size: usize) -> usize {
    HEAD + size + size * (size + 1) / 2
}

/// A point of the path of the optima, and how fast it moves there with log C.
struct PathPoint {
    log_strength: f64,
    optimum: Vec<f64>,
    tangent: Vec<f64>,
}

/// Steps of log C beyond which the path leads nowhere.
const FARTHEST: f64 = 2.0;

/// How many times the last interval a cubic may be followed beyond it.
const LONGEST_STEP: f64 = 1.5;

/// Fits the models of a chain and writes their results one after the other, those after an overflow or an indefinite Hessian as zeros. Panics when a length doesn't fit.
pub fn fit_chain(level: Level, packed: &PackedRows, inverse_scale: Input<'_, f64>, chain: &Chain, mut out: Output<'_>) {
    let size = packed.size();
    let length = result_length(size);
    assert!(chain.start.len() == size && out.len() >= chain.models.len() * length);
    let mut objective = Objective::new(level, packed, inverse_scale, chain.fit_intercept);
    let mut start = chain.start.clone();
    let mut path = chain.near.then(Vec::new);
    for (index, model) in chain.models.iter().enumerate() {
        objective.set_penalty(model.penalty);
        let mut system = System::new(level, size);
        let near = path.is_some();
        let options = Options {
            tolerance: model.tolerance,
            most_iterations: model.most_iterations,
            near,
            polish: !near || chain.polish,
        };
        let found = newton(&mut objective, &mut system, &start, &options);
        let (place, rest) = out.split_at(length);
        out = rest;
        write(place, &found, &system);
        match found.outcome {
            Outcome::Overflow | Outcome::Indefinite => return,
            Outcome::Converged => {}
            Outcome::Iterations | Outcome::Stalled => {
                start = found.point;
                path = None;
                continue;
            }
        }
        let Some(next) = chain.models.get(index + 1) else {
            return;
        };
        let mut tangent = objective.penalty_gradient(&found.point);
        system.precondition(&mut tangent);
        let points = path.get_or_insert_default();
        points.drain(..points.len().saturating_sub(1));
        points.push(PathPoint {
            log_strength: model.log_strength,
            optimum: found.point,
            tangent,
        });
        start = foretold(points, next.log_strength);
    }
}

fn write(mut out: Output<'_>, found: &search::Found, system: &System) {
    let head = [
        f64::from(found.outcome as u8),
        found.value,
        found.gradient_norm,
        found.iterations as f64,
        system.ridge,
    ];
    let numbers = head
        .into_iter()
        .chain(found.point.iter().copied())
        .chain(system.upper());
    numbers.enumerate().for_each(|(i, number)| out.set(i, number));
}

/// About where the optimum for another C is: along the cubic through the last two optima and their tangents, or along the last tangent where that cubic would be stretched too far.
fn foretold(path: &[PathPoint], log_strength: f64) -> Vec<f64> {
    let last = path.last().expect("a path of one point at least");
    let step = log_strength - last.log_strength;
    let along_tangent = || {
        let along = FARTHEST.min(step);
        let places = last.optimum.iter().zip(&last.tangent);
        places.map(|(optimum, tangent)| optimum + along * tangent).collect()
    };
    let [.., before, _] = path else { return along_tangent() };
    let interval = last.log_strength - before.log_strength;
    if step > LONGEST_STEP * interval || step > FARTHEST {
        return along_tangent();
    }
    let t = step / interval;
    (0..last.optimum.len())
        .map(|i| {
            let (from, to) = (before.tangent[i], last.tangent[i]);
            let chord = (last.optimum[i] - before.optimum[i]) / interval;
            last.optimum[i] + step * (to + t * (from + 2.0 * to - 3.0 * chord + t * (from + to - 2.0 * chord)))
        })
        .collect()
}
