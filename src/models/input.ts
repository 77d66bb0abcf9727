/** The feature matrix as the kernels take it: floating-point numbers, row-major. */
import { Matrix, readMatrix, type MatrixData, type MatrixLike } from '../common/matrix.ts'
import { atOnce, type Pausing } from '../common/pausing.ts'
import { isStable } from '../common/allocate.ts'
import { countCopy } from '../common/copies.ts'
import { denseOf, isCSR, shapeOf, sparseFrom, type CSR, type SparseMatrix } from '../common/sparse.ts'
import { detachedError, typedArrayName, type FloatArray } from '../common/arrays.ts'
import { runSliced } from '../dispatch/index.ts'
import { makeError } from '../errors.ts'
import type { Control } from './control.ts'
import { DENSE_ELEMENTS } from './size.ts'

/**
 * A feature matrix: a row an observation, a column a feature. Float64 and Float32 matrices are read in place and computed with in double; integers are copied, those of 8 and
 * 16 bits to Float32, which holds them exactly, others to Float64. A sparse matrix (CSR) is made dense for fitting where that takes little memory, else read as it is.
 */
export type Features = MatrixLike | CSR

/** A feature matrix of floating-point numbers. */
export interface Dense {
  readonly x: FloatArray
  readonly rows: number
  readonly columns: number
}

/** Elements up to which a sparse matrix is made dense that is a third full. */
const NEARLY_DENSE_ELEMENTS = 2 ** 27

/** Elements that are copied in one go by the promise form: a fraction of a millisecond. */
const COPY_SLICE = 1 << 17

/**
 * The matrix that X describes, checked but for its elements.
 *
 * @throws TYPE, SHAPE as Matrix.from; SHAPE for a matrix without rows or columns; DETACHED.
 */
export function* featuresFrom(X: unknown): Pausing<Matrix<MatrixData>> {
  if (isCSR(X)) return yield* denseFrom(yield* sparseFeatures(X))
  const matrix = X instanceof Matrix ? (X as Matrix<MatrixData>) : yield* readMatrix(X, 'X')
  const { data, rows, columns } = matrix
  checkShape(rows, columns)
  checkStillThere(data, rows * columns)
  return matrix
}

/** `featuresFrom`, blocking: for a Matrix without a step of a generator, since one row is predicted in a microsecond. */
export function featuresSync(X: unknown): Matrix<MatrixData> {
  if (!(X instanceof Matrix)) return atOnce(featuresFrom(X))
  checkShape(X.rows, X.columns)
  checkStillThere(X.data as MatrixData, X.rows * X.columns)
  return X as Matrix<MatrixData>
}

/** A sparse X, checked. `copy` as for `sparseFrom`. */
export function* sparseFeatures(X: CSR, copy = false): Pausing<SparseMatrix> {
  const [rows, columns] = shapeOf(X, 'X')
  const sparse = yield* sparseFrom(X, 'X', copy)
  checkShape(rows, columns)
  return sparse
}

/** Whether X is a sparse matrix that is to be fitted as it is: others are dense, or better made so. */
export function isLargeSparse(X: unknown): X is CSR {
  if (!isCSR(X)) return false
  // What has no proper shape is refused where a small one is made dense.
  const elements = Number(X.shape?.[0]) * Number(X.shape?.[1]) || 0
  return elements > DENSE_ELEMENTS && (elements > NEARLY_DENSE_ELEMENTS || 3 * X.values.length < elements)
}

function* denseFrom(sparse: SparseMatrix): Pausing<Matrix<MatrixData>> {
  const { rows, columns } = sparse
  if (rows * columns > NEARLY_DENSE_ELEMENTS) {
    throw makeError('RANGE', `X: a sparse matrix of ${rows} × ${columns} is too large to be made dense`, { argument: 'X', got: `${rows} × ${columns}`, wanted: `at most ${NEARLY_DENSE_ELEMENTS} elements` })
  }
  const dense = (yield* denseOf(sparse)) as MatrixData
  countCopy('features', dense.byteLength)
  return new Matrix(dense, rows, columns)
}

export function checkShape(rows: number, columns: number): void {
  if (rows === 0 || columns === 0) {
    throw makeError('SHAPE', `X: expected at least one row and one column, got ${rows} × ${columns}`, {
      argument: 'X',
      got: `${rows} × ${columns}`,
      wanted: 'at least one row and one column',
    })
  }
}

/** As floating-point numbers: the caller's memory where it holds some already, else a copy. */
export function widened({ data, rows, columns }: Matrix<MatrixData>): Dense {
  if (isFloat(data)) return { x: data, rows, columns }
  const x = new (floatsFor(data))(data)
  countCopy('features', x.byteLength)
  return { x, rows, columns }
}

/**
 * As floating-point numbers, in memory that nothing can free while we read it: a copy, made in slices between turns of the event loop, unless the
 * caller's are in shared memory or in memory from `allocate`, which
 * nobody can free, but which its view can lose: `control` looks after that.
 */
export async function stableCopy({ data, rows, columns }: Matrix<MatrixData>, control: Control): Promise<Dense> {
  checkStillThere(data, rows * columns)
  if (isFloat(data) && isStable(data.buffer)) {
    control.watch(data, 'X')
    return { x: data, rows, columns }
  }
  const count = rows * columns
  const Floats = floatsFor(data)
  countCopy(isFloat(data) ? 'promise' : 'features', count * Floats.BYTES_PER_ELEMENT)
  if (count <= COPY_SLICE) return { x: new Floats(data), rows, columns }
  const x = new Floats(count)
  await runSliced({
    pieces: Math.ceil(count / COPY_SLICE),
    pieceMilliseconds: 0.3,
    check() {
      control.check()
      checkStillThere(data, count)
    },
    run(first, last) {
      x.set(data.subarray(first * COPY_SLICE, Math.min(count, last * COPY_SLICE)), first * COPY_SLICE)
    },
  })
  return { x, rows, columns }
}

function isFloat(data: MatrixData): data is FloatArray {
  return data instanceof Float64Array || data instanceof Float32Array
}

/** The shorter floating-point type that holds every element exactly. */
function floatsFor(data: MatrixData): Float64ArrayConstructor | Float32ArrayConstructor {
  return typedArrayName(data) === 'Float32Array' || data.BYTES_PER_ELEMENT <= 2 ? Float32Array : Float64Array
}

/** Throws a DETACHED error if a typed array has lost elements since it was made part of a matrix. */
export function checkStillThere(data: MatrixData, count: number): void {
  if (data.length < count) throw detachedError('X')
}

/** Throws a NOT_FINITE error that names the first element that isn't finite; returns if all are. `x` starts with row `firstRow` of X. */
export function checkFinite(x: FloatArray, columns: number, firstRow = 0): void {
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
