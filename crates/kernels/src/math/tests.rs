//! Against correctly rounded values (`scripts/make-math-truth.py`), one number and eight at every level.

use super::{exp, expm1, log, log1p, power, sigmoid, tanh};
use crate::arch::{Level, Real, Simd, Task, Vector, WIDTH};
use std::collections::HashMap;

const TRUTH: &str = include_str!("../../../../__test__/vectors/math-truth.json");

/// Where the TypeScript functions are not correctly rounded, with what they give.
const TYPESCRIPT: &str = include_str!("../../../../__test__/vectors/models.json");

/// Of a function of one number, `exponent` is 0 and ignored.
struct Point {
    x: f64,
    exponent: f64,
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
            let words: Vec<&str> = line.split(' ').collect();
            let (rest, words) = words.split_last().expect("three words or four");
            let (y, xs) = words.split_last().expect("three words or four");
            Point {
                x: double(xs[0]),
                exponent: xs.get(1).map_or(0.0, |word| double(word)),
                y: double(y),
                rest: rest.parse().expect("a number"),
            }
        })
        .collect()
}

fn same_as_typescript(f: impl Function, key: &str) {
    let mut deviations: HashMap<(u64, u64), f64> = strings(TYPESCRIPT, key)
        .map(|line| {
            let words: Vec<f64> = line.split(' ').map(double).collect();
            let exponent = if words.len() == 3 { words[1] } else { 0.0 };
            ((words[0].to_bits(), exponent.to_bits()), words[words.len() - 1])
        })
        .collect();
    for point in points(key) {
        let key_of_point = (point.x.to_bits(), point.exponent.to_bits());
        let expected = deviations.remove(&key_of_point).unwrap_or(point.y);
        let got = f.apply(point.x, point.exponent);
        assert_eq!(
            got.to_bits(),
            expected.to_bits(),
            "{key} of {} {}",
            point.x,
            point.exponent
        );
    }
    assert!(deviations.is_empty());
}

/// Number of the double in the order of all doubles.
fn ordinal(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    if bits < 0 { -(bits & i64::MAX) } else { bits }
}

trait Function: Copy {
    fn apply<R: Real>(self, x: R, exponent: R) -> R;
}

macro_rules! functions {
    ($($name:ident = $function:ident($($argument:ident),+)),+) => {
        $(#[derive(Clone, Copy)]
        struct $name;
        impl Function for $name {
            #[inline(always)]
            fn apply<R: Real>(self, x: R, exponent: R) -> R {
                let _ = exponent;
                functions!(@call $function, x, exponent, $($argument),+)
            }
        })+
    };
    (@call $function:ident, $x:ident, $y:ident, x) => { $function($x) };
    (@call $function:ident, $x:ident, $y:ident, x, y) => { $function($x, $y) };
}

functions!(
    Exp = exp(x),
    Expm1 = expm1(x),
    Log = log(x),
    Log1p = log1p(x),
    Sigmoid = sigmoid(x),
    Tanh = tanh(x),
    Power = power(x, y)
);

struct OfEight<F>(F, [f64; WIDTH], [f64; WIDTH]);
impl<F: Function> Task for OfEight<F> {
    type Output = [f64; WIDTH];
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> [f64; WIDTH] {
        self.0.apply(simd.pack(self.1), simd.pack(self.2)).to_array()
    }
}

fn worst(f: impl Function, points: &[Point]) -> f64 {
    let error = |point: &Point| {
        ((ordinal(f.apply(point.x, point.exponent)) - ordinal(point.y)) as f64 - point.rest / 1000.0).abs()
    };
    points.iter().map(error).fold(0.0, f64::max)
}

/// Worst errors of normal and of subnormal results.
fn worst_of_both(f: impl Function, key: &str) -> (f64, f64) {
    let (subnormal, normal): (Vec<_>, Vec<_>) = points(key)
        .into_iter()
        .partition(|point| point.y.abs() < f64::MIN_POSITIVE);
    assert!(normal.len() > 3000);
    (worst(f, &normal), worst(f, &subnormal))
}

fn same_in_lanes(f: impl Function, xs: &[(f64, f64)]) {
    for level in Level::available() {
        for group in xs.chunks(WIDTH) {
            let lanes: [f64; WIDTH] = std::array::from_fn(|lane| group[lane.min(group.len() - 1)].0);
            let exponents: [f64; WIDTH] = std::array::from_fn(|lane| group[lane.min(group.len() - 1)].1);
            let results = level.dispatch(OfEight(f, lanes, exponents));
            for lane in 0..WIDTH {
                let (x, exponent, y) = (lanes[lane], exponents[lane], results[lane]);
                let alone = f.apply(x, exponent);
                assert!(
                    alone.to_bits() == y.to_bits() || alone.is_nan() && y.is_nan(),
                    "{} at {x} {exponent}",
                    level.name()
                );
            }
        }
    }
}

const SPECIAL: [f64; 20] = [
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
    0.5,
    2.0,
    -3.0,
    9007199254740991.0,
    4503599627370497.5,
    1e300,
    -37.5,
    1e-10,
];

fn arguments(points: &[Point]) -> Vec<(f64, f64)> {
    let pairs = SPECIAL.iter().flat_map(|&x| SPECIAL.iter().map(move |&y| (x, y)));
    points
        .iter()
        .map(|point| (point.x, point.exponent))
        .chain(pairs)
        .collect()
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
fn the_others_are_within_their_bounds() {
    for (key, (normal, subnormal), bound, subnormal_bound) in [
        ("expm1", worst_of_both(Expm1, "expm1"), 0.9, 0.5),
        ("log", worst_of_both(Log, "log"), 0.9, 0.5),
        ("sigmoid", worst_of_both(Sigmoid, "sigmoid"), 0.6, 1.0),
        ("tanh", worst_of_both(Tanh, "tanh"), 0.7, 0.5),
        ("power", worst_of_both(Power, "power"), 0.62, 1.0),
    ] {
        assert!(
            normal <= bound && subnormal <= subnormal_bound,
            "{key}: {normal}, {subnormal}"
        );
    }
}

#[test]
fn the_bits_are_those_of_typescript() {
    same_as_typescript(Exp, "exp");
    same_as_typescript(Log1p, "log1p");
    same_as_typescript(Expm1, "expm1");
    same_as_typescript(Log, "log");
    same_as_typescript(Sigmoid, "sigmoid");
    same_as_typescript(Tanh, "tanh");
    same_as_typescript(Power, "power");
}

#[test]
fn vectors_give_what_single_numbers_give() {
    same_in_lanes(Exp, &arguments(&points("exp")));
    same_in_lanes(Log1p, &arguments(&points("log1p")));
    same_in_lanes(Expm1, &arguments(&points("expm1")));
    same_in_lanes(Log, &arguments(&points("log")));
    same_in_lanes(Sigmoid, &arguments(&points("sigmoid")));
    same_in_lanes(Tanh, &arguments(&points("tanh")));
    same_in_lanes(Power, &arguments(&points("power")));
}

/// Rust's `powf` is IEEE 754's, which differs from JavaScript's `**` where the base is 1 or −1 and y is not finite.
#[test]
fn special_powers() {
    for x in SPECIAL {
        for y in SPECIAL {
            let expected = if x.abs() == 1.0 && !y.is_finite() {
                f64::NAN
            } else {
                x.powf(y)
            };
            let got = power(x, y);
            let same = got == expected && got.is_sign_negative() == expected.is_sign_negative();
            let close = (got / expected - 1.0).abs() < 1e-13;
            assert!(
                same || close || got.is_nan() && expected.is_nan(),
                "{x} to the {y}: {got}, {expected}"
            );
        }
    }
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
    assert_eq!(expm1(-0.0).to_bits(), (-0.0_f64).to_bits());
    assert_eq!(expm1(f64::NEG_INFINITY), -1.0);
    assert_eq!(expm1(f64::INFINITY), f64::INFINITY);
    assert_eq!(log(0.0), f64::NEG_INFINITY);
    assert_eq!(log(-0.0), f64::NEG_INFINITY);
    assert_eq!(log(1.0).to_bits(), 0);
    assert_eq!(log(f64::INFINITY), f64::INFINITY);
    assert!(log(-1.0).is_nan() && log(f64::NAN).is_nan() && log(f64::NEG_INFINITY).is_nan());
    assert_eq!(sigmoid(0.0), 0.5);
    assert_eq!(sigmoid(f64::INFINITY), 1.0);
    assert_eq!(sigmoid(f64::NEG_INFINITY), 0.0);
    assert_eq!(sigmoid(-745.1332191019411), 5e-324);
    assert_eq!(tanh(-0.0).to_bits(), (-0.0_f64).to_bits());
    assert_eq!(tanh(f64::NEG_INFINITY), -1.0);
    assert!(expm1(f64::NAN).is_nan() && sigmoid(f64::NAN).is_nan() && tanh(f64::NAN).is_nan());
}
