/** A sparse matrix, checked, with the mean and variance of its columns, its zeros among them: both in one read, by the backend. */
import { sparseFrom, type CSR, type SparseMatrix } from '../common/sparse.ts'
import { sparseLogisticCost, threadsFor, type Backend } from '../dispatch/index.ts'
import { checkShape } from './input.ts'
import type { Moments } from './scaling.ts'

export interface ScannedSparse {
  readonly sparse: SparseMatrix
  /** Population moments. */
  readonly moments: Moments
  /** 1 for a column that holds one number only. */
  readonly constant: Float64Array
}

/** As `sparseFeatures`, with moments. */
export function scannedSparse(X: CSR, copy: boolean, backend: Backend, threads: number | undefined): ScannedSparse {
  let out = new Float64Array(0)
  let scanned: SparseMatrix | undefined
  const scan = (matrix: SparseMatrix): boolean => {
    const cost = sparseLogisticCost(backend, matrix.rows, matrix.values.length, 1)
    out = new Float64Array(3 * matrix.columns)
    scanned = matrix
    return backend.sparseMoments(matrix, threadsFor(backend, cost, threads), out)
  }
  const sparse = sparseFrom(X, 'X', copy, scan)
  checkShape(sparse.rows, sparse.columns)
  // Rows that were out of order have been copied.
  if (scanned !== sparse) scan(sparse)
  const { columns } = sparse
  return { sparse, moments: { mean: out.subarray(0, columns), variance: out.subarray(columns, 2 * columns) }, constant: out.subarray(2 * columns) }
}
