//! Exact reductions: threads and the cut into calls leave the limbs as they are.

use manycore_exec::{Cancel, Outcome, exact, set_threads};
use manycore_kernels::array::Array;
use manycore_kernels::exact::{Exact, Partial, piece};
use manycore_kernels::{Input, Level};

fn limbs(outcome: Outcome<Partial>, width: usize) -> Vec<f64> {
    let Outcome::Done(partial) = outcome else {
        panic!("not done")
    };
    let mut out = vec![0.0; width];
    partial.write(&mut out);
    out
}

#[test]
fn threads_and_cuts_change_nothing() {
    set_threads(4);
    let integers: Vec<i64> = (0..300_001_i64)
        .map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as i64))
        .collect();
    let doubles: Vec<f64> = integers.iter().map(|&i| i as f64 * 1e-7).collect();
    let arrays = [
        Array::I64(Input::from_slice(&integers)),
        Array::F64(Input::from_slice(&doubles)),
    ];
    for x in arrays {
        let kind = x.element_type();
        let pieces = x.len().div_ceil(piece(kind));
        for kernel in [Exact::Sum, Exact::SumOfSquares, Exact::Dot] {
            let y = (kernel.inputs() == 2).then_some(x);
            let run = |first, last, threads| exact(Level::current(), kernel, x, y, first, last, threads, None);
            let width = kernel.width(kind);
            let alone = limbs(run(0, pieces, 1), width);
            assert_eq!(limbs(run(0, pieces, 4), width), alone);
            let (Outcome::Done(left), Outcome::Done(right)) = (run(0, 2, 2), run(2, pieces, 3)) else {
                panic!("not done")
            };
            assert_eq!(limbs(Outcome::Done(left.merge(kernel, right)), width), alone);
        }
    }
}

#[test]
fn a_cancelled_call_gives_nothing() {
    let x = [1_u8; 10];
    let cancel = Cancel::new(None);
    cancel.cancel();
    let outcome = exact(
        Level::current(),
        Exact::Sum,
        Array::U8(Input::from_slice(&x)),
        None,
        0,
        1,
        1,
        Some(&cancel),
    );
    assert!(matches!(outcome, Outcome::Cancelled));
}
