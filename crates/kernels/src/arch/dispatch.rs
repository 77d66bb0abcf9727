//! Runs code compiled for a level. One generic shell a level: the task is inlined into it and so compiled with the level's
//! instructions.

use super::level::Level;
use super::portable::Portable;
use super::vector::Simd;

/// Work that is written once over [`Simd`] and compiled for every level.
pub trait Task {
    /// What it gives.
    type Output;

    /// The work. Mark the implementation `#[inline(always)]`, else it is compiled without the level's instructions.
    fn run<S: Simd>(self, simd: S) -> Self::Output;
}

impl Level {
    /// Runs `task` at this level, or at the best available one below it where the machine lacks it. Costs a few
    /// nanoseconds: call it around loops, not in them.
    #[inline]
    pub fn dispatch<T: Task>(self, task: T) -> T::Output {
        match self {
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 if self.is_available() => {
                // SAFETY: the line above asked the CPU and the operating system for every feature that the shell enables.
                unsafe { super::x86_64::run_avx512(task) }
            }
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 | Level::Avx2 if Level::Avx2.is_available() => {
                // SAFETY: as above, for AVX2.
                unsafe { super::x86_64::run_avx2(task) }
            }
            #[cfg(target_arch = "aarch64")]
            Level::Neon if self.is_available() => {
                // SAFETY: as above, for NEON.
                unsafe { super::aarch64::run_neon(task) }
            }
            _ => task.run(Portable),
        }
    }
}
