/** What the logistic kernels are asked: the data, and the points at which to evaluate. */

import type { FloatArray } from '../common/arrays.ts'

/** Rows of a matrix with one class index a row: what all fits on the same data share. */
export interface LogisticProblem {
  /** Row-major, `rows × columns`, contiguous. */
  readonly x: FloatArray
  readonly rows: number
  readonly columns: number
  /** Subtracted from each column before anything else; length `columns`. */
  readonly center: Float64Array
  /** Multiplied into each centred column; length `columns`. */
  readonly inverseScale: Float64Array
  /** Class index of each row, 0 … classes − 1. */
  readonly y: Int32Array
  /** Number of classes, at least 2. Two classes have one coefficient vector (for class 1), K > 2 have K. */
  readonly classes: number
}

/** One evaluation of the data term at one point: loss, and on request its derivatives. Several are answered in one read of X. */
export interface LogisticRequest {
  /** Weight of each row (sample weight × class weight × C), or null for ones. */
  readonly weights: Float64Array | null
  /** `vectors × (columns + 1)`, the intercept last in each vector, in the centred and scaled space. */
  readonly coefficients: Float64Array
  /** 0: loss · 1: and gradient · 2: and Hessian. */
  readonly order: 0 | 1 | 2
  /**
   * Written: `[loss, gradient (q), Hessian (q × q, row-major, both triangles)]` with `q = vectors × (columns + 1)`, as far
   * as `order` asks. Sums over rows of weight × log-loss; no penalty.
   */
  readonly out: Float64Array
}
