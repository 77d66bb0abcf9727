//! Sums, sums of squares and dot products as if in twice the precision of double.
//!
//! A sum `s` in the order of the plain kernel, and beside it the sum `c` of everything that roundings lost; the value is `s + c` (`s`
//! where c is NaN). Sum2 and Dot2 of Ogita, Rump and Oishi (2005, "Accurate sum and dot product"), a lane at a time.
//!
//! - nothing: 0 and 0.
//! - error: at most `2^-53 · |result| + (g · 2^-53)² · Σ |terms|` with the factor `g` of the plain kernel, unless something overflows or a
//!   product lies below 2^-968 (its error is no double then, and up to 2^-1075 is lost).
//! - NaN, infinities, and products of factors beyond 2^996, which can't be split: c is NaN, and the value that of the plain kernel.

use crate::arch::Real;
use crate::families::exact::folds::{two_product, two_square};
use crate::families::reduce::{Block, Kernel, Lanes};

/// The sum, and what its rounding lost (Knuth's TwoSum): exact unless something overflows.
#[inline(always)]
fn two_sum<R: Real>(a: R, b: R) -> (R, R) {
    let sum = a + b;
    let z = sum - a;
    (sum, (a - (sum - z)) + (b - z))
}

#[inline(always)]
fn join<R: Real>(left: [R; 2], right: [R; 2]) -> [R; 2] {
    let (sum, lost) = two_sum(left[0], right[0]);
    [sum, (left[1] + right[1]) + lost]
}

/// `Σ x[i]`
pub(crate) struct CompensatedSum;
/// `Σ x[i]²`
pub(crate) struct CompensatedSumOfSquares;
/// `Σ x[i]·y[i]`
pub(crate) struct CompensatedDot;

/// Everything of a kernel but its step.
macro_rules! compensated {
    ($name:ident, $inputs:literal, |$values:ident, $element:ident| $step:expr) => {
        impl Lanes<$inputs, 2> for $name {
            const IDENTITY: [f64; 2] = [0.0; 2];

            #[inline(always)]
            fn step<R: Real>(_: R, $values: [R; 2], $element: [R; $inputs]) -> [R; 2] {
                $step
            }
            #[inline(always)]
            fn merge<R: Real>(left: [R; 2], right: [R; 2]) -> [R; 2] {
                join(left, right)
            }
        }

        impl Kernel<$inputs, 2> for $name {
            const NOTHING: [f64; 2] = [0.0; 2];

            #[inline(always)]
            fn block<B: Block<$inputs>>(block: B) -> [B::Real; 2] {
                block.fold::<$name, 2>(block.splat(0.0))
            }
            #[inline(always)]
            fn merge<R: Real>(left: [R; 2], right: [R; 2]) -> [R; 2] {
                join(left, right)
            }
        }
    };
}

compensated!(CompensatedSum, 1, |values, element| {
    let (sum, lost) = two_sum(values[0], element[0]);
    [sum, values[1] + lost]
});
compensated!(CompensatedSumOfSquares, 1, |values, element| {
    let (square, error) = two_square(element[0]);
    let (sum, lost) = two_sum(values[0], square);
    [sum, values[1] + (lost + error)]
});
compensated!(CompensatedDot, 2, |values, element| {
    let (product, error) = two_product(element[0], element[1]);
    let (sum, lost) = two_sum(values[0], product);
    [sum, values[1] + (lost + error)]
});

#[cfg(test)]
pub(crate) mod naive {
    use crate::families::reference;
    use crate::reduction::Partial;

    fn two_sum(a: f64, b: f64) -> (f64, f64) {
        let s = a + b;
        let z = s - a;
        (s, (a - (s - z)) + (b - z))
    }

    fn two_product(x: f64, y: f64) -> (f64, f64) {
        let split = |x: f64| {
            let t = 134_217_729.0 * x;
            let high = t - (t - x);
            (high, x - high)
        };
        let ((a, b), (c, d)) = (split(x), split(y));
        let p = x * y;
        (p, b * d - (((p - a * c) - b * c) - a * d))
    }

    /// A sum and its corrections, lane for lane.
    fn pairs(length: usize, term: impl Fn(usize) -> (f64, f64)) -> Partial {
        let join = |[s, c]: [f64; 2], [t, d]: [f64; 2]| {
            let (sum, lost) = two_sum(s, t);
            [sum, (c + d) + lost]
        };
        let root = reference::tree(
            length,
            [0.0; 2],
            |first, last| {
                let mut lanes = [[0.0; 2]; 32];
                for i in first..last {
                    let (x, error) = term(i);
                    let lane = &mut lanes[(i - first) % 32];
                    let (sum, lost) = two_sum(lane[0], x);
                    *lane = [sum, lane[1] + (lost + error)];
                }
                for h in [16, 8, 4, 2, 1] {
                    for j in 0..h {
                        lanes[j] = join(lanes[j], lanes[j + h]);
                    }
                }
                lanes[0]
            },
            &join,
        );
        let mut partial = Partial::default();
        partial[..2].copy_from_slice(&root);
        partial
    }

    pub fn compensated_sum(x: &[f64]) -> Partial {
        pairs(x.len(), |i| (x[i], 0.0))
    }
    pub fn compensated_sum_of_squares(x: &[f64]) -> Partial {
        pairs(x.len(), |i| two_product(x[i], x[i]))
    }
    pub fn compensated_dot(x: &[f64], y: &[f64]) -> Partial {
        pairs(x.len(), |i| two_product(x[i], y[i]))
    }
}
