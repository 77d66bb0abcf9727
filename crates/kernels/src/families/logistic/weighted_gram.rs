//! Sums over the rows of a packed block, each entry in row order: Zᵀ·u and Zᵀ·diag(h)·Z. Entries side by side fill the
//! vectors, so the order doesn't depend on the instruction set; products of the Gram are added with one rounding where it has the instruction for that. The TypeScript twin is
//! `src/kernels/weighted-gram.ts`.

use super::panels::{Column, Panel};
use crate::arch::{Simd, Vector, WIDTH};
use crate::families::rows::ROW_BLOCK;

/// total[j] += Σ_r u[r]·z[r, j] for all columns of the panels.
#[inline(always)]
pub(super) fn add_weighted_column_sums<S: Simd>(simd: S, panels: &[Panel], rows: usize, u: &Column, total: &mut [f64]) {
    let (fours, rest) = panels.as_chunks::<4>();
    let (total_fours, total_rest) = total.split_at_mut(fours.len() * 4 * WIDTH);
    for (group, total) in fours.iter().zip(total_fours.chunks_exact_mut(4 * WIDTH)) {
        column_sums(simd, group, rows, u, total);
    }
    for (panel, total) in rest.iter().zip(total_rest.chunks_exact_mut(WIDTH)) {
        column_sums::<S, 1>(simd, std::array::from_ref(panel), rows, u, total);
    }
}

#[inline(always)]
fn column_sums<S: Simd, const VECTORS: usize>(
    simd: S,
    panels: &[Panel; VECTORS],
    rows: usize,
    u: &Column,
    total: &mut [f64],
) {
    let mut sums = [simd.splat(0.0); VECTORS];
    for r in 0..rows.min(ROW_BLOCK) {
        let weight = simd.splat(u.0[r]);
        for v in 0..VECTORS {
            sums[v] = sums[v] + weight * simd.pack(panels[v].rows[r]);
        }
    }
    for (sum, total) in sums.iter().zip(total.as_chunks_mut::<WIDTH>().0) {
        *total = (simd.pack(*total) + *sum).to_array();
    }
}

/// total[i·stride + j] += Σ_r (h[r]·z[r, i])·z[r, j] for j ≤ i (added with one rounding where the level has it), where the stride is 8 × panels; entries above the diagonal are
/// unspecified. `weighted` is scratch.
#[inline(always)]
pub(super) fn add_weighted_gram<S: Simd>(
    simd: S,
    panels: &[Panel],
    rows: usize,
    h: &Column,
    weighted: &mut Panel,
    total: &mut [f64],
) {
    let rows = rows.min(ROW_BLOCK);
    let stride = panels.len() * WIDTH;
    for (i, panel) in panels.iter().enumerate() {
        for r in 0..rows {
            weighted.rows[r] = (simd.splat(h.0[r]) * simd.pack(panel.rows[r])).to_array();
        }
        // Eight rows of the total, of which the entries up to the diagonal block are wanted.
        let total = &mut total[i * WIDTH * stride..(i + 1) * WIDTH * stride];
        let left = &panels[..=i];
        // As many accumulators as fit: 8 × 3 vectors in 32 registers of eight, 4 × 1 in 8, 2 × 1 in 4.
        if S::REGISTERS >= 32 {
            tiles::<S, 8, 3>(simd, left, rows, weighted, total, stride);
        } else if S::REGISTERS >= 8 {
            tiles::<S, 4, 1>(simd, left, rows, weighted, total, stride);
        } else {
            tiles::<S, 2, 1>(simd, left, rows, weighted, total, stride);
        }
    }
}

/// Eight rows of the Gram, in tiles of `HEIGHT` rows and up to `VECTORS` (at most 3) vectors.
#[inline(always)]
fn tiles<S: Simd, const HEIGHT: usize, const VECTORS: usize>(
    simd: S,
    left: &[Panel],
    rows: usize,
    weighted: &Panel,
    total: &mut [f64],
    stride: usize,
) {
    for top in (0..WIDTH).step_by(HEIGHT) {
        let total = &mut total[top * stride..];
        let (groups, rest) = left.as_chunks::<VECTORS>();
        for (group, panels) in groups.iter().enumerate() {
            let first = group * VECTORS * WIDTH;
            tile::<S, HEIGHT, VECTORS>(simd, panels, rows, weighted, top, &mut total[first..], stride);
        }
        let total = &mut total[groups.len() * VECTORS * WIDTH..];
        if let Ok(panels) = <&[Panel; 2]>::try_from(rest) {
            tile::<S, HEIGHT, 2>(simd, panels, rows, weighted, top, total, stride);
        } else if let Ok(panels) = <&[Panel; 1]>::try_from(rest) {
            tile::<S, HEIGHT, 1>(simd, panels, rows, weighted, top, total, stride);
        }
    }
}

#[inline(always)]
fn tile<S: Simd, const HEIGHT: usize, const VECTORS: usize>(
    simd: S,
    panels: &[Panel; VECTORS],
    rows: usize,
    weighted: &Panel,
    top: usize,
    total: &mut [f64],
    stride: usize,
) {
    assert!(top + HEIGHT <= WIDTH);
    let mut sums = [[simd.splat(0.0); VECTORS]; HEIGHT];
    for r in 0..rows.min(ROW_BLOCK) {
        let mut z = [simd.splat(0.0); VECTORS];
        for v in 0..VECTORS {
            z[v] = simd.pack(panels[v].rows[r]);
        }
        for i in 0..HEIGHT {
            let weight = simd.splat(weighted.rows[r][top + i]);
            for v in 0..VECTORS {
                sums[i][v] = weight.multiply_add(z[v], sums[i][v]);
            }
        }
    }
    for i in 0..HEIGHT {
        let total = total[i * stride..][..VECTORS * WIDTH].as_chunks_mut::<WIDTH>().0;
        for v in 0..VECTORS {
            total[v] = (simd.pack(total[v]) + sums[i][v]).to_array();
        }
    }
}
