//! Bandwidth of every reduction, in turns with a plain read of the same memory, so that a slow moment of the machine hits both.
//!
//! `cargo run --release -p manycore-exec --example bandwidth [-- --level avx2 --rounds 31 --shortest 1000000 --longest 1000000 --kernel sum]`

use manycore_exec::{Outcome, reduce, run_chunks, set_threads, threads};
use manycore_kernels::arch::{Real, Simd, Task, Vector};
use manycore_kernels::order::CHUNK;
use manycore_kernels::{Input, InputAny, Level, Reduction};
use std::hint::black_box;
use std::time::Instant;

/// Reads everything and computes next to nothing: an exclusive or of the bits into eight running values.
struct Probe<'a>(Input<'a, f64>);

impl Task for Probe<'_> {
    type Output = f64;
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> f64 {
        let mut seen = [simd.splat(0.0); 4];
        for row in self.0.rows::<S, 4>(simd, 32, 0) {
            for (seen, vector) in seen.iter_mut().zip(row) {
                *seen = seen.bit_xor(vector);
            }
        }
        seen[0].bit_xor(seen[1]).bit_xor(seen[2].bit_xor(seen[3])).to_array()[0]
    }
}

fn probe(level: Level, x: Input<'_, f64>, threads: usize) {
    let chunks = x.len().div_ceil(CHUNK);
    if threads == 1 {
        black_box(level.dispatch(Probe(x)));
        return;
    }
    let outcome = run_chunks(threads, chunks, None, |chunk| {
        level.dispatch(Probe(x.range(chunk * CHUNK, x.len().min((chunk + 1) * CHUNK))))
    });
    let _ = black_box(outcome);
}

fn seconds(repetitions: usize, mut work: impl FnMut()) -> f64 {
    let start = Instant::now();
    (0..repetitions).for_each(|_| work());
    start.elapsed().as_secs_f64() / repetitions as f64
}

/// Median and best.
fn summary(mut times: Vec<f64>) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[0])
}

fn argument(name: &str) -> Option<String> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1)
}

fn main() {
    let level = argument("--level")
        .and_then(|name| Level::from_name(&name))
        .unwrap_or_else(Level::current)
        .or_below();
    let rounds: usize = argument("--rounds").and_then(|text| text.parse().ok()).unwrap_or(31);
    let longest: usize = argument("--longest")
        .and_then(|text| text.parse().ok())
        .unwrap_or(100_000_000);
    let shortest: usize = argument("--shortest").and_then(|text| text.parse().ok()).unwrap_or(0);
    let only = argument("--kernel");
    set_threads(threads().max(2));
    println!(
        "level {}, median (best) GB/s of {rounds} rounds; the probe reads the same memory in the same rounds",
        level.name()
    );
    let overhead = (0..2000)
        .map(|_| seconds(1, || drop(black_box(run_chunks(2, 2, None, |chunk| chunk)))))
        .collect();
    let (median, best) = summary(overhead);
    println!(
        "a call on two threads without work: {:.1} us ({:.1})",
        median * 1e6,
        best * 1e6
    );
    for length in [100_000, 1_000_000, 100_000_000]
        .into_iter()
        .filter(|length| (shortest..=longest).contains(length))
    {
        let doubles: Vec<f64> = (0..length).map(|i| 0.25 + (i % 1024) as f64 / 1024.0).collect();
        let floats: Vec<f32> = doubles.iter().map(|&x| x as f32).collect();
        let x = Input::from_slice(&doubles);
        let repetitions = (4_000_000 / length).max(1);
        for threads in [1, 2] {
            println!("n = {length}, {threads} threads");
            for kernel in Reduction::ALL
                .into_iter()
                .filter(|kernel| only.as_ref().is_none_or(|only| only == kernel.name()))
            {
                for (name, input, bytes) in [
                    ("f64", InputAny::F64(x), 8),
                    ("f32", InputAny::F32(Input::from_slice(&floats)), 4),
                ] {
                    let y = (kernel.inputs() == 2).then_some(input);
                    let bytes = (bytes * length) as f64;
                    let (mut kernel_times, mut probe_times) = (Vec::new(), Vec::new());
                    for _ in 0..rounds {
                        probe_times.push(seconds(repetitions, || probe(level, x, threads)));
                        kernel_times.push(seconds(repetitions, || {
                            let outcome = reduce(level, kernel, input, y, threads, None);
                            assert!(matches!(black_box(outcome), Outcome::Done(_)));
                        }));
                    }
                    let (median, best) = summary(kernel_times);
                    let (probe_median, probe_best) = summary(probe_times);
                    println!(
                        "  {:<13}{name} {:>7.1} ({:>6.1})   probe {:>7.1} ({:>6.1})",
                        kernel.name(),
                        bytes / median / 1e9,
                        bytes / best / 1e9,
                        8.0 * length as f64 / probe_median / 1e9,
                        8.0 * length as f64 / probe_best / 1e9,
                    );
                }
            }
        }
    }
}
