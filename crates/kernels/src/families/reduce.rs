//! Reductions: elements → lanes of a block → fold → merge tree, as `docs/order-of-arithmetic.md` fixes it.

use super::order::{BLOCK, LANES};
use super::tree::Tree;
use crate::arch::{Element, Input, Real, Simd, Vector, WIDTH};
use crate::reduction::Partial;

/// Vectors that hold the lanes of a block.
const VECTORS: usize = LANES / WIDTH;

/// A reduction of `INPUTS` arrays of equal length: what a block gives, and how partials merge.
pub(crate) trait Kernel<const INPUTS: usize>: 'static {
    /// What is known of a run of blocks.
    type Partial: Copy;

    /// The partial of no blocks at all.
    const NOTHING: Self::Partial;

    /// The partial of one block of 1 to `BLOCK` elements. Must be `#[inline(always)]`.
    fn block<S: Simd, T: Element>(simd: S, inputs: [Input<'_, T>; INPUTS]) -> Self::Partial;

    /// The partial of two neighbouring runs. Must be `#[inline(always)]`.
    fn merge(left: Self::Partial, right: Self::Partial) -> Self::Partial;

    /// The partial as doubles, unused ones 0.
    fn pack(partial: Self::Partial) -> Partial;

    /// What `pack` made of a partial.
    fn unpack(packed: Partial) -> Self::Partial;
}

/// `VALUES` running values a lane.
pub(crate) trait Lanes<const INPUTS: usize, const VALUES: usize>: Copy {
    /// What each running value starts at.
    const IDENTITY: [f64; VALUES];

    /// The running values after one more element. Must be `#[inline(always)]`.
    fn step<R: Real>(self, values: [R; VALUES], element: [R; INPUTS]) -> [R; VALUES];

    /// A running value of two lanes joined. Must be `#[inline(always)]`.
    fn merge<R: Real>(left: R, right: R) -> R;
}

/// A kernel of one running value a lane whose partial is one double; is a [`Kernel`] by that.
pub(crate) trait OneDouble<const INPUTS: usize>: Lanes<INPUTS, 1> + 'static {
    /// The kernel itself.
    const KERNEL: Self;

    /// The partial of no blocks at all.
    const NOTHING: f64;

    /// The block's partial from the folded lanes. Must be `#[inline(always)]`.
    #[inline(always)]
    fn of_lanes(folded: f64) -> f64 {
        folded
    }

    /// The partial of two neighbouring runs. Must be `#[inline(always)]`.
    fn merge_partials(left: f64, right: f64) -> f64;
}

impl<K: OneDouble<INPUTS>, const INPUTS: usize> Kernel<INPUTS> for K {
    type Partial = f64;
    const NOTHING: f64 = <K as OneDouble<INPUTS>>::NOTHING;

    #[inline(always)]
    fn block<S: Simd, T: Element>(simd: S, inputs: [Input<'_, T>; INPUTS]) -> f64 {
        let [folded] = fold_block(simd, inputs, K::KERNEL);
        K::of_lanes(folded)
    }
    #[inline(always)]
    fn merge(left: f64, right: f64) -> f64 {
        K::merge_partials(left, right)
    }
    fn pack(partial: f64) -> Partial {
        [partial, 0.0, 0.0]
    }
    fn unpack(packed: Partial) -> f64 {
        packed[0]
    }
}

/// Takes a block through the lanes and folds them.
#[inline(always)]
pub(crate) fn fold_block<S, T, L, const INPUTS: usize, const VALUES: usize>(
    simd: S,
    inputs: [Input<'_, T>; INPUTS],
    lanes: L,
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
        pass::<S, T, L, INPUTS, VALUES, VECTORS>(simd, inputs, lanes, &mut state, 0);
    } else if VALUES * VECTORS <= S::REGISTERS {
        for first in (0..VECTORS).step_by(VECTORS / 2) {
            pass::<S, T, L, INPUTS, VALUES, { VECTORS / 2 }>(simd, inputs, lanes, &mut state, first);
        }
    } else {
        for first in 0..VECTORS {
            pass::<S, T, L, INPUTS, VALUES, 1>(simd, inputs, lanes, &mut state, first);
        }
    }
    take_tail(simd, inputs, lanes, &mut state);
    state.map(|vectors| fold::<S, L, INPUTS, VALUES>(vectors))
}

/// Takes the whole rows of a block through `GROUP` vectors of lanes from vector `first` on.
#[inline(always)]
fn pass<S, T, L, const INPUTS: usize, const VALUES: usize, const GROUP: usize>(
    simd: S,
    inputs: [Input<'_, T>; INPUTS],
    lanes: L,
    state: &mut [[S::Vector; VECTORS]; VALUES],
    first: usize,
) where
    S: Simd,
    T: Element,
    L: Lanes<INPUTS, VALUES>,
{
    let mut group = L::IDENTITY.map(|identity| [simd.splat(identity); GROUP]);
    let mut rows = inputs.map(|input| input.rows::<S, GROUP>(simd, LANES, first * WIDTH));
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
            let values = lanes.step(values, element);
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
    lanes: L,
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
        let values = lanes.step(values, inputs.map(|input| input.load(simd, index)));
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
        let values = lanes.step(values, inputs.map(|input| input.get(index + lane)));
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
fn fold<S, L, const INPUTS: usize, const VALUES: usize>(mut vectors: [S::Vector; VECTORS]) -> f64
where
    S: Simd,
    L: Lanes<INPUTS, VALUES>,
{
    let mut half = VECTORS / 2;
    while half > 0 {
        for vector in 0..half {
            vectors[vector] = L::merge(vectors[vector], vectors[vector + half]);
        }
        half /= 2;
    }
    let mut lanes = vectors[0].to_array();
    let mut half = WIDTH / 2;
    while half > 0 {
        for lane in 0..half {
            lanes[lane] = L::merge(lanes[lane], lanes[lane + half]);
        }
        half /= 2;
    }
    lanes[0]
}

/// The subtree over the blocks of `inputs`, which start at a block boundary of the whole.
#[inline(always)]
pub(crate) fn run<S, T, K, const INPUTS: usize>(simd: S, inputs: [Input<'_, T>; INPUTS]) -> K::Partial
where
    S: Simd,
    T: Element,
    K: Kernel<INPUTS>,
{
    let length = inputs[0].len();
    if length == 0 {
        return K::NOTHING;
    }
    if length <= BLOCK {
        return K::block(simd, inputs);
    }
    let mut tree = Tree::new(K::NOTHING, K::merge);
    let mut start = 0;
    while start < length {
        let end = length.min(start + BLOCK);
        tree.push(K::block(simd, inputs.map(|input| input.range(start, end))));
        start = end;
    }
    tree.root().unwrap_or(K::NOTHING)
}

/// The root over partials of neighbouring subtrees of equal width (the last one possibly narrower).
pub(crate) fn root<K, const INPUTS: usize>(partials: impl IntoIterator<Item = Partial>) -> Partial
where
    K: Kernel<INPUTS>,
{
    let mut tree = Tree::new(K::NOTHING, K::merge);
    partials.into_iter().for_each(|partial| tree.push(K::unpack(partial)));
    K::pack(tree.root().unwrap_or(K::NOTHING))
}
