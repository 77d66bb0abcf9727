/** Taking some rows of features and labels. */
import { Matrix, matrixFrom, type MatrixData, type MatrixLike } from '../../common/matrix.ts'
import { arrayClass, detachedError, typedArrayName } from '../../common/arrays.ts'
import { atOnce, inStretches, type Pausing } from '../../common/pausing.ts'
import { newResult, type ArrayClass } from '../../common/results.ts'
import { copyRows, isCSR, roomForRows, shapeOf, sparseFrom, type CSR, type SparseMatrix } from '../../common/sparse.ts'
import { runSliced } from '../../dispatch/index.ts'
import { either, pausing, type Job } from '../both-forms.ts'
import type { Control } from '../control.ts'
import { checkStillThere } from '../input.ts'
import type { Labels } from '../labels.ts'

/** Number of rows of what may stand for data: a matrix in any form, or a list with an element a row. */
export function countRows(X: unknown): number {
  if (X instanceof Matrix) return X.rows
  if (isCSR(X)) return shapeOf(X, 'X')[0]
  if (Array.isArray(X) || typedArrayName(X) !== undefined) return (X as ArrayLike<unknown>).length
  return matrixFrom(X, 'X').rows
}

/** What copies of rows come as: sparse rows of sparse matrices, else a Matrix. */
export type TakenRows<X> = X extends CSR ? CSR : Matrix<MatrixData>

/** Bytes of a copy that are made in one go by promise forms: a fraction of a millisecond. */
const COPY_SLICE = 2 ** 20

/** A copy of some rows, of the matrix's own element type. */
export function takeRows<X extends MatrixLike | CSR>(X: X, indices: Int32Array): TakenRows<X> {
  const taking = takingOf(X, indices)
  taking.copy(0, indices.length)
  return taking.taken as TakenRows<X>
}

/** The same as a part of a job: its promise form copies in slices between turns of the event loop, and rejects with DETACHED when X loses its memory. */
export function* rowsOf(X: Matrix<MatrixData> | SparseMatrix, indices: Int32Array, control: Control): Job<Matrix<MatrixData> | CSR> {
  const taking = X instanceof Matrix ? takingDense(X, indices) : yield* pausing(takingSparse(X, indices), control.check)
  const rows = Math.max(1, Math.floor(COPY_SLICE / taking.bytesARow))
  const check = (): void => {
    control.check()
    taking.check()
  }
  yield* either(
    () => taking.copy(0, indices.length),
    () => runSliced({
      pieces: Math.ceil(indices.length / rows),
      pieceMilliseconds: 0.3,
      check,
      run: (first, last) => taking.copy(first * rows, Math.min(indices.length, last * rows)),
    }),
  )
  return taking.taken
}

/** A copy of rows in the making. */
interface Taking {
  readonly taken: Matrix<MatrixData> | CSR
  /** On average. */
  readonly bytesARow: number
  /** Copies the rows of indices first … last − 1. */
  copy(first: number, last: number): void
  /** Throws a DETACHED error if there is nothing left to copy from. */
  check(): void
}

function takingOf(X: MatrixLike | CSR, indices: Int32Array): Taking {
  return isCSR(X) ? atOnce(takingSparse(atOnce(sparseFrom(X, 'X')), indices)) : takingDense(matrixFrom(X, 'X'), indices)
}

function* takingSparse(sparse: SparseMatrix, indices: Int32Array): Pausing<Taking> {
  const { values, columnIndices, rowOffsets, rows } = sparse
  const taken = yield* roomForRows(sparse, indices)
  return {
    taken: { values: taken.values as MatrixData, columns: taken.columnIndices, rowOffsets: taken.rowOffsets, shape: [taken.rows, taken.columns] },
    bytesARow: (12 * taken.values.length) / Math.max(1, indices.length) + 1,
    copy: (first, last) => copyRows(sparse, indices, taken, first, last),
    check() {
      if (rowOffsets.length <= rows || values.length < rowOffsets[rows]! || columnIndices.length < values.length) throw detachedError('X')
    },
  }
}

function takingDense({ data, rows, columns }: Matrix<MatrixData>, indices: Int32Array): Taking {
  const copy = newResult(arrayClass(data) as unknown as ArrayClass<MatrixData>, indices.length * columns)
  return {
    taken: new Matrix(copy, indices.length, columns),
    bytesARow: columns * copy.BYTES_PER_ELEMENT,
    copy(start, end) {
      // Rows that follow each other are copied in one go.
      for (let first = start, next = start; first < end; first = next) {
        const from = indices[first]!
        next = first + 1
        while (next < end && indices[next] === from + next - first) next++
        copy.set(data.subarray(from * columns, (from + next - first) * columns), first * columns)
      }
    },
    check: () => checkStillThere(data, rows * columns),
  }
}

/** A copy of some labels, in the kind they came in. */
export function takeLabels<Y extends Labels>(y: Y, indices: Int32Array): Y {
  return atOnce(takingLabels(y, indices))
}

/** The same with pauses. */
export function* takingLabels<Y extends Labels>(y: Y, indices: Int32Array): Pausing<Y> {
  const taken = Array.isArray(y) ? new Array<unknown>(indices.length) : new (arrayClass(y as unknown as Int32Array))(indices.length)
  yield* inStretches(indices.length, (first, end) => {
    // A copy of the loop for each kind would be faster, and hardly matter.
    for (let i = first; i < end; i++) taken[i] = y[indices[i]!] as never
  })
  return taken as unknown as Y
}

/** Some of the weights. */
export function* takingWeights(weights: Float64Array, indices: Int32Array): Pausing<Float64Array> {
  const taken = new Float64Array(indices.length)
  yield* inStretches(indices.length, (first, end) => {
    for (let i = first; i < end; i++) taken[i] = weights[indices[i]!]!
  })
  return taken
}
