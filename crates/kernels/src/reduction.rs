//! The doorway: reductions by number, over inputs of any type, at any level.

use crate::arch::{Element, Input, Level, Simd, Task};
use crate::families::order::BLOCK;
use crate::families::reduce::{self, Kernel};
use crate::ops::{Dot, Max, Min, Sum, SumOfSquares, Variance};
use std::marker::PhantomData;

/// A reduction. The number stands for it where names can't travel; names and numbers are those of the TypeScript table
/// (`src/kernels/table.ts`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Reduction {
    /// `Σ x`
    Sum = 0,
    /// `Σ x·x`
    SumOfSquares = 1,
    /// `Σ x·y`
    Dot = 2,
    /// The smallest element; NaN wins, −0 < +0.
    Min = 3,
    /// The largest element; NaN wins, −0 < +0.
    Max = 4,
    /// Count, mean and sum of squared deviations; the value is the last.
    Variance = 5,
}

/// What is known of a run of blocks: as many doubles as [`Reduction::width`] says, then zeros.
pub type Partial = [f64; 3];

impl Reduction {
    /// Every reduction, by number.
    pub const ALL: [Reduction; 6] = [
        Reduction::Sum,
        Reduction::SumOfSquares,
        Reduction::Dot,
        Reduction::Min,
        Reduction::Max,
        Reduction::Variance,
    ];

    /// Their names, by number.
    pub const NAMES: [&'static str; 6] = ["sum", "sumOfSquares", "dot", "min", "max", "variance"];

    /// The reduction of a number.
    pub fn from_id(id: u32) -> Option<Reduction> {
        Reduction::ALL.get(id as usize).copied()
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        Reduction::NAMES[self as usize]
    }

    /// Doubles of a partial: 1, or 3 for the variance (count, mean, M2).
    pub const fn width(self) -> usize {
        match self {
            Reduction::Variance => 3,
            _ => 1,
        }
    }

    /// Arrays that it reads.
    pub const fn inputs(self) -> usize {
        match self {
            Reduction::Dot => 2,
            _ => 1,
        }
    }
}

/// An input of either type.
#[derive(Clone, Copy, Debug)]
pub enum InputAny<'a> {
    /// Doubles.
    F64(Input<'a, f64>),
    /// Floats, widened to double as they are read.
    F32(Input<'a, f32>),
}

impl InputAny<'_> {
    /// Number of elements.
    #[inline]
    pub const fn len(self) -> usize {
        match self {
            InputAny::F64(input) => input.len(),
            InputAny::F32(input) => input.len(),
        }
    }

    /// Whether there are none.
    #[inline]
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Number of blocks, the last one possibly shorter.
    #[inline]
    pub const fn blocks(self) -> usize {
        self.len().div_ceil(BLOCK)
    }
}

/// The subtree over blocks `first … last − 1` of `x` (and `y` for the dot product), computed on this thread; nothing for
/// an empty run. Blocks count from the start of the input, so `first` and `last` don't depend on how a caller cuts the work.
///
/// Panics if a second input is missing, or differs from the first in type or length, or if the run is not one of
/// `0 <= first <= last <= x.blocks()`: the callers have checked all that.
#[inline]
pub fn reduce_range(
    level: Level,
    kernel: Reduction,
    x: InputAny<'_>,
    y: Option<InputAny<'_>>,
    first: usize,
    last: usize,
) -> Partial {
    assert!(
        first <= last && last <= x.blocks(),
        "blocks {first}..{last} of {}",
        x.blocks()
    );
    let (from, to) = (first * BLOCK, x.len().min(last * BLOCK));
    match (x, y) {
        (InputAny::F64(x), y) => {
            let y = y.map(|y| match y {
                InputAny::F64(y) => y,
                InputAny::F32(_) => panic!("{}: inputs of two types", kernel.name()),
            });
            typed(level, kernel, x, y, from, to)
        }
        (InputAny::F32(x), y) => {
            let y = y.map(|y| match y {
                InputAny::F32(y) => y,
                InputAny::F64(_) => panic!("{}: inputs of two types", kernel.name()),
            });
            typed(level, kernel, x, y, from, to)
        }
    }
}

#[inline]
fn typed<T: Element>(
    level: Level,
    kernel: Reduction,
    x: Input<'_, T>,
    y: Option<Input<'_, T>>,
    from: usize,
    to: usize,
) -> Partial {
    let whole = x.len();
    let x = x.range(from, to);
    match kernel {
        Reduction::Sum => level.dispatch(Run::<T, Sum, 1>::new([x])),
        Reduction::SumOfSquares => level.dispatch(Run::<T, SumOfSquares, 1>::new([x])),
        Reduction::Min => level.dispatch(Run::<T, Min, 1>::new([x])),
        Reduction::Max => level.dispatch(Run::<T, Max, 1>::new([x])),
        Reduction::Variance => level.dispatch(Run::<T, Variance, 1>::new([x])),
        Reduction::Dot => match y {
            Some(y) if y.len() == whole => level.dispatch(Run::<T, Dot, 2>::new([x, y.range(from, to)])),
            Some(y) => panic!("dot: inputs of {whole} and {} elements", y.len()),
            None => panic!("dot: one input"),
        },
    }
}

/// A kernel over a run of blocks.
struct Run<'a, T, K, const INPUTS: usize> {
    inputs: [Input<'a, T>; INPUTS],
    kernel: PhantomData<K>,
}

impl<'a, T, K, const INPUTS: usize> Run<'a, T, K, INPUTS> {
    #[inline(always)]
    fn new(inputs: [Input<'a, T>; INPUTS]) -> Self {
        Run {
            inputs,
            kernel: PhantomData,
        }
    }
}

impl<T: Element, K: Kernel<INPUTS>, const INPUTS: usize> Task for Run<'_, T, K, INPUTS> {
    type Output = Partial;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Partial {
        K::pack(reduce::run::<S, T, K, INPUTS>(simd, self.inputs))
    }
}

/// The partial of two neighbouring runs of blocks, the left one as wide as the tree wants it.
pub fn merge(kernel: Reduction, left: Partial, right: Partial) -> Partial {
    fn of<K: Kernel<INPUTS>, const INPUTS: usize>(left: Partial, right: Partial) -> Partial {
        K::pack(K::merge(K::unpack(left), K::unpack(right)))
    }
    match kernel {
        Reduction::Sum => of::<Sum, 1>(left, right),
        Reduction::SumOfSquares => of::<SumOfSquares, 1>(left, right),
        Reduction::Dot => of::<Dot, 2>(left, right),
        Reduction::Min => of::<Min, 1>(left, right),
        Reduction::Max => of::<Max, 1>(left, right),
        Reduction::Variance => of::<Variance, 1>(left, right),
    }
}

/// The root over the partials of neighbouring runs, each but the last of the same power of two of blocks (chunks are);
/// nothing for none.
pub fn tree(kernel: Reduction, partials: impl IntoIterator<Item = Partial>) -> Partial {
    match kernel {
        Reduction::Sum => reduce::root::<Sum, 1>(partials),
        Reduction::SumOfSquares => reduce::root::<SumOfSquares, 1>(partials),
        Reduction::Dot => reduce::root::<Dot, 2>(partials),
        Reduction::Min => reduce::root::<Min, 1>(partials),
        Reduction::Max => reduce::root::<Max, 1>(partials),
        Reduction::Variance => reduce::root::<Variance, 1>(partials),
    }
}

/// The value of the root: its only double, or M2. NaN becomes the plain quiet NaN, because an arbitrary payload can mean
/// something to a JavaScript engine.
pub fn finish(kernel: Reduction, root: Partial) -> f64 {
    let value = root[kernel.width() - 1];
    if value.is_nan() { f64::NAN } else { value }
}
