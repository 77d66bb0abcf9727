/**
 * Systems with a symmetric positive definite matrix: A = Uᵀ·U by tiles, each computed once from those above it, with the right sides carried
 * along as further columns. Not the order of `src/kernels/cholesky.ts`, which models use.
 */
import { PIVOT_THRESHOLD } from '../cholesky.ts'
import { DEPTH, multiplyPacked, packedLeft, packedRight, packSlivers, TILE, type Operand } from './multiply.ts'
import type { Operands, Twin } from './twin.ts'

/** numbers: n, m, strides of a and b (row, column). inputs: a, of which the part from the diagonal on is read; b. The value is 0, or the number (from 1) of the pivot that failed. */
export function definiteTwin({ numbers, inputs }: Operands): Twin {
  const [n, m, aRow, aColumn, bRow, bColumn] = numbers as [number, number, number, number, number, number]
  const [a, b] = inputs as [Float64Array, Float64Array]
  const stride = n + m
  const tiles: [number, number][] = []
  for (let row = 0; row < n; row += TILE) {
    for (let column = row; column < stride; column += TILE) tiles.push([row, column])
  }
  return {
    pieces: 1,
    // The pivot that failed, the rows of U and of the solution, 1 / U[i][i].
    width: 1 + n * stride + n,
    steps: tiles.length + 2,
    run(_piece, step, result) {
      const rows = result.subarray(1, 1 + n * stride)
      const inverse = result.subarray(1 + n * stride)
      if (step === 0) {
        result[0] = 0
        for (let i = 0; i < n; i++) {
          for (let j = i; j < n; j++) rows[i * stride + j] = a[i * aRow + j * aColumn]!
          for (let k = 0; k < m; k++) rows[i * stride + n + k] = b[i * bRow + k * bColumn]!
          // Until the pivot is known: what it must exceed.
          inverse[i] = rows[i * stride + i]! * PIVOT_THRESHOLD
        }
      } else if (result[0] === 0 && step <= tiles.length) {
        const [row, column] = tiles[step - 1]!
        subtractAbove(rows, n, stride, row, column)
        if (row === column) result[0] = factorise(rows, stride, row, Math.min(n, row + TILE), Math.min(stride, column + TILE), inverse)
        else divide(rows, stride, row, Math.min(n, row + TILE), column, Math.min(stride, column + TILE), inverse)
      } else if (result[0] === 0) {
        substituteBack(rows, n, stride, inverse)
      }
    },
    place(_piece, result, out) {
      for (let i = 0; i < n; i++) out.set(result.subarray(1 + i * stride + n, 1 + (i + 1) * stride), i * m)
    },
    value: (result) => result[0]!,
  }
}

/** Products to subtract; written anew each time. */
const tile = new Float64Array(TILE * TILE)

/** Subtracts from a tile the products of the finished rows above it. */
function subtractAbove(rows: Float64Array, n: number, stride: number, row: number, column: number): void {
  if (row === 0) return
  const [left, right] = [packedLeft, packedRight]
  const height = Math.min(TILE, n - row)
  const width = Math.min(TILE, stride - column)
  const columns: Operand = { data: rows, lines: stride, lineStride: 1, depthStride: stride }
  tile.fill(0)
  for (let from = 0; from < row; from += DEPTH) {
    const to = Math.min(row, from + DEPTH)
    packSlivers(columns, row, from, to, left)
    packSlivers(columns, column, from, to, right)
    multiplyPacked(left, right, height, width, to - from, tile)
  }
  for (let i = 0; i < height; i++) {
    const place = (row + i) * stride + column
    for (let j = 0; j < width; j++) rows[place + j] = rows[place + j]! - tile[i * TILE + j]!
  }
}

/** Turns rows `first … last − 1` of a tile on the diagonal into rows of U, up to column `end`. Gives 0, or the number of the pivot that failed. */
function factorise(rows: Float64Array, stride: number, first: number, last: number, end: number, inverse: Float64Array): number {
  for (let p = first; p < last; p++) {
    const row = p * stride
    subtractRows(rows, stride, first, p, p, end)
    const pivot = rows[row + p]!
    if (!(pivot > inverse[p]! && pivot > 0 && pivot < Infinity)) return p + 1
    const root = Math.sqrt(pivot)
    const scale = 1 / root
    inverse[p] = scale
    rows[row + p] = root
    for (let j = p + 1; j < end; j++) rows[row + j] = rows[row + j]! * scale
  }
  return 0
}

/** Divides a tile right of the diagonal by Uᵀ of the tile on it. */
function divide(rows: Float64Array, stride: number, first: number, last: number, start: number, end: number, inverse: Float64Array): void {
  for (let i = first; i < last; i++) {
    subtractRows(rows, stride, first, i, start, end)
    const target = i * stride
    const scale = inverse[i]!
    for (let j = start; j < end; j++) rows[target + j] = rows[target + j]! * scale
  }
}

/** Row i −= U[q][i] · row q for q = first … i − 1, one after the other, in columns `start … end − 1`: four at a time, which stay in registers. */
export function subtractRows(rows: Float64Array, stride: number, first: number, i: number, start: number, end: number): void {
  const top = first * stride
  const target = i * stride
  let j = start
  for (; j + 4 <= end; j += 4) {
    const place = target + j
    let s0 = rows[place]!, s1 = rows[place + 1]!, s2 = rows[place + 2]!, s3 = rows[place + 3]!
    const apart = j - i
    for (let p = top + i; p < target; p += stride) {
      const factor = rows[p]!
      const q = p + apart
      s0 -= factor * rows[q]!
      s1 -= factor * rows[q + 1]!
      s2 -= factor * rows[q + 2]!
      s3 -= factor * rows[q + 3]!
    }
    rows[place] = s0
    rows[place + 1] = s1
    rows[place + 2] = s2
    rows[place + 3] = s3
  }
  for (; j < end; j++) {
    let sum = rows[target + j]!
    const apart = j - i
    for (let p = top + i; p < target; p += stride) sum -= rows[p]! * rows[p + apart]!
    rows[target + j] = sum
  }
}

/** Solves U·X = Y, where Y stands beside U. */
function substituteBack(rows: Float64Array, n: number, stride: number, inverse: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    const target = i * stride
    for (let j = i + 1; j < n; j++) {
      const factor = rows[target + j]!
      const source = j * stride
      for (let k = n; k < stride; k++) rows[target + k] = rows[target + k]! - factor * rows[source + k]!
    }
    for (let k = n; k < stride; k++) rows[target + k] = rows[target + k]! * inverse[i]!
  }
}
