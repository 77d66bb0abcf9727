//! Reductions whose result is exact whatever the order: integers, and sums of doubles that are rounded once.
//!
//! | file | what |
//! |---|---|
//! | `total.rs` | integers of 192 bits |
//! | `integers.rs` | loops over integer arrays |
//! | `accumulator.rs` | a fixed-point number as wide as all doubles and their products |
//! | `folds.rs` | the fast way into it |
//!
//! A partial is written as limbs of 32 bits, one a double, that add up over any partition of the input; TypeScript rounds them
//! (`src/kernels/exact/finish.ts`).

pub mod accumulator;
pub mod folds;
pub mod integers;
pub mod total;

use super::order::CHUNK;
use crate::arch::array::{Array, ElementType};
use crate::arch::{Element, Input, Level, Simd, Task};
use accumulator::{ACCUMULATOR_WIDTH, Accumulator};
use folds::{One, Two};
use integers::Integer;
use total::{TOTAL_LIMBS, Total};

/// An exact reduction. The numbers are those of TypeScript (`src/kernels/exact/kernels.ts`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Exact {
    /// `Σ x`
    Sum = 0,
    /// `Σ x·x`
    SumOfSquares = 1,
    /// `Σ x·y`
    Dot = 2,
    /// The smallest integer.
    Min = 3,
    /// The largest integer.
    Max = 4,
    /// `Σ x` and `Σ x·x` of integers.
    Moments = 5,
    /// The smallest and the largest integer.
    MinMax = 6,
    /// How many integers are not 0.
    CountNonzero = 7,
}

impl Exact {
    /// Every one, by number.
    pub const ALL: [Exact; 8] = [
        Exact::Sum,
        Exact::SumOfSquares,
        Exact::Dot,
        Exact::Min,
        Exact::Max,
        Exact::Moments,
        Exact::MinMax,
        Exact::CountNonzero,
    ];

    /// The one of a number.
    pub fn from_id(id: u32) -> Option<Exact> {
        Exact::ALL.get(id as usize).copied()
    }

    /// Arrays that it reads.
    pub const fn inputs(self) -> usize {
        match self {
            Exact::Dot => 2,
            _ => 1,
        }
    }

    /// Doubles of a partial over elements of a kind.
    pub const fn width(self, kind: ElementType) -> usize {
        match (kind, self) {
            (ElementType::F64 | ElementType::F32 | ElementType::F16, _) => ACCUMULATOR_WIDTH,
            (_, Exact::Min | Exact::Max) => 2,
            (_, Exact::MinMax) => 4,
            (_, Exact::Moments) => 2 * TOTAL_LIMBS,
            _ => TOTAL_LIMBS,
        }
    }
}

/// Elements of a piece, the unit that a thread draws.
pub const fn piece(kind: ElementType) -> usize {
    match kind.bytes() {
        1 => 4 * CHUNK,
        2 => 2 * CHUNK,
        _ => CHUNK,
    }
}

/// What is known of some of the elements.
#[derive(Debug)]
pub enum Partial {
    /// One sum.
    One(Total),
    /// The sum and the sum of squares.
    Both([Total; 2]),
    /// An extreme.
    Extreme(i128),
    /// The smallest and the largest.
    Extremes([i128; 2]),
    /// A sum of doubles.
    Real(Box<Accumulator>),
}

impl Partial {
    /// What is known of both together; `kernel` made the two.
    pub fn merge(self, kernel: Exact, other: Partial) -> Partial {
        match (self, other) {
            (Partial::One(a), Partial::One(b)) => Partial::One(a.plus(b)),
            (Partial::Both([a, b]), Partial::Both([c, d])) => Partial::Both([a.plus(c), b.plus(d)]),
            (Partial::Extreme(a), Partial::Extreme(b)) if kernel == Exact::Min => Partial::Extreme(a.min(b)),
            (Partial::Extreme(a), Partial::Extreme(b)) => Partial::Extreme(a.max(b)),
            (Partial::Extremes([a, b]), Partial::Extremes([c, d])) => Partial::Extremes([a.min(c), b.max(d)]),
            (Partial::Real(mut a), Partial::Real(b)) => {
                a.merge(&b);
                Partial::Real(a)
            }
            _ => panic!("partials of two kernels"),
        }
    }

    /// Writes it as doubles, [`Exact::width`] of them.
    pub fn write(self, out: &mut [f64]) {
        match self {
            Partial::One(total) => out[..TOTAL_LIMBS].copy_from_slice(&total.limbs()),
            Partial::Both([a, b]) => {
                out[..TOTAL_LIMBS].copy_from_slice(&a.limbs());
                out[TOTAL_LIMBS..2 * TOTAL_LIMBS].copy_from_slice(&b.limbs());
            }
            Partial::Extreme(value) => out[..2].copy_from_slice(&words(value)),
            Partial::Extremes([least, largest]) => {
                out[..2].copy_from_slice(&words(least));
                out[2..4].copy_from_slice(&words(largest));
            }
            Partial::Real(mut total) => total.write(out),
        }
    }
}

/// A number of 64 bits as its low word and its signed rest.
fn words(value: i128) -> [f64; 2] {
    [f64::from(value as u32), (value >> 32) as f64]
}

/// The partial of elements `from … to − 1` on this thread, at most [`piece`] of them (at least one for an extreme).
///
/// Panics if a second input is missing or differs from the first in type or length, and for a kernel that the kind lacks: the
/// callers have checked all that.
pub fn reduce(level: Level, kernel: Exact, x: Array<'_>, y: Option<Array<'_>>, from: usize, to: usize) -> Partial {
    macro_rules! each {
        ($($name:ident => $run:ident,)+) => {
            match x {
                $(Array::$name(x) => {
                    let y = y.map(|y| match y {
                        Array::$name(y) if y.len() == x.len() => y.range(from, to),
                        _ => panic!("inputs of two types or lengths"),
                    });
                    level.dispatch($run { kernel, x: x.range(from, to), y })
                })+
            }
        };
    }
    each! {
        F64 => Reals,
        F32 => Reals,
        F16 => Reals,
        I8 => Integers,
        U8 => Integers,
        U8Clamped => Integers,
        I16 => Integers,
        U16 => Integers,
        I32 => Integers,
        U32 => Integers,
        I64 => Integers,
        U64 => Integers,
    }
}

fn missing() -> ! {
    panic!("one input")
}

struct Integers<'a, T> {
    kernel: Exact,
    x: Input<'a, T>,
    y: Option<Input<'a, T>>,
}

impl<T: Integer> Task for Integers<'_, T> {
    type Output = Partial;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Partial {
        let Integers { kernel, x, y } = self;
        assert!(x.len() <= integers::MOST);
        let mut total = Total::default();
        match kernel {
            Exact::Sum => T::sum(simd, x, &mut total),
            Exact::SumOfSquares => T::squares(simd, x, &mut total),
            Exact::Dot => T::dot(simd, x, y.unwrap_or_else(|| missing()), &mut total),
            Exact::CountNonzero => T::count_nonzero(simd, x, &mut total),
            Exact::Min => return Partial::Extreme(T::least(x).map_or(0, T::wide)),
            Exact::Max => return Partial::Extreme(T::largest(x).map_or(0, T::wide)),
            Exact::MinMax => {
                return Partial::Extremes([T::least(x).map_or(0, T::wide), T::largest(x).map_or(0, T::wide)]);
            }
            Exact::Moments => {
                let mut squares = Total::default();
                // A few thousand at a time, so that the second loop finds them in the cache.
                let batch = (1 << 14) / size_of::<T>();
                let mut from = 0;
                while from < x.len() {
                    let to = x.len().min(from + batch);
                    T::sum(simd, x.range(from, to), &mut total);
                    T::squares(simd, x.range(from, to), &mut squares);
                    from = to;
                }
                return Partial::Both([total, squares]);
            }
        }
        Partial::One(total)
    }
}

struct Reals<'a, T> {
    kernel: Exact,
    x: Input<'a, T>,
    y: Option<Input<'a, T>>,
}

impl<T: Element> Task for Reals<'_, T> {
    type Output = Partial;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Partial {
        let Reals { kernel, x, y } = self;
        let mut total = Box::<Accumulator>::default();
        match kernel {
            Exact::Sum => folds::sum(simd, x, &mut total),
            Exact::SumOfSquares => folds::products::<S, T, One>(simd, x, x, &mut total),
            Exact::Dot => folds::products::<S, T, Two>(simd, x, y.unwrap_or_else(|| missing()), &mut total),
            Exact::Min | Exact::Max | Exact::MinMax | Exact::Moments | Exact::CountNonzero => {
                panic!("no exact {kernel:?} of doubles")
            }
        }
        total.normalise();
        Partial::Real(total)
    }
}

#[cfg(test)]
mod tests;
