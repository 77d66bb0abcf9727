/** What the kernels of linear algebra are handed, and what they give: a call cut up. */
import type { FloatArray, NumericArray } from '../../common/arrays.ts'

/** What a call is about. Nothing in it is checked any more. */
export interface Operands {
  /** Shapes, strides and other parameters, in the order that the native function takes them. */
  readonly numbers: readonly number[]
  /** Arrays to read, each from its matrix's first element on. */
  readonly inputs: readonly NumericArray[]
}

/** A call cut up: pieces that may be computed by anyone in any order, each in steps that follow each other. */
export interface Twin {
  readonly pieces: number
  /** Doubles of a piece's result; a last, smaller piece uses the front. */
  readonly width: number
  /** Steps of a piece, each below a millisecond or so. */
  readonly steps: number
  /** Does a step of a piece. `result` holds what the steps before it left there; a step 0 makes no use of its content. */
  run(piece: number, step: number, result: Float64Array): void
  /** Puts a piece's result where it belongs. */
  place(piece: number, result: Float64Array, out: FloatArray): void
  /** What the only piece's result says beside it. Default 0: all is well. */
  value?(result: Float64Array): number
}
