//! Exact reductions and the variance in turns with a sum of doubles over as many bytes, from memory and from the cache.
//!
//! `cargo run --release -p manycore-exec --example exact [-- --rounds 15 --length 100000000 --only squares]`

use manycore_exec::{Outcome, exact, reduce, set_threads, threads};
use manycore_kernels::array::Array;
use manycore_kernels::exact::{Exact, piece};
use manycore_kernels::{Input, InputAny, Level, Reduction};
use std::hint::black_box;
use std::time::Instant;

fn argument(name: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != name).nth(1)
}

fn seconds(repetitions: usize, work: &mut dyn FnMut()) -> f64 {
    let start = Instant::now();
    (0..repetitions).for_each(|_| work());
    start.elapsed().as_secs_f64() / repetitions as f64
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

struct Bench {
    level: Level,
    rounds: usize,
    only: String,
}

impl Bench {
    /// Times `work`, which reads `bytes`, in turns with the sum of as many bytes of doubles.
    fn line(&self, name: &str, bytes: usize, threads: usize, work: &mut dyn FnMut()) {
        if !name.contains(&self.only) {
            return;
        }
        let doubles = vec![1.0; bytes / 8];
        let repetitions = (20_000_000 / bytes).max(1);
        let (mut ours, mut probe, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..self.rounds {
            let p = seconds(repetitions, &mut || {
                let x = InputAny::F64(Input::from_slice(&doubles));
                let outcome = reduce(self.level, Reduction::Sum, x, None, threads, None);
                assert!(matches!(black_box(outcome), Outcome::Done(_)));
            });
            let o = seconds(repetitions, work);
            ours.push(o);
            probe.push(p);
            ratios.push(p / o);
        }
        let gigabytes = |seconds: f64| bytes as f64 / seconds / 1e9;
        println!(
            "  {name:<22}{:>7.1} GB/s   probe {:>7.1}   {:>5.1} %",
            gigabytes(median(ours)),
            gigabytes(median(probe)),
            100.0 * median(ratios)
        );
    }

    fn exact(&self, name: &str, x: Array<'_>, kernel: Exact, threads: usize) {
        let bytes = x.len() * x.element_type().bytes();
        let pieces = x.len().div_ceil(piece(x.element_type()));
        self.line(name, bytes, threads, &mut || {
            let outcome = exact(self.level, kernel, x, None, 0, pieces, threads, None);
            assert!(matches!(black_box(outcome), Outcome::Done(_)));
        });
    }
}

fn main() {
    let level = argument("--level").and_then(|name| Level::from_name(&name));
    let level = level.unwrap_or_else(Level::current).or_below();
    let number = |name: &str| argument(name).and_then(|text| text.parse().ok());
    let rounds = number("--rounds").unwrap_or(15);
    let only = argument("--only").unwrap_or_default();
    let bench = Bench { level, rounds, only };
    set_threads(threads().max(2));
    let lengths = match number("--length") {
        Some(length) => vec![length],
        None => vec![100_000, 100_000_000],
    };
    for length in lengths {
        for threads in if length > 1_000_000 { vec![1, 2] } else { vec![1] } {
            println!("level {}, n = {length}, {threads} threads", level.name());
            macro_rules! integers {
                ($($kind:ident $type:ty),+) => {$({
                    let x: Vec<$type> = (0..length).map(|i| (i % 100) as $type).collect();
                    let x = Array::$kind(Input::from_slice(&x));
                    bench.exact(concat!("sum ", stringify!($type)), x, Exact::Sum, threads);
                    bench.exact(concat!("squares ", stringify!($type)), x, Exact::SumOfSquares, threads);
                })+};
            }
            integers!(I8 i8, U8 u8, I16 i16, U16 u16, I32 i32, U32 u32, I64 i64);
            let x: Vec<f64> = (0..length)
                .map(|i| (i as f64).sin() * 10_f64.powi((i % 17) as i32))
                .collect();
            let y: Vec<f32> = x.iter().map(|&x| x as f32).collect();
            bench.exact("exact f64", Array::F64(Input::from_slice(&x)), Exact::Sum, threads);
            bench.exact("exact f32", Array::F32(Input::from_slice(&y)), Exact::Sum, threads);
            bench.exact(
                "exact squares f64",
                Array::F64(Input::from_slice(&x)),
                Exact::SumOfSquares,
                threads,
            );
            bench.line("variance f64", 8 * length, threads, &mut || {
                let x = InputAny::F64(Input::from_slice(&x));
                let _ = black_box(reduce(level, Reduction::Variance, x, None, threads, None));
            });
            bench.line("variance f32", 4 * length, threads, &mut || {
                let y = InputAny::F32(Input::from_slice(&y));
                let _ = black_box(reduce(level, Reduction::Variance, y, None, threads, None));
            });
        }
    }
}
