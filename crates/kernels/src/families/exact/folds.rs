//! Exact sums at the speed of vectors: every element of a block is cut into pieces on common grids, so coarse that the sums of the
//! pieces are exact in double (the extraction of Rump, Ogita and Oishi 2008, "Accurate floating-point summation", with grids that
//! suit a whole block). What is left over proves that nothing was lost; a block whose exponents differ too much goes through the
//! accumulator, element by element.

use super::accumulator::Accumulator;
use crate::arch::{Ask, Element, Input, Mask, Real, Simd, Vector, WIDTH};

/// Elements of a block: what level-one caches hold of two inputs.
pub const FOLD: usize = 1024;

/// Bits of a piece below the block's largest magnitude: 2 · FOLD pieces of them add up within 53 bits.
const BITS: i32 = 42;

/// Vectors that are read at once.
const VECTORS: usize = 4;
const ROW: usize = VECTORS * WIDTH;

/// `|x| < 2^top` for all finite x up to `largest`.
#[inline(always)]
fn top_of(largest: f64) -> i32 {
    ((largest.to_bits() >> 52) as i32).max(1) - 1022
}

/// What added and taken away again rounds a number below `2^top` to the grid of 2^(top − BITS). Below the range of normal numbers every number
/// is on the grid.
#[inline(always)]
fn grid(top: i32) -> f64 {
    let exponent = top + 52 - BITS;
    if exponent < -1022 {
        return 0.0;
    }
    1.5 * f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// The highest `top` whose grid is finite, with room.
const HIGHEST: i32 = 1023 - (52 - BITS) - 2;

/// Cuts the piece of the grid off `rest` and adds it to `sum`.
#[inline(always)]
fn extract<R: Real>(rest: &mut R, grid: R, sum: &mut R) {
    let piece = (*rest + grid) - grid;
    *rest = *rest - piece;
    *sum = *sum + piece;
}

/// Whether any bit of a lane but the sign is set.
#[inline(always)]
fn any_left<R: Real>(left: R) -> bool {
    left.equal(left.splat(0.0)).not().any()
}

#[inline(always)]
fn larger<R: Real>(a: R, b: R) -> R {
    R::select(a.less(b), b, a)
}

/// The largest magnitude; NaN is passed over.
#[inline(always)]
fn largest<S: Simd, T: Element>(simd: S, x: Input<'_, T>) -> f64 {
    let mut seen = [simd.splat(0.0); VECTORS];
    for row in x.rows::<S, VECTORS>(simd, ROW, 0) {
        for vector in 0..VECTORS {
            seen[vector] = larger(seen[vector], row[vector].abs());
        }
    }
    let all = larger(larger(seen[0], seen[1]), larger(seen[2], seen[3]));
    all.to_array().into_iter().fold(0.0, larger)
}

/// The sums of the pieces of `LEVELS` grids, if they hold everything.
#[inline(always)]
fn pieces<S: Simd, T: Element, const LEVELS: usize>(simd: S, x: Input<'_, T>, top: i32) -> Option<[f64; LEVELS]> {
    let mut grids = [simd.splat(0.0); LEVELS];
    for level in 0..LEVELS {
        grids[level] = simd.splat(grid(top - BITS * level as i32));
    }
    let mut sums = [[simd.splat(0.0); VECTORS]; LEVELS];
    let mut left = [simd.splat(0.0); VECTORS];
    // Read a moment ago: the block after it is asked for meanwhile.
    let ask = Ask {
        from: FOLD,
        second: true,
    };
    for row in x.rows_asking::<S, VECTORS, 1>(simd, ROW, 0, ask) {
        for vector in 0..VECTORS {
            let mut rest = row[vector];
            for level in 0..LEVELS {
                extract(&mut rest, grids[level], &mut sums[level][vector]);
            }
            left[vector] = left[vector].bit_or(rest);
        }
    }
    if any_left(left[0].bit_or(left[1]).bit_or(left[2].bit_or(left[3]))) {
        return None;
    }
    Some(sums.map(|[a, b, c, d]| ((a + b) + (c + d)).to_array().into_iter().sum()))
}

/// Adds every element of `x`.
#[inline(always)]
pub fn sum<S: Simd, T: Element>(simd: S, x: Input<'_, T>, total: &mut Accumulator) {
    let whole = x.len() / ROW * ROW;
    let mut from = 0;
    // Neighbouring blocks are alike: what one needed is tried first on the next.
    let mut levels = 2;
    while from < whole {
        let to = whole.min(from + FOLD);
        sum_block(simd, x.range(from, to), &mut levels, total);
        from = to;
    }
    for index in whole..x.len() {
        total.add(x.get(index));
    }
}

#[inline(always)]
fn sum_block<S: Simd, T: Element>(simd: S, x: Input<'_, T>, levels: &mut usize, total: &mut Accumulator) {
    let top = top_of(largest(simd, x));
    macro_rules! try_with {
        ($levels:literal) => {
            if *levels <= $levels
                && let Some(sums) = pieces::<S, T, $levels>(simd, x, top)
            {
                *levels = $levels;
                sums.into_iter().for_each(|sum| total.add(sum));
                return;
            }
        };
    }
    if top <= HIGHEST {
        try_with!(2);
        try_with!(3);
        try_with!(4);
    }
    *levels = 4;
    sum_slowly(x, total);
}

#[cold]
#[inline(never)]
fn sum_slowly<T: Element>(x: Input<'_, T>, total: &mut Accumulator) {
    for index in 0..x.len() {
        total.add(x.get(index));
    }
}

/// Halves of at most 26 bits whose sum is `x` (Veltkamp); overflows beyond 2^996.
#[inline(always)]
fn halves<R: Real>(x: R) -> (R, R) {
    let scaled = x.splat(134_217_729.0) * x;
    let high = scaled - (scaled - x);
    (high, x - high)
}

/// The product and what its rounding lost (Dekker 1971, without fused multiply-add); exact while nothing overflows and the product
/// is at least 2^-916.
#[inline(always)]
pub fn two_product<R: Real>(x: R, y: R) -> (R, R) {
    let product = x * y;
    let ((a, b), (c, d)) = (halves(x), halves(y));
    (product, b * d - (((product - a * c) - b * c) - a * d))
}

/// The square and what its rounding lost: [`two_product`] of x and x, with one splitting.
#[inline(always)]
pub fn two_square<R: Real>(x: R) -> (R, R) {
    let product = x * x;
    let (a, b) = halves(x);
    (product, b * b - (((product - a * a) - b * a) - a * b))
}

/// Which products: of two inputs, or of one with itself.
pub trait Factors: Copy {
    /// The product and its error.
    fn product<R: Real>(x: R, y: R) -> (R, R);
}

/// `x·y`
#[derive(Clone, Copy)]
pub struct Two;
/// `x·x`
#[derive(Clone, Copy)]
pub struct One;

impl Factors for Two {
    #[inline(always)]
    fn product<R: Real>(x: R, y: R) -> (R, R) {
        two_product(x, y)
    }
}
impl Factors for One {
    #[inline(always)]
    fn product<R: Real>(x: R, _y: R) -> (R, R) {
        two_square(x)
    }
}

/// Adds every product of `x` and `y`, which have equal lengths.
#[inline(always)]
pub fn products<S: Simd, T: Element, F: Factors>(simd: S, x: Input<'_, T>, y: Input<'_, T>, total: &mut Accumulator) {
    let whole = x.len() / ROW * ROW;
    let mut from = 0;
    while from < whole {
        let to = whole.min(from + FOLD);
        let (x, y) = (x.range(from, to), y.range(from, to));
        let done = if size_of::<T>() < 8 {
            narrow_products(simd, x, y, total)
        } else {
            wide_products::<S, T, F>(simd, x, y, total)
        };
        if !done {
            products_slowly(x, y, total);
        }
        from = to;
    }
    products_slowly(x.range(whole, x.len()), y.range(whole, y.len()), total);
}

/// Products of floats are doubles: they are summed as such.
#[inline(always)]
fn narrow_products<S: Simd, T: Element>(simd: S, x: Input<'_, T>, y: Input<'_, T>, total: &mut Accumulator) -> bool {
    let mut seen = [simd.splat(0.0); VECTORS];
    for (x, y) in x
        .rows::<S, VECTORS>(simd, ROW, 0)
        .zip(y.rows::<S, VECTORS>(simd, ROW, 0))
    {
        for vector in 0..VECTORS {
            seen[vector] = larger(seen[vector], (x[vector] * y[vector]).abs());
        }
    }
    let all = larger(larger(seen[0], seen[1]), larger(seen[2], seen[3]));
    let top = top_of(all.to_array().into_iter().fold(0.0, larger));
    if top > HIGHEST {
        return false;
    }
    let grids = [0, 1, 2].map(|level| simd.splat(grid(top - BITS * level)));
    let mut sums = [[simd.splat(0.0); 3]; VECTORS];
    let mut left = simd.splat(0.0);
    for (x, y) in x
        .rows::<S, VECTORS>(simd, ROW, 0)
        .zip(y.rows::<S, VECTORS>(simd, ROW, 0))
    {
        for vector in 0..VECTORS {
            let mut rest = x[vector] * y[vector];
            for level in 0..3 {
                extract(&mut rest, grids[level], &mut sums[vector][level]);
            }
            left = left.bit_or(rest);
        }
    }
    if any_left(left) {
        return false;
    }
    for level in 0..3 {
        let sum = (sums[0][level] + sums[1][level]) + (sums[2][level] + sums[3][level]);
        total.add(sum.to_array().into_iter().sum());
    }
    true
}

/// Factors from here on are too large to be split, with room.
const SPLITTABLE: f64 = f64::from_bits((990 + 1023) << 52);
/// Products below have errors that doubles may not hold, with room.
const TINY: f64 = f64::from_bits((1023 - 900) << 52);

/// The products and their errors, cut into pieces; false, and nothing added, where that can't be exact.
#[inline(always)]
fn wide_products<S: Simd, T: Element, F: Factors>(
    simd: S,
    x: Input<'_, T>,
    y: Input<'_, T>,
    total: &mut Accumulator,
) -> bool {
    const LEVELS: usize = 4;
    let (mut seen, mut factors) = ([simd.splat(0.0); VECTORS], simd.splat(0.0));
    let (zero, tiny) = (simd.splat(0.0), simd.splat(TINY));
    let mut lossy = zero.less(zero);
    for (x, y) in x
        .rows::<S, VECTORS>(simd, ROW, 0)
        .zip(y.rows::<S, VECTORS>(simd, ROW, 0))
    {
        for vector in 0..VECTORS {
            let (x, y) = (x[vector], y[vector]);
            let product = (x * y).abs();
            seen[vector] = larger(seen[vector], product);
            factors = larger(factors, larger(x.abs(), y.abs()));
            lossy = lossy.or(product.less(tiny).and(x.equal(zero).or(y.equal(zero)).not()));
        }
    }
    let all = larger(larger(seen[0], seen[1]), larger(seen[2], seen[3]));
    let top = top_of(all.to_array().into_iter().fold(0.0, larger));
    if lossy.any() || top > HIGHEST || factors.to_array().into_iter().fold(0.0, larger) >= SPLITTABLE {
        return false;
    }
    let mut grids = [zero; LEVELS];
    for level in 0..LEVELS {
        grids[level] = simd.splat(grid(top - BITS * level as i32));
    }
    let mut sums = [[zero; LEVELS]; 2];
    let mut left = zero;
    for (x, y) in x
        .rows::<S, VECTORS>(simd, ROW, 0)
        .zip(y.rows::<S, VECTORS>(simd, ROW, 0))
    {
        for vector in 0..VECTORS {
            let (mut product, mut error) = F::product(x[vector], y[vector]);
            let sums = &mut sums[vector % 2];
            for level in 0..LEVELS {
                // An error lies 53 bits below its product: no piece of it on the first grid, and none of the product on the last.
                if level < LEVELS - 1 {
                    extract(&mut product, grids[level], &mut sums[level]);
                }
                if level > 0 {
                    extract(&mut error, grids[level], &mut sums[level]);
                }
            }
            left = left.bit_or(product).bit_or(error);
        }
    }
    if any_left(left) {
        return false;
    }
    for level in 0..LEVELS {
        total.add((sums[0][level] + sums[1][level]).to_array().into_iter().sum());
    }
    true
}

/// A number of [1, 2) or 0, and the power of two that it is to be scaled by.
#[inline(always)]
fn scaled(x: f64) -> (f64, i32) {
    let (x, below) = if x.abs() < f64::MIN_POSITIVE {
        (x * f64::from_bits((1023 + 64) << 52), 64)
    } else {
        (x, 0)
    };
    let bits = x.to_bits();
    let field = (bits >> 52 & 0x7ff) as i32;
    if field == 0 {
        return (0.0, 0);
    }
    (f64::from_bits(bits & !(0x7ff << 52) | 1023 << 52), field - 1023 - below)
}

#[cold]
#[inline(never)]
fn products_slowly<T: Element>(x: Input<'_, T>, y: Input<'_, T>, total: &mut Accumulator) {
    for index in 0..x.len() {
        let (x, y) = (x.get(index), y.get(index));
        if !x.is_finite() || !y.is_finite() {
            total.add_special(x * y);
            continue;
        }
        let ((x, a), (y, b)) = (scaled(x), scaled(y));
        let (product, error) = two_product(x, y);
        total.add_scaled(product, a + b);
        if error != 0.0 {
            total.add_scaled(error, a + b);
        }
    }
}
