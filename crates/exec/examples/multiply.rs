//! Speed of the product of two square matrices, to tune it by: `cargo run --release --example multiply -- 2000 2 5`.

use manycore_exec::{multiply, set_threads};
use manycore_kernels::multiply::Operand;
use manycore_kernels::{Input, Level, Output};

/// Processor time of this thread so far, where Linux tells it; other programs on the machine don't count.
fn seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ')
        .next()
        .and_then(|text| text.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 1e9
}

fn main() {
    let argument = |index: usize, default| {
        std::env::args()
            .nth(index)
            .and_then(|text| text.parse::<usize>().ok())
            .unwrap_or(default)
    };
    let (n, threads, rounds) = (argument(1, 2000), argument(2, 1), argument(3, 5));
    set_threads(threads);
    let a: Vec<f64> = (0..n * n).map(|i| ((i * 7919) % 1009) as f64 / 1009.0 - 0.5).collect();
    let b: Vec<f64> = (0..n * n)
        .map(|i| ((i * 104_729) % 1013) as f64 / 1013.0 - 0.5)
        .collect();
    let mut c = vec![0.0; n * n];
    let level = Level::current();
    for _ in 0..rounds {
        let left = Operand::new(Input::from_slice(&a), n, n, n, 1);
        let right = Operand::new(Input::from_slice(&b), n, n, 1, n);
        let start = seconds();
        let _ = multiply(level, &left, &right, threads, None, Output::from_slice(&mut c));
        let seconds = seconds() - start;
        println!("{:.1} GFLOP/s", 2.0 * (n as f64).powi(3) / seconds / 1e9);
    }
}
