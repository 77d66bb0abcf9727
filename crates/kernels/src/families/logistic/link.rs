//! From scores to loss, residuals and Hessian weights, eight rows at a time: binary log-loss and softmax, written so that
//! nothing cancels and nothing overflows. The TypeScript twin is `src/kernels/logistic-link.ts`.

use super::panels::Column;
use crate::arch::{Ahead, Real, Simd, Vector, WIDTH};
use crate::families::rows::ROW_BLOCK;
use crate::math::{exp, log1p};

/// What the link of a block reads and writes. Rows beyond the last have weight 0 and score 0.
pub(super) struct LinkBlock {
    pub weights: Column,
    /// Class index of each row.
    pub labels: Column,
    /// A column for each coefficient vector. Softmax overwrites them by probabilities.
    pub scores: Vec<Column>,
    /// weight × (p_k − [y = k]) for each coefficient vector.
    pub residuals: Vec<Column>,
    /// weight × p(1 − p) for two classes, else weight × p_k·p_l for each pair k > l, the pair's index being k(k − 1)/2 + l.
    pub pairs: Vec<Column>,
    /// The rows of the next block, which the cache is asked for meanwhile.
    pub ahead: Ahead,
}

/// Two classes, one score a row. Gives the sum of weight × log-loss.
#[inline(always)]
pub(super) fn binary<S: Simd>(simd: S, block: &mut LinkBlock, rows: usize, order: u8) -> f64 {
    let c = |value| simd.splat(value);
    let mut losses = c(0.0);
    for group in 0..rows.min(ROW_BLOCK).div_ceil(WIDTH) {
        block.ahead.ask(simd);
        let weight = block.weights.load(simd, group);
        let sign = Real::select(block.labels.load(simd, group).equal(c(1.0)), c(-1.0), c(1.0));
        // The score against the true class: positive means wrong.
        let score = sign * block.scores[0].load(simd, group);
        let wrong = c(0.0).less(score);
        let t = exp(Real::select(wrong, -score, score));
        losses = losses + weight * (Real::select(wrong, score, c(0.0)) + log1p(t));
        if order == 0 {
            continue;
        }
        let near = c(1.0) / (c(1.0) + t);
        let far = t * near;
        block.residuals[0].store(group, weight * (sign * Real::select(wrong, near, far)));
        if order == 2 {
            block.pairs[0].store(group, weight * (near * far));
        }
    }
    fold(losses)
}

/// K > 2 classes, K scores a row. Gives the sum of weight × log-loss.
#[inline(always)]
pub(super) fn softmax<S: Simd>(simd: S, block: &mut LinkBlock, rows: usize, order: u8) -> f64 {
    let c = |value| simd.splat(value);
    let classes = block.scores.len();
    let mut losses = c(0.0);
    for group in 0..rows.min(ROW_BLOCK).div_ceil(WIDTH) {
        let weight = block.weights.load(simd, group);
        let label = block.labels.load(simd, group);
        let mut top = c(0.0);
        let mut highest = block.scores[0].load(simd, group);
        let mut own = highest;
        for k in 1..classes {
            let (score, class) = (block.scores[k].load(simd, group), c(k as f64));
            let higher = highest.less(score);
            highest = Real::select(higher, score, highest);
            top = Real::select(higher, class, top);
            own = Real::select(label.equal(class), score, own);
        }
        // The largest term is 1 and stays out of the sum, so that a sure row keeps its small loss.
        let mut others = c(0.0);
        for k in 0..classes {
            let is_top = top.equal(c(k as f64));
            let t = exp(block.scores[k].load(simd, group) - highest);
            others = others + Real::select(is_top, c(0.0), t);
            block.scores[k].store(group, Real::select(is_top, c(1.0), t));
        }
        losses = losses + weight * ((highest - own) + log1p(others));
        if order == 0 {
            continue;
        }
        let inverse = c(1.0) / (c(1.0) + others);
        for k in 0..classes {
            let class = c(k as f64);
            let p = block.scores[k].load(simd, group) * inverse;
            block.scores[k].store(group, p);
            let complement = Real::select(top.equal(class), others * inverse, c(1.0) - p);
            block.residuals[k].store(group, weight * Real::select(label.equal(class), -complement, p));
        }
        if order < 2 {
            continue;
        }
        let mut pair = 0;
        for k in 1..classes {
            let weighted = weight * block.scores[k].load(simd, group);
            for l in 0..k {
                block.pairs[pair].store(group, weighted * block.scores[l].load(simd, group));
                pair += 1;
            }
        }
    }
    fold(losses)
}

/// Sum of the lanes, folded in halves.
#[inline(always)]
fn fold<V: Vector>(lanes: V) -> f64 {
    let [a0, a1, a2, a3, a4, a5, a6, a7] = lanes.to_array();
    ((a0 + a4) + (a2 + a6)) + ((a1 + a5) + (a3 + a7))
}
