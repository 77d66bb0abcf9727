//! Random numbers from a counter (`docs/order-of-arithmetic.md`): element `i` is a function of the seed and of `i`, so pieces may
//! be computed anywhere, in any order, by any number of threads. The TypeScript twins are in `src/kernels/random/`.
//!
//! | file | what |
//! |---|---|
//! | `threefry.rs` | the generator: a key and a counter to four words, sixteen counters at once |
//! | `uniform.rs`, `normal.rs`, `integers.rs` | words to numbers |
//! | `permutation.rs` | a shuffle in two steps, whose pieces don't depend on one another |

pub mod integers;
pub mod normal;
pub mod permutation;
mod threefry;
pub mod uniform;

use crate::arch::{Element, Output, Simd, WORDS};
use threefry::{row, row_again};

pub use threefry::Key;

#[cfg(test)]
mod tests;

/// Elements of a piece that a thread computes at a time: whole rows of every kind, some ten microseconds.
pub const PIECE: usize = 16_384;

/// Elements of a row where an element takes two words.
const ROW: usize = 2 * WORDS;

/// Elements of a row where an element takes one word.
const DENSE_ROW: usize = 4 * WORDS;

/// What words are drawn for: two families of numbers with one seed have nothing in common.
#[derive(Clone, Copy, Debug)]
#[repr(u32)]
enum Purpose {
    Uniform = 0,
    Normal = 1,
    Integers = 2,
    Buckets = 3,
    Swaps = 4,
}

/// Makes `N` elements at a time. Not a closure: an implementation can be marked `#[inline(always)]`, without which it would be
/// compiled without the level's instructions.
trait Rows<T: Element, const N: usize> {
    /// Writes row `number` to elements `at … at + N − 1` of `out`.
    fn write<S: Simd>(&self, simd: S, number: u64, out: &mut Output<'_, T>, at: usize);
}

/// Writes elements `first … first + out.len() − 1`, a row at a time. Panics unless `first` is a multiple of `N`.
#[inline(always)]
fn fill<S: Simd, T: Element + Default, const N: usize>(
    simd: S,
    first: u64,
    mut out: Output<'_, T>,
    rows: impl Rows<T, N>,
) {
    assert!(first.is_multiple_of(N as u64), "element {first} begins no row of {N}");
    let start = first / N as u64;
    let whole = out.len() / N;
    let rest = out.len() - whole * N;
    let mut last = [T::default(); N];
    // One call for whole rows and for the last one: it is inlined, and long.
    for index in 0..whole + usize::from(rest > 0) {
        let (mut to, at) = if index < whole {
            (out.reborrow(), index * N)
        } else {
            (Output::from_slice(&mut last), 0)
        };
        rows.write(simd, start + index as u64, &mut to, at);
    }
    out.copy_from(whole * N, &last[..rest]);
}
