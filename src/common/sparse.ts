/** Sparse matrices in compressed rows, as callers give them and as the kernels read them. */
import { argumentError, describe, makeError } from '../errors.ts'
import { arrayClass, checkAttached, typedArrayName, type FloatArray } from './arrays.ts'
import { countCopy } from './copies.ts'
import { isMatrixData, type MatrixData } from './matrix.ts'

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
 * @param isSound may tell at once that columns lie in the matrix and rise within each row and values are finite; else they are looked at one by one
 * @throws TYPE for what are no arrays of numbers, SHAPE for a shape, offsets or columns that don't fit, NOT_FINITE for values (names row and column), DETACHED.
 */
export function sparseFrom(csr: CSR, argument: string, copy = false, isSound?: (matrix: SparseMatrix) => boolean): SparseMatrix {
  const { shape } = csr
  if (!(Array.isArray(shape) || isMatrixData(shape)) || shape.length !== 2) throw argumentError('SHAPE', `${argument}.shape`, 'two numbers, rows and columns', shape)
  const rows = shape[0]!
  const columns = shape[1]!
  for (const [name, size] of [['shape[0]', rows], ['shape[1]', columns]] as const) {
    if (!Number.isInteger(size) || size < 0 || size >= 2 ** 31) throw argumentError('SHAPE', `${argument}.${name}`, 'a whole number from 0 to 2^31 − 1', size)
  }
  const values = floats(csr.values, `${argument}.values`, copy)
  const columnIndices = integers(csr.columns, `${argument}.columns`, copy)
  const rowOffsets = integers(csr.rowOffsets, `${argument}.rowOffsets`, copy)
  if (columnIndices.length !== values.length) throw lengths(`${argument}.columns`, columnIndices.length, values.length)
  if (rowOffsets.length !== rows + 1) throw lengths(`${argument}.rowOffsets`, rowOffsets.length, rows + 1)
  if (rowOffsets[0] !== 0) throw argumentError('SHAPE', `${argument}.rowOffsets[0]`, '0', rowOffsets[0])
  for (let i = 0; i < rows; i++) {
    if (rowOffsets[i + 1]! < rowOffsets[i]!) throw argumentError('SHAPE', `${argument}.rowOffsets[${i + 1}]`, `at least ${rowOffsets[i]}, as before`, rowOffsets[i + 1])
  }
  if (rowOffsets[rows] !== values.length) throw argumentError('SHAPE', `${argument}.rowOffsets[${rows}]`, `${values.length}, the number of values`, rowOffsets[rows])
  const matrix = { values, columnIndices, rowOffsets, rows, columns }
  if (isSound?.(matrix) === true) return matrix
  for (let at = 0; at < columnIndices.length; at++) {
    const column = columnIndices[at]!
    if (column < 0 || column >= columns) throw argumentError('SHAPE', `${argument}.columns[${at}]`, `a column from 0 to ${columns - 1}`, column)
  }
  checkFiniteValues(values, columnIndices, rowOffsets, argument)
  return isCanonical(matrix) ? matrix : canonical(matrix)
}

/** Whether each row's columns rise, so that no place is taken twice. */
function isCanonical({ columnIndices, rowOffsets, rows }: SparseMatrix): boolean {
  for (let i = 0; i < rows; i++) {
    for (let at = rowOffsets[i]! + 1; at < rowOffsets[i + 1]!; at++) if (columnIndices[at]! <= columnIndices[at - 1]!) return false
  }
  return true
}

/** A copy whose rows are in order, values of the same place summed in the order they came in. */
function canonical({ values, columnIndices, rowOffsets, rows, columns }: SparseMatrix): SparseMatrix {
  const sums: number[] = []
  const places: number[] = []
  const offsets = new Int32Array(rows + 1)
  for (let i = 0; i < rows; i++) {
    const order = Array.from({ length: rowOffsets[i + 1]! - rowOffsets[i]! }, (_, k) => rowOffsets[i]! + k).sort((a, b) => columnIndices[a]! - columnIndices[b]! || a - b)
    for (const at of order) {
      const column = columnIndices[at]!
      if (places.length > offsets[i]! && places.at(-1) === column) sums[sums.length - 1]! += values[at]!
      else {
        places.push(column)
        sums.push(values[at]!)
      }
    }
    offsets[i + 1] = places.length
  }
  return { values: Float64Array.from(sums), columnIndices: Int32Array.from(places), rowOffsets: offsets, rows, columns }
}

/** The same numbers in a dense array of the values' type, row by row. */
export function denseOf({ values, columnIndices, rowOffsets, rows, columns }: SparseMatrix): FloatArray {
  const out = new (arrayClass(values))(rows * columns)
  for (let i = 0; i < rows; i++) {
    const base = i * columns
    for (let at = rowOffsets[i]!; at < rowOffsets[i + 1]!; at++) out[base + columnIndices[at]!]! += values[at]!
  }
  return out
}

/** A sparse matrix for some rows of another: with their offsets, but for `copyRows` to fill. */
export function roomForRows({ values, rowOffsets, columns }: SparseMatrix, indices: Int32Array): SparseMatrix {
  const offsets = new Int32Array(indices.length + 1)
  for (let i = 0; i < indices.length; i++) offsets[i + 1] = offsets[i]! + rowOffsets[indices[i]! + 1]! - rowOffsets[indices[i]!]!
  const entries = offsets[indices.length]!
  return { values: new (arrayClass(values))(entries), columnIndices: new Int32Array(entries), rowOffsets: offsets, rows: indices.length, columns }
}

/** Copies the rows of indices first … last − 1 to where `roomForRows` has made room for them. */
export function copyRows({ values, columnIndices, rowOffsets }: SparseMatrix, indices: Int32Array, to: SparseMatrix, first: number, last: number): void {
  for (let i = first; i < last; i++) {
    const [from, end] = [rowOffsets[indices[i]!]!, rowOffsets[indices[i]! + 1]!]
    to.values.set(values.subarray(from, end), to.rowOffsets[i]!)
    to.columnIndices.set(columnIndices.subarray(from, end), to.rowOffsets[i]!)
  }
}

function floats(values: unknown, argument: string, copy: boolean): FloatArray {
  const name = checkList(values, argument)
  if (name === 'Float64Array' || name === 'Float32Array') return copy ? copied(values as FloatArray) : (values as FloatArray)
  return numbersOf(values as ArrayLike<unknown>, Float64Array, argument)
}

function copied<T extends FloatArray | Int32Array>(values: T): T {
  countCopy('promise', values.byteLength)
  return values.slice() as T
}

function integers(values: unknown, argument: string, copy: boolean): Int32Array {
  if (checkList(values, argument) === 'Int32Array') return copy ? copied(values as Int32Array) : (values as Int32Array)
  const out = numbersOf(values as ArrayLike<unknown>, Int32Array, argument)
  for (let i = 0; i < out.length; i++) {
    if (out[i] !== (values as ArrayLike<number>)[i]) throw argumentError('SHAPE', `${argument}[${i}]`, 'a whole number below 2^31', (values as ArrayLike<number>)[i])
  }
  return out
}

function checkList(values: unknown, argument: string): string | undefined {
  if (!Array.isArray(values) && !isMatrixData(values)) throw argumentError('TYPE', argument, 'a typed array or an array of numbers', values)
  if (values.length === 0 && !Array.isArray(values)) checkAttached(values as Float64Array, argument)
  return typedArrayName(values)
}

function numbersOf<T extends Float64Array | Int32Array>(values: ArrayLike<unknown>, Type: { new (length: number): T }, argument: string): T {
  const out = new Type(values.length)
  countCopy('numbers', out.byteLength)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (typeof value !== 'number') throw argumentError('TYPE', `${argument}[${i}]`, 'a number', value)
    out[i] = value
  }
  return out
}

function checkFiniteValues(values: FloatArray, columns: Int32Array, rowOffsets: Int32Array, argument: string): void {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]! - values[i]!
  if (sum === 0) return
  const at = values.findIndex((value) => !Number.isFinite(value))
  let row = 0
  while (rowOffsets[row + 1]! <= at) row += 1
  const got = `${describe(values[at])} in row ${row}, column ${columns[at]}`
  throw makeError('NOT_FINITE', `${argument}: expected finite numbers, got ${got}`, { argument, got, wanted: 'finite numbers' })
}

function lengths(argument: string, got: number, wanted: number): Error {
  return makeError('SHAPE', `${argument}: expected ${wanted} elements, got ${got}`, { argument, got: `${got} elements`, wanted: `${wanted} elements` })
}
