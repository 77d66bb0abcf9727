//! `docs/order-of-arithmetic.md` written down as plainly as possible, one double at a time: what the kernels are compared
//! with. Shares no code with them, not even the constants.

use crate::reduction::Partial;

/// A block: elements `first … last − 1` of the whole through 32 lanes, then merged in halves.
pub(crate) fn block(
    first: usize,
    last: usize,
    identity: f64,
    step: &dyn Fn(f64, usize) -> f64,
    merge: &dyn Fn(f64, f64) -> f64,
) -> f64 {
    let mut lane = [identity; 32];
    for i in first..last {
        lane[(i - first) % 32] = step(lane[(i - first) % 32], i);
    }
    for h in [16, 8, 4, 2, 1] {
        for j in 0..h {
            lane[j] = merge(lane[j], lane[j + h]);
        }
    }
    lane[0]
}

/// The merge tree over the blocks of `length` elements.
pub(crate) fn tree<P: Copy>(
    length: usize,
    nothing: P,
    leaf: impl Fn(usize, usize) -> P,
    merge: &dyn Fn(P, P) -> P,
) -> P {
    fn subtree<P: Copy>(low: usize, high: usize, leaf: &dyn Fn(usize) -> P, merge: &dyn Fn(P, P) -> P) -> P {
        if high - low == 1 {
            return leaf(low);
        }
        let mut p = 1;
        while p * 2 < high - low {
            p *= 2;
        }
        merge(subtree(low, low + p, leaf, merge), subtree(low + p, high, leaf, merge))
    }
    let blocks = length.div_ceil(4096);
    if blocks == 0 {
        return nothing;
    }
    subtree(
        0,
        blocks,
        &|number| leaf(number * 4096, length.min(number * 4096 + 4096)),
        merge,
    )
}

/// A kernel whose partial is one double.
pub(crate) fn scalar(
    length: usize,
    identity: f64,
    step: impl Fn(f64, usize) -> f64,
    merge: impl Fn(f64, f64) -> f64,
) -> Partial {
    let root = tree(
        length,
        identity,
        |first, last| block(first, last, identity, &step, &merge),
        &merge,
    );
    [root, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
}
