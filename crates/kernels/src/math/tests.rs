//! Against correctly rounded values (`scripts/make-math-truth.py`), one number and eight at every level.

use super::{exp, log1p};
use crate::arch::{Level, Real, Simd, Task, Vector, WIDTH};
use std::collections::HashMap;

const TRUTH: &str = include_str!("../../../../__test__/vectors/math-truth.json");

/// Where the TypeScript functions are not correctly rounded, with what they give.
const TYPESCRIPT: &str = include_str!("../../../../__test__/vectors/models.json");

struct Point {
    x: f64,
    y: f64,
    rest: f64,
}

/// The strings under a key of a file that holds one string a line.
fn strings<'f>(file: &'f str, key: &str) -> impl Iterator<Item = &'f str> {
    let start = file.find(&format!("\"{key}\"")).expect("the key is there");
    let lines = file[start..].lines().skip(1).take_while(|line| line.starts_with('"'));
    lines.map(|line| line.trim_matches(['"', ',']))
}

fn double(word: &str) -> f64 {
    f64::from_bits(u64::from_str_radix(word, 16).expect("hexadecimal"))
}

fn points(key: &str) -> Vec<Point> {
    strings(TRUTH, key)
        .map(|line| {
            let mut words = line.split(' ');
            let mut next = || words.next().expect("three words");
            Point {
                x: double(next()),
                y: double(next()),
                rest: next().parse().expect("a number"),
            }
        })
        .collect()
}

fn same_as_typescript(f: impl Function, key: &str) {
    let mut deviations: HashMap<u64, f64> = strings(TYPESCRIPT, key)
        .map(|line| line.split_once(' ').expect("two words"))
        .map(|(x, y)| (double(x).to_bits(), double(y)))
        .collect();
    for point in points(key) {
        let expected = deviations.remove(&point.x.to_bits()).unwrap_or(point.y);
        assert_eq!(f.apply(point.x).to_bits(), expected.to_bits(), "{key} of {}", point.x);
    }
    assert!(deviations.is_empty());
}

/// Number of the double in the order of all doubles.
fn ordinal(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    if bits < 0 { -(bits & i64::MAX) } else { bits }
}

trait Function: Copy {
    fn apply<R: Real>(self, x: R) -> R;
}

#[derive(Clone, Copy)]
struct Exp;
impl Function for Exp {
    #[inline(always)]
    fn apply<R: Real>(self, x: R) -> R {
        exp(x)
    }
}

#[derive(Clone, Copy)]
struct Log1p;
impl Function for Log1p {
    #[inline(always)]
    fn apply<R: Real>(self, x: R) -> R {
        log1p(x)
    }
}

struct OfEight<F>(F, [f64; WIDTH]);
impl<F: Function> Task for OfEight<F> {
    type Output = [f64; WIDTH];
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> [f64; WIDTH] {
        self.0.apply(simd.pack(self.1)).to_array()
    }
}

fn worst(f: impl Function, points: &[Point]) -> f64 {
    let error = |point: &Point| ((ordinal(f.apply(point.x)) - ordinal(point.y)) as f64 - point.rest / 1000.0).abs();
    points.iter().map(error).fold(0.0, f64::max)
}

fn same_in_lanes(f: impl Function, xs: &[f64]) {
    for level in Level::available() {
        for group in xs.chunks(WIDTH) {
            let lanes: [f64; WIDTH] = std::array::from_fn(|lane| group[lane.min(group.len() - 1)]);
            for (x, y) in lanes.iter().zip(level.dispatch(OfEight(f, lanes))) {
                let alone = f.apply(*x);
                assert!(
                    alone.to_bits() == y.to_bits() || alone.is_nan() && y.is_nan(),
                    "{} at {x}",
                    level.name()
                );
            }
        }
    }
}

fn arguments(points: &[Point]) -> Vec<f64> {
    let special = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        -1.5,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::MAX,
        f64::MIN,
        5e-324,
        -5e-324,
    ];
    points.iter().map(|point| point.x).chain(special).collect()
}

#[test]
fn exp_is_within_its_bound() {
    let (subnormal, normal): (Vec<_>, Vec<_>) =
        points("exp").into_iter().partition(|point| point.y < f64::MIN_POSITIVE);
    assert!(normal.len() > 8000 && subnormal.len() > 900);
    assert!(worst(Exp, &normal) <= 0.61);
    assert!(worst(Exp, &subnormal) <= 0.75);
}

#[test]
fn log1p_is_within_its_bound() {
    let points = points("log1p");
    assert!(points.len() > 9000);
    assert!(worst(Log1p, &points) <= 0.9);
}

#[test]
fn the_bits_are_those_of_typescript() {
    same_as_typescript(Exp, "exp");
    same_as_typescript(Log1p, "log1p");
}

#[test]
fn vectors_give_what_single_numbers_give() {
    same_in_lanes(Exp, &arguments(&points("exp")));
    same_in_lanes(Log1p, &arguments(&points("log1p")));
}

#[test]
fn special_values() {
    assert_eq!(exp(0.0), 1.0);
    assert_eq!(exp(-0.0), 1.0);
    assert_eq!(exp(f64::INFINITY), f64::INFINITY);
    assert_eq!(exp(f64::NEG_INFINITY), 0.0);
    assert_eq!(exp(709.7827128933841), f64::INFINITY);
    assert!(exp(709.782712893384) < f64::INFINITY);
    assert_eq!(exp(-745.1332191019411), 5e-324);
    assert_eq!(exp(-745.1332191019412), 0.0);
    assert!(exp(f64::NAN).is_nan());
    assert_eq!(log1p(-1.0), f64::NEG_INFINITY);
    assert_eq!(log1p(f64::INFINITY), f64::INFINITY);
    assert_eq!(log1p(-0.0).to_bits(), (-0.0_f64).to_bits());
    assert!(log1p(-1.0000000000000002).is_nan() && log1p(f64::NAN).is_nan() && log1p(f64::NEG_INFINITY).is_nan());
}
