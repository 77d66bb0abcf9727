/** Taking some rows of features and labels. */
import { Matrix, matrixFrom, type MatrixData, type MatrixLike } from '../../common/matrix.ts'
import { typedArrayName } from '../../common/arrays.ts'
import type { Labels } from '../labels.ts'

/** Number of rows of what may stand for data: a matrix in any form, or a list with an element a row. */
export function countRows(X: unknown): number {
  if (X instanceof Matrix) return X.rows
  if (Array.isArray(X) || typedArrayName(X) !== undefined) return (X as ArrayLike<unknown>).length
  return matrixFrom(X, 'X').rows
}

/** A copy of some rows, of the matrix's own element type. */
export function takeRows(X: MatrixLike, indices: Int32Array): Matrix<MatrixData> {
  const { data, columns } = matrixFrom(X, 'X')
  const copy = new (data.constructor as Float64ArrayConstructor)(indices.length * columns)
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]! * columns
    copy.set(data.subarray(from, from + columns), i * columns)
  }
  return new Matrix(copy, indices.length, columns)
}

/** A copy of some labels, in the kind they came in. */
export function takeLabels<Y extends Labels>(y: Y, indices: Int32Array): Y {
  if (Array.isArray(y)) return Array.from(indices, (row): unknown => y[row]) as unknown as Y
  const labels = y as unknown as Int32Array
  const taken = new (labels.constructor as Int32ArrayConstructor)(indices.length)
  for (let i = 0; i < indices.length; i++) taken[i] = labels[indices[i]!]!
  return taken as unknown as Y
}
