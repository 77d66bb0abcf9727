//! Small fits: rows that are packed once give the bits of those that are read each time, and chains of models end at optima. That their steps are those of the TypeScript solver is tested there,
//! to the bit (`__test__/models/whole-fits.spec.ts`).

use manycore_kernels::arch::{Input, Labels, Level, Output};
use manycore_kernels::logistic::{Evaluator, PackedRows, Problem};
use manycore_kernels::newton::{Chain, HEAD, Model, Outcome, fit_chain, result_length};

const ROWS: usize = 203;
const COLUMNS: usize = 11;
const SIZE: usize = COLUMNS + 1;

fn numbers(length: usize, seed: u32) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1664525).wrapping_add(1013904223);
        f64::from(state >> 8) / 16777216.0 - 0.5
    };
    (0..length).map(|_| next()).collect()
}

/// What is done with a problem whose labels follow the first two columns, with noise.
fn with_problem<R>(use_it: impl Fn(&Problem<'_, f64>, Input<'_, f64>) -> R) -> R {
    let x = numbers(ROWS * COLUMNS, 1);
    let noise = numbers(ROWS, 2);
    let label = |row: usize| i32::from(x[row * COLUMNS] - x[row * COLUMNS + 1] + noise[row] > 0.0);
    let labels: Vec<i32> = (0..ROWS).map(label).collect();
    let (center, scale) = (vec![0.25; COLUMNS], vec![2.0; COLUMNS]);
    let labels = Labels::from_slice(&labels);
    let problem = Problem::new(Input::from_slice(&x), ROWS, COLUMNS, &center, &scale, labels, 2);
    let weights: Vec<f64> = numbers(ROWS, 3).iter().map(|weight| weight + 0.5).collect();
    use_it(&problem, Input::from_slice(&weights))
}

#[test]
fn packed_rows_give_the_same_bits() {
    for level in Level::available() {
        with_problem(|problem, weights| {
            for weights in [None, Some(weights)] {
                let packed = PackedRows::new(level, problem, weights);
                let mut evaluator = Evaluator::new(level, &packed);
                for (order, seed) in [(2, 4), (1, 5), (0, 6), (2, 7)] {
                    let point = numbers(SIZE, seed);
                    let request = problem.request(weights, &point, order);
                    let total = &problem.chunk(level, &[request], 0)[0];
                    evaluator.evaluate(&point, order);
                    let stride = packed.stride();
                    let gram = |total: &[f64]| -> Vec<f64> {
                        let rows = total[1 + stride..].chunks_exact(stride).enumerate();
                        rows.flat_map(|(i, row)| row[..=i].to_vec()).collect()
                    };
                    assert_eq!(evaluator.total[0].to_bits(), total[0].to_bits());
                    if order >= 1 {
                        assert_eq!(evaluator.total[1..=stride], total[1..=stride]);
                    }
                    if order == 2 {
                        assert_eq!(gram(&evaluator.total), gram(total));
                    }
                }
            }
        });
    }
}

/// The results of a chain over these penalties.
fn fitted(penalties: &[f64], fit_intercept: bool, most_iterations: u64) -> Vec<Vec<f64>> {
    with_problem(|problem, _| {
        let packed = PackedRows::new(Level::current(), problem, None);
        let model = |penalty: &f64| Model {
            penalty: *penalty,
            log_strength: -penalty.ln(),
            tolerance: 1e-12,
            most_iterations,
        };
        let chain = Chain {
            start: vec![0.0; SIZE],
            near: false,
            polish: true,
            fit_intercept,
            models: penalties.iter().map(model).collect(),
        };
        let mut out = vec![0.0; penalties.len() * result_length(SIZE)];
        let scale = vec![2.0; COLUMNS];
        fit_chain(
            Level::current(),
            &packed,
            Input::from_slice(&scale),
            &chain,
            Output::from_slice(&mut out),
        );
        out.chunks_exact(result_length(SIZE)).map(<[f64]>::to_vec).collect()
    })
}

#[test]
fn chains_end_at_the_optima_of_their_models() {
    let penalties = [1e3, 30.0, 8.0, 1.0, 0.3, 1e-4];
    for fit_intercept in [true, false] {
        for (found, penalty) in fitted(&penalties, fit_intercept, 100).iter().zip(penalties) {
            assert_eq!(found[0], f64::from(Outcome::Converged as u8));
            assert!(found[2] < 1e-3, "slope {} with penalty {penalty}", found[2]);
            assert!(fit_intercept || found[HEAD + COLUMNS] == 0.0);
            let alone = &fitted(&[penalty], fit_intercept, 100)[0];
            assert!((found[1] / alone[1] - 1.0).abs() < 1e-12);
            for (a, b) in found[HEAD..HEAD + SIZE].iter().zip(&alone[HEAD..]) {
                assert!((a - b).abs() < 1e-8, "{a} {b}");
            }
        }
    }
}

#[test]
fn steps_are_limited() {
    let found = fitted(&[1.0, 0.5], true, 1);
    assert!(
        found
            .iter()
            .all(|one| one[0] == f64::from(Outcome::Iterations as u8) && one[3] == 1.0)
    );
}
