//! The kernels of the models: logistic regression, moments, scores, Cholesky.

use crate::buffers::models::Hold;
use crate::callback::settle::{self, Settled};
use crate::callback::{Call, Fault, Value};
use crate::reduce::settled;
use manycore_exec::{Cancel, Outcome};
use manycore_kernels::arch::{Element, Labels};
use manycore_kernels::cholesky;
use manycore_kernels::decision::Decision;
use manycore_kernels::logistic::{Problem, Request, SparseProblem};
use manycore_kernels::sparse_moments::SparseRows;
use manycore_kernels::{Input, InputAny, Level, Output};

/// Requests that one call answers at most: more don't gain from sharing a read of X, which is computing by then.
const MAX_REQUESTS: usize = 4;

/// Where a request's order would stand: no such request.
const NO_REQUEST: u8 = 3;

/// What a call asks for, as numbers. The packed one holds, from the lowest bit on: three bits a request (its order, or 3 where there is
/// none; 4 more if it has weights), sixteen of the number of threads from bit 12 on, the number of classes from bit 28 on.
struct Asked {
    orders: Vec<u8>,
    weighted: [bool; MAX_REQUESTS],
    threads: usize,
    classes: usize,
    rows: usize,
    columns: usize,
}

impl Asked {
    /// From the packed number at 0, and rows and columns at `shape` and after.
    fn of(call: &Call, shape: usize) -> Result<Self, Fault> {
        let packed = call.count(0)? as u64;
        let bits: [u8; MAX_REQUESTS] = std::array::from_fn(|request| (packed >> (3 * request) & 7) as u8);
        Ok(Asked {
            orders: bits
                .map(|bits| bits & 3)
                .into_iter()
                .take_while(|order| *order != NO_REQUEST)
                .collect(),
            weighted: bits.map(|bits| bits & 4 != 0),
            threads: ((packed >> 12 & 0xffff) as usize).max(1),
            classes: (packed >> 28) as usize,
            rows: call.count(shape)?,
            columns: call.count(shape + 1)?,
        })
    }

    /// Length of the coefficients of a request.
    fn size(&self) -> usize {
        (if self.classes == 2 { 1 } else { self.classes }) * (self.columns + 1)
    }

    /// Length of the results of a request.
    fn results(&self, order: u8) -> usize {
        1 + if order >= 1 { self.size() } else { 0 } + if order == 2 { self.size() * self.size() } else { 0 }
    }

    fn requests<'r, T: Element>(
        &self,
        problem: &Problem<'_, T>,
        coefficients: &[f64],
        weights: Vec<Option<Input<'r, f64>>>,
    ) -> Result<Vec<Request<'r>>, Fault> {
        let size = self.size();
        if coefficients.len() < size * self.orders.len() {
            return Err(Fault::internal("too few coefficients"));
        }
        let parts = self.orders.iter().zip(coefficients.chunks_exact(size)).zip(weights);
        Ok(parts
            .map(|((order, coefficients), weights)| problem.request(weights, coefficients, *order))
            .collect())
    }

    /// The results of each request, one after the other in `out`.
    fn outputs<'a>(&self, out: Output<'a>) -> Result<Vec<Output<'a>>, Fault> {
        if out.len() < self.orders.iter().map(|order| self.results(*order)).sum() {
            return Err(Fault::internal("too little room for the results"));
        }
        let mut rest = out;
        let take = |order: &u8| {
            let taken = std::mem::replace(&mut rest, Output::from_slice(&mut []));
            let (first, others) = taken.split_at(self.results(*order));
            rest = others;
            first
        };
        Ok(self.orders.iter().map(take).collect())
    }
}

/// The arguments that say what is fitted, from `first` on: x, y, center, inverseScale.
fn problem<'a, T: Element>(
    call: &Call,
    asked: &Asked,
    first: usize,
    x: Input<'a, T>,
    labels: Labels<'a>,
) -> Result<Problem<'a, T>, Fault> {
    let (center, inverse_scale) = (call.doubles_copied(first + 2)?, call.doubles_copied(first + 3)?);
    Ok(Problem::new(
        x,
        asked.rows,
        asked.columns,
        &center,
        &inverse_scale,
        labels,
        asked.classes,
    ))
}

/// `logistic(packed, rows, columns, x, y, center, inverseScale, coefficients, out, w0?, w1?, w2?, w3?)`
pub fn logistic(call: &Call) -> Result<Value, Fault> {
    let asked = Asked::of(call, 1)?;
    match call.floats(3)? {
        InputAny::F64(x) => logistic_of(call, &asked, x),
        InputAny::F32(x) => logistic_of(call, &asked, x),
    }
}

fn logistic_of<T: Element>(call: &Call, asked: &Asked, x: Input<'_, T>) -> Result<Value, Fault> {
    let problem = problem(call, asked, 3, x, call.labels(4)?)?;
    let weights = |request: usize| asked.weighted[request].then(|| call.doubles(9 + request)).transpose();
    let weights = (0..asked.orders.len()).map(weights).collect::<Result<_, _>>()?;
    let requests = asked.requests(&problem, &call.doubles_copied(7)?, weights)?;
    let outputs = asked.outputs(call.output(8)?)?;
    done(manycore_exec::logistic(
        Level::current(),
        &problem,
        &requests,
        asked.threads,
        None,
        outputs,
    ))
}

/// `logisticAsync(packed, id, rows, columns, x, y, center, inverseScale, coefficients, out, w0?, w1?, w2?, w3?)`: the promise of
/// a number, or of `undefined` when cancelled. `x`, `y`, `out` and the weights must be memory that JavaScript can't free.
pub fn logistic_async(call: &Call) -> Result<Value, Fault> {
    let asked = Asked::of(call, 2)?;
    match call.floats_held(4)? {
        (InputAny::F64(x), hold) => start_logistic(call, asked, x, hold),
        (InputAny::F32(x), hold) => start_logistic(call, asked, x, hold),
    }
}

fn start_logistic<T: Element>(call: &Call, asked: Asked, x: Input<'static, T>, hold: Hold) -> Result<Value, Fault> {
    let id = call.count(1)? as u64;
    let (labels, hold_labels) = call.labels_held(5)?;
    let (out, hold_out) = call.output_held(9)?;
    let (mut weights, mut holds) = (Vec::new(), vec![hold, hold_labels, hold_out]);
    for request in 0..asked.orders.len() {
        let held = asked.weighted[request]
            .then(|| call.doubles_held(10 + request))
            .transpose()?;
        weights.push(held.as_ref().map(|(weights, _)| *weights));
        holds.extend(held.map(|(_, hold)| hold));
    }
    let problem = problem(call, &asked, 4, x, labels)?;
    let requests = asked.requests(&problem, &call.doubles_copied(8)?, weights)?;
    let outputs = asked.outputs(out)?;
    settle::start(call, id, &[4, 5, 9, 10, 11, 12, 13], Cancel::new(None), move |cancel| {
        let _holds = &holds;
        let level = Level::current();
        settled(manycore_exec::logistic(level, &problem, &requests, asked.threads, Some(cancel), outputs).map(|()| 0.0))
    })
}

/// `sparseLogistic(packed, id, timeout, rows, columns, classes, values, columnsOf, offsets, y, coefficients, out, weights?)` with packed = 2 ×
/// threads + whether there are weights: at once with id 0, else as an operation whose arrays must be memory that JavaScript can't free.
pub fn sparse_logistic(call: &Call) -> Result<Value, Fault> {
    match call.floats_held(6)? {
        (InputAny::F64(values), hold) => sparse_logistic_of(call, values, hold),
        (InputAny::F32(values), hold) => sparse_logistic_of(call, values, hold),
    }
}

fn sparse_logistic_of<T: Element>(call: &Call, values: Input<'static, T>, hold: Hold) -> Result<Value, Fault> {
    let (packed, rows, columns, classes) = (call.count(0)?, call.count(3)?, call.count(4)?, call.count(5)?);
    let threads = packed >> 1;
    let (columns_of, hold_columns) = call.labels_held(7)?;
    let (offsets, hold_offsets) = call.labels_held(8)?;
    let (labels, hold_labels) = call.labels_held(9)?;
    let coefficients = call.doubles_copied(10)?;
    let (out, hold_out) = call.output_held(11)?;
    let weighted = (packed & 1 == 1).then(|| call.doubles_held(12)).transpose()?;
    let size = (if classes == 2 { 1 } else { classes }) * (columns + 1);
    if coefficients.len() < size || out.len() < 1 + size {
        return Err(Fault::internal(
            "too few coefficients or too little room for the results",
        ));
    }
    let weights = weighted.as_ref().map(|(weights, _)| *weights);
    let problem = SparseProblem::new(
        values,
        columns_of,
        offsets,
        rows,
        columns,
        labels,
        classes,
        weights,
        &coefficients,
    );
    settle::run(call, 1, 2, &[6, 7, 8, 9, 11, 12], move |cancel| -> Settled {
        let _holds = (&hold, &hold_columns, &hold_offsets, &hold_labels, &hold_out, &weighted);
        let outcome = manycore_exec::sparse_logistic(Level::current(), &problem, threads.max(1), Some(cancel), out);
        settled(outcome.map(|()| 0.0))
    })
}

/// `columnMoments(threads, rows, columns, x, out)`
pub fn column_moments(call: &Call) -> Result<Value, Fault> {
    let (threads, rows, columns) = (call.count(0)?, call.count(1)?, call.count(2)?);
    let mut moments = vec![0.0; 2 * columns];
    let level = Level::current();
    let outcome = match call.floats(3)? {
        InputAny::F64(x) => manycore_exec::column_moments(level, x, rows, columns, threads, None, &mut moments),
        InputAny::F32(x) => manycore_exec::column_moments(level, x, rows, columns, threads, None, &mut moments),
    };
    done(outcome)?;
    call.write_doubles(4, &moments).map(|()| Value::Undefined)
}

/// `sparseMoments(threads, rows, columns, values, columnsOf, offsets, out)`: whether the matrix is sound.
pub fn sparse_moments(call: &Call) -> Result<Value, Fault> {
    match call.floats(3)? {
        InputAny::F64(values) => sparse_moments_of(call, values),
        InputAny::F32(values) => sparse_moments_of(call, values),
    }
}

fn sparse_moments_of<T: Element>(call: &Call, values: Input<'_, T>) -> Result<Value, Fault> {
    let (threads, rows, columns) = (call.count(0)?, call.count(1)?, call.count(2)?);
    let matrix = SparseRows::new(values, call.labels(4)?, call.labels(5)?, rows, columns);
    let mut moments = vec![0.0; 3 * columns];
    match manycore_exec::sparse_moments(Level::current(), &matrix, rows, threads.max(1), None, &mut moments) {
        Outcome::Done(sound) => call.write_doubles(6, &moments).map(|()| Value::Boolean(sound)),
        Outcome::Panicked(payload) => Err(Fault::from_panic(payload.as_ref())),
        _ => Err(Fault::internal("stopped without being asked to")),
    }
}

/// `decision(threads, rows, columns, vectors, x, coefficients, out)`
pub fn decision(call: &Call) -> Result<Value, Fault> {
    match call.floats(4)? {
        InputAny::F64(x) => decision_of(call, x),
        InputAny::F32(x) => decision_of(call, x),
    }
}

fn decision_of<T: Element>(call: &Call, x: Input<'_, T>) -> Result<Value, Fault> {
    let (threads, rows, columns, vectors) = (call.count(0)?, call.count(1)?, call.count(2)?, call.count(3)?);
    let decision = Decision::new(x, rows, columns, &call.doubles_copied(5)?, vectors);
    done(manycore_exec::decision(
        Level::current(),
        &decision,
        threads,
        None,
        call.output(6)?,
    ))
}

/// `choleskySolve(n, a, b)`: whether A is positive definite; if so, b holds the solution, the upper triangle of a holds U.
pub fn cholesky_solve(call: &Call) -> Result<Value, Fault> {
    let n = call.count(0)?;
    let a = call.doubles(1)?;
    let mut b = call.doubles_copied(2)?;
    let Some(factor) = cholesky::solve(Level::current(), a, n, &mut b) else {
        return Ok(Value::Boolean(false));
    };
    factor.write(call.output(1)?);
    call.write_doubles(2, &b)?;
    Ok(Value::Boolean(true))
}

pub(crate) fn done(outcome: Outcome<()>) -> Result<Value, Fault> {
    match outcome {
        Outcome::Panicked(payload) => Err(Fault::from_panic(payload.as_ref())),
        _ => Ok(Value::Undefined),
    }
}
