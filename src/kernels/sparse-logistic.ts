/**
 * The data term of logistic regression over a sparse matrix: Σ weight × log-loss and its gradient, in one read. Rows are taken in blocks of 64 whose losses are summed as in
 * logistic.ts, and in chunks that meet by the merge tree. The Rust twin is crates/kernels/src/families/logistic/sparse.rs.
 */
import type { FloatArray } from '../common/arrays.ts'
import type { SparseMatrix } from '../common/sparse.ts'
import { binaryLink, softmaxLink, type LinkBlock } from './logistic-link.ts'
import { sumInLanes, vectorsOf } from './logistic.ts'
import { mergeTree, ROW_BLOCK } from './rows.ts'

/** A sparse matrix with one class index a row. */
export interface SparseProblem extends SparseMatrix {
  /** Class index of each row, 0 … classes − 1. */
  readonly y: Int32Array
  readonly classes: number
}

/** One evaluation of loss and gradient at one point, in the space of the columns as they are. */
export interface SparseRequest {
  /** Weight of each row, or null for ones. */
  readonly weights: Float64Array | null
  /** vectors × (columns + 1), the intercept last in each vector. */
  readonly coefficients: Float64Array
  /** Written: the loss, then the gradient as the coefficients. */
  readonly out: Float64Array
}

/** Values of a chunk at least, in all and for each number of its gradient, and chunks at most: each has a gradient of its own. */
const CHUNK_VALUES = 1 << 16
const CHUNK_VALUES_EACH = 16
const MAX_CHUNKS = 32

/** The fixed partition: depends on the matrix and the length of the gradient alone. */
export function partitionSparse(rows: number, values: number, size: number): { readonly rowsPerChunk: number; readonly chunks: number } {
  const blocks = Math.ceil(rows / ROW_BLOCK)
  const wanted = Math.max(1, Math.min(MAX_CHUNKS, Math.ceil(values / Math.max(CHUNK_VALUES, CHUNK_VALUES_EACH * size)), blocks))
  const blocksPerChunk = Math.max(1, Math.ceil(blocks / wanted))
  return { rowsPerChunk: blocksPerChunk * ROW_BLOCK, chunks: Math.max(1, Math.ceil(blocks / blocksPerChunk)) }
}

/** Loss and gradient, on this thread. */
export function sparseLogistic(problem: SparseProblem, request: SparseRequest): void {
  const { rows, columns, classes } = problem
  const vectors = vectorsOf(classes)
  const size = vectors * (columns + 1)
  const { rowsPerChunk, chunks } = partitionSparse(rows, problem.values.length, size)
  const block: LinkBlock = {
    rows: 0,
    weights: new Float64Array(ROW_BLOCK),
    labels: new Int32Array(ROW_BLOCK),
    scores: new Float64Array(vectors * ROW_BLOCK),
    residuals: new Float64Array(vectors * ROW_BLOCK),
    pairs: new Float64Array(0),
    losses: new Float64Array(ROW_BLOCK),
  }
  const spares: Float64Array[] = []
  const total = mergeTree(
    0,
    chunks,
    (chunk) => {
      const partial = spares.pop() ?? new Float64Array(1 + size)
      partial.fill(0)
      const last = Math.min(rows, (chunk + 1) * rowsPerChunk)
      for (let row = chunk * rowsPerChunk; row < last; row += ROW_BLOCK) addBlock(problem, request, vectors, row, Math.min(ROW_BLOCK, last - row), block, partial)
      return partial
    },
    (a, b) => {
      for (let i = 0; i < a.length; i++) a[i] = a[i]! + b[i]!
      spares.push(b)
      return a
    },
  )
  request.out.set(total)
}

function addBlock(
  { values, columnIndices, rowOffsets, columns, y, classes }: SparseProblem, { weights, coefficients }: SparseRequest, vectors: number, first: number, rows: number,
  block: LinkBlock, partial: Float64Array,
): void {
  const width = columns + 1
  const { scores, residuals } = block
  block.rows = rows
  for (let r = 0; r < rows; r++) {
    block.weights[r] = weights === null ? 1 : weights[first + r]!
    block.labels[r] = y[first + r]!
    const from = rowOffsets[first + r]!
    const to = rowOffsets[first + r + 1]!
    if (vectors === 1) {
      scores[r] = coefficients[columns]! + inLanes(values, columnIndices, from, to, coefficients)
      continue
    }
    for (let k = 0; k < vectors; k++) {
      const base = k * width
      let score = coefficients[base + columns]!
      for (let at = from; at < to; at++) score += values[at]! * coefficients[base + columnIndices[at]!]!
      scores[k * ROW_BLOCK + r] = score
    }
  }
  if (vectors === 1) binaryLink(block, 1)
  else softmaxLink(block, classes, 1)
  if (rows < ROW_BLOCK) block.losses.fill(0, rows)
  partial[0] = partial[0]! + sumInLanes(block.losses)
  for (let r = 0; r < rows; r++) {
    const from = rowOffsets[first + r]!
    const to = rowOffsets[first + r + 1]!
    for (let k = 0; k < vectors; k++) {
      const base = 1 + k * width
      const residual = residuals[k * ROW_BLOCK + r]!
      partial[base + columns] = partial[base + columns]! + residual
      for (let at = from; at < to; at++) {
        const place = base + columnIndices[at]!
        partial[place] = partial[place]! + residual * values[at]!
      }
    }
  }
}

/** Σ value × coefficient of entries `from … to − 1`, every fourth in a sum of its own: one sum alone waits for its last addition. */
function inLanes(values: FloatArray, columnIndices: Int32Array, from: number, to: number, coefficients: Float64Array): number {
  let [a, b, c, d] = [0, 0, 0, 0]
  let at = from
  for (; at + 4 <= to; at += 4) {
    a += values[at]! * coefficients[columnIndices[at]!]!
    b += values[at + 1]! * coefficients[columnIndices[at + 1]!]!
    c += values[at + 2]! * coefficients[columnIndices[at + 2]!]!
    d += values[at + 3]! * coefficients[columnIndices[at + 3]!]!
  }
  if (at < to) a += values[at]! * coefficients[columnIndices[at]!]!
  if (at + 1 < to) b += values[at + 1]! * coefficients[columnIndices[at + 1]!]!
  if (at + 2 < to) c += values[at + 2]! * coefficients[columnIndices[at + 2]!]!
  return a + c + (b + d)
}

/** `out[row × vectors + k]`: scores of rows first … last − 1, coefficients as in SparseRequest. A row's bits depend on that row alone. */
export function sparseDecision({ values, columnIndices, rowOffsets, columns }: SparseMatrix, coefficients: Float64Array, vectors: number, first: number, last: number, out: Float64Array): void {
  const width = columns + 1
  for (let row = first; row < last; row++) {
    for (let k = 0; k < vectors; k++) {
      const base = k * width
      let score = coefficients[base + columns]!
      for (let at = rowOffsets[row]!; at < rowOffsets[row + 1]!; at++) score += values[at]! * coefficients[base + columnIndices[at]!]!
      out[row * vectors + k] = score
    }
  }
}
