/** The feature matrix as the kernels take it: doubles, row-major. */
import { Matrix, matrixFrom, type MatrixData, type MatrixLike } from '../common/matrix.ts'
import { isStable } from '../common/allocate.ts'
import { detachedError } from '../common/arrays.ts'
import { runSliced } from '../dispatch/index.ts'
import { makeError } from '../errors.ts'

/** A feature matrix: a row an observation, a column a feature. Float64 matrices are read in place, all others are widened. */
export type Features = MatrixLike

/** A feature matrix in doubles. */
export interface Dense {
  readonly x: Float64Array
  readonly rows: number
  readonly columns: number
}

/** Elements that are copied in one go by the promise form: a fraction of a millisecond. */
const COPY_SLICE = 1 << 17

/**
 * The matrix that X describes, checked but for its elements.
 *
 * @throws TYPE, SHAPE as Matrix.from; SHAPE for a matrix without rows or columns; DETACHED.
 */
export function featuresFrom(X: unknown): Matrix<MatrixData> {
  const matrix = X instanceof Matrix ? (X as Matrix<MatrixData>) : matrixFrom(X, 'X')
  const { data, rows, columns } = matrix
  if (rows === 0 || columns === 0) {
    throw makeError('SHAPE', `X: expected at least one row and one column, got ${rows} × ${columns}`, {
      argument: 'X',
      got: `${rows} × ${columns}`,
      wanted: 'at least one row and one column',
    })
  }
  checkStillThere(data, rows * columns)
  return matrix
}

/** In doubles: the caller's memory where it holds doubles already, else a copy. */
export function widened({ data, rows, columns }: Matrix<MatrixData>): Dense {
  return { x: data instanceof Float64Array ? data : new Float64Array(data), rows, columns }
}

/**
 * In doubles, in memory that nothing can free while we read it: a copy, made in slices between turns of the event loop, unless the
 * caller's doubles are in shared memory or in memory from `allocate`. `check` throws when the work may not go on.
 */
export async function stableCopy({ data, rows, columns }: Matrix<MatrixData>, check: () => void): Promise<Dense> {
  if (data instanceof Float64Array && isStable(data.buffer)) return { x: data, rows, columns }
  const count = rows * columns
  if (count <= COPY_SLICE) return { x: new Float64Array(data), rows, columns }
  const x = new Float64Array(count)
  await runSliced({
    pieces: Math.ceil(count / COPY_SLICE),
    pieceMilliseconds: 0.3,
    check() {
      check()
      checkStillThere(data, count)
    },
    run(first, last) {
      x.set(data.subarray(first * COPY_SLICE, Math.min(count, last * COPY_SLICE)), first * COPY_SLICE)
    },
  })
  return { x, rows, columns }
}

/** Throws a DETACHED error if a typed array has lost elements since it was made part of a matrix. */
export function checkStillThere(data: MatrixData, count: number): void {
  if (data.length < count) throw detachedError('X')
}

/** Throws a NOT_FINITE error that names the first element that isn't finite; returns if all are. `x` starts with row `firstRow` of X. */
export function checkFinite(x: Float64Array, columns: number, firstRow = 0): void {
  for (let i = 0; i < x.length; i++) {
    if (Number.isFinite(x[i]!)) continue
    const row = firstRow + Math.floor(i / columns)
    const column = i % columns
    throw makeError('NOT_FINITE', `X: expected finite numbers, got ${x[i]} in row ${row}, column ${column}`, {
      argument: 'X',
      got: `${x[i]} in row ${row}, column ${column}`,
      wanted: 'finite numbers',
    })
  }
}

/** Throws unless X has as many columns as the model was fitted with. */
export function checkColumns(columns: number, fitted: number): void {
  if (columns === fitted) return
  throw makeError('SHAPE', `X has ${columns} columns, but the model was fitted with ${fitted}`, {
    argument: 'X',
    got: `${columns} columns`,
    wanted: `${fitted} columns`,
  })
}

/** Throws unless an argument has one element a row of `data`. */
export function checkLength(length: number, argument: string, rows: number, data = 'X'): void {
  if (length === rows) return
  throw makeError('SHAPE', `${data} has ${rows} rows, but ${argument} has ${length} elements`, {
    argument,
    got: `${length} elements`,
    wanted: `${rows} elements, one a row of ${data}`,
  })
}
