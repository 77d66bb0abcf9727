/**
 * From scores to loss, residuals and Hessian weights, row by row of a block: binary log-loss and softmax, written so that
 * nothing cancels and nothing overflows. The order is in docs/order-of-arithmetic-models.md; the Rust twin is
 * crates/kernels/src/families/logistic_link.rs.
 */
import { exp } from './math/exp.ts'
import { log1p } from './math/log1p.ts'
import { ROW_BLOCK } from './rows.ts'

/** What the link of a block reads and writes; each row of scores, residuals and pairs holds ROW_BLOCK numbers. */
export interface LinkBlock {
  /** Rows of the block that exist; the others have weight 0 and score 0. */
  rows: number
  readonly weights: Float64Array
  readonly labels: Int32Array
  /** `vectors × ROW_BLOCK`. */
  readonly scores: Float64Array
  /** `vectors × ROW_BLOCK`, written if the order is at least 1: weight × (p_k − [y = k]). */
  readonly residuals: Float64Array
  /**
   * Written if the order is 2: weight × p(1 − p) for two classes, else weight × p_k·p_l for each pair k > l, the pair's index being
   * k(k − 1)/2 + l.
   */
  readonly pairs: Float64Array
  /** Written: weight × log-loss of each row. */
  readonly losses: Float64Array
}

/** Two classes, one score a row. */
export function binaryLink(block: LinkBlock, order: number): void {
  const { weights, labels, scores, residuals, pairs, losses, rows } = block
  for (let r = 0; r < rows; r++) {
    const sign = labels[r] === 1 ? -1 : 1
    const weight = weights[r]!
    // The score against the true class: positive means wrong.
    const wrong = sign * scores[r]!
    const t = exp(wrong > 0 ? -wrong : wrong)
    losses[r] = weight * ((wrong > 0 ? wrong : 0) + log1p(t))
    if (order === 0) continue
    const near = 1 / (1 + t)
    const far = t * near
    residuals[r] = weight * (sign * (wrong > 0 ? near : far))
    if (order === 2) pairs[r] = weight * (near * far)
  }
}

/** K > 2 classes, K scores a row. Overwrites the scores by probabilities if the order is at least 1. */
export function softmaxLink(block: LinkBlock, classes: number, order: number): void {
  const { weights, labels, scores, residuals, pairs, losses, rows } = block
  for (let r = 0; r < rows; r++) {
    const weight = weights[r]!
    const label = labels[r]!
    let top = 0
    let highest = scores[r]!
    for (let k = 1; k < classes; k++) {
      const score = scores[k * ROW_BLOCK + r]!
      if (score > highest) {
        highest = score
        top = k
      }
    }
    const lag = highest - scores[label * ROW_BLOCK + r]!
    // The largest term is 1 and stays out of the sum, so that a sure row keeps its small loss.
    let others = 0
    for (let k = 0; k < classes; k++) {
      if (k === top) continue
      const t = exp(scores[k * ROW_BLOCK + r]! - highest)
      scores[k * ROW_BLOCK + r] = t
      others += t
    }
    losses[r] = weight * (lag + log1p(others))
    if (order === 0) continue
    const inverse = 1 / (1 + others)
    scores[top * ROW_BLOCK + r] = 1
    for (let k = 0; k < classes; k++) {
      const p = scores[k * ROW_BLOCK + r]! * inverse
      scores[k * ROW_BLOCK + r] = p
      residuals[k * ROW_BLOCK + r] = weight * (k !== label ? p : -(k === top ? others * inverse : 1 - p))
    }
    if (order !== 2) continue
    let pair = r
    for (let k = 1; k < classes; k++) {
      const weighted = weight * scores[k * ROW_BLOCK + r]!
      for (let l = 0; l < k; l++) {
        pairs[pair] = weighted * scores[l * ROW_BLOCK + r]!
        pair += ROW_BLOCK
      }
    }
  }
}
