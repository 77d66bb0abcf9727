/** Sparse matrices in compressed rows, as callers give them and as the kernels read them. */
import { argumentError, describe, makeError } from '../errors.ts'
import { arrayClass, checkAttached, detachedError, typedArrayName, type FloatArray } from './arrays.ts'
import { countCopy } from './copies.ts'
import { isMatrixData, type MatrixData } from './matrix.ts'
import { newResult } from './results.ts'
import { inStretches, STRETCH, type Pausing } from './pausing.ts'

/**
 * A sparse matrix in compressed rows (scipy's csr_matrix: data, indices, indptr): row i holds `values[rowOffsets[i]] … values[rowOffsets[i + 1] − 1]` in the columns of the
 * same places of `columns`; all else is 0. Columns may come in any order; values of the same place add up.
 */
export interface CSR {
  readonly values: MatrixData | readonly number[]
  readonly columns: MatrixData | readonly number[]
  /** rows + 1 numbers that never fall, from 0 to the number of values. */
  readonly rowOffsets: MatrixData | readonly number[]
  /** Rows and columns. */
  readonly shape: readonly [number, number] | ArrayLike<number>
}

/** A checked sparse matrix. */
export interface SparseMatrix {
  readonly values: FloatArray
  readonly columnIndices: Int32Array
  readonly rowOffsets: Int32Array
  readonly rows: number
  readonly columns: number
}

export function isCSR(value: unknown): value is CSR {
  return typeof value === 'object' && value !== null && 'values' in value && 'columns' in value && 'rowOffsets' in value && 'shape' in value
}

/**
 * Checks a sparse matrix. Arrays that are of the kernels' types already are kept, others are copied; with `copy` all are.
 *
 * @throws TYPE for what are no arrays of numbers, SHAPE for a shape, offsets or columns that don't fit, NOT_FINITE for values (names row and column), DETACHED.
 */
export function* sparseFrom(csr: CSR, argument: string, copy = false): Pausing<SparseMatrix> {
  return yield* inOrder(yield* withOffsets(csr, argument, copy), argument)
}

/** Rows and columns, of what is to be checked later. @throws SHAPE. */
export function shapeOf({ shape }: CSR, argument: string): readonly [rows: number, columns: number] {
  if (!(Array.isArray(shape) || isMatrixData(shape)) || shape.length !== 2) throw argumentError('SHAPE', `${argument}.shape`, 'two numbers, rows and columns', shape)
  const rows = shape[0]!
  const columns = shape[1]!
  for (const [name, size] of [['shape[0]', rows], ['shape[1]', columns]] as const) {
    if (!Number.isInteger(size) || size < 0 || size >= 2 ** 31) throw argumentError('SHAPE', `${argument}.${name}`, 'a whole number from 0 to 2^31 − 1', size)
  }
  return [rows, columns]
}

/** The first half of `sparseFrom`: all but columns and values is checked. */
export function* withOffsets(csr: CSR, argument: string, copy: boolean): Pausing<SparseMatrix> {
  const [rows, columns] = shapeOf(csr, argument)
  const values = yield* floats(csr.values, `${argument}.values`, copy)
  const columnIndices = yield* integers(csr.columns, `${argument}.columns`, copy)
  const rowOffsets = yield* integers(csr.rowOffsets, `${argument}.rowOffsets`, copy)
  if (columnIndices.length !== values.length) throw lengths(`${argument}.columns`, columnIndices.length, values.length)
  if (rowOffsets.length !== rows + 1) throw lengths(`${argument}.rowOffsets`, rowOffsets.length, rows + 1)
  if (rowOffsets[0] !== 0) throw argumentError('SHAPE', `${argument}.rowOffsets[0]`, '0', rowOffsets[0])
  yield* inStretches(rows, (first, end) => {
    for (let i = first; i < end; i++) {
      if (rowOffsets[i + 1]! < rowOffsets[i]!) throw argumentError('SHAPE', `${argument}.rowOffsets[${i + 1}]`, `at least ${rowOffsets[i]}, as before`, rowOffsets[i + 1])
    }
  })
  if (rowOffsets[rows] !== values.length) throw argumentError('SHAPE', `${argument}.rowOffsets[${rows}]`, `${values.length}, the number of values`, rowOffsets[rows])
  return { values, columnIndices, rowOffsets, rows, columns }
}

/** The second half: the matrix itself where its rows are in order, else a copy that is. */
export function* inOrder(matrix: SparseMatrix, argument: string): Pausing<SparseMatrix> {
  const { values, columnIndices, rowOffsets, rows, columns } = matrix
  yield* inStretches(columnIndices.length, (first, end) => {
    const at = strayColumn(columnIndices, columns, first, end)
    if (at >= 0) throw argumentError('SHAPE', `${argument}.columns[${at}]`, `a column from 0 to ${columns - 1}`, columnIndices[at])
    if (!areFinite(values, first, end)) throw notFinite(matrix, argument)
  })
  let rise = true
  yield* inRows(rowOffsets, rows, (first, end) => {
    rise &&= columnsRise(columnIndices, rowOffsets, first, end)
  })
  return rise ? matrix : yield* ordered(matrix)
}

/** `rows` rows in stretches of about as many entries. */
export function* inRows(rowOffsets: Int32Array, rows: number, run: (first: number, end: number) => void): Pausing<void> {
  for (let first = 0, end = 0; first < rows; first = end) {
    if (first > 0) yield
    end = first + 1
    while (end < rows && end - first < STRETCH && rowOffsets[end + 1]! - rowOffsets[first]! <= STRETCH) end++
    run(first, end)
  }
}

/** The first of some entries whose column is outside of the matrix, or −1. */
function strayColumn(columnIndices: Int32Array, columns: number, first: number, end: number): number {
  for (let at = first; at < end; at++) if (columnIndices[at]! < 0 || columnIndices[at]! >= columns) return at
  return -1
}

/** Whether each row's columns rise, so that no place is taken twice. */
function columnsRise(columnIndices: Int32Array, rowOffsets: Int32Array, first: number, end: number): boolean {
  for (let i = first; i < end; i++) {
    for (let at = rowOffsets[i]! + 1; at < rowOffsets[i + 1]!; at++) if (columnIndices[at]! <= columnIndices[at - 1]!) return false
  }
  return true
}

/** A copy whose rows are in order, values of the same place summed in the order they came in. */
function* ordered(matrix: SparseMatrix): Pausing<SparseMatrix> {
  const { values, rowOffsets, rows, columns } = matrix
  const sums = new Float64Array(values.length)
  const places = new Int32Array(values.length)
  const offsets = new Int32Array(rows + 1)
  yield* inRows(rowOffsets, rows, (first, end) => {
    for (let i = first; i < end; i++) offsets[i + 1] = orderRow(matrix, i, sums, places, offsets[i]!)
  })
  const count = offsets[rows]!
  return { values: sums.subarray(0, count), columnIndices: places.subarray(0, count), rowOffsets: offsets, rows, columns }
}

/** Copies a row's entries to places from `start` on; gives the place after the last one. */
function orderRow({ values, columnIndices, rowOffsets }: SparseMatrix, row: number, sums: Float64Array, places: Int32Array, start: number): number {
  const from = rowOffsets[row]!
  const to = rowOffsets[row + 1]!
  if (columnsRise(columnIndices, rowOffsets, row, row + 1)) {
    sums.set(values.subarray(from, to), start)
    places.set(columnIndices.subarray(from, to), start)
    return start + to - from
  }
  const order = Array.from({ length: to - from }, (_, k) => from + k).sort((a, b) => columnIndices[a]! - columnIndices[b]! || a - b)
  let next = start
  for (const at of order) {
    const column = columnIndices[at]!
    if (next > start && places[next - 1] === column) sums[next - 1]! += values[at]!
    else {
      places[next] = column
      sums[next++] = values[at]!
    }
  }
  return next
}

/** The same numbers in a dense array of the values' type, row by row. */
export function* denseOf(matrix: SparseMatrix): Pausing<FloatArray> {
  const { values, rows, columns } = matrix
  const out = new (arrayClass(values))(rows * columns)
  // The memory of a row is made where something is written to it.
  yield* inStretches(rows, (first, end) => spread(matrix, out, first, end), Math.max(1, Math.floor(STRETCH / columns)))
  return out
}

function spread({ values, columnIndices, rowOffsets, columns }: SparseMatrix, out: FloatArray, first: number, end: number): void {
  for (let i = first; i < end; i++) {
    const base = i * columns
    for (let at = rowOffsets[i]!; at < rowOffsets[i + 1]!; at++) out[base + columnIndices[at]!]! += values[at]!
  }
}

/** A sparse matrix for some rows of another: with their offsets, but for `copyRows` to fill. */
export function* roomForRows({ values, rowOffsets, columns }: SparseMatrix, indices: Int32Array): Pausing<SparseMatrix> {
  const rows = indices.length
  const offsets = new Int32Array(rows + 1)
  yield* inStretches(rows, (first, end) => {
    for (let i = first; i < end; i++) offsets[i + 1] = offsets[i]! + rowOffsets[indices[i]! + 1]! - rowOffsets[indices[i]!]!
  })
  const entries = offsets[rows]!
  return { values: values instanceof Float32Array ? newResult(Float32Array, entries) : newResult(Float64Array, entries), columnIndices: newResult(Int32Array, entries), rowOffsets: offsets, rows, columns }
}

/** Copies the rows of indices first … last − 1 to where `roomForRows` has made room for them. */
export function copyRows({ values, columnIndices, rowOffsets }: SparseMatrix, indices: Int32Array, to: SparseMatrix, first: number, last: number): void {
  for (let i = first; i < last; i++) {
    const [from, end] = [rowOffsets[indices[i]!]!, rowOffsets[indices[i]! + 1]!]
    to.values.set(values.subarray(from, end), to.rowOffsets[i]!)
    to.columnIndices.set(columnIndices.subarray(from, end), to.rowOffsets[i]!)
  }
}

function* floats(values: unknown, argument: string, copy: boolean): Pausing<FloatArray> {
  const name = checkList(values, argument)
  if (name === 'Float64Array' || name === 'Float32Array') return copy ? yield* copied(values as FloatArray, argument) : (values as FloatArray)
  return yield* numbersOf(values as ArrayLike<unknown>, Float64Array, argument, () => {})
}

function* copied<T extends FloatArray | Int32Array>(values: T, argument: string): Pausing<T> {
  const { length } = values
  const out = new (arrayClass(values))(length) as T
  countCopy('promise', out.byteLength)
  yield* inStretches(length, (first, end) => {
    if (values.length < length) throw detachedError(argument)
    out.set(values.subarray(first, end) as never, first)
  })
  return out
}

function* integers(values: unknown, argument: string, copy: boolean): Pausing<Int32Array> {
  if (checkList(values, argument) === 'Int32Array') return copy ? yield* copied(values as Int32Array, argument) : (values as Int32Array)
  const list = values as ArrayLike<number>
  return yield* numbersOf(list, Int32Array, argument, (out, first, end) => {
    for (let i = first; i < end; i++) if (out[i] !== list[i]) throw argumentError('SHAPE', `${argument}[${i}]`, 'a whole number below 2^31', list[i])
  })
}

function checkList(values: unknown, argument: string): string | undefined {
  if (!Array.isArray(values) && !isMatrixData(values)) throw argumentError('TYPE', argument, 'a typed array or an array of numbers', values)
  if (values.length === 0 && !Array.isArray(values)) checkAttached(values as Float64Array, argument)
  return typedArrayName(values)
}

/** A copy of numbers in any list, which `check` sees stretch by stretch. */
function* numbersOf<T extends Float64Array | Int32Array>(
  values: ArrayLike<unknown>, Type: { new (length: number): T }, argument: string, check: (out: T, first: number, end: number) => void,
): Pausing<T> {
  const out = new Type(values.length)
  countCopy('numbers', out.byteLength)
  yield* inStretches(out.length, (first, end) => {
    if (values.length < out.length) throw detachedError(argument)
    for (let i = first; i < end; i++) {
      const value = values[i]
      if (typeof value !== 'number') throw argumentError('TYPE', `${argument}[${i}]`, 'a number', value)
      out[i] = value
    }
    check(out, first, end)
  })
  return out
}

function areFinite(values: FloatArray, first: number, end: number): boolean {
  let sum = 0
  for (let i = first; i < end; i++) sum += values[i]! - values[i]!
  return sum === 0
}

function notFinite({ values, columnIndices, rowOffsets }: SparseMatrix, argument: string): Error {
  const at = values.findIndex((value) => !Number.isFinite(value))
  let row = 0
  while (rowOffsets[row + 1]! <= at) row += 1
  const got = `${describe(values[at])} in row ${row}, column ${columnIndices[at]}`
  return makeError('NOT_FINITE', `${argument}: expected finite numbers, got ${got}`, { argument, got, wanted: 'finite numbers' })
}

function lengths(argument: string, got: number, wanted: number): Error {
  return makeError('SHAPE', `${argument}: expected ${wanted} elements, got ${got}`, { argument, got: `${got} elements`, wanted: `${wanted} elements` })
}
