//! Whole fits of few rows.

use crate::callback::{Call, Fault, Value};
use crate::logistic::done;
use manycore_kernels::arch::Element;
use manycore_kernels::logistic::Problem;
use manycore_kernels::newton::{Chain, Model, result_length};
use manycore_kernels::{Input, InputAny, Level};

/// `newton(packed, rows, columns, x, y, center, inverseScale, chains, out, weights?)`: fits chains of models of two classes to few rows. `packed` = 2 × threads + whether
/// there are weights. `chains` holds for each the number of its
/// models, whether it starts near the optimum, whether near starts are polished and whether the intercept is fitted (1 or 0 each), the start, then four numbers a model (penalty,
/// logarithm of C, tolerance, steps at most); `out` takes what `manycore_kernels::newton::result_length` counts of each model.
pub fn newton(call: &Call) -> Result<Value, Fault> {
    match call.floats(3)? {
        InputAny::F64(x) => newton_of(call, x),
        InputAny::F32(x) => newton_of(call, x),
    }
}

fn newton_of<T: Element>(call: &Call, x: Input<'_, T>) -> Result<Value, Fault> {
    let (packed, rows, columns) = (call.count(0)?, call.count(1)?, call.count(2)?);
    let (center, inverse_scale) = (call.doubles_copied(5)?, call.doubles_copied(6)?);
    let problem = Problem::new(x, rows, columns, &center, &inverse_scale, call.labels(4)?, 2);
    let chains = chains_of(&call.doubles_copied(7)?, columns + 1)?;
    let models: usize = chains.iter().map(|chain| chain.models.len()).sum();
    let out = call.output(8)?;
    if problem.partition().chunks > 1 || out.len() < models * result_length(columns + 1) {
        return Err(Fault::internal("too many rows, or too little room for the results"));
    }
    let weights = (packed & 1 == 1).then(|| call.doubles(9)).transpose()?;
    let scale = Input::from_slice(&inverse_scale);
    let level = Level::current();
    done(manycore_exec::fit_chains(
        level,
        &problem,
        weights,
        scale,
        &chains,
        packed >> 1,
        out,
    ))
}

fn chains_of(numbers: &[f64], size: usize) -> Result<Vec<Chain>, Fault> {
    let mut chains = Vec::new();
    let mut rest = numbers;
    while let [models, near, polish, fit_intercept, others @ ..] = rest {
        let length = *models as usize * 4;
        if length == 0 || others.len() < size + length {
            return Err(Fault::internal("a chain of models that ends early"));
        }
        let (start, others) = others.split_at(size);
        let (models, others) = others.split_at(length);
        let model = |numbers: &[f64; 4]| Model {
            penalty: numbers[0],
            log_strength: numbers[1],
            tolerance: numbers[2],
            most_iterations: numbers[3] as u64,
        };
        chains.push(Chain {
            start: start.to_vec(),
            near: *near == 1.0,
            polish: *polish == 1.0,
            fit_intercept: *fit_intercept == 1.0,
            models: models.as_chunks::<4>().0.iter().map(model).collect(),
        });
        rest = others;
    }
    Ok(chains)
}
