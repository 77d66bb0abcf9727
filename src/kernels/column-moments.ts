/**
 * Mean and variance of each column in one read of a row-major matrix, without cancellation: blocks of rows by the
 * corrected two-pass method, merged by Chan, Golub and LeVeque (1983), the mean held as two parts so that even columns
 * whose offset is 10^8 times their spread lose nothing. The order is in docs/order-of-arithmetic-models.md.
 */
import type { FloatArray } from '../common/arrays.ts'
import { mergeTree, partitionRows, ROW_BLOCK } from './rows.ts'

/** Moments of some rows. The mean of column j is `center[j] + offset[j]`, the sum of squared deviations `squares[j]`. */
export interface ColumnMoments {
  count: number
  readonly center: Float64Array
  readonly offset: Float64Array
  readonly squares: Float64Array
}

/** Moments of the rows `first … last − 1` (block after block from `first`). */
export function columnMomentsOfRows(x: FloatArray, columns: number, first: number, last: number): ColumnMoments {
  let total: ColumnMoments | undefined
  let spare: ColumnMoments | undefined
  for (let row = first; row < last; row += ROW_BLOCK) {
    const block = (spare ??= emptyMoments(columns))
    momentsOfBlock(x, columns, row, Math.min(last, row + ROW_BLOCK), block)
    if (total === undefined) {
      total = block
      spare = undefined
    } else {
      mergeColumnMoments(total, block)
    }
  }
  return total ?? emptyMoments(columns)
}

/** Merges b into a and gives a. */
export function mergeColumnMoments(a: ColumnMoments, b: ColumnMoments): ColumnMoments {
  const count = a.count + b.count
  const share = b.count / count
  const weight = a.count * share
  for (let j = 0; j < a.center.length; j++) {
    const delta = b.center[j]! - a.center[j]! + (b.offset[j]! - a.offset[j]!)
    a.offset[j] = a.offset[j]! + delta * share
    a.squares[j] = a.squares[j]! + b.squares[j]! + delta * delta * weight
  }
  a.count = count
  return a
}

/** Writes `columns` means, then `columns` population variances. */
export function finishColumnMoments(moments: ColumnMoments, out: Float64Array): void {
  const columns = moments.center.length
  for (let j = 0; j < columns; j++) {
    out[j] = moments.center[j]! + moments.offset[j]!
    out[columns + j] = moments.squares[j]! / moments.count
  }
}

/** Means and population variances of the columns of `x` (row-major, at least one row) into `out` (2 × columns). */
export function columnMoments(x: FloatArray, rows: number, columns: number, out: Float64Array): void {
  const { rowsPerChunk, chunks } = partitionRows(rows, columns)
  const leaf = (chunk: number): ColumnMoments =>
    columnMomentsOfRows(x, columns, chunk * rowsPerChunk, Math.min(rows, (chunk + 1) * rowsPerChunk))
  finishColumnMoments(mergeTree(0, chunks, leaf, mergeColumnMoments), out)
}

function emptyMoments(columns: number): ColumnMoments {
  const memory = new Float64Array(3 * columns)
  return {
    count: 0,
    center: memory.subarray(0, columns),
    offset: memory.subarray(columns, 2 * columns),
    squares: memory.subarray(2 * columns),
  }
}

function momentsOfBlock(x: FloatArray, columns: number, first: number, last: number, moments: ColumnMoments): void {
  const { center, offset, squares } = moments
  const count = last - first
  center.fill(0)
  offset.fill(0)
  squares.fill(0)
  for (let row = first; row < last; row++) {
    const base = row * columns
    for (let j = 0; j < columns; j++) center[j] = center[j]! + x[base + j]!
  }
  for (let j = 0; j < columns; j++) center[j] = center[j]! / count
  for (let row = first; row < last; row++) {
    const base = row * columns
    for (let j = 0; j < columns; j++) {
      const d = x[base + j]! - center[j]!
      offset[j] = offset[j]! + d
      squares[j] = squares[j]! + d * d
    }
  }
  for (let j = 0; j < columns; j++) {
    const sum = offset[j]!
    const rest = sum / count
    offset[j] = rest
    squares[j] = squares[j]! - sum * rest
  }
  moments.count = count
}
