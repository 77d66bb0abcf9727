//! Counting by bins, with NumPy's rules (`numpy.histogram`): `edges[i] <= x < edges[i + 1]`, the last bin with its right edge, equal bins with the
//! edges of `numpy.linspace`. Comparisons with the edges decide, whatever was guessed, so counts are exact. The TypeScript twin is
//! `src/kernels/ordering/histogram.ts`.

use crate::arch::{Element, Input, Level, Mask, Real, Simd, Task, Vector, WIDTH};

/// Rows of counters: neighbours often fall into one bin, and one increment need not wait for the other.
const ROWS: usize = 4;
/// Most bins that are counted in several rows, which then stay in the first-level cache.
const ROWED_BINS: usize = 1024;

/// Added to a number far below it, this leaves the number, rounded to the nearest integer, in its last bits; half less is as a rule the integer
/// below. Converting takes several times as long.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// The least and the largest number; both NaN if there is a NaN. Of nothing: infinities the wrong way round.
pub fn extent<T: Element>(x: Input<'_, T>) -> (f64, f64) {
    const WIDTH: usize = 8;
    let mut low = [f64::INFINITY; WIDTH];
    let mut high = [f64::NEG_INFINITY; WIDTH];
    let mut none = [false; WIDTH];
    let whole = x.len() / WIDTH * WIDTH;
    for first in (0..x.len()).step_by(WIDTH) {
        for lane in 0..if first < whole { WIDTH } else { x.len() - first } {
            let value = x.get(first + lane);
            low[lane] = if value < low[lane] { value } else { low[lane] };
            high[lane] = if value > high[lane] { value } else { high[lane] };
            none[lane] |= value.is_nan();
        }
    }
    if none.contains(&true) {
        return (f64::NAN, f64::NAN);
    }
    (
        low.into_iter().fold(f64::INFINITY, f64::min),
        high.into_iter().fold(f64::NEG_INFINITY, f64::max),
    )
}

/// The edges of `bins` equal bins: `low + i · step` with `step = (high − low) / bins`, and `high`. `None` unless they rise.
pub fn linear_edges(low: f64, high: f64, bins: usize) -> Option<Vec<f64>> {
    let width = high - low;
    let step = width / bins as f64;
    let mut edges: Vec<f64> = (0..bins).map(|index| index as f64 * step + low).collect();
    edges.push(high);
    edges.is_sorted_by(|a, b| a < b).then_some(edges)
}

/// Bins to count by.
#[derive(Clone, Copy, Debug)]
pub struct BinCounter<'a> {
    edges: &'a [f64],
    first: f64,
    last: f64,
    /// Bins a unit, for equal ones; 0 where the bin must be searched.
    scale: f64,
    /// How near, in bins, a number may come to where an edge should be without its place being in doubt: more than all roundings of the
    /// guess and of the edges come to (a dozen, each of 2^-53 of the number of bins or of an edge).
    doubt: f64,
}

impl<'a> BinCounter<'a> {
    /// Bins between neighbours of `edges`, which never fall and are at least two; `equal` if all are equally wide.
    pub fn new(edges: &'a [f64], equal: bool) -> Self {
        assert!(edges.len() > 1);
        let (first, last) = (edges[0], edges[edges.len() - 1]);
        let scale = if equal {
            (edges.len() - 1) as f64 / (last - first)
        } else {
            0.0
        };
        let scale = if scale.is_finite() { scale } else { 0.0 };
        let largest = first.abs().max(last.abs());
        BinCounter {
            edges,
            first,
            last,
            scale,
            doubt: 16.0 * f64::EPSILON * ((edges.len() - 1) as f64 + largest * scale),
        }
    }

    /// How many elements lie in each bin.
    pub fn count<T: Element>(&self, level: Level, x: Input<'_, T>) -> Vec<u32> {
        let bins = self.edges.len() - 1;
        let rows = if bins <= ROWED_BINS { ROWS } else { 1 };
        let mut counts = vec![0_u32; bins * rows];
        let mut all = Count {
            counter: self,
            x,
            bins,
            counts: &mut counts,
        };
        if self.scale > 0.0 && rows == ROWS {
            level.dispatch(all);
        } else {
            all.one_by_one(0, x.len());
        }
        let (total, others) = counts.split_at_mut(bins);
        for other in others.chunks_exact(bins) {
            total.iter_mut().zip(other).for_each(|(total, count)| *total += count);
        }
        counts.truncate(bins);
        counts
    }

    /// The bin of a number from first to last edge, by its distance from the first and then by the edges beside it.
    #[inline(always)]
    fn guess(&self, value: f64) -> usize {
        let last = self.edges.len() - 2;
        let rounded = ((value - self.first) * self.scale - 0.5 + ROUND).to_bits() as u32 as i32;
        let mut bin = (rounded.max(0) as usize).min(last);
        while value < self.edges[bin] {
            bin -= 1;
        }
        while bin < last && value >= self.edges[bin + 1] {
            bin += 1;
        }
        bin
    }

    /// The last bin whose left edge is not above the number.
    fn search(&self, value: f64) -> usize {
        self.edges[1..self.edges.len() - 1].partition_point(|edge| *edge <= value)
    }
}

/// The counting of `x` into `counts`: rows of `bins`, a row for each fourth element where there are several.
struct Count<'a, T> {
    counter: &'a BinCounter<'a>,
    x: Input<'a, T>,
    bins: usize,
    counts: &'a mut [u32],
}

impl<T: Element> Count<'_, T> {
    /// Counts elements `first … last − 1`, each compared with the edges of its bin.
    fn one_by_one(&mut self, first: usize, last: usize) {
        let (counter, bins) = (self.counter, self.bins);
        let several = self.counts.len() > bins;
        for index in first..last {
            let value = self.x.get(index);
            // False for NaN, too.
            if value >= counter.first && value <= counter.last {
                let bin = if counter.scale > 0.0 {
                    counter.guess(value)
                } else {
                    counter.search(value)
                };
                self.counts[if several { index % ROWS * bins + bin } else { bin }] += 1;
            }
        }
    }
}

impl<T: Element> Task for Count<'_, T> {
    type Output = ();

    /// Eight guesses at once, which stand where none is in doubt; the edges are looked at for the others.
    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let BinCounter {
            first, scale, doubt, ..
        } = *self.counter;
        let (low, bins_a_unit, near) = (simd.splat(first), simd.splat(scale), simd.splat(doubt));
        let (far, round, half) = (simd.splat(1.0 - doubt), simd.splat(ROUND), simd.splat(0.5));
        let high = simd.splat(self.bins as f64);
        let whole = self.x.len() / WIDTH * WIDTH;
        for index in (0..whole).step_by(WIDTH) {
            let place = (self.x.load(simd, index) - low) * bins_a_unit;
            let rounded = place - half + round;
            let within = place - (rounded - round);
            // A NaN is nowhere; what lies before the first or behind the last bin is in doubt like what lies near an edge.
            let certain = near.less(within).and(within.less(far));
            let certain = certain.and(simd.splat(0.0).less(place)).and(place.less(high));
            if certain.not().any() {
                self.one_by_one(index, index + WIDTH);
                continue;
            }
            for (lane, place) in rounded.to_array().into_iter().enumerate() {
                self.counts[lane % ROWS * self.bins + place.to_bits() as u32 as usize] += 1;
            }
        }
        self.one_by_one(whole, self.x.len());
    }
}

#[cfg(test)]
mod tests {
    use super::{BinCounter, extent, linear_edges};
    use crate::arch::{Input, Level};
    use proptest::prelude::*;

    /// By the definition.
    fn naive(values: &[f64], edges: &[f64]) -> Vec<u32> {
        let last = edges.len() - 2;
        let inside = |value: f64, bin: usize| {
            value >= edges[bin] && (value < edges[bin + 1] || (bin == last && value == edges[bin + 1]))
        };
        (0..=last)
            .map(|bin| values.iter().filter(|value| inside(**value, bin)).count() as u32)
            .collect()
    }

    #[test]
    fn edges_and_what_lies_outside() {
        let edges = linear_edges(0.0, 1.0, 10).expect("edges");
        assert_eq!((edges.len(), edges[3], edges[10]), (11, 0.1 * 3.0, 1.0));
        let values = [
            0.0,
            -0.0,
            0.1,
            0.3,
            edges[3],
            1.0,
            1.5,
            -0.1,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ];
        let counter = BinCounter::new(&edges, true);
        for level in Level::available() {
            assert_eq!(counter.count(level, Input::from_slice(&values)), naive(&values, &edges));
        }
        assert_eq!(linear_edges(1.0, 1.0, 2), None);
        assert_eq!(linear_edges(1.0, 1.0_f64.next_up(), 2), None);
        assert_eq!(linear_edges(f64::MIN, f64::MAX, 2), None);
        assert_eq!(linear_edges(f64::NAN, 1.0, 2), None);
    }

    #[test]
    fn more_bins_than_rows_are_kept_for() {
        let edges = linear_edges(0.0, 2000.0, 2000).expect("edges");
        let values: Vec<f64> = (0..4001).map(|i| f64::from(i) / 2.0).collect();
        assert_eq!(
            BinCounter::new(&edges, true).count(Level::current(), Input::from_slice(&values)),
            naive(&values, &edges)
        );
    }

    #[test]
    fn extents() {
        let values: Vec<f64> = (0..37).map(|i| f64::from((i * 17) % 37) - 5.0).collect();
        assert_eq!(extent(Input::from_slice(&values)), (-5.0, 31.0));
        assert!(extent(Input::from_slice(&[1.0, f64::NAN])).0.is_nan());
        assert_eq!(
            extent(Input::<f64>::from_slice(&[])),
            (f64::INFINITY, f64::NEG_INFINITY)
        );
    }

    proptest! {
        #[test]
        fn counts_are_those_of_the_definition(
            values in proptest::collection::vec(-3.0..3.0_f64, 0..200),
            mut edges in proptest::collection::vec(-3.0..3.0_f64, 2..20),
            bins in 1..60_usize,
        ) {
            edges.sort_by(f64::total_cmp);
            edges.push(edges[edges.len() - 1]);
            prop_assert_eq!(BinCounter::new(&edges, false).count(Level::current(), Input::from_slice(&values)), naive(&values, &edges));
            if let Some(equal) = linear_edges(edges[0], edges[edges.len() - 1], bins) {
                let mut values = values;
                values.extend_from_slice(&equal);
                for level in Level::available() {
                    prop_assert_eq!(BinCounter::new(&equal, true).count(level, Input::from_slice(&values)), naive(&values, &equal));
                }
            }
        }
    }
}
