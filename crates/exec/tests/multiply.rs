//! Products of matrices: right, the same bits for any number of threads, and stopped when asked.

mod common;

use common::{alone, numbers};
use manycore_exec::{Cancel, Outcome, covariance, definite_solve, gram, matvec, multiply, set_threads};
use manycore_kernels::multiply::Operand;
use manycore_kernels::{Input, Level, Output};

fn product(
    a: &[f64],
    b: &[f64],
    (m, n, k): (usize, usize, usize),
    threads: usize,
    cancel: Option<&Cancel>,
) -> Option<Vec<f64>> {
    let mut out = vec![f64::NAN; m * n];
    let left = Operand::new(Input::from_slice(a), m, k, k, 1);
    let right = Operand::new(Input::from_slice(b), n, k, 1, n);
    match multiply(
        Level::current(),
        &left,
        &right,
        threads,
        cancel,
        Output::from_slice(&mut out),
    ) {
        Outcome::Done(()) => Some(out),
        Outcome::Panicked(_) => panic!("a tile panicked"),
        _ => None,
    }
}

#[test]
fn near_the_naive_product_and_the_same_bits_for_any_number_of_threads() {
    let _turn = alone();
    set_threads(3);
    // More than a tile each way, more than a panel deep; wider than the panels' lines; deep and small.
    for (m, n, k) in [
        (200, 500, 1100),
        (3, 4000, 20),
        (3900, 9, 7),
        (5, 6, 5000),
        (193, 481, 1),
    ] {
        let (a, b) = (numbers(m * k), numbers(k * n));
        let one = product(&a, &b, (m, n, k), 1, None).expect("done");
        for (i, j) in [(0, 0), (m - 1, n - 1), (m / 2, n / 3)] {
            let (mut sum, mut size) = (0.0, 0.0);
            for d in 0..k {
                sum += a[i * k + d] * b[d * n + j];
                size += (a[i * k + d] * b[d * n + j]).abs();
            }
            assert!(
                (one[i * n + j] - sum).abs() <= 1e-13 * size,
                "{m} × {n} × {k} at {i}, {j}"
            );
        }
        for threads in [2, 3] {
            assert_eq!(product(&a, &b, (m, n, k), threads, None).expect("done"), one);
        }
    }
}

#[test]
fn nothing_to_add_up_gives_zeros() {
    assert_eq!(product(&[], &[], (2, 3, 0), 1, None), Some(vec![0.0; 6]));
    assert_eq!(product(&[], &[1.0; 6], (0, 3, 2), 1, None), Some(vec![]));
}

#[test]
fn stops_when_asked() {
    let cancel = Cancel::new(None);
    cancel.cancel();
    assert!(product(&[1.0; 100], &[1.0; 100], (10, 10, 10), 1, Some(&cancel)).is_none());
}

#[test]
fn matrix_times_vector_on_threads() {
    let _turn = alone();
    set_threads(3);
    let (m, k) = (3000, 333);
    let (a, x) = (numbers(m * k), numbers(k));
    let vector = |threads| {
        let mut out = vec![f64::NAN; m];
        let a = Operand::new(Input::from_slice(&a), m, k, k, 1);
        assert!(matches!(
            matvec(Level::current(), &a, &x, threads, None, Output::from_slice(&mut out)),
            Outcome::Done(())
        ));
        out
    };
    let one = vector(1);
    for i in [0, 1, m - 1] {
        let wanted: f64 = (0..k).map(|d| a[i * k + d] * x[d]).sum();
        assert!((one[i] - wanted).abs() <= 1e-13 * wanted.abs());
    }
    assert_eq!(vector(3), one);
}

/// XᵀWX entry by entry, or the covariance with divisor rows − 1 where there are no weights.
fn naive(x: &[f64], (rows, columns): (usize, usize), weights: Option<&[f64]>, i: usize, j: usize) -> f64 {
    let mean = |c: usize| match weights {
        Some(_) => 0.0,
        None => (0..rows).map(|r| x[r * columns + c]).sum::<f64>() / rows as f64,
    };
    let (a, b) = (mean(i), mean(j));
    let term = |r: usize| weights.map_or(1.0, |w| w[r]) * (x[r * columns + i] - a) * (x[r * columns + j] - b);
    (0..rows).map(term).sum::<f64>() / weights.map_or(rows as f64 - 1.0, |_| 1.0)
}

#[test]
fn gram_and_covariance() {
    let _turn = alone();
    set_threads(3);
    // Narrow with many chunks of rows, narrow and short, wide with tiles on both sides of the diagonal.
    for (rows, columns) in [(70_001, 3), (5_000, 57), (100, 49), (2, 5), (700, 401)] {
        let (x, weights) = (numbers(rows * columns), numbers(rows));
        let compute = |threads: usize, weighted: bool| {
            let mut out = vec![f64::NAN; columns * columns];
            let source = Operand::new(Input::from_slice(&x), columns, rows, 1, columns);
            let place = Output::from_slice(&mut out);
            let done = if weighted {
                gram(Level::current(), &source, Some(&weights), threads, None, place)
            } else {
                covariance(Level::current(), &source, rows as f64 - 1.0, threads, None, place)
            };
            assert!(matches!(done, Outcome::Done(())));
            out
        };
        for weighted in [false, true] {
            let one = compute(1, weighted);
            let size = |i: usize| one[i * columns + i].abs().sqrt();
            for (i, j) in [
                (0, 0),
                (columns - 1, 0),
                (columns / 2, columns - 1),
                (columns - 1, columns - 1),
            ] {
                let wanted = naive(&x, (rows, columns), weighted.then_some(&weights), i, j);
                let error = (one[i * columns + j] - wanted).abs();
                assert!(
                    error <= 1e-11 * size(i) * size(j),
                    "{rows} × {columns} at {i}, {j}: {error}"
                );
                assert_eq!(one[i * columns + j].to_bits(), one[j * columns + i].to_bits());
            }
            assert_eq!(compute(3, weighted), one);
        }
    }
}

/// A positive definite matrix: MᵀM / n + 1.
fn definite(n: usize) -> Vec<f64> {
    let m = numbers(n * n);
    let mut a = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let sum: f64 = (0..n).map(|k| m[k * n + i] / 1000.0 * (m[k * n + j] / 1000.0)).sum();
            a[i * n + j] = sum / n as f64 + f64::from(u8::from(i == j));
            a[j * n + i] = a[i * n + j];
        }
    }
    a
}

#[test]
fn definite_systems() {
    let _turn = alone();
    set_threads(3);
    for (n, m) in [(1, 1), (7, 3), (128, 1), (129, 70), (450, 2), (3, 0)] {
        let (mut a, b) = (definite(n), numbers(n * m));
        let solve = |a: &[f64], threads: usize| {
            let mut out = vec![f64::NAN; n * m];
            let a = Operand::new(Input::from_slice(a), n, n, n, 1);
            let b = Operand::new(Input::from_slice(&b), n, m, m, 1);
            match definite_solve(Level::current(), &a, &b, threads, None, Output::from_slice(&mut out)) {
                Outcome::Done(None) => Ok(out),
                Outcome::Done(Some(pivot)) => Err(pivot),
                _ => panic!("stopped"),
            }
        };
        let x = solve(&a, 1).expect("positive definite");
        for k in 0..m {
            for i in 0..n {
                let sum: f64 = (0..n).map(|j| a[i * n + j] * x[j * m + k]).sum();
                let size: f64 = (0..n).map(|j| (a[i * n + j] * x[j * m + k]).abs()).sum();
                assert!((sum - b[i * m + k]).abs() <= 1e-12 * size, "{n}, {m} at {i}, {k}");
            }
        }
        assert_eq!(solve(&a, 3).as_ref(), Ok(&x));
        // The lower triangle is never read.
        for i in 1..n {
            a[i * n..i * n + i].fill(f64::NAN);
        }
        assert_eq!(solve(&a, 2).as_ref(), Ok(&x));
        for pivot in [0, n / 2, n - 1] {
            let mut spoilt = a.clone();
            spoilt[pivot * n + pivot] = -1.0;
            assert_eq!(solve(&spoilt, 2), Err(pivot));
        }
    }
}
