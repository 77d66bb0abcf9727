/** Taking some rows of features and labels. */
import { Matrix, matrixFrom, type MatrixData, type MatrixLike } from '../../common/matrix.ts'
import { arrayClass, typedArrayName } from '../../common/arrays.ts'
import { isCSR, sparseFrom, sparseRows, type CSR } from '../../common/sparse.ts'
import type { Labels } from '../labels.ts'

/** Number of rows of what may stand for data: a matrix in any form, or a list with an element a row. */
export function countRows(X: unknown): number {
  if (X instanceof Matrix) return X.rows
  if (isCSR(X)) return sparseFrom(X, 'X').rows
  if (Array.isArray(X) || typedArrayName(X) !== undefined) return (X as ArrayLike<unknown>).length
  return matrixFrom(X, 'X').rows
}

/** What copies of rows come as: sparse rows of sparse matrices, else a Matrix. */
export type TakenRows<X> = X extends CSR ? CSR : Matrix<MatrixData>

/** A copy of some rows, of the matrix's own element type. */
export function takeRows<X extends MatrixLike | CSR>(X: X, indices: Int32Array): TakenRows<X> {
  return (isCSR(X) ? takeSparseRows(X, indices) : takeDenseRows(X as MatrixLike, indices)) as TakenRows<X>
}

function takeSparseRows(X: CSR, indices: Int32Array): CSR {
  const { values, columnIndices, rowOffsets, rows, columns } = sparseRows(sparseFrom(X, 'X'), indices)
  return { values: values as MatrixData, columns: columnIndices, rowOffsets, shape: [rows, columns] }
}

function takeDenseRows(X: MatrixLike, indices: Int32Array): Matrix<MatrixData> {
  const { data, columns } = matrixFrom(X, 'X')
  const copy = new (arrayClass(data))(indices.length * columns)
  // Rows that follow each other are copied in one go.
  for (let first = 0, next = 0; first < indices.length; first = next) {
    const from = indices[first]!
    next = first + 1
    while (next < indices.length && indices[next] === from + next - first) next++
    copy.set(data.subarray(from * columns, (from + next - first) * columns), first * columns)
  }
  return new Matrix(copy, indices.length, columns)
}

/** A copy of some labels, in the kind they came in. */
export function takeLabels<Y extends Labels>(y: Y, indices: Int32Array): Y {
  if (Array.isArray(y)) return Array.from(indices, (row): unknown => y[row]) as unknown as Y
  const labels = y as unknown as Int32Array
  const taken = new (arrayClass(labels))(indices.length)
  for (let i = 0; i < indices.length; i++) taken[i] = labels[indices[i]!]!
  return taken as unknown as Y
}
