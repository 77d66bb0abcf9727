use super::*;

use crate::arch::{Input, Output};
use crate::array::{Array, ArrayMut};
use crate::families::matvec::{Factors, multiply_lines};

/// Small integers, whose products and sums are exact in any order.
fn integers(length: usize, seed: u32) -> Vec<f64> {
    let mut state = seed;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 28) - 7.0
        })
        .collect()
}

fn expected(a: &Operand<'_, f64>, b: &Operand<'_, f64>) -> Vec<f64> {
    let entry = |i, j| (0..a.depth()).map(|d| a.get(i, d) * b.get(j, d)).sum::<f64>();
    (0..a.lines())
        .flat_map(|i| (0..b.lines()).map(move |j| entry(i, j)))
        .collect()
}

/// Packs both operands whole and multiplies them in tiles of a few slivers.
fn product(level: Level, a: &Operand<'_, f64>, b: &Operand<'_, f64>) -> Vec<f64> {
    let (height, width) = sliver_widths(level);
    let pack = |operand: &Operand<'_, f64>, width: usize| {
        let mut data = vec![f64::NAN; operand.lines().div_ceil(width) * width * operand.depth()];
        pack_slivers(
            level,
            operand,
            width,
            0,
            (0, operand.depth()),
            Output::from_slice(&mut data),
        );
        data
    };
    let (left, right) = (pack(a, height), pack(b, width));
    let mut out = vec![f64::NAN; a.lines() * b.lines()];
    let across = b.lines().div_ceil(2 * width);
    for (index, tile) in Output::from_slice(&mut out)
        .tiles(b.lines(), 3 * height, 2 * width)
        .iter_mut()
        .enumerate()
    {
        let left = Packed {
            data: &left,
            width: height,
            depth: a.depth(),
        };
        let right = Packed {
            data: &right,
            width,
            depth: a.depth(),
        };
        let (row, column) = (index / across, index % across);
        multiply_tile(level, (left, row * 3), (right, column * 2), 0, false, tile);
    }
    out
}

#[test]
fn every_shape_around_the_slivers_and_every_stride() {
    for (m, n, k) in [
        (1, 1, 1),
        (8, 24, 5),
        (9, 25, 256),
        (7, 23, 257),
        (17, 49, 3),
        (31, 5, 511),
        (2, 70, 64),
        (64, 1, 65),
    ] {
        let (a, b) = (integers(m * k + 3, 1), integers(n * k + 3, 2));
        for (rows, columns) in [((k, 1), (k, 1)), ((1, m), (1, n)), ((k, 1), (1, n)), ((1, m), (k, 1))] {
            let left = Operand::new(Input::from_slice(&a), m, k, rows.0, rows.1);
            let right = Operand::new(Input::from_slice(&b), n, k, columns.0, columns.1);
            for level in Level::available() {
                assert_eq!(
                    product(level, &left, &right),
                    expected(&left, &right),
                    "{m} × {n} × {k} {level:?}"
                );
            }
        }
    }
}

#[test]
fn small_products_are_the_same_without_packing() {
    let thirds = |length: usize, seed: u32| -> Vec<f64> { integers(length, seed).iter().map(|x| x / 3.0).collect() };
    for (m, n, k) in [
        (8, 8, 1),
        (9, 25, 256),
        (17, 49, 3),
        (64, 64, 64),
        (6, 31, 7),
        (23, 23, 100),
        (64, 20, 65),
    ] {
        for (left, right) in [((k, 1), (n, 1)), ((1, m), (n, 1)), ((k + 3, 1), (n + 5, 1))] {
            let (a, b) = (thirds(m * (k + 3), 5), thirds(k * (n + 5), 6));
            let shape = Shape {
                rows: m,
                columns: n,
                depth: k,
                left,
                right,
            };
            let operands = (
                Operand::new(Input::from_slice(&a), m, k, left.0, left.1),
                Operand::new(Input::from_slice(&b), n, k, right.1, right.0),
            );
            for level in Level::available() {
                let mut out = vec![f64::NAN; m * n];
                let (x, y) = (Array::F64(Input::from_slice(&a)), Array::F64(Input::from_slice(&b)));
                let mut place = ArrayMut::F64(Output::from_slice(&mut out));
                let done = multiply_directly(level, shape, x, y, &mut place);
                assert_eq!(done, level != Level::Portable && m >= sliver_widths(level).0);
                if done {
                    assert_eq!(
                        out,
                        product(level, &operands.0, &operands.1),
                        "{m} × {n} × {k} {level:?}"
                    );
                }
                let floats = |numbers: &[f64]| numbers.iter().map(|x| *x as f32).collect::<Vec<f32>>();
                let (a, b) = (floats(&a), floats(&b));
                let wide = |numbers: &[f32]| numbers.iter().map(|x| f64::from(*x)).collect::<Vec<f64>>();
                let (wide_a, wide_b) = (wide(&a), wide(&b));
                let mut out = vec![f32::NAN; m * n];
                let (x, y) = (Array::F32(Input::from_slice(&a)), Array::F32(Input::from_slice(&b)));
                let mut place = ArrayMut::F32(Output::from_slice(&mut out));
                if multiply_directly(level, shape, x, y, &mut place) {
                    let left = Operand::new(Input::from_slice(&wide_a), m, k, left.0, left.1);
                    let right = Operand::new(Input::from_slice(&wide_b), n, k, right.1, right.0);
                    assert_eq!(out, floats(&product(level, &left, &right)), "{m} × {n} × {k} {level:?}");
                }
            }
        }
    }
}

#[test]
fn matrix_times_vector() {
    for (m, k) in [(1, 1), (8, 8), (9, 7), (3, 100), (1030, 5), (5, 1030), (2050, 3)] {
        let (a, x) = (integers(m * k * 2, 3), integers(k, 4));
        let x = Operand::new(Input::from_slice(&x), 1, k, k, 1);
        let factors = Factors::new(&x.line(0));
        for (line, depth) in [(k, 1), (1, m), (2 * k, 2)] {
            let a = Operand::new(Input::from_slice(&a), m, k, line, depth);
            let wanted = expected(&a, &x);
            for level in Level::available() {
                let mut out = vec![f64::NAN; m];
                multiply_lines(level, &a, &factors, 0, Output::from_slice(&mut out));
                assert_eq!(out, wanted, "{m} × {k} {level:?}");
                let first = m / 3;
                multiply_lines(level, &a, &factors, first, Output::from_slice(&mut out[first..]));
                assert_eq!(out, wanted, "{m} × {k} {level:?} from {first}");
            }
        }
    }
}

#[test]
#[should_panic(expected = "2 lines of 3")]
fn an_operand_outside_its_memory_is_refused() {
    Operand::new(Input::from_slice(&[0.0; 5]), 2, 3, 3, 1);
}
