//! Counts by bins, on one thread or many: whole numbers, so who counted what can't be seen.

use crate::cancel::{Cancel, Outcome};
use crate::parallel::run_chunks;
use manycore_kernels::arch::Element;
use manycore_kernels::histogram::{BinCounter, extent, linear_edges};
use manycore_kernels::{Input, Level};

/// Least elements of a chunk.
const CHUNK: usize = 1 << 18;
/// Elements of a chunk for each bin, so that adding up the chunks' counts costs little beside counting.
const PER_BIN: usize = 8;

/// Where bins lie.
#[derive(Clone, Debug)]
pub enum Bins {
    /// So many, equally wide, from the least number to the largest.
    OfExtent(usize),
    /// So many, equally wide, between two numbers.
    Between(usize, f64, f64),
    /// Between neighbours of these.
    Edges(Vec<f64>),
}

/// What a histogram comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Histogram {
    /// How many numbers lie in each bin, and the bins' edges.
    Counts(Vec<u64>, Vec<f64>),
    /// The least or largest number is NaN or infinite, so bins can't be made of them.
    NotFinite,
    /// So many bins between so close (or far) ends that some edges coincide or can't be had.
    NoEdges,
}

/// Counts the numbers of `x` in each bin: `edges[i] <= x < edges[i + 1]`, the last bin with its right edge. Other numbers (NaN) are in none. Two reads of `x` for
/// `OfExtent`, else one.
pub fn histogram<T: Element>(
    x: Input<'_, T>,
    bins: Bins,
    threads: usize,
    cancel: Option<&Cancel>,
) -> Outcome<Histogram> {
    let length = x.len();
    let (edges, equal) = match bins {
        Bins::Edges(edges) => (Some(edges), false),
        Bins::Between(count, low, high) => (linear_edges(low, high, count), true),
        Bins::OfExtent(count) => {
            let parts = run_chunks(threads, length.div_ceil(CHUNK), cancel, |chunk| {
                extent(x.range(chunk * CHUNK, length.min((chunk + 1) * CHUNK)))
            });
            let extents = match parts {
                Outcome::Done(extents) => extents,
                other => return other.map(|_| Histogram::NotFinite),
            };
            match ends(&extents) {
                Some((low, high)) => (linear_edges(low, high, count), true),
                None => return Outcome::Done(Histogram::NotFinite),
            }
        }
    };
    let Some(edges) = edges else {
        return Outcome::Done(Histogram::NoEdges);
    };
    let counter = BinCounter::new(&edges, equal);
    let chunk = CHUNK.max(edges.len() * PER_BIN);
    let parts = run_chunks(threads, length.div_ceil(chunk), cancel, |index| {
        counter.count(
            Level::current(),
            x.range(index * chunk, length.min((index + 1) * chunk)),
        )
    });
    parts.map(|parts| {
        let mut counts = vec![0_u64; edges.len() - 1];
        for part in parts {
            counts
                .iter_mut()
                .zip(part)
                .for_each(|(total, count)| *total += u64::from(count));
        }
        Histogram::Counts(counts, edges)
    })
}

/// The ends of equal bins: least and largest number, half to each side where they are one, 0 and 1 where there are none; `None` when not finite.
fn ends(extents: &[(f64, f64)]) -> Option<(f64, f64)> {
    if extents.is_empty() {
        return Some((0.0, 1.0));
    }
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for (least, largest) in extents {
        if !least.is_finite() || !largest.is_finite() {
            return None;
        }
        low = low.min(*least);
        high = high.max(*largest);
    }
    Some(if low == high {
        (low - 0.5, high + 0.5)
    } else {
        (low, high)
    })
}
