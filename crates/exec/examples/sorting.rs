//! Times of sorting: `cargo run --release -p manycore-exec --example sorting -- 10000000`.

use manycore_exec::{arg_sort, sort_small, sort_wide};
use manycore_kernels::{Input, Output};
use std::time::Instant;

fn main() {
    let n: usize = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000_000);
    let mut state = 1_u64;
    let mut random = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state ^ state >> 31) >> 11
    };
    let doubles: Vec<f64> = (0..n).map(|_| random() as f64 / (1_u64 << 53) as f64).collect();
    let floats: Vec<f32> = doubles.iter().map(|x| *x as f32).collect();
    let integers: Vec<i32> = (0..n).map(|_| random() as i32).collect();
    let few: Vec<f64> = (0..n).map(|_| (random() % 10) as f64).collect();
    let rising: Vec<f64> = (0..n).map(|i| i as f64).collect();
    let shorts: Vec<u16> = (0..n).map(|_| random() as u16).collect();
    for threads in [1, 2] {
        let time = |name: &str, work: &mut dyn FnMut()| {
            let mut best = f64::INFINITY;
            for _ in 0..(10_000_000 / n).clamp(5, 300) {
                let start = Instant::now();
                work();
                best = best.min(start.elapsed().as_secs_f64() * 1e3);
            }
            println!(
                "{threads} threads, {name}: {best:.1} ms, {:.2} ns an element",
                best * 1e6 / n as f64
            );
        };
        let mut out = vec![0.0_f64; n];
        for (name, x) in [("doubles", &doubles), ("few values", &few), ("rising", &rising)] {
            time(name, &mut || {
                drop(sort_wide(
                    Input::from_slice(x),
                    threads,
                    None,
                    Output::from_slice(&mut out),
                ))
            });
            assert!(out.is_sorted());
        }
        let mut out = vec![0.0_f32; n];
        time("floats", &mut || {
            drop(sort_wide(
                Input::from_slice(&floats),
                threads,
                None,
                Output::from_slice(&mut out),
            ))
        });
        assert!(out.is_sorted());
        let mut out = vec![0_i32; n];
        time("int32", &mut || {
            drop(sort_wide(
                Input::from_slice(&integers),
                threads,
                None,
                Output::from_slice(&mut out),
            ))
        });
        assert!(out.is_sorted());
        let mut out = vec![0_u16; n];
        time("uint16", &mut || {
            drop(sort_small(
                Input::from_slice(&shorts),
                threads,
                None,
                Output::from_slice(&mut out),
            ))
        });
        assert!(out.is_sorted());
        let mut out = vec![0_u32; n];
        time("argSort doubles", &mut || {
            drop(arg_sort(
                Input::from_slice(&doubles),
                threads,
                None,
                Output::from_slice(&mut out),
                |i| i as u32,
            ));
        });
        assert!(out.is_sorted_by(|a, b| doubles[*a as usize] <= doubles[*b as usize]));
        time("argSort floats", &mut || {
            drop(arg_sort(
                Input::from_slice(&floats),
                threads,
                None,
                Output::from_slice(&mut out),
                |i| i as u32,
            ));
        });
        assert!(out.is_sorted_by(|a, b| floats[*a as usize] <= floats[*b as usize]));
    }
}
