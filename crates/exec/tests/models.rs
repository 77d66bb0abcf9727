//! The kernels of the models give the same bits for any number of threads.

use manycore_exec::{Cancel, Outcome, column_moments, decision, logistic};
use manycore_kernels::arch::{Input, Labels, Level, Output};
use manycore_kernels::decision::Decision;
use manycore_kernels::logistic::Problem;

fn numbers(length: usize, seed: u32) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1664525).wrapping_add(1013904223);
        f64::from(state >> 8) / 16777216.0 - 0.5
    };
    (0..length).map(|_| next()).collect()
}

/// More rows than a few chunks hold, the last one short.
const ROWS: usize = 20_011;
const COLUMNS: usize = 21;

fn evaluate(threads: usize, classes: usize, cancel: Option<&Cancel>) -> Option<Vec<Vec<f64>>> {
    let x = numbers(ROWS * COLUMNS, 1);
    let y: Vec<i32> = (0..ROWS).map(|row| (row * 7 % classes) as i32).collect();
    let weights = numbers(ROWS, 2).iter().map(|w| w + 0.5).collect::<Vec<_>>();
    let (center, scale) = (vec![0.25; COLUMNS], vec![1.5; COLUMNS]);
    let size = if classes == 2 { 1 } else { classes } * (COLUMNS + 1);
    let coefficients = numbers(size, 3);
    let labels = Labels::from_slice(&y);
    let problem = Problem::new(Input::from_slice(&x), ROWS, COLUMNS, &center, &scale, labels, classes);
    let weights = Some(Input::from_slice(&weights));
    let requests = [
        problem.request(None, &coefficients, 2),
        problem.request(weights, &coefficients, 1),
    ];
    let mut outs = [vec![0.0; 1 + size + size * size], vec![0.0; 1 + size]];
    let places = outs.iter_mut().map(|out| Output::from_slice(out)).collect();
    match logistic(Level::current(), &problem, &requests, threads, cancel, places) {
        Outcome::Done(()) => Some(outs.into()),
        Outcome::Cancelled | Outcome::TimedOut => None,
        Outcome::Panicked(_) => panic!("a chunk panicked"),
    }
}

#[test]
fn logistic_does_not_depend_on_threads() {
    for classes in [2, 3] {
        let alone = evaluate(1, classes, None).expect("done");
        assert!(alone.iter().flatten().all(|value| value.is_finite()));
        for threads in [2, 7] {
            assert_eq!(evaluate(threads, classes, None).expect("done"), alone);
        }
    }
}

#[test]
fn logistic_stops_when_asked() {
    let cancel = Cancel::new(None);
    cancel.cancel();
    assert!(evaluate(2, 2, Some(&cancel)).is_none());
}

#[test]
fn moments_and_scores_do_not_depend_on_threads() {
    let x = numbers(ROWS * COLUMNS, 5);
    let input = Input::from_slice(&x);
    let vectors = 2;
    let scored = Decision::new(input, ROWS, COLUMNS, &numbers(vectors * (COLUMNS + 1), 6), vectors);
    let run = |threads| {
        let mut moments = vec![0.0; 2 * COLUMNS];
        let mut scores = vec![0.0; ROWS * vectors];
        let level = Level::current();
        assert!(matches!(
            column_moments(level, input, ROWS, COLUMNS, threads, None, &mut moments),
            Outcome::Done(())
        ));
        let out = Output::from_slice(&mut scores);
        assert!(matches!(
            decision(level, &scored, threads, None, out),
            Outcome::Done(())
        ));
        (moments, scores)
    };
    let alone = run(1);
    assert_eq!(run(2), alone);
    assert_eq!(run(7), alone);
}

#[test]
fn no_rows_give_a_loss_of_nothing() {
    let problem = Problem::new(
        Input::<f64>::from_slice(&[]),
        0,
        2,
        &[0.0; 2],
        &[1.0; 2],
        Labels::from_slice(&[]),
        2,
    );
    let requests = [problem.request(None, &[0.0; 3], 1)];
    let mut out = [1.0; 4];
    assert!(matches!(
        logistic(
            Level::current(),
            &problem,
            &requests,
            2,
            None,
            vec![Output::from_slice(&mut out)]
        ),
        Outcome::Done(())
    ));
    assert_eq!(out, [0.0; 4]);
}
