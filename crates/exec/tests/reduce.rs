//! Reductions over the pool: the same bits from any number of threads, in every form.

mod common;

use common::{alone, numbers};
use manycore_exec::{Cancel, Outcome, partials, reduce, set_threads};
use manycore_kernels::order::{BLOCK, CHUNK};
use manycore_kernels::reduction::tree;
use manycore_kernels::{Input, InputAny, Level, Partial, Reduction};
use std::time::{Duration, Instant};

fn done<T>(outcome: Outcome<T>) -> T {
    match outcome {
        Outcome::Done(value) => value,
        Outcome::Cancelled => panic!("cancelled"),
        Outcome::TimedOut => panic!("timed out"),
        Outcome::Panicked(payload) => std::panic::resume_unwind(payload),
    }
}

fn bits(partial: Partial) -> [u64; 8] {
    partial.map(f64::to_bits)
}

fn operand(kernel: Reduction, x: InputAny<'_>) -> Option<InputAny<'_>> {
    (kernel.inputs() == 2).then_some(x)
}

#[test]
fn threads_cannot_be_seen_in_the_bits() {
    let _turn = alone();
    set_threads(7);
    let x = numbers(5 * CHUNK + 2 * BLOCK + 3);
    let narrow: Vec<f32> = x.iter().map(|&x| x as f32).collect();
    for length in [
        0,
        1,
        100,
        CHUNK - 1,
        CHUNK,
        CHUNK + 1,
        2 * CHUNK,
        3 * CHUNK + 5,
        x.len(),
    ] {
        for input in [
            InputAny::F64(Input::from_slice(&x).range(0, length)),
            InputAny::F32(Input::from_slice(&narrow).range(0, length)),
        ] {
            for kernel in Reduction::ALL {
                let level = Level::current();
                let alone = done(reduce(Level::Portable, kernel, input, operand(kernel, input), 1, None));
                for threads in [1, 2, 7] {
                    for cancel in [None, Some(&Cancel::new(None))] {
                        let value = done(reduce(level, kernel, input, operand(kernel, input), threads, cancel));
                        assert_eq!(bits(value), bits(alone), "{kernel:?} {length} {threads}");
                    }
                }
            }
        }
    }
}

#[test]
fn partials_in_slices_merge_to_the_whole() {
    let _turn = alone();
    set_threads(3);
    let x = numbers(6 * CHUNK + 77);
    let input = InputAny::F64(Input::from_slice(&x));
    for kernel in Reduction::ALL {
        let width = kernel.width();
        let whole = done(reduce(Level::current(), kernel, input, operand(kernel, input), 1, None));
        for (slice, threads) in [(1, 1), (2, 2), (3, 3), (7, 3)] {
            let mut all: Vec<Partial> = Vec::new();
            for first in (0..7).step_by(slice) {
                let last = 7.min(first + slice);
                let mut out = vec![f64::NAN; (last - first) * width];
                let y = operand(kernel, input);
                done(partials(
                    Level::current(),
                    kernel,
                    input,
                    y,
                    first,
                    last,
                    threads,
                    &mut out,
                ));
                all.extend(out.chunks(width).map(|place| {
                    let mut partial = Partial::default();
                    partial[..width].copy_from_slice(place);
                    partial
                }));
            }
            assert_eq!(bits(tree(kernel, all)), bits(whole), "{kernel:?} by {slice}");
        }
    }
}

#[test]
fn a_stopped_call_says_so() {
    let _turn = alone();
    set_threads(2);
    let x = numbers(3 * CHUNK);
    let input = InputAny::F64(Input::from_slice(&x));
    for threads in [1, 2] {
        let cancel = Cancel::new(None);
        cancel.cancel();
        let stopped = reduce(Level::current(), Reduction::Sum, input, None, threads, Some(&cancel));
        assert!(matches!(stopped, Outcome::Cancelled));
        let past = Cancel::new(Instant::now().checked_sub(Duration::from_millis(1)));
        let stopped = reduce(Level::current(), Reduction::Sum, input, None, threads, Some(&past));
        assert!(matches!(stopped, Outcome::TimedOut));
    }
}

#[test]
fn a_fault_in_the_arguments_is_an_outcome() {
    let _turn = alone();
    set_threads(2);
    let x = numbers(3 * CHUNK);
    let input = InputAny::F64(Input::from_slice(&x));
    for threads in [1, 2] {
        let missing = reduce(Level::current(), Reduction::Dot, input, None, threads, None);
        assert!(matches!(missing, Outcome::Panicked(_)));
        done(reduce(
            Level::current(),
            Reduction::Dot,
            input,
            Some(input),
            threads,
            None,
        ));
    }
}
