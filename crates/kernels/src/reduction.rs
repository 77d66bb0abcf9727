//! The doorway: reductions by number, over inputs of any type, at any level.

use crate::arch::{Element, Input, Level, Simd, Task};
use crate::families::first::{self, First};
use crate::families::order::BLOCK;
use crate::families::reduce::{self, Kernel, narrow, widen};
use crate::families::tree::Tree;
use crate::ops::{
    ArgMax, ArgMin, CompensatedDot, CompensatedSum, CompensatedSumOfSquares, CountNaN, CountNonzero, Describe, Dot,
    EuclideanNorm, LogSumExp, Max, Min, MinMax, Product, Sum, SumOfAbsolutes, SumOfSquares, Variance, arguments,
};
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
    /// The smallest and the largest element.
    MinMax = 6,
    /// Value and index of the first smallest element, and the number of elements.
    ArgMin = 7,
    /// The same of the first largest element.
    ArgMax = 8,
    /// `Σ |x|`
    SumOfAbsolutes = 9,
    /// `Σ x²` as `s · scale²`.
    EuclideanNorm = 10,
    /// `Π x`
    Product = 11,
    /// The number of elements other than 0.
    CountNonzero = 12,
    /// The number of NaNs.
    CountNaN = 13,
    /// The maximum `c` and `Σ e^(x − c)`.
    LogSumExp = 14,
    /// Count, mean, M2, M3, M4, minimum, maximum and sum.
    Describe = 15,
    /// `Σ x` and what its roundings lost.
    CompensatedSum = 16,
    /// `Σ x·x` and what its roundings lost.
    CompensatedSumOfSquares = 17,
    /// `Σ x·y` and what its roundings lost.
    CompensatedDot = 18,
}

/// Doubles of the widest partial.
pub const PARTIAL: usize = 8;

/// What is known of a run of blocks: as many doubles as [`Reduction::width`] says, then zeros.
pub type Partial = [f64; PARTIAL];

impl Reduction {
    /// Every reduction, by number.
    pub const ALL: [Reduction; 19] = [
        Reduction::Sum,
        Reduction::SumOfSquares,
        Reduction::Dot,
        Reduction::Min,
        Reduction::Max,
        Reduction::Variance,
        Reduction::MinMax,
        Reduction::ArgMin,
        Reduction::ArgMax,
        Reduction::SumOfAbsolutes,
        Reduction::EuclideanNorm,
        Reduction::Product,
        Reduction::CountNonzero,
        Reduction::CountNaN,
        Reduction::LogSumExp,
        Reduction::Describe,
        Reduction::CompensatedSum,
        Reduction::CompensatedSumOfSquares,
        Reduction::CompensatedDot,
    ];

    /// Their names, by number.
    pub const NAMES: [&'static str; 19] = [
        "sum",
        "sumOfSquares",
        "dot",
        "min",
        "max",
        "variance",
        "minMax",
        "argMin",
        "argMax",
        "sumOfAbsolutes",
        "euclideanNorm",
        "product",
        "countNonzero",
        "countNaN",
        "logSumExp",
        "describe",
        "compensatedSum",
        "compensatedSumOfSquares",
        "compensatedDot",
    ];

    /// The reduction of a number.
    pub fn from_id(id: u32) -> Option<Reduction> {
        Reduction::ALL.get(id as usize).copied()
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        Reduction::NAMES[self as usize]
    }

    /// Doubles of a partial.
    pub const fn width(self) -> usize {
        match self {
            Reduction::Describe => PARTIAL,
            Reduction::Variance | Reduction::ArgMin | Reduction::ArgMax => 3,
            Reduction::MinMax
            | Reduction::EuclideanNorm
            | Reduction::LogSumExp
            | Reduction::CompensatedSum
            | Reduction::CompensatedSumOfSquares
            | Reduction::CompensatedDot => 2,
            _ => 1,
        }
    }

    /// How many doubles of the root its callers want: the last one only, or all.
    pub const fn results(self) -> usize {
        match self {
            Reduction::Variance => 1,
            _ => self.width(),
        }
    }

    /// Arrays that it reads.
    pub const fn inputs(self) -> usize {
        match self {
            Reduction::Dot | Reduction::CompensatedDot => 2,
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

/// Inputs of more bytes come from memory: many third-level caches hold no more, and where one does, asking the second level costs a few percent at most.
const CACHED: usize = 1 << 25;

/// Of inputs of up to so many bytes caches may still hold a part that is worth finding: read back and forth, sums of 24 to 40 MB take 5 to 9 % less, dot products of 48 and 64 MB 12 to 17 %.
const PARTLY_CACHED: usize = 1 << 26;

/// Whether caches may hold some of what `kernel` reads with an input like `x`.
pub fn is_partly_cached(kernel: Reduction, x: InputAny<'_>) -> bool {
    let bytes = match x {
        InputAny::F64(x) => bytes(kernel, x),
        InputAny::F32(x) => bytes(kernel, x),
    };
    bytes <= PARTLY_CACHED
}

fn bytes<T: Element>(kernel: Reduction, x: Input<'_, T>) -> usize {
    x.len() * size_of::<T>() * kernel.inputs()
}

fn typed<T: Element>(
    level: Level,
    kernel: Reduction,
    x: Input<'_, T>,
    y: Option<Input<'_, T>>,
    from: usize,
    to: usize,
) -> Partial {
    let whole = x.len();
    let far = bytes(kernel, x) > CACHED;
    let x = x.range(from, to);
    match kernel {
        Reduction::Sum => level.dispatch(Run::<T, Sum, 1, 1>::new([x], far)),
        Reduction::SumOfSquares => level.dispatch(Run::<T, SumOfSquares, 1, 1>::new([x], far)),
        Reduction::Min => level.dispatch(Run::<T, Min, 1, 1>::new([x], far)),
        Reduction::Max => level.dispatch(Run::<T, Max, 1, 1>::new([x], far)),
        Reduction::SumOfAbsolutes => level.dispatch(Run::<T, SumOfAbsolutes, 1, 1>::new([x], far)),
        Reduction::Product => level.dispatch(Run::<T, Product, 1, 1>::new([x], far)),
        Reduction::CountNonzero => level.dispatch(Run::<T, CountNonzero, 1, 1>::new([x], far)),
        Reduction::CountNaN => level.dispatch(Run::<T, CountNaN, 1, 1>::new([x], far)),
        Reduction::Variance => level.dispatch(Run::<T, Variance, 1, 3>::new([x], far)),
        Reduction::MinMax => level.dispatch(Run::<T, MinMax, 1, 2>::new([x], far)),
        Reduction::EuclideanNorm => level.dispatch(Run::<T, EuclideanNorm, 1, 2>::new([x], far)),
        Reduction::LogSumExp => level.dispatch(Run::<T, LogSumExp, 1, 2>::new([x], far)),
        Reduction::Describe => level.dispatch(Run::<T, Describe, 1, 8>::new([x], far)),
        Reduction::CompensatedSum => level.dispatch(Run::<T, CompensatedSum, 1, 2>::new([x], far)),
        Reduction::CompensatedSumOfSquares => level.dispatch(Run::<T, CompensatedSumOfSquares, 1, 2>::new([x], far)),
        Reduction::CompensatedDot => level.dispatch(Run::<T, CompensatedDot, 2, 2>::new(
            [x, second(y, whole).range(from, to)],
            far,
        )),
        Reduction::ArgMin => level.dispatch(Find::<T, ArgMin>(x, far, PhantomData)),
        Reduction::ArgMax => level.dispatch(Find::<T, ArgMax>(x, far, PhantomData)),
        Reduction::Dot => level.dispatch(Run::<T, Dot, 2, 1>::new([x, second(y, whole).range(from, to)], far)),
    }
}

/// The second input of a kernel that has two.
#[inline]
fn second<T: Element>(y: Option<Input<'_, T>>, length: usize) -> Input<'_, T> {
    match y {
        Some(y) if y.len() == length => y,
        Some(y) => panic!("dot: inputs of {length} and {} elements", y.len()),
        None => panic!("dot: one input"),
    }
}

/// A kernel over a run of blocks.
struct Run<'a, T, K, const INPUTS: usize, const WIDTH: usize> {
    inputs: [Input<'a, T>; INPUTS],
    far: bool,
    kernel: PhantomData<K>,
}

impl<'a, T, K, const INPUTS: usize, const WIDTH: usize> Run<'a, T, K, INPUTS, WIDTH> {
    #[inline(always)]
    fn new(inputs: [Input<'a, T>; INPUTS], far: bool) -> Self {
        Run {
            inputs,
            far,
            kernel: PhantomData,
        }
    }
}

impl<T, K, const INPUTS: usize, const WIDTH: usize> Task for Run<'_, T, K, INPUTS, WIDTH>
where
    T: Element,
    K: Kernel<INPUTS, WIDTH>,
{
    type Output = Partial;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Partial {
        widen(reduce::run::<S, T, K, INPUTS, WIDTH>(simd, self.inputs, self.far))
    }
}

/// The place of an extreme in a run of blocks.
struct Find<'a, T, K>(Input<'a, T>, bool, PhantomData<K>);

impl<T: Element, K: First> Task for Find<'_, T, K> {
    type Output = Partial;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Partial {
        first::run::<S, T, K>(simd, self.0, self.1)
    }
}

/// The partial of two neighbouring runs of blocks, the left one as wide as the tree wants it.
pub fn merge(kernel: Reduction, left: Partial, right: Partial) -> Partial {
    fn of<K: Kernel<INPUTS, WIDTH>, const INPUTS: usize, const WIDTH: usize>(left: Partial, right: Partial) -> Partial {
        widen(K::merge::<f64>(narrow(left), narrow(right)))
    }
    match kernel {
        Reduction::Sum => of::<Sum, 1, 1>(left, right),
        Reduction::SumOfSquares => of::<SumOfSquares, 1, 1>(left, right),
        Reduction::Min => of::<Min, 1, 1>(left, right),
        Reduction::Max => of::<Max, 1, 1>(left, right),
        Reduction::SumOfAbsolutes => of::<SumOfAbsolutes, 1, 1>(left, right),
        Reduction::Product => of::<Product, 1, 1>(left, right),
        Reduction::CountNonzero => of::<CountNonzero, 1, 1>(left, right),
        Reduction::CountNaN => of::<CountNaN, 1, 1>(left, right),
        Reduction::Variance => of::<Variance, 1, 3>(left, right),
        Reduction::MinMax => of::<MinMax, 1, 2>(left, right),
        Reduction::EuclideanNorm => of::<EuclideanNorm, 1, 2>(left, right),
        Reduction::LogSumExp => of::<LogSumExp, 1, 2>(left, right),
        Reduction::Describe => of::<Describe, 1, 8>(left, right),
        Reduction::CompensatedSum => of::<CompensatedSum, 1, 2>(left, right),
        Reduction::CompensatedSumOfSquares => of::<CompensatedSumOfSquares, 1, 2>(left, right),
        Reduction::CompensatedDot => of::<CompensatedDot, 2, 2>(left, right),
        Reduction::Dot => of::<Dot, 2, 1>(left, right),
        Reduction::ArgMin => arguments::merge::<ArgMin>(left, right),
        Reduction::ArgMax => arguments::merge::<ArgMax>(left, right),
    }
}

/// The partial of no elements.
fn nothing(kernel: Reduction) -> Partial {
    match kernel {
        Reduction::Sum => widen(<Sum as Kernel<1, 1>>::NOTHING),
        Reduction::SumOfSquares => widen(<SumOfSquares as Kernel<1, 1>>::NOTHING),
        Reduction::Min => widen(<Min as Kernel<1, 1>>::NOTHING),
        Reduction::Max => widen(<Max as Kernel<1, 1>>::NOTHING),
        Reduction::SumOfAbsolutes => widen(<SumOfAbsolutes as Kernel<1, 1>>::NOTHING),
        Reduction::Product => widen(<Product as Kernel<1, 1>>::NOTHING),
        Reduction::CountNonzero => widen(<CountNonzero as Kernel<1, 1>>::NOTHING),
        Reduction::CountNaN => widen(<CountNaN as Kernel<1, 1>>::NOTHING),
        Reduction::Variance => widen(<Variance as Kernel<1, 3>>::NOTHING),
        Reduction::MinMax => widen(<MinMax as Kernel<1, 2>>::NOTHING),
        Reduction::EuclideanNorm => widen(<EuclideanNorm as Kernel<1, 2>>::NOTHING),
        Reduction::LogSumExp => widen(<LogSumExp as Kernel<1, 2>>::NOTHING),
        Reduction::Describe => widen(<Describe as Kernel<1, 8>>::NOTHING),
        Reduction::CompensatedSum => widen(<CompensatedSum as Kernel<1, 2>>::NOTHING),
        Reduction::CompensatedSumOfSquares => widen(<CompensatedSumOfSquares as Kernel<1, 2>>::NOTHING),
        Reduction::CompensatedDot => widen(<CompensatedDot as Kernel<2, 2>>::NOTHING),
        Reduction::Dot => widen(<Dot as Kernel<2, 1>>::NOTHING),
        Reduction::ArgMin => widen([f64::INFINITY]),
        Reduction::ArgMax => widen([f64::NEG_INFINITY]),
    }
}

/// The root over the partials of neighbouring runs, each but the last of the same power of two of blocks (chunks are);
/// nothing for none.
pub fn tree(kernel: Reduction, partials: impl IntoIterator<Item = Partial>) -> Partial {
    let mut tree: Tree<_, _> = Tree::new([0.0; PARTIAL], |left, right| merge(kernel, left, right));
    partials.into_iter().for_each(|partial| tree.push(partial));
    tree.root().unwrap_or_else(|| nothing(kernel))
}

/// The value of the root: its last double. NaN becomes the plain quiet NaN, because an arbitrary payload can mean
/// something to a JavaScript engine.
pub fn finish(kernel: Reduction, root: Partial) -> f64 {
    plain_nan(root[kernel.width() - 1])
}

/// The root's doubles for JavaScript, NaNs as [`finish`] gives them.
pub fn finish_all(root: Partial) -> Partial {
    root.map(plain_nan)
}

fn plain_nan(value: f64) -> f64 {
    if value.is_nan() { f64::NAN } else { value }
}
