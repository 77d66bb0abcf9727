//! Reductions against the truth (exact rationals, rounded once), within the stated bounds, at every available level.

mod common;

use common::{Array, json, npy, number};
use manycore_kernels::order::{BLOCK, LANES};
use manycore_kernels::reduction::{finish, reduce_range};
use manycore_kernels::{Input, InputAny, Level, Reduction};

/// Half a unit in the last place of 1.
const U: f64 = 1.0 / (1_u64 << 53) as f64;
/// The smallest step between doubles: what an underflowing term may lose.
const STEP: f64 = 5e-324;

fn input(array: &Array) -> InputAny<'_> {
    match array {
        Array::F64(values) => InputAny::F64(Input::from_slice(values)),
        Array::F32(values) => InputAny::F32(Input::from_slice(values)),
    }
}

fn value(level: Level, kernel: Reduction, x: &Array, y: Option<&Array>) -> f64 {
    let x = input(x);
    finish(kernel, reduce_range(level, kernel, x, y.map(input), 0, x.blocks()))
}

/// Merges between a block and the root, at most.
fn levels(length: usize) -> f64 {
    (length as f64 / BLOCK as f64).max(1.0).log2().ceil()
}

/// Additions that an element takes part in, at most.
fn additions(length: usize) -> f64 {
    (BLOCK.min(length) as f64 / LANES as f64).ceil() + 5.0 + levels(length)
}

fn assert_near(what: &str, got: f64, wanted: f64, bound: f64) {
    assert!(
        (got - wanted).abs() <= bound,
        "{what}: got {got:e}, wanted {wanted:e} within {bound:e}"
    );
}

#[test]
fn sums_variances_and_extremes_meet_the_truth() {
    let truth = json("reductions/reductions.json");
    let cases = truth["cases"].as_array().expect("cases");
    assert!(cases.len() > 100);
    for case in cases {
        let name = case["name"].as_str().expect("a name");
        let file = |key: &str| {
            case[key]["file"]
                .as_str()
                .map(|file| npy(&format!("reductions/{file}")))
        };
        let x = file("x").expect("an x");
        let y = file("y");
        let wide = x.widened();
        let length = wide.len();
        let bound = additions(length) * U;
        let lost = length as f64 * STEP;
        let truth = |key: &str| number(&case[key]["f64"]);
        for level in Level::available() {
            let near = |kernel: Reduction, wanted, bound| {
                let got = value(level, kernel, &x, y.as_ref());
                assert_near(&format!("{kernel:?} of {name} by {}", level.name()), got, wanted, bound);
            };
            near(Reduction::Sum, truth("sum"), bound * truth("sum_abs"));
            near(
                Reduction::SumOfSquares,
                truth("sum_sq"),
                (bound + U) * truth("sum_sq") + lost,
            );
            if let Some(y) = &y {
                // The exact sum of |x·y| isn't stored; this one is right to n units, which a bound may be.
                let size: f64 = wide.iter().zip(y.widened()).map(|(x, y)| (x * y).abs()).sum();
                near(Reduction::Dot, truth("dot"), (bound + U) * size + lost);
            }
            if length > 0 {
                near(Reduction::Min, number(&case["min"]), 0.0);
                near(Reduction::Max, number(&case["max"]), 0.0);
                let m2 = truth("var_population") * length as f64;
                let relative = if m2 > 0.0 {
                    let kappa = (truth("sum_sq") / m2).sqrt();
                    let g = additions(length) + 3.0;
                    4.0 * U * (g + levels(length) * kappa) + 4.0 * (g * U * kappa).powi(2)
                } else {
                    0.0
                };
                near(Reduction::Variance, m2, relative * m2 + lost);
            }
        }
    }
}

#[test]
fn special_numbers_meet_the_truth() {
    let truth = json("special/special.json");
    for case in truth["cases"].as_array().expect("cases") {
        let name = &case["name"];
        let x: Vec<f64> = case["x"].as_array().expect("an x").iter().map(number).collect();
        let size: f64 = x.iter().map(|x| x.abs()).sum();
        let bound = additions(x.len()) * U;
        let x = Array::F64(x);
        for level in Level::available() {
            for (kernel, key) in [(Reduction::Min, "js_Math_min"), (Reduction::Max, "js_Math_max")] {
                let (got, wanted) = (value(level, kernel, &x, None), number(&case[key]));
                assert!(
                    got.to_bits() == wanted.to_bits() || (got.is_nan() && wanted.is_nan()),
                    "{kernel:?} of {name}: {got}"
                );
            }
            for (kernel, key, size) in [
                (Reduction::Sum, "sum_exact_rounded (Math.sumPrecise rules)", size),
                (
                    Reduction::SumOfSquares,
                    "sum_of_squares_exact_rounded",
                    number(&case["sum_of_squares_exact_rounded"]),
                ),
            ] {
                let (got, wanted) = (value(level, kernel, &x, None), number(&case[key]));
                if wanted.is_finite() {
                    assert_near(&format!("{kernel:?} of {name}"), got, wanted, (bound + U) * size);
                    assert!(got != 0.0 || got.is_sign_positive(), "{kernel:?} of {name} is never -0");
                } else {
                    assert!(
                        got == wanted || (got.is_nan() && wanted.is_nan()),
                        "{kernel:?} of {name}: {got}, wanted {wanted}"
                    );
                }
            }
        }
    }
}

#[test]
fn nist_univariate_data_are_summarised_to_all_digits() {
    for name in ["Lew", "Mavro", "NumAcc1", "NumAcc3", "PiDigits"] {
        let data = json(&format!("nist/univariate_{name}.json"));
        let exact = &data["exact_from_float64_inputs_25_digits"];
        let x: Vec<f64> = data["y"].as_array().expect("a y").iter().map(number).collect();
        let count = x.len() as f64;
        let x = Array::F64(x);
        for level in Level::available() {
            let mean = value(level, Reduction::Sum, &x, None) / count;
            let deviation = (value(level, Reduction::Variance, &x, None) / (count - 1.0)).sqrt();
            // NIST certifies 15 digits. The naive formula loses all of them in NumAcc3, whose numbers share seven.
            let (wanted_mean, wanted_deviation) = (number(&exact["mean"]), number(&exact["sd"]));
            assert_near(&format!("mean of {name}"), mean, wanted_mean, 1e-15 * wanted_mean.abs());
            assert_near(
                &format!("deviation of {name}"),
                deviation,
                wanted_deviation,
                1e-14 * wanted_deviation,
            );
        }
    }
}
