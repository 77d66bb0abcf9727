/** Carries out reductions of matrices along an axis. */
import { types } from 'node:util'
import { active } from '../backends/index.ts'
import { isStable } from '../common/allocate.ts'
import { arrayClass, elementTypeOf, fixed, typedArrayName, type FloatArray, type NumericArray } from '../common/arrays.ts'
import { countCopy } from '../common/copies.ts'
import { elementsOf, Matrix, type MatrixData } from '../common/matrix.ts'
import type { CallOptions } from '../common/options.ts'
import { argumentError, makeError } from '../errors.ts'
import { axisPieces, axisRoot, COLUMNS, piecesOf, type AxisCall } from '../kernels/axis.ts'
import { inlineReduce, inputsOf, widthOf, CHUNK } from '../kernels/index.ts'
import { WIDEST } from '../kernels/families.ts'
import type { ReductionName } from '../kernels/table.ts'
import { inlinePromise, kernelCosts } from './cost.ts'
import { takeOver } from './transfer.ts'
import type { Plan } from './plan.ts'
import { perform, performSync, planWork, type Work } from './work.ts'

/** Matrices that are reduced as a whole or along an axis. */
export type AxisMatrix = Matrix<MatrixData>

/** Results along an axis: one number an item, or an object of arrays where a single reduction gives an object. */
export type AxisResult = Float64Array | Int32Array | Uint8Array | Readonly<Record<string, number | Float64Array>>

/** What the results of all items become; see `Finish` of reduce.ts for the rest. */
export interface AxisFinish {
  check(n: number, options: object | undefined): void
  finish(value: number, n: number, options: object | undefined, root: Float64Array): unknown
  /** Numbers stand in a Float64Array, indices in an Int32Array, truth values in a Uint8Array of 0 and 1. */
  readonly into?: 'numbers' | 'indices' | 'flags' | undefined
  /** Names of the numbers where a result is an object of them; each becomes an array, but the count. */
  readonly names?: readonly string[] | undefined
}

/** Microseconds that a piece should take at the most: slices of promise forms are made of whole pieces. */
const PIECE = 60

/** The reduction of one row or column as an array of its own. */
type One = (x: NumericArray, y: NumericArray | undefined) => unknown

/** The blocking form; the options are checked but for `axis` and the function's own. `one` reduces what has no loops along an axis. */
export function axisBlocking(kernel: ReductionName, x: unknown, y: unknown, options: AxisOptions, finish: AxisFinish | undefined, one: One): AxisResult {
  return performSync(axisWork(kernel, ...operands(kernel, x, y), options, finish, one), options)
}

/** How a call would be carried out. */
export function planAxis(form: 'sync' | 'promise', kernel: ReductionName, x: unknown, y: unknown, options: AxisOptions, finish: AxisFinish | undefined, one: One): Plan {
  return planWork(axisWork(kernel, ...operands(kernel, x, y), options, finish, one), form, options)
}

/** The promise form. */
export async function axisAsync(
  kernel: ReductionName, x: unknown, y: unknown, options: AxisOptions & { transfer?: boolean | undefined }, finish: AxisFinish | undefined, one: One,
): Promise<unknown> {
  const [a, b] = operands(kernel, x, y)
  // All arguments are looked at before anything is taken over.
  const work = axisWork(kernel, a, b, options, finish, one)
  if (options.transfer !== true) return perform(work, options)
  const [mine, mineToo] = takeOver(b === undefined ? [a.data] : [a.data, b.data]) as [MatrixData, MatrixData | undefined]
  const like = (data: MatrixData): AxisMatrix => new Matrix(data, a.rows, a.columns)
  const [x2, y2] = [like(mine), mineToo === undefined ? undefined : like(mineToo)]
  const result = await perform(axisWork(kernel, x2, y2, options, finish, one, true), options)
  return y2 === undefined ? { result, x: x2 } : { result, x: x2, y: y2 }
}

/** The option `axis` beside those of every call. */
export interface AxisOptions extends CallOptions {
  precision?: string | undefined
  axis?: 0 | 1 | undefined
}

/** The option `axis`, checked. */
export function axisOf({ axis }: AxisOptions): 0 | 1 {
  if (axis !== 0 && axis !== 1) throw argumentError('OPTION', 'axis', '0 (each column) or 1 (each row)', axis, typeof axis === 'number' ? RangeError : TypeError)
  return axis
}

function operands(kernel: ReductionName, x: unknown, y: unknown): [AxisMatrix, AxisMatrix | undefined] {
  const a = axisOperand(x, 'x')
  if (inputsOf(kernel) === 1) return [a, undefined]
  const b = axisOperand(y, 'y')
  if (typedArrayName(a.data) !== typedArrayName(b.data)) throw argumentError('TYPE', 'y', `a Matrix of ${typedArrayName(a.data)} as x is`, b)
  if (a.rows !== b.rows || a.columns !== b.columns) {
    throw makeError('SHAPE', `x and y must have equal shapes, got ${a.rows} × ${a.columns} and ${b.rows} × ${b.columns}`, {
      argument: 'y',
      got: `${b.rows} × ${b.columns}`,
      wanted: `${a.rows} × ${a.columns}`,
    })
  }
  return [a, b]
}

/** A Matrix to reduce along an axis, checked to have its memory. */
export function axisOperand(value: unknown, argument: string): AxisMatrix {
  if (!(value instanceof Matrix)) throw argumentError('TYPE', argument, 'a Matrix, since axis is given', value)
  const matrix = value as AxisMatrix
  const data = elementsOf(matrix, argument)
  return data === matrix.data ? matrix : new Matrix(data, matrix.rows, matrix.columns)
}

function axisWork(
  kernel: ReductionName, a: AxisMatrix, b: AxisMatrix | undefined, options: AxisOptions, finish: AxisFinish | undefined, one: One, ours = false,
): Work<AxisResult> {
  const { rows, columns } = a
  const axis = axisOf(options)
  const n = axis === 0 ? rows : columns
  finish?.check(n, options)
  if (finish?.into === 'indices' && n > 2 ** 31) {
    throw makeError('RANGE', `x: indices along an axis of ${n} don't fit an Int32Array`, { argument: 'x', got: `${n} elements along the axis`, wanted: 'at most 2147483648' })
  }
  const x = fixed(a.data)
  const y = b === undefined ? undefined : fixed(b.data)
  // Along an axis only the plain precision has loops of its own.
  if (!isFloats(x) || (options.precision ?? 'fast') !== 'fast') return oneByOne(kernel, x, y, rows, columns, axis, finish, one)
  return alongAxis(kernel, x, y as FloatArray | undefined, rows, columns, axis, options, finish, ours)
}

function isFloats(x: MatrixData): x is FloatArray {
  const type = elementTypeOf(x)
  return type === 'float64' || type === 'float32'
}

/** Each row or column by the function for arrays: integers, whose results are exact. */
function oneByOne(
  kernel: ReductionName, x: MatrixData, y: MatrixData | undefined, rows: number, columns: number, axis: 0 | 1, finish: AxisFinish | undefined, one: One,
): Work<AxisResult> {
  const [n, items] = axis === 0 ? [rows, columns] : [columns, rows]
  const results: unknown[] = new Array(items)
  const vector = (data: MatrixData, index: number): MatrixData => {
    if (axis === 1) return data.subarray(index * columns, (index + 1) * columns) as MatrixData
    const copy = new (arrayClass(data))(n)
    countCopy('columns', copy.byteLength)
    for (let i = 0; i < n; i++) copy[i] = data[i * columns + index]!
    return copy
  }
  const run = (first: number, last: number): void => {
    for (let index = first; index < last; index++) results[index] = one(vector(x, index), y && vector(y, index))
  }
  // Copying out a column misses the cache at every element.
  const nanoseconds = items * (n * (kernelCosts[kernel].inline + 2) + 500)
  return {
    views: [{ name: 'x', view: x }, ...(y === undefined ? [] : [{ name: 'y', view: y }])],
    pieces: items,
    nanoseconds: { inline: nanoseconds, native: nanoseconds },
    bytes: x.byteLength,
    stable: false,
    shared: false,
    inline: run,
    blocking: (_backend, first, last) => run(first, last),
    finish: () => gather(n, items, finish, (index) => results[index]),
  }
}

/** The floating-point kernels along an axis. */
function alongAxis(
  kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, rows: number, columns: number, axis: 0 | 1, options: AxisOptions,
  finish: AxisFinish | undefined, ours: boolean,
): Work<AxisResult> {
  const [n, items] = axis === 0 ? [rows, columns] : [columns, rows]
  const cost = kernelCosts[kernel]
  const call: AxisCall = { kernel, axis, x, y, rows, columns, size: sizeOf(axis, rows, columns, cost.native) }
  const pieces = n === 0 ? 0 : piecesOf(call)
  const room = call.size * widthOf(kernel)
  const elements = rows * columns
  // An item costs some tens of nanoseconds besides its elements.
  const nanoseconds = { inline: elements * cost.inline + items * 60, native: elements * cost.native + items * 25 }
  // What takes less is done at once in either form, so that one array serves all such calls.
  const atOnce = nanoseconds.inline <= inlinePromise && pieces * room <= spare.length
  const results = atOnce ? spare : new Float64Array(pieces * room)
  const views = [{ name: 'x', view: x }, ...(y === undefined ? [] : [{ name: 'y', view: y }])]
  const own = active()
  return {
    views,
    pieces,
    nanoseconds,
    bytes: elements * x.BYTES_PER_ELEMENT * views.length,
    stable: ours || views.every(({ view }) => isStable(view.buffer)),
    shared: views.every(({ view }) => types.isSharedArrayBuffer(view.buffer)),
    inline: (first, last) => axisPieces(call, first, last, first === 0 ? results : results.subarray(first * room)),
    blocking: (backend, first, last, threads) => backend.axisSync(call, first, last, threads, first === 0 ? results : results.subarray(first * room)),
    offThread: own.axis === undefined ? undefined : (backend, threads, timeout, signal) => backend.axis!(call, threads, timeout, signal, results),
    finish: () => {
      return gather(n, items, finish, (index) => {
        // Of nothing there are no pieces.
        const value = n === 0 ? inlineReduce(kernel, x.subarray(0, 0) as FloatArray, y, root) : axisRoot(call, results, index, root)
        return finish === undefined ? value : finish.finish(value, n, options, root)
      })
    },
  }
}

/** Partials of calls that are done at once, and the root of one item: nothing runs between its making and its reading. */
const spare = new Float64Array(64 * WIDEST)
const root = new Float64Array(WIDEST)

/** Rows or columns of a piece: as many as take about PIECE microseconds, but enough pieces for some threads. */
function sizeOf(axis: 0 | 1, rows: number, columns: number, nanoseconds: number): number {
  const budget = (PIECE * 1000) / nanoseconds
  if (axis === 1) return clamp(Math.floor(budget / Math.max(1, columns)), 1, Math.max(1, Math.ceil(rows / COLUMNS)))
  const most = Math.max(1, Math.ceil(columns / COLUMNS / COLUMNS))
  return COLUMNS * clamp(Math.floor(budget / Math.min(Math.max(1, rows), CHUNK) / COLUMNS), 1, most)
}

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value))

/** The results of all items in one array, or in several. */
function gather(n: number, items: number, finish: AxisFinish | undefined, valueOf: (index: number) => unknown): AxisResult {
  if (finish?.names !== undefined) return gatherObjects(finish.names, n, items, valueOf)
  const into = finish?.into ?? 'numbers'
  const numbers = into === 'indices' ? new Int32Array(items) : into === 'flags' ? new Uint8Array(items) : new Float64Array(items)
  for (let index = 0; index < items; index++) numbers[index] = valueOf(index) as number
  return numbers
}

/** An array a name, but the count, which is one for all. */
function gatherObjects(names: readonly string[], n: number, items: number, valueOf: (index: number) => unknown): AxisResult {
  const arrays = names.map((name) => (name === 'count' ? undefined : new Float64Array(items)))
  for (let index = 0; index < items; index++) {
    const item = valueOf(index) as Readonly<Record<string, number>>
    for (let k = 0; k < arrays.length; k++) {
      const array = arrays[k]
      if (array !== undefined) array[index] = item[names[k]!]!
    }
  }
  return Object.fromEntries(names.map((name, k) => [name, arrays[k] ?? n]))
}
