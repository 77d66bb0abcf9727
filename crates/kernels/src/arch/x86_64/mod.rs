//! x86-64: AVX2 and AVX-512. SSE2, the baseline, is what `portable` compiles to.

mod avx2;
mod avx512;
mod lanes;
mod networks;
pub(super) mod quicksort;
mod squares;
mod words;

pub(super) use avx2::run as run_avx2;
pub(super) use avx512::run as run_avx512;

/// Asks for a line to be written. By its own instruction: what the compiler makes of the intrinsic without a feature that it can't be told of is a prefetch
/// for reading, which leaves a line with another core if that has written it. Processors that lack it do nothing.
#[inline(always)]
fn prefetch_write(place: *mut f64) {
    // SAFETY: a prefetch of any address is no access; it changes no memory, no register and no flag.
    unsafe { std::arch::asm!("prefetchw [{}]", in(reg) place.addr(), options(nomem, nostack, preserves_flags)) }
}
