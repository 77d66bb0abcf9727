/** A sparse matrix, checked, with the mean and variance of its columns, its zeros among them: both in one read, by the backend. */
import { inOrder, withOffsets, type CSR, type SparseMatrix } from '../common/sparse.ts'
import { runPausing, sparseLogisticCost, sparseMomentsInTurns, threadsFor, type Backend } from '../dispatch/index.ts'
import { either, pausing, type Job } from './both-forms.ts'
import type { Control } from './control.ts'
import { checkShape } from './input.ts'
import type { Moments } from './scaling.ts'

export interface ScannedSparse {
  readonly sparse: SparseMatrix
  /** Population moments. */
  readonly moments: Moments
  /** 1 for a column that holds one number only. */
  readonly constant: Float64Array
}

/** As `sparseFeatures`, with moments: in the promise form by the backends' common twin, which pauses. */
export function* scannedSparse(X: CSR, copy: boolean, backend: Backend, control: Control): Job<ScannedSparse> {
  const given = yield* pausing(withOffsets(X, 'X', copy), control.check)
  checkShape(given.rows, given.columns)
  const out = new Float64Array(3 * given.columns)
  const scan = function* (matrix: SparseMatrix): Job<boolean> {
    const threads = threadsFor(backend, sparseLogisticCost(backend, matrix.rows, matrix.values.length, 1), control.threads)
    return yield* either(() => backend.sparseMoments(matrix, threads, out), () => runPausing(sparseMomentsInTurns(matrix, out), control.check))
  }
  let sparse = given
  if (!(yield* scan(given))) {
    // Throws unless rows were out of order only.
    sparse = yield* pausing(inOrder(given, 'X'), control.check)
    yield* scan(sparse)
  }
  const { columns } = sparse
  return { sparse, moments: { mean: out.subarray(0, columns), variance: out.subarray(columns, 2 * columns) }, constant: out.subarray(2 * columns) }
}
