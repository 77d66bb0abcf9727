//! Every vector operation of every available level against the scalar of the same name.

use super::{Element, Input, Level, Mask, Output, Real, Simd, Task, Vector, WIDTH};

/// Numbers whose pairs reach every rule: zeros of both signs, subnormals, infinities, NaN of both signs.
const NUMBERS: [f64; 16] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    1.5,
    -2.75e10,
    f64::MIN_POSITIVE,
    -5e-324,
    f64::MAX,
    f64::MIN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    -f64::NAN,
    0.1,
    -1e300,
];

/// Equal bits, except that any NaN equals any other.
fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

/// All two-operand results in a row, written once for scalars and vectors.
fn all<R: Real>(a: R, b: R) -> [R; 21] {
    let choose = |mask: R::Mask| R::select(mask, a.splat(1.0), a.splat(0.0));
    [
        a + b,
        a - b,
        a * b,
        a / b,
        -a,
        a.minimum(b),
        a.maximum(b),
        a.abs(),
        a.sqrt(),
        choose(a.less(b)),
        choose(a.less_equal(b)),
        choose(a.equal(b)),
        choose(a.less(b).and(b.less(a.splat(1.0)))),
        choose(a.less(b).or(a.equal(b)).not()),
        a.bit_and(b),
        a.bit_or(b),
        a.bit_xor(b),
        a.add_bits(b),
        a.sub_bits(b),
        a.shift_left_bits(52),
        a.shift_right_bits(52),
    ]
}

struct Pairs;

impl Task for Pairs {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        for shift in 0..NUMBERS.len() {
            for half in [0, WIDTH] {
                let a: [f64; WIDTH] = std::array::from_fn(|lane| NUMBERS[half + lane]);
                let b: [f64; WIDTH] = std::array::from_fn(|lane| NUMBERS[(half + lane + shift) % NUMBERS.len()]);
                let vectors = all(simd.pack(a), simd.pack(b)).map(Vector::to_array);
                for lane in 0..WIDTH {
                    for (operation, scalar) in all(a[lane], b[lane]).into_iter().enumerate() {
                        let vector = vectors[operation][lane];
                        assert!(
                            same(vector, scalar),
                            "{operation} of {} {}: {vector} {scalar}",
                            a[lane],
                            b[lane]
                        );
                    }
                }
                let any = simd.pack(a).equal(simd.pack(b)).any();
                assert_eq!(any, a.iter().zip(b).any(|(a, b)| *a == b));
            }
        }
    }
}

#[test]
fn vectors_do_what_scalars_do() {
    for level in Level::available() {
        level.dispatch(Pairs);
    }
}

struct Exact;

impl Task for Exact {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let mut a = 0.37;
        for step in 0..200 {
            a = (a * 1.7 + 0.3) % 5.0 - 2.5;
            let b = 1.0 / (f64::from(step) + 0.9);
            let (x, y) = (simd.splat(a), simd.splat(b));
            let errors = x.product_error(y, x * y).to_array();
            assert_eq!(errors, [a.product_error(b, a * b); WIDTH]);
            for exponent in [
                -1080.0, -1076.0, -1060.0, -1030.0, -1022.0, -7.0, 0.0, 1.0, 900.0, 1023.0, 1024.0, 1030.0,
            ] {
                let significand = 1.0 + b / 3.0;
                let scaled = simd.splat(significand).scale(simd.splat(exponent)).to_array();
                assert_eq!(scaled, [significand.scale(exponent); WIDTH]);
            }
        }
    }
}

#[test]
fn errors_of_products_and_powers_of_two_are_those_of_scalars() {
    for level in Level::available() {
        level.dispatch(Exact);
    }
    assert_eq!(3.0_f64.product_error(5.0, 15.0), 0.0);
    assert_eq!(0.1_f64.product_error(10.0, 1.0), 5.551115123125783e-17);
    assert_eq!(1.5_f64.scale(-1074.0), 1e-323);
    assert_eq!(1.5_f64.scale(-1076.0), 0.0);
}

/// As `Math.min` and `Math.max` of JavaScript have it.
#[test]
fn scalar_minimum_and_maximum() {
    let nan = f64::NAN;
    for (a, b, minimum, maximum) in [
        (0.0, -0.0, -0.0, 0.0),
        (-0.0, -0.0, -0.0, -0.0),
        (1.0, 2.0, 1.0, 2.0),
        (nan, 1.0, nan, nan),
        (-nan, f64::NEG_INFINITY, nan, nan),
    ] {
        for (a, b) in [(a, b), (b, a)] {
            assert!(same(Real::minimum(a, b), minimum), "minimum of {a} {b}");
            assert!(same(Real::maximum(a, b), maximum), "maximum of {a} {b}");
        }
    }
}

struct ReadBack<'a, T>(Input<'a, T>);

impl<T: Element> Task for ReadBack<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let input = self.0;
        for index in 0..=input.len() - WIDTH {
            let lanes = input.load(simd, index).to_array();
            for (lane, value) in lanes.into_iter().enumerate() {
                assert_eq!(value, input.get(index + lane));
            }
        }
        let mut rows = 0;
        for (row, [vector]) in input.rows::<S, 1>(simd, 11, 3).enumerate() {
            assert_eq!(vector.to_array(), input.load(simd, row * 11 + 3).to_array());
            rows += 1;
        }
        assert_eq!(rows, input.len() / 11);
    }
}

#[test]
fn inputs_read_what_slices_hold() {
    let doubles: Vec<f64> = (0..60).map(|i| f64::from(i) * 0.5).collect();
    let floats: Vec<f32> = doubles.iter().map(|&x| x as f32 / 3.0).collect();
    for level in Level::available() {
        for offset in [0, 1, 3] {
            level.dispatch(ReadBack(Input::from_slice(&doubles).range(offset, 57)));
            level.dispatch(ReadBack(Input::from_slice(&floats).range(offset, 57)));
        }
    }
}

struct OutOfBounds<'a>(Input<'a, f64>);

impl Task for OutOfBounds<'_> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        self.0.load(simd, 3);
    }
}

#[test]
fn bounds_are_checked() {
    let numbers = [1.0; 10];
    let input = Input::from_slice(&numbers);
    let panics = |f: &dyn Fn()| std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).is_err();
    assert!(panics(&|| {
        let _ = input.get(10);
    }));
    assert!(panics(&|| {
        let _ = input.range(4, 3);
    }));
    assert!(panics(&|| {
        let _ = input.range(4, 11);
    }));
    for level in Level::available() {
        assert!(panics(&|| level.dispatch(OutOfBounds(input))));
    }
    let mut room = [0.0; 3];
    assert!(panics(&|| Output::from_slice(&mut room.clone()).set(3, 1.0)));
    let sizes: Vec<usize> = Output::from_slice(&mut room)
        .pieces(2)
        .map(|piece| piece.len())
        .collect();
    assert_eq!(sizes, [2, 1]);
}
