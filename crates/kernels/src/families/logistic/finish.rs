//! The total of all chunks, unpacked into what the caller asked for.

use super::{Problem, Request};
use crate::arch::{Element, Output};

impl<T: Element> Problem<'_, T> {
    /// Writes `[loss, gradient (q), Hessian (q × q, both triangles)]` as far as the request's order asks, with `q = vectors ×
    /// (columns + 1)`. Panics when `out` is too short.
    pub fn finish(&self, request: &Request<'_>, total: &[f64], mut out: Output<'_>) {
        let length = self.columns + 1;
        let size = self.vectors() * length;
        let stride = self.stride();
        out.set(0, total[0]);
        if request.order == 0 {
            return;
        }
        let (gradient, grams) = total[1..].split_at(self.vectors() * stride);
        for (k, from) in gradient.chunks_exact(stride).enumerate() {
            for (j, value) in from[..length].iter().enumerate() {
                out.set(1 + k * length + j, *value);
            }
        }
        if request.order == 1 {
            return;
        }
        let (_, out) = out.split_at(1 + size);
        let mut hessian = Hessian { out, size, length };
        let gram = |pair: usize| &grams[pair * stride * stride..][..stride * stride];
        if self.vectors() == 1 {
            hessian.put(0, 0, |i, j| gram(0)[i * stride + j]);
            return;
        }
        // Off the diagonal the block of classes k, l is minus their Gram; the rows of p_k([k = l] − p_l) sum to 0 over l, so
        // the block of k itself is the sum of its Grams with the others, in rising order of l.
        let pair = |k: usize, l: usize| {
            gram(if l < k {
                k * (k - 1) / 2 + l
            } else {
                l * (l - 1) / 2 + k
            })
        };
        let mut sums = vec![0.0; stride * stride];
        for k in 0..self.classes {
            sums.fill(0.0);
            for l in (0..self.classes).filter(|l| *l != k) {
                let gram = pair(k, l);
                sums.iter_mut().zip(gram).for_each(|(sum, value)| *sum += *value);
                hessian.put(k, l, |i, j| -gram[i * stride + j]);
            }
            hessian.put(k, k, |i, j| sums[i * stride + j]);
        }
    }
}

/// The Hessian of `size × size`, in blocks of `length × length`.
struct Hessian<'a> {
    out: Output<'a>,
    size: usize,
    length: usize,
}

impl Hessian<'_> {
    /// Fills block (k, l), which is symmetric, from its lower triangle.
    fn put(&mut self, k: usize, l: usize, lower: impl Fn(usize, usize) -> f64) {
        let start = k * self.length * self.size + l * self.length;
        for i in 0..self.length {
            for j in 0..self.length {
                self.out.set(start + i * self.size + j, lower(i.max(j), i.min(j)));
            }
        }
    }
}
