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
  if (axis === 0) return columnsWork(ordering, x, cost, more)
  const size = Math.max(1, Math.min(items, Math.floor(PIECE / (Math.min(cost.inline, cost.native) + more))))
  const run = (first: number, last: number, compute: Compute): void => {
    for (let index = first * size; index < Math.min(items, last * size); index++) {
      ordering.take(index, compute(ordering.of(x.subarray(index * columns, (index + 1) * columns))))
    }
  }
  return workOf(ordering, x, cost, more, Math.ceil(items / size), run)
}

type Compute = (item: Ordering<unknown>) => unknown

function workOf<R>(
  ordering: AxisOrdering<R>, x: NumericArray, cost: { readonly inline: number; readonly native: number }, more: number, pieces: number,
  run: (first: number, last: number, compute: Compute) => void,
): Work<R> {
  const { matrix: { rows, columns }, axis } = ordering
  const items = axis === 0 ? columns : rows
  return {
    views: [{ name: 'x', view: x }],
    pieces,
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

/**
 * Columns are copied out side by side, so that each line of memory is fetched once: a panel of them by some rows at a time, then computed one by one. Pieces are done in
 * their order.
 */
function columnsWork<R>(ordering: AxisOrdering<R>, x: NumericArray, cost: { readonly inline: number; readonly native: number }, more: number): Work<R> {
  const { rows, columns } = ordering.matrix
  const width = Math.max(1, Math.min(columns, Math.max(COLUMNS, Math.min(PANEL_COLUMNS, Math.floor(PANEL_BYTES / (rows * x.BYTES_PER_ELEMENT))))))
  const height = Math.ceil(PANEL_ELEMENTS / width)
  const gathers = Math.ceil(rows / height)
  const size = Math.max(1, Math.min(width, Math.floor(PIECE / (Math.min(cost.inline, cost.native) + ITEM))))
  const steps = gathers + Math.ceil(width / size)
  let panel: NumericArray[] | undefined
  const step = (piece: number, compute: Compute): void => {
    panel ??= Array.from({ length: width }, () => new (arrayClass(x))(rows))
    const from = Math.floor(piece / steps) * width
    const count = Math.min(width, columns - from)
    const at = piece % steps
    if (at < gathers) return gather(x, columns, from, count, at * height, Math.min(rows, (at + 1) * height), panel)
    const first = (at - gathers) * size
    for (let k = first; k < Math.min(count, first + size); k++) {
      countCopy('columns', panel[k]!.byteLength)
      ordering.take(from + k, compute(ordering.of(panel[k]!)))
    }
  }
  return workOf(ordering, x, cost, more, steps * Math.ceil(columns / width), (first, last, compute) => {
    for (let piece = first; piece < last; piece++) step(piece, compute)
  })
}

/** Columns of a panel at the most, bytes that it should take, and elements that are copied in one go. */
const PANEL_COLUMNS = 64
const PANEL_BYTES = 1 << 25
const PANEL_ELEMENTS = 1 << 15

/** Columns `from … from + count − 1` of some rows to their places in the panel. */
function gather(x: NumericArray, columns: number, from: number, count: number, first: number, last: number, panel: readonly NumericArray[]): void {
  const source = x as Float64Array
  for (let k = 0; k < count; k++) {
    const target = panel[k] as Float64Array
    for (let i = first, at = first * columns + from + k; i < last; i++, at += columns) target[i] = source[at]!
  }
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
