//! The kernels of the models against the TypeScript ones, bit for bit, at every level (`__test__/vectors/models.json`, made
//! by `scripts/make-model-vectors.mjs`): the inputs come from a generator that both languages have.

use manycore_kernels::arch::{Input, Labels, Level, Output};
use manycore_kernels::cholesky;
use manycore_kernels::column_moments::ColumnMoments;
use manycore_kernels::decision::Decision;
use manycore_kernels::logistic::{Partials, Problem, merge};
use manycore_kernels::rows::RowPartition;

const VECTORS: &str = include_str!("../../../__test__/vectors/models.json");

/// The generator of `__test__/kernels-logistic/problems.ts`: numbers in [0, 1).
struct Random(u32);

impl Random {
    fn word(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1664525).wrapping_add(1013904223);
        self.0
    }
    fn next(&mut self) -> f64 {
        let high = f64::from(self.word() >> 5);
        let low = f64::from(self.word() >> 6);
        (high * 67108864.0 + low) / 9007199254740992.0
    }
    fn centred(&mut self, length: usize) -> Vec<f64> {
        (0..length).map(|_| self.next() - 0.5).collect()
    }
}

struct Data {
    x: Vec<f64>,
    y: Vec<i32>,
    center: Vec<f64>,
    inverse_scale: Vec<f64>,
}

fn data(rows: usize, columns: usize, classes: usize) -> Data {
    let mut random = Random((7919 + rows * 31 + columns * 7 + classes) as u32);
    let center: Vec<f64> = (0..columns)
        .map(|j| (j % 3) as f64 * 10.0 - 5.0 + random.next())
        .collect();
    let inverse_scale = (0..columns).map(|_| 0.5 + random.next()).collect();
    let element = |i: usize| center[i % columns] + (random.next() + random.next() + random.next() - 1.5) * 2.0;
    let x = (0..rows * columns).map(element).collect();
    let y = (0..rows).map(|_| (random.next() * classes as f64) as i32).collect();
    Data {
        x,
        y,
        center,
        inverse_scale,
    }
}

/// Weights, unless none are wanted, and coefficients.
fn point(rows: usize, columns: usize, classes: usize, weighted: bool, spread: f64) -> (Option<Vec<f64>>, Vec<f64>) {
    let mut random = Random((104729 + rows + columns) as u32);
    let weight = |i: usize| if i.is_multiple_of(5) { 0.0 } else { random.next() * 3.0 };
    let weights = weighted.then(|| (0..rows).map(weight).collect());
    let size = if classes == 2 { 1 } else { classes } * (columns + 1);
    let coefficients = (0..size).map(|_| (random.next() - 0.5) * 2.0 * spread).collect();
    (weights, coefficients)
}

fn hash(values: impl IntoIterator<Item = f64>) -> String {
    let (mut a, mut b) = (0x811c9dc5_u32, 0x01234567_u32);
    for value in values {
        let bits = value.to_bits();
        for word in [bits as u32, (bits >> 32) as u32] {
            a = (a ^ word).wrapping_mul(0x01000193);
            b = (b ^ word).wrapping_mul(0x01000193);
        }
    }
    format!("{a:08x}{b:08x}")
}

/// One line of the file: the shape, and what is compared.
struct Case<'v> {
    name: &'v str,
    shape: Vec<i64>,
    inputs: Vec<&'v str>,
    result: &'v str,
    first: Vec<u64>,
}

impl Case<'_> {
    fn size(&self, index: usize) -> usize {
        self.shape[index] as usize
    }
    fn check_inputs(&self, inputs: &[&[f64]]) {
        let hashes: Vec<_> = inputs.iter().map(|input| hash(input.iter().copied())).collect();
        assert_eq!(hashes, self.inputs, "inputs of {}: the generators differ", self.name);
    }
    fn check(&self, level: Level, result: &[f64]) {
        let first: Vec<u64> = result
            .iter()
            .take(self.first.len())
            .map(|value| value.to_bits())
            .collect();
        assert_eq!(first, self.first, "{} at {}", self.name, level.name());
        assert_eq!(
            hash(result.iter().copied()),
            self.result,
            "{} at {}",
            self.name,
            level.name()
        );
    }
}

fn cases(key: &str) -> Vec<Case<'static>> {
    let start = VECTORS.find(&format!("\"{key}\"")).expect("the key is there");
    let lines = VECTORS[start..]
        .lines()
        .skip(1)
        .take_while(|line| line.starts_with('"'));
    let cases: Vec<_> = lines
        .map(|line| {
            let parts: Vec<_> = line.trim_matches(['"', ',']).split('|').map(str::trim).collect();
            let words = |text: &'static str| text.split_ascii_whitespace();
            Case {
                name: parts[0],
                shape: words(parts[0]).map(|word| word.parse().expect("an integer")).collect(),
                inputs: words(parts[1]).collect(),
                result: parts[2],
                first: words(parts[3])
                    .map(|word| u64::from_str_radix(word, 16).expect("hexadecimal"))
                    .collect(),
            }
        })
        .collect();
    assert!(cases.len() > 5, "{key}");
    cases
}

fn tree<P>(low: usize, high: usize, leaf: &impl Fn(usize) -> P, merge: &impl Fn(P, P) -> P) -> P {
    match RowPartition::split(low, high) {
        None => leaf(low),
        Some(middle) => merge(tree(low, middle, leaf, merge), tree(middle, high, leaf, merge)),
    }
}

#[test]
fn logistic() {
    for case in cases("logistic") {
        let (rows, columns, classes) = (case.size(0), case.size(1), case.size(2));
        let data = data(rows, columns, classes);
        let (weights, coefficients) = point(rows, columns, classes, case.shape[3] == 1, case.shape[4] as f64 / 2.0);
        let y: Vec<f64> = data.y.iter().map(|class| f64::from(*class)).collect();
        case.check_inputs(&[&data.x, &y, &data.center, &data.inverse_scale, &coefficients]);
        let problem = Problem::new(
            Input::from_slice(&data.x),
            rows,
            columns,
            &data.center,
            &data.inverse_scale,
            Labels::from_slice(&data.y),
            classes,
        );
        let mut plain: Option<Vec<f64>> = None;
        for level in Level::available() {
            // All orders in one read: the lower ones must give the leading part of the same bits.
            let weights = || weights.as_deref().map(Input::from_slice);
            let requests: Vec<_> = [1, 2, 0]
                .map(|order| problem.request(weights(), &coefficients, order))
                .into();
            let leaf = |chunk| problem.chunk(level, &requests, chunk);
            let totals: Partials = tree(0, problem.partition().chunks, &leaf, &merge);
            let size = coefficients.len();
            let mut full = vec![0.0; 1 + size + size * size];
            problem.finish(&requests[1], &totals[1], Output::from_slice(&mut full));
            // Products of the Hessian are added with one rounding where the level has the instruction: near, but not to the bit.
            let plain = plain.get_or_insert_with(|| full.clone());
            if level.name() == "portable" {
                case.check(level, &full);
            }
            assert_eq!(full[..1 + size], plain[..1 + size]);
            let (hessian, plain) = (&full[1 + size..], &plain[1 + size..]);
            for (i, (row, expected)) in hessian.chunks(size).zip(plain.chunks(size)).enumerate() {
                for (j, (value, expected)) in row.iter().zip(expected).enumerate() {
                    let scale = (plain[i * (size + 1)] * plain[j * (size + 1)]).sqrt();
                    assert!(
                        (value - expected).abs() <= 1e-13 * scale,
                        "{value} {expected} at {}",
                        level.name()
                    );
                }
            }
            let mut gradient = vec![0.0; 1 + size];
            problem.finish(&requests[0], &totals[0], Output::from_slice(&mut gradient));
            assert_eq!(gradient, full[..1 + size]);
            let mut loss = [0.0];
            problem.finish(&requests[2], &totals[2], Output::from_slice(&mut loss));
            assert_eq!(loss, full[..1]);
        }
    }
}

#[test]
fn moments() {
    for case in cases("moments") {
        let (rows, columns) = (case.size(0), case.size(1));
        let Data { x, .. } = data(rows, columns, 2);
        case.check_inputs(&[&x]);
        for level in Level::available() {
            let leaf = |chunk| ColumnMoments::of_chunk(level, Input::from_slice(&x), rows, columns, chunk);
            let merge = |a, b| ColumnMoments::merge(a, &b);
            let mut out = vec![0.0; 2 * columns];
            tree(0, RowPartition::new(rows, columns).chunks, &leaf, &merge).finish(&mut out);
            case.check(level, &out);
        }
    }
}

#[test]
fn decision() {
    for case in cases("decision") {
        let (rows, columns, vectors) = (case.size(0), case.size(1), case.size(2));
        let Data { x, .. } = data(rows, columns, 2);
        let coefficients = Random((rows * columns + vectors) as u32).centred(vectors * (columns + 1));
        case.check_inputs(&[&x, &coefficients]);
        let decision = Decision::new(Input::from_slice(&x), rows, columns, &coefficients, vectors);
        for level in Level::available() {
            let mut out = vec![0.0; rows * vectors];
            decision.rows(level, 0, rows, Output::from_slice(&mut out));
            case.check(level, &out);
            // From any row to any other.
            let (first, last) = (rows / 3, rows - rows / 5);
            let mut some = vec![0.0; (last - first) * vectors];
            decision.rows(level, first, last, Output::from_slice(&mut some));
            assert_eq!(some, out[first * vectors..last * vectors]);
        }
    }
}

#[test]
fn cholesky_solve() {
    for case in cases("cholesky") {
        let (n, shift) = (case.size(0), case.shape[1]);
        let mut random = Random(n as u32);
        let mut a = vec![0.0; n * n];
        for i in 0..n {
            for j in i..n {
                let value = random.next() - 0.5 + if i == j { (shift * n as i64) as f64 } else { 0.0 };
                a[i * n + j] = value;
                a[j * n + i] = value;
            }
        }
        let b = random.centred(n);
        case.check_inputs(&[&a, &b]);
        for level in Level::available() {
            let mut s = b.clone();
            let solved = cholesky::solve(level, Input::from_slice(&a), n, &mut s).is_some();
            case.check(level, if solved { &s } else { &[] });
        }
    }
}

#[test]
fn cholesky_refuses() {
    let refuses = |a: &[f64]| {
        let n = a.len().isqrt();
        cholesky::solve(Level::current(), Input::from_slice(a), n, &mut vec![1.0; n]).is_none()
    };
    assert!(refuses(&[0.0]) && refuses(&[-1.0]) && refuses(&[f64::NAN]) && refuses(&[f64::INFINITY]));
    assert!(refuses(&[1.0, 2.0, 2.0, 1.0]) && refuses(&[1.0, 1.0, 1.0, 1.0]));
    assert!(refuses(&[4.0, 2.0, 2.0, 1.0 + cholesky::PIVOT_THRESHOLD / 2.0]));
    assert!(!refuses(&[4.0, 2.0, 2.0, 1.0 + 2.0 * cholesky::PIVOT_THRESHOLD]));
    assert!(!refuses(&[1e-300]));
}

#[test]
fn floats_are_widened_exactly() {
    let (rows, columns) = (133, 11);
    let Data {
        x,
        y,
        center,
        inverse_scale,
    } = data(rows, columns, 2);
    let narrow: Vec<f32> = x.iter().map(|value| *value as f32).collect();
    let wide: Vec<f64> = narrow.iter().map(|value| f64::from(*value)).collect();
    let (_, coefficients) = point(rows, columns, 2, false, 1.0);
    let labels = Labels::from_slice(&y);
    for level in Level::available() {
        let a = Problem::new(
            Input::from_slice(&narrow),
            rows,
            columns,
            &center,
            &inverse_scale,
            labels,
            2,
        );
        let b = Problem::new(
            Input::from_slice(&wide),
            rows,
            columns,
            &center,
            &inverse_scale,
            labels,
            2,
        );
        let a = a.chunk(level, &[a.request(None, &coefficients, 2)], 0);
        assert_eq!(a, b.chunk(level, &[b.request(None, &coefficients, 2)], 0));
    }
}

#[test]
fn partition_covers_the_rows() {
    for rows in [1, 63, 64, 65, 569, 1024, 1025, 4096, 100_000, 1_000_003] {
        for columns in [1, 7, 30, 512, 5000] {
            let partition = RowPartition::new(rows, columns);
            assert!((1..=64).contains(&partition.chunks));
            let mut next = 0;
            for chunk in 0..partition.chunks {
                let (first, last) = partition.range(chunk);
                assert!(first == next && first < last && first.is_multiple_of(64));
                next = last;
            }
            assert_eq!(next, rows);
        }
    }
    assert_eq!(RowPartition::new(0, 3).chunks, 0);
    assert_eq!(RowPartition::new(569, 30).chunks, 1);
}
