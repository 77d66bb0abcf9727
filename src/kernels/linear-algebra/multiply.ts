/**
 * Products of matrices: tiles of the result from packed slivers of both operands, as crates/kernels/src/families/multiply has it. An entry is
 * a sum over the inner dimension in blocks of DEPTH, each a chain of multiplications and additions in rising order from zero.
 */
import type { FloatArray, NumericArray } from '../../common/arrays.ts'
import type { Operands, Twin } from './twin.ts'

/** Length of a block of the inner dimension: part of the order, and the same in Rust. */
export const DEPTH = 256

/** Rows and columns of a tile of the result: with a block of depth about a millisecond's work. */
export const TILE = 64

/** Rows and columns of the tile that is kept in local variables. */
const SIDE = 4

/** Packed lines of both operands; written anew in every step, and made but once, since that took longer than a small product. */
export const packedLeft = new Float64Array(TILE * DEPTH)
export const packedRight = new Float64Array(TILE * DEPTH)

/** Lines of an operand: element d of line l is `data[l · lineStride + d · depthStride]`. */
export interface Operand {
  readonly data: NumericArray
  readonly lines: number
  readonly lineStride: number
  readonly depthStride: number
}

/** numbers: rows, columns, depth, then the strides of a (row, column) and of b. */
export function matmulTwin({ numbers, inputs }: Operands): Twin {
  const [rows, columns, depth, aRow, aColumn, bRow, bColumn] = numbers as [number, number, number, number, number, number, number]
  const [a, b] = inputs as [NumericArray, NumericArray]
  const left: Operand = { data: a, lines: rows, lineStride: aRow, depthStride: aColumn }
  const right: Operand = { data: b, lines: columns, lineStride: bColumn, depthStride: bRow }
  if (rows * columns * depth <= SMALL) return smallTwin(left, right, depth)
  const across = Math.ceil(columns / TILE)
  return {
    pieces: Math.ceil(rows / TILE) * across,
    width: TILE * TILE,
    steps: Math.max(1, Math.ceil(depth / DEPTH)),
    run(piece, step, result) {
      const top = Math.floor(piece / across) * TILE
      const start = (piece % across) * TILE
      const from = step * DEPTH
      const to = Math.min(depth, from + DEPTH)
      if (step === 0) result.fill(0)
      packSlivers(left, top, from, to, packedLeft)
      packSlivers(right, start, from, to, packedRight)
      multiplyPacked(packedLeft, packedRight, Math.min(TILE, rows - top), Math.min(TILE, columns - start), to - from, result)
    },
    place(piece, result, out) {
      const top = Math.floor(piece / across) * TILE
      const start = (piece % across) * TILE
      placeTile(result, top, start, Math.min(TILE, rows - top), Math.min(TILE, columns - start), columns, out)
    },
  }
}

/** Most multiplications for which packing costs more than it saves. */
const SMALL = 1024

function smallTwin(left: Operand, right: Operand, depth: number): Twin {
  const columns = right.lines
  return {
    pieces: 1,
    width: left.lines * columns,
    steps: 1,
    run(_piece, _step, result) {
      for (let i = 0; i < left.lines; i++) {
        for (let j = 0; j < columns; j++) result[i * columns + j] = chain(left, i, right, j, depth)
      }
    },
    place: (_piece, result, out) => out.set(result),
  }
}

/** One entry, in the order of the tiles. */
function chain(left: Operand, i: number, right: Operand, j: number, depth: number): number {
  const a = left.data as Float64Array
  const b = right.data as Float64Array
  let p = i * left.lineStride
  let q = j * right.lineStride
  let total = 0
  for (let from = 0; from < depth; from += DEPTH) {
    const to = Math.min(depth, from + DEPTH)
    let sum = 0
    for (let d = from; d < to; d++) {
      sum += a[p]! * b[q]!
      p += left.depthStride
      q += right.depthStride
    }
    total += sum
  }
  return total
}

/** Packs depths `from … to − 1` of up to TILE lines from `first` on: slivers of SIDE lines, zeros where there are none. */
export function packSlivers(operand: Operand, first: number, from: number, to: number, packed: Float64Array): void {
  const { lines, lineStride, depthStride } = operand
  const data = operand.data as Float64Array
  const depth = to - from
  const count = Math.min(TILE, lines - first)
  const padded = Math.ceil(count / SIDE) * SIDE
  for (let line = 0; line < padded; line++) {
    let to = (line - (line % SIDE)) * depth + (line % SIDE)
    let place = (first + line) * lineStride + from * depthStride
    if (line >= count) {
      for (let d = 0; d < depth; d++, to += SIDE) packed[to] = 0
    } else {
      for (let d = 0; d < depth; d++, to += SIDE, place += depthStride) packed[to] = data[place]!
    }
  }
}

/** Adds the product of packed slivers to a tile whose rows are TILE apart. */
export function multiplyPacked(left: Float64Array, right: Float64Array, rows: number, columns: number, depth: number, tile: Float64Array): void {
  for (let j = 0; j < columns; j += SIDE) {
    for (let i = 0; i < rows; i += SIDE) multiplySlivers(left, i * depth, right, j * depth, depth, tile, i * TILE + j)
  }
}

/** Two rows of four at a time: more sums than that don't fit into the registers. */
function multiplySlivers(left: Float64Array, leftStart: number, right: Float64Array, rightStart: number, depth: number, tile: Float64Array, place: number): void {
  for (let h = 0; h < SIDE; h += 2) {
    let p = leftStart + h
    let q = rightStart
    let s0 = 0, s1 = 0, s2 = 0, s3 = 0, t0 = 0, t1 = 0, t2 = 0, t3 = 0
    for (let d = 0; d < depth; d++) {
      const a = left[p]!
      const b = left[p + 1]!
      const r0 = right[q]!
      const r1 = right[q + 1]!
      const r2 = right[q + 2]!
      const r3 = right[q + 3]!
      s0 += a * r0
      s1 += a * r1
      s2 += a * r2
      s3 += a * r3
      t0 += b * r0
      t1 += b * r1
      t2 += b * r2
      t3 += b * r3
      p += SIDE
      q += SIDE
    }
    const upper = place + h * TILE
    const lower = upper + TILE
    tile[upper] = tile[upper]! + s0
    tile[upper + 1] = tile[upper + 1]! + s1
    tile[upper + 2] = tile[upper + 2]! + s2
    tile[upper + 3] = tile[upper + 3]! + s3
    tile[lower] = tile[lower]! + t0
    tile[lower + 1] = tile[lower + 1]! + t1
    tile[lower + 2] = tile[lower + 2]! + t2
    tile[lower + 3] = tile[lower + 3]! + t3
  }
}

/** Writes a tile whose rows are TILE apart into a matrix. */
export function placeTile(tile: Float64Array, top: number, start: number, rows: number, columns: number, stride: number, out: FloatArray): void {
  for (let i = 0; i < rows; i++) out.set(tile.subarray(i * TILE, i * TILE + columns), (top + i) * stride + start)
}
