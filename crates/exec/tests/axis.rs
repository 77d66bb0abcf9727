//! Reductions along an axis: the bits of each row and column as a vector of its own, from any cut and any number of threads.

mod common;

use common::{alone, numbers};
use manycore_exec::{Along, Cancel, Outcome, reduce, reduce_axis, set_threads};
use manycore_kernels::order::{BLOCK, CHUNK};
use manycore_kernels::reduction::tree;
use manycore_kernels::{Input, InputAny, Level, Output, Partial, Reduction};

fn done<T>(outcome: Outcome<T>) -> T {
    match outcome.into_result() {
        Ok(Some(value)) => value,
        Ok(None) => panic!("stopped"),
        Err(payload) => std::panic::resume_unwind(payload),
    }
}

fn partial(values: &[f64]) -> Partial {
    let mut partial = Partial::default();
    partial[..values.len()].copy_from_slice(values);
    partial
}

fn bits(partial: Partial) -> [Option<u64>; 8] {
    partial.map(|value| (!value.is_nan()).then_some(value.to_bits()))
}

/// The root of each row or column.
fn roots(level: Level, kernel: Reduction, x: InputAny<'_>, along: Along, threads: usize) -> Vec<Partial> {
    let y = (kernel.inputs() == 2).then_some(x);
    let width = kernel.width();
    let pieces = along.pieces();
    let mut results = vec![0.0; pieces * along.size * width];
    // In two calls, as slices are.
    let middle = pieces / 2;
    let (front, back) = results.split_at_mut(middle * along.size * width);
    for (range, out) in [((0, middle), front), ((middle, pieces), back)] {
        let out = Output::from_slice(out);
        let cancel = Cancel::new(None);
        done(reduce_axis(
            level,
            kernel,
            x,
            y,
            along,
            range,
            threads,
            Some(&cancel),
            out,
        ));
    }
    if along.each_row {
        return (0..along.rows)
            .map(|row| partial(&results[row * width..][..width]))
            .collect();
    }
    let stride = along.columns.div_ceil(along.size) * along.size * width;
    (0..along.columns)
        .map(|column| {
            let chunks = results
                .chunks(stride)
                .map(|chunk| partial(&chunk[column * width..][..width]));
            tree(kernel, chunks)
        })
        .collect()
}

fn check(x: &[f64], rows: usize, columns: usize, levels: &[Level], kernels: &[Reduction]) {
    let narrow: Vec<f32> = x.iter().map(|&x| x as f32).collect();
    for each_row in [false, true] {
        let (items, length) = if each_row { (rows, columns) } else { (columns, rows) };
        let index = |item: usize, i: usize| {
            if each_row {
                item * columns + i
            } else {
                i * columns + item
            }
        };
        for &kernel in kernels {
            let vector =
                |item: usize, input: &[f64]| -> Vec<f64> { (0..length).map(|i| input[index(item, i)]).collect() };
            let wide: Vec<f64> = narrow.iter().map(|&x| f64::from(x)).collect();
            for (name, input, values) in [
                ("f64", InputAny::F64(Input::from_slice(x)), x),
                ("f32", InputAny::F32(Input::from_slice(&narrow)), &wide[..]),
            ] {
                let wanted: Vec<_> = (0..items)
                    .map(|item| {
                        let vector = vector(item, values);
                        let input = InputAny::F64(Input::from_slice(&vector));
                        let y = (kernel.inputs() == 2).then_some(input);
                        bits(done(reduce(Level::Portable, kernel, input, y, 1, None)))
                    })
                    .collect();
                for &level in levels {
                    for (size, threads) in [(8, 1), (16, 3)] {
                        let along = Along {
                            rows,
                            columns,
                            each_row,
                            size,
                        };
                        let got: Vec<_> = roots(level, kernel, input, along, threads)
                            .into_iter()
                            .map(bits)
                            .collect();
                        assert!(
                            got == wanted,
                            "{kernel:?} {name} {level:?} {rows} × {columns} each row: {each_row}: {got:?} {wanted:?}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn every_row_and_column_has_its_own_bits() {
    let _turn = alone();
    set_threads(3);
    let mut x = numbers(3000);
    for (index, value) in [(5, f64::NAN), (77, f64::INFINITY), (78, f64::NEG_INFINITY), (140, -0.0)] {
        x[index] = value;
    }
    x[200..260].fill(0.0);
    x[230] = -0.0;
    let levels: Vec<_> = Level::available().collect();
    for (rows, columns) in [
        (1, 1),
        (1, 9),
        (9, 1),
        (3, 5),
        (33, 7),
        (64, 8),
        (40, 17),
        (100, 30),
        (2, 1500),
    ] {
        check(&x[..rows * columns], rows, columns, &levels, &Reduction::ALL);
    }
}

#[test]
fn tall_columns_go_through_blocks_and_chunks() {
    let _turn = alone();
    set_threads(3);
    let x = numbers(3 * (CHUNK + BLOCK + 5));
    check(
        &x[..9 * (BLOCK + 33)],
        BLOCK + 33,
        9,
        &[Level::current()],
        &Reduction::ALL,
    );
    check(
        &x,
        CHUNK + BLOCK + 5,
        3,
        &[Level::current()],
        &[Reduction::Sum, Reduction::ArgMax, Reduction::Describe],
    );
}
