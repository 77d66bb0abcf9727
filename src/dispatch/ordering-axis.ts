/** Carries out kernels of order along an axis of a matrix: each row where it lies, each column copied out, by the kernel for arrays. */
import type { Backend } from '../backends/backend.ts'
import { active } from '../backends/index.ts'
import { allocate, type ElementType } from '../common/allocate.ts'
import { arrayClass, detachedError, elementTypeOf, fixed, type NumericArray } from '../common/arrays.ts'
import { countCopy } from '../common/copies.ts'
import { remaining, type CallOptions } from '../common/options.ts'
import { COLUMNS } from '../kernels/axis.ts'
import type { AxisMatrix } from './axis.ts'
import { nativeFork } from './cost.ts'
import { computeOrdering, orderAsync, type Ordering } from './ordering.ts'
import type { Plan } from './plan.ts'
import { perform, performSync, planWork, type Work } from './work.ts'

/** A call, described once for both forms. */
export interface AxisOrdering<R> {
  readonly matrix: AxisMatrix
  /** 0: each column, over all rows; 1: each row, over all columns. */
  readonly axis: 0 | 1
  /** The call for one row or column. */
  of(x: NumericArray): Ordering<unknown>
  /** Predicted nanoseconds of that call on one thread, for one of so many numbers. */
  cost(n: number): { readonly inline: number; readonly native: number }
  /** Puts one result where it belongs. */
  take(index: number, result: unknown): void
  finish(): R
}

/** Nanoseconds that copying out an element of a column takes, and that a call takes beside its kernel. */
const GATHER = 1.5
const ITEM = 400

/** Nanoseconds that a piece should take at the most: slices of promise forms are made of whole pieces. */
const PIECE = 500_000

/** Predicted nanoseconds of one row or column from which on it is not computed on this thread while a promise waits. */
const LONG = 1_000_000

/** Rows that are copied out of a column in one go by the promise form: a fraction of a millisecond. */
const GATHER_ROWS = 1 << 15

/** The blocking form. */
export function orderAxisBlocking<R>(ordering: AxisOrdering<R>, options: CallOptions | undefined): R {
  return performSync(axisWork(ordering), options)
}

/** The promise form: short rows and columns in slices on this thread, long ones each as a promise form of its own. */
export async function orderAxisAsync<R>(ordering: AxisOrdering<R>, options: CallOptions | undefined): Promise<R> {
  const { matrix, axis } = ordering
  const { rows, columns } = matrix
  const [n, items] = axis === 0 ? [rows, columns] : [columns, rows]
  if (costOn(active(), ordering.cost(n)) <= LONG) return perform(axisWork(ordering), options)
  options?.signal?.throwIfAborted()
  const left = remaining(options)
  const threads = options?.threads === undefined ? {} : { threads: options.threads }
  const view = fixed(matrix.data)
  for (let index = 0; index < items; index++) {
    if (view.length < rows * columns) throw detachedError('x')
    const vector = axis === 1 ? view.subarray(index * columns, (index + 1) * columns) : await columnOf(view, index, rows, columns, left())
    ordering.take(index, await orderAsync(ordering.of(vector), { ...left(), ...threads }))
  }
  return ordering.finish()
}

/** Who would carry out a call. */
export function planOrderAxis(ordering: AxisOrdering<unknown>, form: 'sync' | 'promise', options: CallOptions | undefined): Plan {
  return planWork(axisWork(ordering), form, options)
}

function costOn(backend: Backend, { inline, native }: { inline: number; native: number }): number {
  return backend.name === 'native' ? Math.min(inline, native) : inline
}

function axisWork<R>(ordering: AxisOrdering<R>): Work<R> {
  const { matrix: { data, rows, columns }, axis } = ordering
  const [n, items] = axis === 0 ? [rows, columns] : [columns, rows]
  const x = fixed(data)
  const cost = ordering.cost(n)
  const more = ITEM + (axis === 0 ? GATHER * n : 0)
  // Columns that share cache lines are copied out together.
  const size = Math.max(1, Math.min(axis === 0 ? COLUMNS : items, Math.floor(PIECE / (Math.min(cost.inline, cost.native) + more))))
  const run = (first: number, last: number, compute: (item: Ordering<unknown>) => unknown): void => {
    for (let from = first * size; from < Math.min(items, last * size); from += size) {
      const count = Math.min(size, items - from)
      const vectors = axis === 0 ? columnsOf(x, from, count, rows, columns) : undefined
      for (let k = 0; k < count; k++) {
        const index = from + k
        ordering.take(index, compute(ordering.of(vectors?.[k] ?? x.subarray(index * columns, (index + 1) * columns))))
      }
    }
  }
  return {
    views: [{ name: 'x', view: x }],
    pieces: Math.ceil(items / size),
    nanoseconds: { inline: items * (cost.inline + more), native: items * (cost.native + more) },
    bytes: x.byteLength,
    stable: false,
    shared: false,
    inline: (first, last) => run(first, last, (item) => computeOrdering(item, 'inline', 1)),
    blocking(_backend, first, last, threads) {
      // Several threads share in one row or column; where that isn't worth waking them, they have nothing to do.
      const helpers = cost.native > 4 * nativeFork ? threads : 1
      run(first, last, (item) => computeOrdering(item, cost.inline <= cost.native ? 'inline' : 'serial', helpers))
    },
    finish: () => ordering.finish(),
  }
}

/** Columns `from … from + count − 1`, each in memory of its own. */
function columnsOf(x: NumericArray, from: number, count: number, rows: number, columns: number): NumericArray[] {
  const copies = Array.from({ length: count }, () => new (arrayClass(x))(rows))
  for (const { byteLength } of copies) countCopy('columns', byteLength)
  const source = x as Float64Array
  for (let i = 0, at = from; i < rows; i++, at += columns) for (let k = 0; k < count; k++) copies[k]![i] = source[at + k]!
  return copies
}

/** One column, copied out in slices to memory that outlives its readers, and that workers see where they compute. */
async function columnOf(x: NumericArray, column: number, rows: number, columns: number, options: CallOptions): Promise<NumericArray> {
  const copy = allocate(elementTypeOf(x) as ElementType, rows, { zero: false, shared: active().name === 'workers' })
  countCopy('columns', copy.byteLength)
  const [source, target] = [x as Float64Array, copy as Float64Array]
  const gather = (first: number, last: number): void => {
    const end = Math.min(rows, last * GATHER_ROWS)
    for (let i = first * GATHER_ROWS; i < end; i++) target[i] = source[i * columns + column]!
  }
  const nanoseconds = 4 * rows
  await perform({
    views: [{ name: 'x', view: x }],
    pieces: Math.ceil(rows / GATHER_ROWS),
    nanoseconds: { inline: nanoseconds, native: nanoseconds },
    bytes: copy.byteLength,
    stable: false,
    shared: false,
    inline: gather,
    blocking: (_backend, first, last) => gather(first, last),
    finish: () => {},
  }, options)
  return copy
}
