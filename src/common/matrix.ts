/** Dense matrices: a row-major view of a typed array, and the ways into it from what other libraries use. */
import { argumentError, describe, makeError } from '../errors.ts'
import { arrayClass, checkAttached, detachedError, ordinary, typedArrayName } from './arrays.ts'
import { countCopy } from './copies.ts'
import { atOnce, inStretches, STRETCH, type Pausing } from './pausing.ts'

/** Typed arrays of numbers that a Matrix may lie in. */
export type MatrixData =
  | Float64Array | Float32Array
  | Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array

/** An n-dimensional array as `ndarray` (`stride`), `@stdlib/ndarray` (`strides`, `order`) and their like describe it. */
export interface StridedArray {
  readonly data: MatrixData | readonly number[]
  readonly shape: ArrayLike<number>
  /** Elements from one index to the next, an axis each. Default: row-major, or column-major where `order` says so. */
  readonly strides?: ArrayLike<number> | undefined
  /** The same under the name that `ndarray` uses. */
  readonly stride?: ArrayLike<number> | undefined
  /** Index of the first element in `data`. Default 0. */
  readonly offset?: number | undefined
  readonly order?: string | undefined
}

/** A matrix of `ml-matrix`, or of any library that can give its rows as arrays. */
export interface RowsMatrix {
  readonly rows: number
  readonly columns: number
  to2DArray(): readonly ArrayLike<number>[]
}

/** What `Matrix.from` takes. */
export type MatrixLike = Matrix<MatrixData> | readonly ArrayLike<number>[] | StridedArray | RowsMatrix

/**
 * A dense matrix: a row-major view of `data`, which it never copies. Element (i, j) is `data[i · columns + j]`.
 */
export class Matrix<T extends MatrixData = Float64Array> {
  readonly data: T
  readonly rows: number
  readonly columns: number

  /**
   * @param data `rows · columns` elements in row-major order; kept, not copied
   * @throws TypeError ERR_MANYCORE_TYPE if `data` is no typed array of numbers, RangeError ERR_MANYCORE_SHAPE if rows or columns
   *   are no counts or their product is not the length of `data`.
   */
  constructor(data: T, rows: number, columns: number) {
    if (!(ArrayBuffer.isView(data) && data instanceof Float64Array) && !isMatrixData(data)) throw argumentError('TYPE', 'data', 'a typed array of numbers', data)
    checkCount(rows, 'rows')
    checkCount(columns, 'columns')
    if (data.length !== rows * columns) {
      throw makeError('SHAPE', `data: expected rows × columns = ${rows} × ${columns} = ${rows * columns} elements, got ${data.length}`, {
        argument: 'data',
        got: describe(data),
        wanted: `${rows * columns} elements`,
      })
    }
    this.data = data
    this.rows = rows
    this.columns = columns
  }

  /** Elements from one row to the next, and from one column to the next. */
  get strides(): [number, number] {
    return [this.columns, 1]
  }

  /**
   * The matrix that `source` describes: nested arrays (one a row), `{ data, shape, strides, offset }` objects such as those of
   * `ndarray` and `@stdlib/ndarray`, or anything with `rows`, `columns` and `to2DArray()` such as `ml-matrix`. A view without a copy where `source` is a Matrix or
   * describes a contiguous row-major typed array, else a copy (to Float64, unless `data` is a typed array: then of its type).
   *
   * @throws TypeError ERR_MANYCORE_TYPE for anything else and for elements that are no numbers, RangeError ERR_MANYCORE_SHAPE for
   *   anything but two dimensions, rows of unequal length, or strides that leave `data`.
   */
  static from(source: MatrixLike): Matrix<MatrixData> {
    return matrixFrom(source, 'source')
  }

  /** Element in row `row` and column `column`. @throws RangeError ERR_MANYCORE_RANGE outside the matrix, TypeError ERR_MANYCORE_DETACHED where its memory has gone. */
  get(row: number, column: number): number {
    checkIndex(row, this.rows, 'row')
    checkIndex(column, this.columns, 'column')
    const element = this.data[row * this.columns + column]
    if (element === undefined) throw detachedError('data')
    return element
  }

  /** A row as a view of the matrix's own memory. @throws as `get`. */
  row(row: number): T {
    checkIndex(row, this.rows, 'row')
    if (this.data.length < this.rows * this.columns) throw detachedError('data')
    return this.data.subarray(row * this.columns, (row + 1) * this.columns) as T
  }

  /** A copy as nested arrays, one a row. */
  toArray(): number[][] {
    return Array.from({ length: this.rows }, (_, row) => Array.from(this.row(row)))
  }

  static {
    // How it travels between threads, under the key that the toolkit looks for: this module can't know the toolkit.
    Object.defineProperty(Matrix.prototype, Symbol.for('manycore.codec'), {
      value: {
        tag: 'matrix',
        encode: ({ data, rows, columns }: Matrix<MatrixData>) => [data, rows, columns],
        revive: ([data, rows, columns]: [MatrixData, number, number]) => new Matrix(data, rows, columns),
      },
    })
  }
}

/** The elements of a matrix: all of its memory, unless that has grown since. Throws a DETACHED error where it has gone, in part or as a whole. */
export function elementsOf<T extends MatrixData>({ data, rows, columns }: Matrix<T>, argument: string): T {
  const count = rows * columns
  if (data.length === 0) checkAttached(data, argument)
  if (data.length < count) throw detachedError(argument)
  return data.length === count ? ordinary(data) : part(data, 0, count)
}

/** Elements first … end − 1 of a view, whatever its own class makes of `subarray`. */
function part<T extends MatrixData>(data: T, first: number, end: number): T {
  return new (arrayClass(data))(data.buffer, data.byteOffset + first * data.BYTES_PER_ELEMENT, end - first)
}

/** `Matrix.from` for an argument of another name. */
export function matrixFrom(source: unknown, argument: string): Matrix<MatrixData> {
  return source instanceof Matrix ? (source as Matrix<MatrixData>) : atOnce(readMatrix(source, argument))
}

/** The same with pauses. */
export function* readMatrix(source: unknown, argument: string): Pausing<Matrix<MatrixData>> {
  if (source instanceof Matrix) return source as Matrix<MatrixData>
  if (isMatrixData(source) || (typedArrayName(source) !== undefined)) throw oneDimensional(argument, source)
  if (Array.isArray(source)) return yield* fromRows(source, argument)
  if (typeof source === 'object' && source !== null) {
    if (isStrided(source)) return yield* fromStrided(source, argument)
    if ('to2DArray' in source && typeof source.to2DArray === 'function') return yield* fromRows((source as RowsMatrix).to2DArray(), argument)
    if (isPlainMatrix(source)) return new Matrix(source.data, source.rows, source.columns)
  }
  throw argumentError('TYPE', argument, 'a Matrix, nested arrays, or an object with data and shape', source)
}

/** Whether a value is a typed array of numbers (of any realm; not of bigints). */
export function isMatrixData(value: unknown): value is MatrixData {
  const name = typedArrayName(value)
  return name !== undefined && name !== 'BigInt64Array' && name !== 'BigUint64Array' && name !== 'Float16Array'
}

function* fromRows(rows: readonly unknown[], argument: string): Pausing<Matrix<Float64Array>> {
  const first = rows[0]
  if (first !== undefined && !isRow(first)) {
    if (typeof first === 'number') throw oneDimensional(argument, rows)
    throw argumentError('TYPE', `${argument}[0]`, 'an array of numbers', first)
  }
  const columns = first === undefined ? 0 : first.length
  const count = rows.length
  const data = new Float64Array(count * columns)
  yield* inStretches(count, (first, end) => {
    for (let i = first; i < end; i++) copyRow(rows[i], i, columns, data, argument)
  }, stretchOf(columns))
  countCopy('rows', data.byteLength)
  return new Matrix(data, count, columns)
}

function copyRow(row: unknown, i: number, columns: number, data: Float64Array, argument: string): void {
  if (!isRow(row)) throw argumentError('TYPE', `${argument}[${i}]`, 'an array of numbers', row)
  if (row.length !== columns) {
    throw makeError('SHAPE', `${argument}: rows must have equal lengths, but row 0 has ${columns} elements and row ${i} has ${row.length}`, {
      argument,
      got: `${row.length} elements in row ${i}`,
      wanted: `${columns} elements`,
    })
  }
  const base = i * columns
  for (let j = 0; j < columns; j++) {
    const value: unknown = row[j]
    if (typeof value !== 'number') throw notANumber(argument, i, j, value)
    data[base + j] = value
  }
}

/** Rows of a stretch: reading elements of ordinary arrays takes a few nanoseconds each. */
function stretchOf(columns: number): number {
  return Math.max(1, Math.floor(STRETCH / (columns + 1)))
}

/**
 * What an object with data and shape describes, without a copy: undefined for anything else, and where that takes one (an ordinary array, strides
 * below 0). `data` begins with the first element. Throws what `Matrix.from` throws.
 */
export function stridedView(source: unknown, argument: string):
  { data: MatrixData; rows: number; columns: number; rowStride: number; columnStride: number } | undefined {
  if (source instanceof Matrix || typeof source !== 'object' || source === null || !isStrided(source)) return undefined
  const { data, rows, columns, rowStride, columnStride, offset } = describeStrided(source, argument)
  if (!isMatrixData(data) || rowStride < 0 || columnStride < 0 || rows * columns === 0) return undefined
  return { data: part(data, offset, data.length), rows, columns, rowStride, columnStride }
}

function* fromStrided(source: StridedArray, argument: string): Pausing<Matrix<MatrixData>> {
  const { data, rows, columns, rowStride, columnStride, offset } = describeStrided(source, argument)
  const count = rows * columns
  if (isMatrixData(data) && count > 0 && (columnStride === 1 || columns === 1) && (rowStride === columns || rows === 1)) {
    return new Matrix(data.length === count ? data : part(data, offset, offset + count), rows, columns)
  }
  const copy = isMatrixData(data) ? new (arrayClass(data))(count) : new Float64Array(count)
  const { length } = data
  yield* inStretches(rows, (first, end) => {
    if (data.length < length) throw detachedError(argument)
    for (let i = first; i < end; i++) {
      for (let j = 0; j < columns; j++) {
        const value: unknown = data[offset + i * rowStride + j * columnStride]
        if (typeof value !== 'number') throw notANumber(argument, i, j, value)
        copy[i * columns + j] = value
      }
    }
  }, stretchOf(columns))
  countCopy('strides', copy.byteLength)
  return new Matrix(copy, rows, columns)
}

/** Checked: two dimensions, whose corners lie in the data. */
function describeStrided(source: StridedArray, argument: string) {
  const { data, shape } = source
  if (shape.length !== 2) {
    throw makeError('SHAPE', `${argument}: expected 2 dimensions, got ${shape.length}${shape.length === 1 ? reshapeHint(argument) : ''}`, {
      argument,
      got: `${shape.length} dimensions`,
      wanted: '2 dimensions',
    })
  }
  const rows = shape[0]!
  const columns = shape[1]!
  checkCount(rows, `${argument}.shape[0]`)
  checkCount(columns, `${argument}.shape[1]`)
  if (source.order !== undefined && source.order !== 'row-major' && source.order !== 'column-major') {
    throw argumentError('SHAPE', `${argument}.order`, "'row-major' or 'column-major'", source.order)
  }
  const usual = source.order === 'column-major' ? [1, rows] : [columns, 1]
  const strides = source.strides ?? source.stride ?? usual
  const rowStride = strides[0]!
  const columnStride = strides[1]!
  const offset = source.offset ?? 0
  checkReach(source, argument, rows, columns, rowStride, columnStride, offset)
  return { data, rows, columns, rowStride, columnStride, offset }
}

/** Both corners must lie in `data`, so that no stride can point outside of it. */
function checkReach({ data }: StridedArray, argument: string, rows: number, columns: number, rowStride: number, columnStride: number, offset: number): void {
  for (const [name, value] of [['strides[0]', rowStride], ['strides[1]', columnStride], ['offset', offset]] as const) {
    if (!Number.isSafeInteger(value)) throw argumentError('SHAPE', `${argument}.${name}`, 'an integer', value)
  }
  if (rows === 0 || columns === 0) return
  const across = (rows - 1) * rowStride
  const along = (columns - 1) * columnStride
  const lowest = offset + Math.min(0, across) + Math.min(0, along)
  const highest = offset + Math.max(0, across) + Math.max(0, along)
  if (lowest < 0 || highest >= data.length) {
    throw makeError('SHAPE', `${argument}: shape ${rows} × ${columns} with strides ${rowStride}, ${columnStride} and offset ${offset} reads elements ${lowest} to ${highest} of ${data.length}`, {
      argument,
      got: `elements ${lowest} to ${highest}`,
      wanted: `elements within 0 to ${data.length - 1}`,
    })
  }
}

function isStrided(value: object): value is StridedArray {
  if (!('data' in value && 'shape' in value)) return false
  const { data, shape } = value
  return (isMatrixData(data) || Array.isArray(data)) && (Array.isArray(shape) || isMatrixData(shape))
}

/** A Matrix of another copy of this package, or a clone that has lost its class. */
function isPlainMatrix(value: object): value is Matrix<MatrixData> {
  return 'data' in value && 'rows' in value && 'columns' in value && isMatrixData(value.data)
}

function isRow(value: unknown): value is ArrayLike<number> {
  return Array.isArray(value) || isMatrixData(value)
}

function oneDimensional(argument: string, got: unknown): Error {
  return makeError('SHAPE', `${argument}: expected a matrix, got ${describe(got)}, which has one dimension${reshapeHint(argument)}`, {
    argument,
    got: describe(got),
    wanted: 'two dimensions',
  })
}

function reshapeHint(argument: string): string {
  return `; reshape it: new Matrix(${argument}, ${argument}.length, 1) if it is one column, new Matrix(${argument}, 1, ${argument}.length) if it is one row`
}

function notANumber(argument: string, row: number, column: number, value: unknown): Error {
  return argumentError('TYPE', `${argument}[${row}][${column}]`, 'a number', value)
}

function checkCount(value: unknown, argument: string): void {
  if (typeof value !== 'number') throw argumentError('TYPE', argument, 'a number', value)
  if (!Number.isSafeInteger(value) || value < 0) throw argumentError('SHAPE', argument, 'a non-negative integer', value)
}

function checkIndex(value: number, length: number, argument: string): void {
  if (!(Number.isInteger(value) && value >= 0 && value < length)) throw argumentError('RANGE', argument, `an integer from 0 to ${length - 1}`, value)
}
