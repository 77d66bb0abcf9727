//! What depends on the CPU, and all unsafe code of this crate.
//!
//! | file | what |
//! |---|---|
//! | `level.rs` | which instruction sets this CPU has; detected once |
//! | `dispatch.rs` | runs a [`Task`] compiled for a level |
//! | `vector.rs` | the traits: [`Simd`] (proof that the CPU was checked), [`Real`] (arithmetic of one number or many), [`Vector`] (eight doubles) |
//! | `words.rs` | sixteen 32-bit words, for random numbers |
//! | `scalar.rs` | `f64` as a [`Real`], for tails |
//! | `portable.rs`, `x86_64/`, `aarch64/` | one file an instruction set, same layout in each |
//! | `array.rs` | typed arrays of every kind, to be matched once |
//! | `element.rs` | the kinds of numbers that typed arrays hold |
//! | `stream.rs` | the vector loops of elementwise kernels |
//! | `pages.rs`, `heap.rs` | large pages; the heap that results come from |
//! | `processor.rs` | which processor a thread keeps off |
//! | `quicksort.rs` | keys of 32 and 64 bits, sorted by registers |
//! | `input.rs`, `labels.rs`, `output.rs`, `tile.rs` | memory that other threads may write to, so it is never lent as a slice |
//!
//! # How a kernel uses it
//!
//! Arithmetic is written once over [`Real`], so that whole vectors and single tail elements do the same operations. The
//! loop is written over [`Simd`] inside a [`Task`], and [`Level::dispatch`] runs it:
//!
//! ```
//! use manycore_kernels::arch::{Input, Level, Real, Simd, Task, Vector};
//!
//! /// The scalar line, for one number or eight.
//! #[inline(always)]
//! fn step<R: Real>(acc: R, x: R) -> R {
//!     acc + x * x.splat(2.0)
//! }
//!
//! struct Doubled<'a>(Input<'a, f64>);
//!
//! impl Task for Doubled<'_> {
//!     type Output = f64;
//!     // Everything on the way down to the vector operations must be #[inline(always)].
//!     #[inline(always)]
//!     fn run<S: Simd>(self, simd: S) -> f64 {
//!         let mut acc = simd.splat(0.0);
//!         let whole = self.0.len() / 8 * 8;
//!         for i in (0..whole).step_by(8) {
//!             acc = step(acc, self.0.load(simd, i));
//!         }
//!         let mut total: f64 = acc.to_array().iter().sum();
//!         for i in whole..self.0.len() {
//!             total = step(total, self.0.get(i));
//!         }
//!         total
//!     }
//! }
//!
//! let numbers = [1.0; 11];
//! assert_eq!(Level::current().dispatch(Doubled(Input::from_slice(&numbers))), 22.0);
//! ```
//!
//! The vector operations compile to single instructions only where everything between [`Level::dispatch`] and them is
//! inlined; a missing `#[inline(always)]` is not unsound but slow.

#![allow(unsafe_code)]

pub mod array;
mod bounds;
mod dispatch;
mod element;
mod heap;
mod input;
mod labels;
mod level;
pub(crate) mod outer;
mod output;
mod pages;
mod quicksort;
mod scalar;
pub(crate) mod stream;
mod tile;
mod vector;
mod words;

#[cfg(target_arch = "aarch64")]
mod aarch64;
mod portable;
pub mod processor;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(test)]
mod tests;

pub use dispatch::Task;
pub use element::{Element, F16, Float};
pub use heap::prepare_heap;
pub use input::{Ahead, Ask, Input, Rows};
pub use labels::Labels;
pub use level::Level;
pub use output::Output;
pub use pages::{LARGE, large_zeros, prefer_large};
pub use quicksort::{KeyOrder, VectorKey, divide_numbers, sort_keys, sort_numbers, sort_pieces, sorts_by_registers};
pub use tile::Tile;
pub use vector::{Mask, Real, Simd, Vector, WIDTH};
pub use words::{WORDS, Words};
