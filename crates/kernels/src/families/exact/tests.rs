//! Every kernel, kind and available level against plain loops in wide integers; the folds against the accumulator, term by term.

use super::accumulator::Accumulator;
use super::*;
use crate::arch::F16;
use proptest::prelude::*;

/// Limbs as a number; the tests stay within 128 bits.
fn number(limbs: &[f64]) -> i128 {
    limbs
        .iter()
        .rev()
        .fold(0, |value, &limb| (value << 32).wrapping_add(limb as i128))
}

fn answer(level: Level, kernel: Exact, x: Array<'_>, y: Option<Array<'_>>) -> Vec<f64> {
    let kind = x.element_type();
    let mut whole: Option<Partial> = None;
    let mut from = 0;
    while from < x.len() || whole.is_none() {
        let to = x.len().min(from + piece(kind));
        let part = reduce(level, kernel, x, y, from, to);
        whole = Some(match whole {
            Some(whole) => whole.merge(kernel, part),
            None => part,
        });
        from = to;
    }
    let mut out = vec![0.0; kernel.width(kind)];
    whole.expect("a piece at least").write(&mut out);
    out
}

/// A generator of 64 bits (SplitMix64).
fn random(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }
}

macro_rules! check {
    ($($name:ident, $type:ty;)+) => {$(
        for length in [0, 1, 2, 7, 31, 33, 4095, 4097, 70_001, 4 * CHUNK + 3] {
            let mut next = random(length as u64 + 1);
            for extreme in [None, Some(<$type>::MIN), Some(<$type>::MAX)] {
                let x: Vec<$type> = (0..length).map(|_| extreme.unwrap_or(next() as $type)).collect();
                let y: Vec<$type> = (0..length).map(|_| extreme.unwrap_or(next() as $type)).collect();
                // Some of them zeros.
                let zeros: Vec<$type> = x.iter().map(|&value| if next() % 3 == 0 { 0 } else { value }).collect();
                let nonzero = zeros.iter().filter(|&&value| value != 0).count();
                let wide = |values: &[$type]| values.iter().map(|&value| i128::from(value)).collect::<Vec<_>>();
                let (wide_x, wide_y) = (wide(&x), wide(&y));
                // Squares of 64-bit extremes need more than 128 bits: the sum is compared modulo 2^128.
                let dot = |x: &[i128], y: &[i128]| x.iter().zip(y).fold(0_i128, |sum, (x, y)| sum.wrapping_add(x.wrapping_mul(*y)));
                let (sum, squares, products) = (wide_x.iter().sum(), dot(&wide_x, &wide_x), dot(&wide_x, &wide_y));
                let (least, most) = (wide_x.iter().min().copied(), wide_x.iter().max().copied());
                let (a, b) = (Array::$name(Input::from_slice(&x)), Array::$name(Input::from_slice(&y)));
                for level in Level::available() {
                    let context = format!("{} {length} {level:?} {extreme:?}", stringify!($name));
                    assert_eq!(number(&answer(level, Exact::Sum, a, None)), sum, "{context}");
                    assert_eq!(number(&answer(level, Exact::SumOfSquares, a, None)), squares, "{context}");
                    assert_eq!(number(&answer(level, Exact::Dot, a, Some(b))), products, "{context}");
                    let counted = answer(level, Exact::CountNonzero, Array::$name(Input::from_slice(&zeros)), None);
                    assert_eq!(number(&counted), nonzero as i128, "{context}");
                    let both = answer(level, Exact::Moments, a, None);
                    assert_eq!(number(&both[..TOTAL_LIMBS]), sum, "{context}");
                    assert_eq!(number(&both[TOTAL_LIMBS..]), squares, "{context}");
                    if length > 0 {
                        assert_eq!(number(&answer(level, Exact::Min, a, None)), least.unwrap(), "{context}");
                        assert_eq!(number(&answer(level, Exact::Max, a, None)), most.unwrap(), "{context}");
                        let both = answer(level, Exact::MinMax, a, None);
                        assert_eq!(number(&both[..2]), least.unwrap(), "{context}");
                        assert_eq!(number(&both[2..]), most.unwrap(), "{context}");
                    }
                }
            }
        }
    )+};
}

#[test]
fn integers_are_exact() {
    check! {
        I8, i8;
        U8, u8;
        U8Clamped, u8;
        I16, i16;
        U16, u16;
        I32, i32;
        U32, u32;
        I64, i64;
        U64, u64;
    }
}

#[test]
fn limbs_beyond_128_bits() {
    let x = [i64::MIN; 1 << 10];
    let squares = answer(
        Level::current(),
        Exact::SumOfSquares,
        Array::I64(Input::from_slice(&x)),
        None,
    );
    // 2^126 · 2^10
    assert_eq!(squares, [0.0, 0.0, 0.0, 0.0, 256.0, 0.0]);
}

/// Term by term, in whatever order.
fn slowly(terms: impl Iterator<Item = (f64, f64)>) -> Accumulator {
    let mut total = Accumulator::default();
    for (x, y) in terms {
        // Both scaled to [1, 2), then in thirds of 18 bits: the nine products are exact, whatever their sizes.
        let thirds = |x: f64| {
            let high = f64::from_bits(x.to_bits() & !((1 << 35) - 1));
            let middle = f64::from_bits((x - high).to_bits() & !((1 << 35) - 1));
            [high, middle, x - high - middle]
        };
        if !(x.is_finite() && y.is_finite()) {
            total.add_special(x * y);
            continue;
        }
        let ((x, a), (y, b)) = (unit(x), unit(y));
        for x in thirds(x) {
            for y in thirds(y) {
                total.add_scaled(x * y, a + b);
            }
        }
    }
    total
}

/// The number as one of [1, 2) and a power of two.
fn unit(x: f64) -> (f64, i32) {
    let mut exponent = 0;
    let mut x = x;
    while x != 0.0 && x.abs() < 1.0 {
        let step = if x.abs() < 1e-300 { 500 } else { 1 };
        x *= 2_f64.powi(step);
        exponent -= step;
    }
    while x.abs() >= 2.0 {
        x /= 2.0;
        exponent += 1;
    }
    (x, exponent)
}

fn written(mut total: Accumulator) -> Vec<f64> {
    let mut out = vec![0.0; ACCUMULATOR_WIDTH];
    total.write(&mut out);
    out.iter()
        .map(|value| if value.is_nan() { -1.0 } else { *value })
        .collect()
}

/// Doubles whose exponents lie within `range` of each other, some of them special.
fn doubles(length: usize, range: u64, specials: bool, seed: u64) -> Vec<f64> {
    let mut next = random(seed);
    let start = next() % (2046 - range.min(2045));
    (0..length)
        .map(|_| {
            let bits = next();
            let exponent = start + next() % (range + 1);
            match next() % 50 {
                0 => 0.0,
                1 => -0.0,
                2 if specials => [f64::INFINITY, f64::NEG_INFINITY, f64::NAN][(bits % 3) as usize],
                3 if specials => f64::from_bits(bits % 1000),
                4 if range == 0 => f64::from_bits(bits % 1000),
                _ => f64::from_bits(bits & (1 << 63 | ((1 << 52) - 1)) | exponent << 52),
            }
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn folds_lose_nothing(
        length in prop_oneof![0_usize..70, 1000_usize..2200],
        range in prop_oneof![0_u64..70, Just(200), Just(2045)],
        specials in prop::bool::weighted(0.2),
        seed in any::<u64>(),
    ) {
        let x = doubles(length, range, specials, seed);
        let y = doubles(length, range, specials, seed ^ 1);
        let floats: Vec<f32> = x.iter().map(|&x| x as f32).collect();
        let halves: Vec<F16> = x.iter().map(|&x| F16::from_double(x)).collect();
        let (a, b) = (Array::F64(Input::from_slice(&x)), Array::F64(Input::from_slice(&y)));
        let wide = |x: f32| f64::from(x);
        let (narrow, half) = (Array::F32(Input::from_slice(&floats)), Array::F16(Input::from_slice(&halves)));
        let wanted = [
            (Exact::Sum, a, None, written(slowly(x.iter().map(|&x| (x, 1.0))))),
            (Exact::SumOfSquares, a, None, written(slowly(x.iter().map(|&x| (x, x))))),
            (Exact::Dot, a, Some(b), written(slowly(x.iter().copied().zip(y.iter().copied())))),
            (Exact::Sum, narrow, None, written(slowly(floats.iter().map(|&x| (wide(x), 1.0))))),
            (Exact::SumOfSquares, narrow, None, written(slowly(floats.iter().map(|&x| (wide(x), wide(x)))))),
            (Exact::Sum, half, None, written(slowly(halves.iter().map(|&x| (x.to_double(), 1.0))))),
            (Exact::Dot, half, Some(half), written(slowly(halves.iter().map(|&x| (x.to_double(), x.to_double()))))),
        ];
        for level in Level::available() {
            for (kernel, x, y, wanted) in &wanted {
                let got: Vec<f64> = answer(level, *kernel, *x, *y).iter().map(|v| if v.is_nan() { -1.0 } else { *v }).collect();
                prop_assert_eq!(&got, wanted, "{:?} {:?}", kernel, level);
            }
        }
    }
}

#[test]
fn rounds_to_nearest_even() {
    let sum = |terms: &[f64]| {
        let mut total = Accumulator::default();
        terms.iter().for_each(|&term| total.add(term));
        total.round()
    };
    let half = f64::EPSILON / 2.0;
    assert_eq!(sum(&[1.0, half]), 1.0);
    assert_eq!(sum(&[1.0, half, 5e-324]), 1.0 + f64::EPSILON);
    assert_eq!(sum(&[1.0 + f64::EPSILON, half]), 1.0 + 2.0 * f64::EPSILON);
    assert_eq!(sum(&[-1.0, -half, -5e-324]), -1.0 - f64::EPSILON);
    assert_eq!(sum(&[1e20, 0.1, -1e20]), 0.1);
    assert_eq!(sum(&[5e-324, 5e-324, 5e-324]), 1.5e-323);
    assert_eq!(sum(&[f64::MAX, f64::MAX, -f64::MAX]), f64::MAX);
    assert_eq!(sum(&[f64::MAX, 9.979_201_547_673_6e291]), f64::INFINITY);
    assert_eq!(sum(&[f64::INFINITY, -1.0]), f64::INFINITY);
    assert!(sum(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
}
