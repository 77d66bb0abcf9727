/** Mean and variance of the columns of a sparse matrix, its zeros among them. */
import type { SparseMatrix } from '../common/sparse.ts'

/** Population moments; `constant` is 1 for a column that holds one number only. Corrected two-pass sums (Chan, Golub and LeVeque 1983). */
export function sparseMoments({ values, columnIndices, rowOffsets, rows, columns }: SparseMatrix): {
  readonly mean: Float64Array
  readonly variance: Float64Array
  readonly constant: Uint8Array
} {
  const mean = new Float64Array(columns)
  const variance = new Float64Array(columns)
  const rest = new Float64Array(columns)
  const counts = new Float64Array(columns)
  const first = new Float64Array(columns)
  const constant = new Uint8Array(columns).fill(1)
  const count = rowOffsets[rows]!
  for (let at = 0; at < count; at++) {
    const j = columnIndices[at]!
    const value = values[at]!
    if (counts[j] === 0) first[j] = value
    else if (value !== first[j]) constant[j] = 0
    counts[j] = counts[j]! + 1
    mean[j] = mean[j]! + value
  }
  for (let j = 0; j < columns; j++) {
    mean[j] = mean[j]! / rows
    if (counts[j]! < rows && first[j] !== 0) constant[j] = 0
  }
  for (let at = 0; at < count; at++) {
    const j = columnIndices[at]!
    const d = values[at]! - mean[j]!
    rest[j] = rest[j]! + d
    variance[j] = variance[j]! + d * d
  }
  for (let j = 0; j < columns; j++) {
    const zeros = rows - counts[j]!
    const sum = rest[j]! - zeros * mean[j]!
    variance[j] = (variance[j]! + zeros * mean[j]! ** 2 - (sum * sum) / rows) / rows
    if (constant[j] === 1) variance[j] = 0
  }
  return { mean, variance, constant }
}
