//! Reductions: elements → lanes of a block → fold → merge tree, as `docs/order-of-arithmetic.md` fixes it.

use super::order::{BLOCK, LANES};
use super::tree::Tree;
use crate::arch::{Ask, Element, Input, Real, Simd, Task, Vector, WIDTH};
use crate::reduction::{PARTIAL, Partial};
use std::marker::PhantomData;

/// Vectors that hold the lanes of a block.
const VECTORS: usize = LANES / WIDTH;

/// A reduction of `INPUTS` arrays of equal length whose partial is `WIDTH` doubles: what a block gives, and how partials merge. Written over
/// [`Real`], so that it takes one array at a time or the columns of a matrix side by side.
pub(crate) trait Kernel<const INPUTS: usize, const WIDTH: usize>: 'static {
    /// The partial of no blocks at all.
    const NOTHING: [f64; WIDTH];

    /// The partial of one block of 1 to `BLOCK` elements. Must be `#[inline(always)]`.
    fn block<B: Block<INPUTS>>(block: B) -> [B::Real; WIDTH];

    /// The partial of two neighbouring runs. Must be `#[inline(always)]`.
    fn merge<R: Real>(left: [R; WIDTH], right: [R; WIDTH]) -> [R; WIDTH];
}

/// A block of elements, in memory one after the other or side by side with others.
pub(crate) trait Block<const INPUTS: usize>: Copy {
    /// What its elements become: one number, or one for each of several blocks.
    type Real: Real;

    /// Number of elements.
    fn count(self) -> f64;

    /// The same number for each block.
    fn splat(self, value: f64) -> Self::Real;

    /// The elements where they are floats one after the other, for kernels that need not widen them.
    fn floats(&self) -> Option<Input<'_, f32>>;

    /// Takes the elements through the lanes and folds them; `parameter` reaches each step.
    fn fold<L: Lanes<INPUTS, VALUES>, const VALUES: usize>(self, parameter: Self::Real) -> [Self::Real; VALUES];

    /// The same where `fold_again` follows: the cache is asked for half of the next block meanwhile, so that memory is busy all the time.
    #[inline(always)]
    fn fold_first<L: Lanes<INPUTS, VALUES>, const VALUES: usize>(self, parameter: Self::Real) -> [Self::Real; VALUES] {
        self.fold::<L, VALUES>(parameter)
    }

    /// The same once the elements have been read: the cache is asked for the other half of the next block meanwhile.
    #[inline(always)]
    fn fold_again<L: Lanes<INPUTS, VALUES>, const VALUES: usize>(self, parameter: Self::Real) -> [Self::Real; VALUES] {
        self.fold::<L, VALUES>(parameter)
    }
}

/// `VALUES` running values a lane.
pub(crate) trait Lanes<const INPUTS: usize, const VALUES: usize> {
    /// What each running value starts at.
    const IDENTITY: [f64; VALUES];

    /// The running values after one more element. Must be `#[inline(always)]`.
    fn step<R: Real>(parameter: R, values: [R; VALUES], element: [R; INPUTS]) -> [R; VALUES];

    /// The running values of two lanes joined. Must be `#[inline(always)]`.
    fn merge<R: Real>(left: [R; VALUES], right: [R; VALUES]) -> [R; VALUES];
}

/// A kernel of one running value a lane whose partial is one double; is a [`Kernel`] by that.
pub(crate) trait OneDouble<const INPUTS: usize>: Lanes<INPUTS, 1> + 'static {
    /// The partial of no blocks at all.
    const NOTHING: f64;

    /// The block's partial from the folded lanes. Must be `#[inline(always)]`.
    #[inline(always)]
    fn of_lanes<R: Real>(folded: R) -> R {
        folded
    }

    /// What the lanes would give, straight from floats, where that can be had faster. Must be `#[inline(always)]`.
    #[inline(always)]
    fn of_floats(_: Input<'_, f32>) -> Option<f64> {
        None
    }

    /// The partial of two neighbouring runs. Must be `#[inline(always)]`.
    fn merge_partials<R: Real>(left: R, right: R) -> R;
}

impl<K: OneDouble<INPUTS>, const INPUTS: usize> Kernel<INPUTS, 1> for K {
    const NOTHING: [f64; 1] = [<K as OneDouble<INPUTS>>::NOTHING];

    #[inline(always)]
    fn block<B: Block<INPUTS>>(block: B) -> [B::Real; 1] {
        if let Some(value) = block.floats().and_then(K::of_floats) {
            return [block.splat(value)];
        }
        let [folded] = block.fold::<K, 1>(block.splat(0.0));
        [K::of_lanes(folded)]
    }
    #[inline(always)]
    fn merge<R: Real>([left]: [R; 1], [right]: [R; 1]) -> [R; 1] {
        [K::merge_partials(left, right)]
    }
}

/// A block whose elements lie one after the other in memory.
pub(crate) struct Row<'a, S, T, const INPUTS: usize> {
    /// The instruction set.
    pub simd: S,
    /// The elements.
    pub inputs: [Input<'a, T>; INPUTS],
    /// Whether they come from memory and not from a cache.
    pub far: bool,
}

impl<S: Copy, T: Copy, const INPUTS: usize> Clone for Row<'_, S, T, INPUTS> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Copy, T: Copy, const INPUTS: usize> Copy for Row<'_, S, T, INPUTS> {}

impl<S: Simd, T: Element, const INPUTS: usize> Block<INPUTS> for Row<'_, S, T, INPUTS> {
    type Real = f64;

    #[inline(always)]
    fn count(self) -> f64 {
        self.inputs[0].len() as f64
    }
    #[inline(always)]
    fn splat(self, value: f64) -> f64 {
        value
    }
    #[inline(always)]
    fn floats(&self) -> Option<Input<'_, f32>> {
        T::floats(self.inputs[0])
    }
    #[inline(always)]
    fn fold<L: Lanes<INPUTS, VALUES>, const VALUES: usize>(self, parameter: f64) -> [f64; VALUES] {
        let ask = if self.far { Ask::far::<T>(0) } else { Ask::near::<T>(0) };
        fold_block::<S, T, L, INPUTS, VALUES, 1>(self.simd, self.inputs, parameter, ask)
    }
    #[inline(always)]
    fn fold_first<L: Lanes<INPUTS, VALUES>, const VALUES: usize>(self, parameter: f64) -> [f64; VALUES] {
        fold_block::<S, T, L, INPUTS, VALUES, 2>(self.simd, self.inputs, parameter, half(0))
    }
    #[inline(always)]
    fn fold_again<L: Lanes<INPUTS, VALUES>, const VALUES: usize>(self, parameter: f64) -> [f64; VALUES] {
        fold_block::<S, T, L, INPUTS, VALUES, 2>(self.simd, self.inputs, parameter, half(1))
    }
}

/// A half of the next block.
#[inline(always)]
fn half(number: usize) -> Ask {
    Ask {
        from: BLOCK + number * BLOCK / 2,
        second: true,
    }
}

/// Takes a block through the lanes and folds them.
#[inline(always)]
fn fold_block<S, T, L, const INPUTS: usize, const VALUES: usize, const SHARE: usize>(
    simd: S,
    inputs: [Input<'_, T>; INPUTS],
    parameter: f64,
    ask: Ask,
) -> [f64; VALUES]
where
    S: Simd,
    T: Element,
    L: Lanes<INPUTS, VALUES>,
{
    let mut state = L::IDENTITY.map(|identity| [simd.splat(identity); VECTORS]);
    // All lanes in one pass if the running values leave half of the registers free, else some lanes at a time: the block
    // is in the first-level cache after the first pass, a running value outside the registers costs more.
    if VALUES * VECTORS * 2 <= S::REGISTERS {
        pass::<S, T, L, INPUTS, VALUES, VECTORS, SHARE>(simd, inputs, parameter, ask, &mut state, 0);
    } else if VALUES * VECTORS <= S::REGISTERS {
        for first in (0..VECTORS).step_by(VECTORS / 2) {
            pass::<S, T, L, INPUTS, VALUES, { VECTORS / 2 }, SHARE>(simd, inputs, parameter, ask, &mut state, first);
        }
    } else {
        for first in 0..VECTORS {
            pass::<S, T, L, INPUTS, VALUES, 1, SHARE>(simd, inputs, parameter, ask, &mut state, first);
        }
    }
    take_tail::<S, T, L, INPUTS, VALUES>(simd, inputs, parameter, &mut state);
    fold::<S, L, INPUTS, VALUES>(state)
}

/// Takes the whole rows of a block through `GROUP` vectors of lanes from vector `first` on.
#[inline(always)]
fn pass<S, T, L, const INPUTS: usize, const VALUES: usize, const GROUP: usize, const SHARE: usize>(
    simd: S,
    inputs: [Input<'_, T>; INPUTS],
    parameter: f64,
    ask: Ask,
    state: &mut [[S::Vector; VECTORS]; VALUES],
    first: usize,
) where
    S: Simd,
    T: Element,
    L: Lanes<INPUTS, VALUES>,
{
    let parameter = simd.splat(parameter);
    let mut group = L::IDENTITY.map(|identity| [simd.splat(identity); GROUP]);
    // Of a share of the elements a pass over some lanes asks for a run, otherwise for what lies in its lanes.
    let apart = if SHARE == 1 { WIDTH } else { BLOCK / SHARE / VECTORS };
    let ask = Ask {
        from: ask.from + first * apart,
        ..ask
    };
    let mut rows = inputs.map(|input| input.rows_asking::<S, GROUP, SHARE>(simd, LANES, first * WIDTH, ask));
    'rows: loop {
        let mut row = [[simd.splat(0.0); GROUP]; INPUTS];
        for input in 0..INPUTS {
            match rows[input].next() {
                Some(vectors) => row[input] = vectors,
                None => break 'rows,
            }
        }
        for vector in 0..GROUP {
            let mut values = [simd.splat(0.0); VALUES];
            let mut element = [simd.splat(0.0); INPUTS];
            for value in 0..VALUES {
                values[value] = group[value][vector];
            }
            for input in 0..INPUTS {
                element[input] = row[input][vector];
            }
            let values = L::step(parameter, values, element);
            for value in 0..VALUES {
                group[value][vector] = values[value];
            }
        }
    }
    for value in 0..VALUES {
        for vector in 0..GROUP {
            state[value][first + vector] = group[value][vector];
        }
    }
}

/// Takes the elements after the last whole row: as whole vectors as far as they go, then one by one.
#[inline(always)]
fn take_tail<S, T, L, const INPUTS: usize, const VALUES: usize>(
    simd: S,
    inputs: [Input<'_, T>; INPUTS],
    parameter: f64,
    state: &mut [[S::Vector; VECTORS]; VALUES],
) where
    S: Simd,
    T: Element,
    L: Lanes<INPUTS, VALUES>,
{
    let end = inputs[0].len();
    let mut index = end / LANES * LANES;
    let mut vector = 0;
    while index + WIDTH <= end {
        let mut values = [simd.splat(0.0); VALUES];
        for value in 0..VALUES {
            values[value] = state[value][vector];
        }
        let values = L::step(
            simd.splat(parameter),
            values,
            inputs.map(|input| input.load(simd, index)),
        );
        for value in 0..VALUES {
            state[value][vector] = values[value];
        }
        index += WIDTH;
        vector += 1;
    }
    if index == end {
        return;
    }
    let mut arrays = [[0.0; WIDTH]; VALUES];
    for value in 0..VALUES {
        arrays[value] = state[value][vector].to_array();
    }
    for lane in 0..end - index {
        let mut values = [0.0; VALUES];
        for value in 0..VALUES {
            values[value] = arrays[value][lane];
        }
        let values = L::step(parameter, values, inputs.map(|input| input.get(index + lane)));
        for value in 0..VALUES {
            arrays[value][lane] = values[value];
        }
    }
    for value in 0..VALUES {
        state[value][vector] = simd.pack(arrays[value]);
    }
}

/// Merges the lanes in halves down to one.
#[inline(always)]
fn fold<S, L, const INPUTS: usize, const VALUES: usize>(mut state: [[S::Vector; VECTORS]; VALUES]) -> [f64; VALUES]
where
    S: Simd,
    L: Lanes<INPUTS, VALUES>,
{
    let mut half = VECTORS / 2;
    while half > 0 {
        for vector in 0..half {
            let merged = L::merge(
                std::array::from_fn(|value| state[value][vector]),
                std::array::from_fn(|value| state[value][vector + half]),
            );
            for value in 0..VALUES {
                state[value][vector] = merged[value];
            }
        }
        half /= 2;
    }
    let mut lanes = state.map(|vectors| vectors[0].to_array());
    let mut half = WIDTH / 2;
    while half > 0 {
        for lane in 0..half {
            let merged = L::merge(
                std::array::from_fn(|value| lanes[value][lane]),
                std::array::from_fn(|value| lanes[value][lane + half]),
            );
            for value in 0..VALUES {
                lanes[value][lane] = merged[value];
            }
        }
        half /= 2;
    }
    lanes.map(|lanes| lanes[0])
}

/// A whole block of a reduction, for [`Simd::apart`].
pub(crate) struct WholeBlock<'a, T, K, const INPUTS: usize, const VALUES: usize> {
    inputs: [Input<'a, T>; INPUTS],
    far: bool,
    kernel: PhantomData<K>,
}

impl<T, K, const INPUTS: usize, const VALUES: usize> Task for WholeBlock<'_, T, K, INPUTS, VALUES>
where
    T: Element,
    K: Kernel<INPUTS, VALUES>,
{
    type Output = [f64; VALUES];

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> [f64; VALUES] {
        K::block(Row {
            simd,
            inputs: self.inputs,
            far: self.far,
        })
    }
}

/// The partial of one block; `far` says whether it comes from memory and not from a cache.
#[inline(always)]
pub(crate) fn block<S, T, K, const INPUTS: usize, const VALUES: usize>(
    simd: S,
    inputs: [Input<'_, T>; INPUTS],
    far: bool,
) -> [f64; VALUES]
where
    S: Simd,
    T: Element,
    K: Kernel<INPUTS, VALUES>,
{
    let kernel = PhantomData::<K>;
    simd.apart(WholeBlock { inputs, far, kernel })
}

/// The subtree over the blocks of `inputs`, which start at a block boundary of the whole; `far` as of [`block`].
#[inline(always)]
pub(crate) fn run<S, T, K, const INPUTS: usize, const VALUES: usize>(
    simd: S,
    inputs: [Input<'_, T>; INPUTS],
    far: bool,
) -> [f64; VALUES]
where
    S: Simd,
    T: Element,
    K: Kernel<INPUTS, VALUES>,
{
    let length = inputs[0].len();
    if length == 0 {
        return K::NOTHING;
    }
    if length <= BLOCK {
        return block::<S, T, K, INPUTS, VALUES>(simd, inputs, far);
    }
    let mut tree: Tree<_, _> = Tree::new(K::NOTHING, K::merge::<f64>);
    let mut start = 0;
    while start < length {
        let end = length.min(start + BLOCK);
        let inputs = inputs.map(|input| input.range(start, end));
        tree.push(block::<S, T, K, INPUTS, VALUES>(simd, inputs, far));
        start = end;
    }
    tree.root().unwrap_or(K::NOTHING)
}

/// The doubles of a partial that a kernel uses.
#[inline(always)]
pub(crate) fn narrow<const VALUES: usize>(partial: Partial) -> [f64; VALUES] {
    std::array::from_fn(|value| partial[value])
}

/// A partial with zeros for the doubles that a kernel doesn't use.
#[inline(always)]
pub(crate) fn widen<const VALUES: usize>(values: [f64; VALUES]) -> Partial {
    let mut partial = [0.0; PARTIAL];
    partial[..VALUES].copy_from_slice(&values);
    partial
}
