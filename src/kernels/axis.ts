/**
 * Reductions of row-major matrices along an axis: each row as the vector that it is, each column as if it had been copied out, so with the same
 * bits. The Rust twin is crates/kernels/src/families/columns.rs, which takes eight columns side by side instead of copying.
 */
import type { FloatArray } from '../common/arrays.ts'
import { climb, DEPTH, kernels, mergePartials, reduceRange, WIDEST, type Block, type Kernel } from './families.ts'
import { BLOCK, CHUNK } from './order.ts'
import type { ReductionName } from './table.ts'

/** A reduction along an axis, and how it is cut into pieces. */
export interface AxisCall {
  readonly kernel: ReductionName
  /** 0: each column, over all rows; 1: each row, over all columns. */
  readonly axis: 0 | 1
  readonly x: FloatArray
  readonly y: FloatArray | undefined
  readonly rows: number
  readonly columns: number
  /** Rows (axis 1) or columns (axis 0, a multiple of COLUMNS) of a piece. */
  readonly size: number
}

/** Columns that are copied out, or reduced natively, side by side: a cache line of doubles. */
export const COLUMNS = 8

/** Pieces of a call: axis 0 cuts rows into chunks as well, and takes the pieces of one chunk after another. */
export function piecesOf({ axis, rows, columns, size }: AxisCall): number {
  return axis === 1 ? Math.ceil(rows / size) : Math.ceil(columns / size) * Math.ceil(rows / CHUNK)
}

/** Pieces `first … last − 1` into `out` from index 0 on: room for `size` items a piece, `width` doubles an item. */
export function axisPieces(call: AxisCall, first: number, last: number, out: Float64Array): void {
  const { kernel, axis, x, rows, columns, size } = call
  const entry = kernels[kernel]
  const y = call.y ?? x
  const room = size * entry.width
  for (let piece = first; piece < last; piece++) {
    const o = (piece - first) * room
    if (axis === 1) {
      reduceRows(entry, x, y, columns, piece * size, Math.min(rows, (piece + 1) * size), out, o)
    } else {
      const panels = Math.ceil(columns / size)
      const row = Math.floor(piece / panels) * CHUNK
      const column = (piece % panels) * size
      reduceColumns(entry, x, y, columns, row, Math.min(rows, row + CHUNK), column, Math.min(columns, column + size), out, o)
    }
  }
}

/** The root of item `index` into `root`, from the results of all pieces; gives the kernel's value. */
export function axisRoot(call: AxisCall, results: Float64Array, index: number, root: Float64Array): number {
  const { kernel, axis, rows, columns, size } = call
  const { width, value } = kernels[kernel]
  const chunks = axis === 1 ? 1 : Math.ceil(rows / CHUNK)
  if (chunks === 1) {
    for (let k = 0; k < width; k++) root[k] = results[index * width + k]!
    return root[value]!
  }
  const stride = Math.ceil(columns / size) * size * width
  const partials = chunks * width <= spare.length ? spare : new Float64Array(chunks * width)
  for (let chunk = 0; chunk < chunks; chunk++) {
    for (let k = 0; k < width; k++) partials[chunk * width + k] = results[chunk * stride + index * width + k]!
  }
  return mergePartials(kernel, partials, chunks, root)
}

const spare = new Float64Array(64 * WIDEST)

/** Partials on their way up the tree, of a row or of one of the columns side by side. */
const stacks = Array.from({ length: COLUMNS }, () => new Float64Array(DEPTH * WIDEST))

function reduceRows(kernel: Kernel, x: FloatArray, y: FloatArray, columns: number, first: number, last: number, out: Float64Array, o: number): void {
  const { width } = kernel
  const root = stacks[0]!
  for (let row = first; row < last; row++) {
    reduceRange(kernel, x, y, row * columns, (row + 1) * columns, root, 0)
    for (let k = 0; k < width; k++) out[o + (row - first) * width + k] = root[k]!
  }
}

/** Blocks of columns side by side, one after the other: for x, then for y. */
let copies: { readonly [bytes: number]: readonly FloatArray[] } | undefined

function reduceColumns(
  kernel: Kernel, x: FloatArray, y: FloatArray, columns: number, firstRow: number, lastRow: number, first: number, last: number, out: Float64Array, o: number,
): void {
  copies ??= { 8: buffers(Float64Array), 4: buffers(Float32Array) }
  const scratch = copies[x.BYTES_PER_ELEMENT]!
  const block = (x.BYTES_PER_ELEMENT === 8 ? kernel.float64 : kernel.float32) as Block<FloatArray>
  const { merge, width, start } = kernel
  for (let column = first; column < last; column += COLUMNS) {
    const count = Math.min(COLUMNS, last - column)
    if (start !== undefined) for (let c = 0; c < count; c++) stacks[c]!.set(start)
    let height = 0
    for (let row = firstRow, leaf = 0; row < lastRow; row += BLOCK, leaf++) {
      const n = Math.min(BLOCK, lastRow - row)
      copyOut(x, row * columns + column, columns, n, count, scratch, 0)
      if (y !== x) copyOut(y, row * columns + column, columns, n, count, scratch, COLUMNS)
      let top = height
      for (let c = 0; c < count; c++) {
        const stack = stacks[c]!
        block(scratch[c]!, scratch[y === x ? c : COLUMNS + c]!, 0, n, stack, height * width)
        if (start === undefined) top = climb(merge, width, stack, height, leaf)
      }
      height = top
    }
    for (let c = 0; c < count; c++) {
      const stack = stacks[c]!
      for (let h = height; h > 1; h--) merge(stack, (h - 2) * width, stack, (h - 1) * width)
      for (let k = 0; k < width; k++) out[o + (column - first + c) * width + k] = stack[k]!
    }
  }
}

function buffers(Class: Float64ArrayConstructor | Float32ArrayConstructor): FloatArray[] {
  return Array.from({ length: 2 * COLUMNS }, () => new Class(BLOCK))
}

/** `n` elements of each of `count` columns from index `at` of x on, into `scratch` from array `to` on. */
function copyOut(x: FloatArray, at: number, stride: number, n: number, count: number, scratch: readonly FloatArray[], to: number): void {
  for (let c = 0; c < count; c++) {
    const target = scratch[to + c]!
    for (let i = 0, from = at + c; i < n; i++, from += stride) target[i] = x[from]!
  }
}
