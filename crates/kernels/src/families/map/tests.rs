//! Every kind and level against one element at a time.

use super::{MapCall, MapKernel, Scalar, map};
use crate::arch::array::{Array, ArrayMut};
use crate::arch::{Input, Level, Output};
use crate::math;

/// An operation on one element of each of two arrays.
type Plain<'a> = &'a dyn Fn(f64, f64) -> f64;

fn call<'a>(kernel: MapKernel, x: Array<'a>, y: Option<Array<'a>>) -> MapCall<'a> {
    MapCall {
        kernel,
        x,
        y,
        a: Scalar::from(3.0),
        b: Scalar::from(5.0),
    }
}

#[test]
fn doubles_and_floats_of_every_length() {
    let x: Vec<f64> = (0..61).map(|i| (f64::from(i) - 20.5) * 0.37).collect();
    let y: Vec<f64> = (0..61).map(|i| f64::from(i % 7) - 2.5).collect();
    let operations: [(MapKernel, Plain<'_>); 8] = [
        (MapKernel::Add, &|x, y| x + y),
        (MapKernel::Divide, &|x, y| x / y),
        (MapKernel::Power, &math::power),
        (MapKernel::Axpy, &|x, y| 3.0 * x + y),
        (MapKernel::Exp, &|x, _| math::exp(x)),
        (MapKernel::Tanh, &|x, _| math::tanh(x)),
        (MapKernel::Sqrt, &|x, _| x.sqrt()),
        (MapKernel::Clip, &|x, _| x.clamp(3.0, 5.0)),
    ];
    for level in Level::available() {
        for (kernel, plain) in operations {
            for n in 0..x.len() {
                for with_y in [true, false] {
                    let mut out = vec![0.0; n];
                    let both = |y| with_y.then_some(y);
                    let input = Array::F64(Input::from_slice(&x[..n]));
                    let second = both(Array::F64(Input::from_slice(&y[..n])));
                    let wrong = map(
                        level,
                        &call(kernel, input, second),
                        0,
                        ArrayMut::F64(Output::from_slice(&mut out)),
                    );
                    assert_eq!(wrong, None);
                    let floats: Vec<f32> = x.iter().map(|x| *x as f32).collect();
                    let more: Vec<f32> = y.iter().map(|y| *y as f32).collect();
                    let mut small = vec![0.0; n];
                    let input = Array::F32(Input::from_slice(&floats[..n]));
                    let second = both(Array::F32(Input::from_slice(&more[..n])));
                    map(
                        level,
                        &call(kernel, input, second),
                        0,
                        ArrayMut::F32(Output::from_slice(&mut small)),
                    );
                    for i in 0..n {
                        let expected = plain(x[i], if with_y { y[i] } else { 5.0 });
                        assert!(out[i].to_bits() == expected.to_bits() || out[i].is_nan() && expected.is_nan());
                        let widened = f64::from(floats[i]);
                        let expected = plain(widened, if with_y { f64::from(more[i]) } else { 5.0 }) as f32;
                        assert!(small[i].to_bits() == expected.to_bits() || small[i].is_nan() && expected.is_nan());
                    }
                }
            }
        }
    }
}

#[test]
fn integers_say_where_they_leave_their_kind() {
    let mut x = vec![7i8; 1300];
    let y = vec![100i8; 1300];
    for level in Level::available() {
        let mut out = vec![0i8; 1300];
        let mut run = |x: &[i8]| {
            let input = Array::I8(Input::from_slice(x));
            let second = Some(Array::I8(Input::from_slice(&y)));
            map(
                level,
                &call(MapKernel::Add, input, second),
                0,
                ArrayMut::I8(Output::from_slice(&mut out)),
            )
        };
        assert_eq!(run(&x), None);
        x[1201] = 28;
        assert_eq!(run(&x), Some(1201));
        x[700] = 28;
        assert_eq!(run(&x), Some(700));
        x[700] = 27;
        x[1201] = 7;
        assert_eq!(run(&x), None);
        assert_eq!((out[0], out[700]), (107, 127));
        x[700] = 7;
    }
}

#[test]
fn parts_of_wide_integers() {
    let x = [1i64, 2, i64::MAX, 4];
    let mut out = [0i64; 2];
    let input = Array::I64(Input::from_slice(&x));
    let double = MapCall {
        b: Scalar::from(2.0),
        ..call(MapKernel::Multiply, input, None)
    };
    assert_eq!(
        map(Level::Portable, &double, 0, ArrayMut::I64(Output::from_slice(&mut out))),
        None
    );
    assert_eq!(out, [2, 4]);
    assert_eq!(
        map(Level::Portable, &double, 1, ArrayMut::I64(Output::from_slice(&mut out))),
        Some(1)
    );
}

#[test]
fn conversions() {
    let values = [1.9, -1.9, 127.99, -128.99, 2.5, 3.5];
    let mut small = [0i8; 6];
    let input = Array::F64(Input::from_slice(&values));
    let conversion = call(MapKernel::Astype, input, None);
    assert_eq!(
        map(
            Level::Portable,
            &conversion,
            0,
            ArrayMut::I8(Output::from_slice(&mut small))
        ),
        None
    );
    assert_eq!(small, [1, -1, 127, -128, 2, 3]);
    let mut clamped = [0u8; 6];
    assert_eq!(
        map(
            Level::Portable,
            &conversion,
            0,
            ArrayMut::U8Clamped(Output::from_slice(&mut clamped))
        ),
        None
    );
    assert_eq!(clamped, [2, 0, 128, 0, 2, 4]);
    let mut unsigned = [0u16; 6];
    assert_eq!(
        map(
            Level::Portable,
            &conversion,
            0,
            ArrayMut::U16(Output::from_slice(&mut unsigned))
        ),
        Some(1)
    );
    for bad in [f64::NAN, 128.0, -129.0, f64::INFINITY] {
        let values = [0.0, bad];
        let conversion = call(MapKernel::Astype, Array::F64(Input::from_slice(&values)), None);
        assert_eq!(
            map(
                Level::Portable,
                &conversion,
                0,
                ArrayMut::I8(Output::from_slice(&mut small[..2]))
            ),
            Some(1)
        );
    }
}
