/**
 * Gram matrices and covariances: tiles on and above the diagonal, mirrored as they are placed. An entry is a sum over the rows in the
 * order of `multiply.ts`.
 */
import type { NumericArray } from '../../common/arrays.ts'
import { DEPTH, multiplyPacked, packedLeft, packedRight, packSlivers, TILE, type Operand } from './multiply.ts'
import type { Operands, Twin } from './twin.ts'

/** numbers: rows, columns, strides (row, column), whether there are weights. inputs: x, weights. */
export function gramTwin({ numbers, inputs }: Operands): Twin {
  const [rows, columns, rowStride, columnStride] = numbers as [number, number, number, number]
  const x: Operand = { data: inputs[0]!, lines: columns, lineStride: columnStride, depthStride: rowStride }
  return symmetricTwin(x, rows, 1, inputs[1], undefined)
}

/** numbers: rows, columns, strides (row, column), divisor. inputs: x. */
export function covarianceTwin({ numbers, inputs }: Operands): Twin {
  const [rows, columns, rowStride, columnStride, divisor] = numbers as [number, number, number, number, number]
  const x: Operand = { data: inputs[0]!, lines: columns, lineStride: columnStride, depthStride: rowStride }
  return symmetricTwin(x, rows, divisor, undefined, new Float64Array(columns))
}

/** `means` is room for the columns' means, which are subtracted; without it nothing is. */
function symmetricTwin(x: Operand, rows: number, divisor: number, weights: NumericArray | undefined, means: Float64Array | undefined): Twin {
  const columns = x.lines
  const tiles = upperTiles(Math.ceil(columns / TILE))
  const blocks = Math.max(1, Math.ceil(rows / DEPTH))
  const [left, right] = [packedLeft, packedRight]
  /** Tile columns whose means are known. */
  const known = new Set<number>()
  return {
    pieces: tiles.length,
    width: TILE * TILE,
    // First the sums of the columns, a block of rows a step, then the products.
    steps: means === undefined ? blocks : 2 * blocks,
    run(piece, step, result) {
      const [row, column] = tiles[piece]!
      const block = step % blocks
      const from = block * DEPTH
      const to = Math.min(rows, from + DEPTH)
      if (step < blocks && means !== undefined) {
        for (const side of row === column ? [row] : [row, column]) {
          if (known.has(side)) continue
          if (block === 0) means.fill(0, side * TILE, (side + 1) * TILE)
          addSums(x, side * TILE, from, to, means)
          if (block < blocks - 1) continue
          for (let j = side * TILE; j < Math.min(columns, (side + 1) * TILE); j++) means[j] = means[j]! / rows
          known.add(side)
        }
        return
      }
      if (block === 0) result.fill(0)
      packSlivers(x, row * TILE, from, to, left)
      packSlivers(x, column * TILE, from, to, right)
      if (means !== undefined) {
        center(left, means, row * TILE, columns, to - from)
        center(right, means, column * TILE, columns, to - from)
      }
      if (weights !== undefined) weigh(left, weights as Float64Array, from, to)
      multiplyPacked(left, right, Math.min(TILE, columns - row * TILE), Math.min(TILE, columns - column * TILE), to - from, result)
    },
    place(piece, result, out) {
      const [row, column] = tiles[piece]!
      const top = row * TILE
      const start = column * TILE
      for (let i = top; i < Math.min(columns, top + TILE); i++) {
        for (let j = row === column ? i : start; j < Math.min(columns, start + TILE); j++) {
          const value = result[(i - top) * TILE + j - start]! / divisor
          out[i * columns + j] = value
          out[j * columns + i] = value
        }
      }
    },
  }
}

/** Rows and columns of the tiles on and above the diagonal. */
function upperTiles(across: number): [number, number][] {
  const tiles: [number, number][] = []
  for (let row = 0; row < across; row++) {
    for (let column = row; column < across; column++) tiles.push([row, column])
  }
  return tiles
}

/** Adds the sums of a block of rows to up to TILE columns' sums. */
function addSums({ data, lines, lineStride, depthStride }: Operand, first: number, from: number, to: number, sums: Float64Array): void {
  const numbers = data as Float64Array
  for (let line = first; line < Math.min(lines, first + TILE); line++) {
    let place = line * lineStride + from * depthStride
    let sum = 0
    for (let d = from; d < to; d++, place += depthStride) sum += numbers[place]!
    sums[line] = sums[line]! + sum
  }
}

/** Lines of a packed sliver. */
const SIDE = 4

/** Subtracts its mean from each packed line that exists. */
function center(packed: Float64Array, means: Float64Array, first: number, lines: number, depth: number): void {
  const count = Math.min(TILE, lines - first)
  for (let line = 0; line < count; line++) {
    const mean = means[first + line]!
    let place = (line - (line % SIDE)) * depth + (line % SIDE)
    for (let d = 0; d < depth; d++, place += SIDE) packed[place] = packed[place]! - mean
  }
}

/** Multiplies the packed lines by a weight a row. */
function weigh(packed: Float64Array, weights: Float64Array, from: number, to: number): void {
  const depth = to - from
  for (let sliver = 0; sliver < TILE / SIDE; sliver++) {
    let place = sliver * SIDE * depth
    for (let d = from; d < to; d++, place += SIDE) {
      const weight = weights[d]!
      packed[place] = packed[place]! * weight
      packed[place + 1] = packed[place + 1]! * weight
      packed[place + 2] = packed[place + 2]! * weight
      packed[place + 3] = packed[place + 3]! * weight
    }
  }
}
