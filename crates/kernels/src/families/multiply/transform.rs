//! Operands whose elements are changed as they are packed.

use super::operand::Source;
use crate::arch::{Level, Output, Simd, Task, Vector, WIDTH};

/// A source less a number a line, and times a number a depth; either may be missing.
pub struct Transformed<'a> {
    source: &'a dyn Source,
    centers: Option<&'a [f64]>,
    weights: Option<&'a [f64]>,
}

impl<'a> Transformed<'a> {
    /// Panics unless there is a center for each line and a weight for each depth.
    pub fn new(source: &'a dyn Source, centers: Option<&'a [f64]>, weights: Option<&'a [f64]>) -> Self {
        assert!(centers.is_none_or(|centers| centers.len() == source.lines()));
        assert!(weights.is_none_or(|weights| weights.len() == source.depth()));
        Transformed {
            source,
            centers,
            weights,
        }
    }
}

impl Source for Transformed<'_> {
    fn lines(&self) -> usize {
        self.source.lines()
    }

    fn depth(&self) -> usize {
        self.source.depth()
    }

    fn pack(&self, level: Level, width: usize, first: usize, (from, to): (usize, usize), mut out: Output<'_>) {
        if self.centers.is_none() && self.weights.is_none() {
            return self.source.pack(level, width, first, (from, to), out);
        }
        let mut slivers = vec![0.0; out.len()];
        self.source
            .pack(level, width, first, (from, to), Output::from_slice(&mut slivers));
        let mut centers = vec![0.0; width];
        for (index, sliver) in slivers.chunks_mut((width * (to - from)).max(1)).enumerate() {
            centers.fill(0.0);
            if let Some(all) = self.centers {
                let line = (first + index) * width;
                let own = &all[line.min(all.len())..all.len().min(line + width)];
                centers[..own.len()].copy_from_slice(own);
            }
            level.dispatch(Change {
                sliver,
                centers: &centers,
                weights: self.weights.map(|weights| &weights[from..to]),
            });
        }
        for (index, value) in slivers.iter().enumerate() {
            out.set(index, *value);
        }
    }

    fn copy_line(&self, line: usize, first: usize, to: &mut [f64]) {
        self.source.copy_line(line, first, to);
        let center = self.centers.map_or(0.0, |centers| centers[line]);
        for (d, value) in to.iter_mut().enumerate() {
            *value = (*value - center) * self.weights.map_or(1.0, |weights| weights[first + d]);
        }
    }
}

struct Change<'a> {
    sliver: &'a mut [f64],
    centers: &'a [f64],
    weights: Option<&'a [f64]>,
}

impl Task for Change<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let width = self.centers.len();
        for (d, row) in self.sliver.chunks_exact_mut(width).enumerate() {
            let weight = self.weights.map_or(1.0, |weights| weights[d]);
            let (eights, rest) = row.as_chunks_mut::<WIDTH>();
            let (center_eights, center_rest) = self.centers.as_chunks::<WIDTH>();
            for (eight, center) in eights.iter_mut().zip(center_eights) {
                *eight = ((simd.pack(*eight) - simd.pack(*center)) * simd.splat(weight)).to_array();
            }
            for (value, center) in rest.iter_mut().zip(center_rest) {
                *value = (*value - center) * weight;
            }
        }
    }
}
