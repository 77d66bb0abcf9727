//! x86-64: AVX2 and AVX-512. SSE2, the baseline, is what `portable` compiles to.

mod avx2;
mod avx512;
mod lanes;
mod networks;
pub(super) mod quicksort;
mod words;

pub(super) use avx2::run as run_avx2;
pub(super) use avx512::run as run_avx512;
