/**
 * Matrix times vector, each entry of the matrix read once. Four chains a row where its elements lie side by side, added in halves; one chain
 * in rising order otherwise.
 */
import type { NumericArray } from '../../common/arrays.ts'
import type { Operands, Twin } from './twin.ts'

/** Elements of the matrix that a piece reads: about a millisecond's work. */
const PIECE = 1 << 19

/** numbers: rows, columns, then the strides of a (row, column). */
export function matvecTwin({ numbers, inputs }: Operands): Twin {
  const [rows, columns, rowStride, columnStride] = numbers as [number, number, number, number]
  const [a, x] = inputs as [NumericArray, NumericArray]
  const width = Math.max(1, Math.min(rows, Math.ceil(PIECE / Math.max(1, columns))))
  return {
    pieces: Math.ceil(rows / width),
    width,
    steps: 1,
    run(piece, _step, result) {
      const first = piece * width
      const count = Math.min(width, rows - first)
      const data = a as Float64Array
      const factors = x as Float64Array
      if (columnStride === 1) {
        for (let i = 0; i < count; i++) result[i] = dotOfRow(data, (first + i) * rowStride, factors, columns)
      } else {
        acrossColumns(data, first * rowStride, rowStride, columnStride, factors, count, columns, result)
      }
    },
    place(piece, result, out) {
      const first = piece * width
      out.set(result.subarray(0, Math.min(width, rows - first)), first)
    },
  }
}

export function dotOfRow(a: Float64Array, start: number, x: Float64Array, columns: number): number {
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0
  const whole = columns - (columns % 4)
  let p = start
  for (let j = 0; j < whole; j += 4) {
    s0 += a[p]! * x[j]!
    s1 += a[p + 1]! * x[j + 1]!
    s2 += a[p + 2]! * x[j + 2]!
    s3 += a[p + 3]! * x[j + 3]!
    p += 4
  }
  for (let j = whole; j < columns; j++) s0 += a[p++]! * x[j]!
  return s0 + s2 + (s1 + s3)
}

function acrossColumns(
  a: Float64Array, start: number, rowStride: number, columnStride: number, x: Float64Array, rows: number, columns: number, sums: Float64Array,
): void {
  sums.fill(0, 0, rows)
  for (let j = 0; j < columns; j++) {
    const factor = x[j]!
    let p = start + j * columnStride
    for (let i = 0; i < rows; i++, p += rowStride) sums[i] = sums[i]! + a[p]! * factor
  }
}
