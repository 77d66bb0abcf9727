/**
 * Mean and variance of the columns of a sparse matrix, its zeros among them, and whether it is as it should be, in one read: entries shifted by the first of their column,
 * chunks merged by the change of that shift. The Rust twin is crates/kernels/src/families/sparse_moments.rs.
 */
import { atOnce, type Pausing } from '../common/pausing.ts'
import { inRows, type SparseMatrix } from '../common/sparse.ts'
import { pausingMergeTree } from './rows.ts'
import { partitionSparse } from './sparse-logistic.ts'

/** Of the entries of some rows and each column their number, the first of them, and the sums of the deviations from it and of their squares. */
interface Sums {
  readonly count: Float64Array
  readonly first: Float64Array
  readonly deviations: Float64Array
  readonly squares: Float64Array
}

/**
 * Writes a mean a column, then a population variance each, then 1 for each column that holds one number only, else 0. Gives whether columns lie in the matrix and rise within a
 * row, and values are finite; without that the numbers are nothing.
 */
export function sparseMoments(matrix: SparseMatrix, out: Float64Array): boolean {
  return atOnce(sparseMomentsInTurns(matrix, out))
}

/** The same with pauses. */
export function* sparseMomentsInTurns(matrix: SparseMatrix, out: Float64Array): Pausing<boolean> {
  const { values, rowOffsets, rows, columns } = matrix
  const { rowsPerChunk, chunks } = partitionSparse(rows, values.length, 2 * columns)
  let sound = true
  const total = yield* pausingMergeTree(
    0,
    chunks,
    function* (chunk) {
      const sums: Sums = { count: new Float64Array(columns), first: new Float64Array(columns), deviations: new Float64Array(columns), squares: new Float64Array(columns) }
      const from = chunk * rowsPerChunk
      yield* inRows(rowOffsets.subarray(from), Math.min(rows, from + rowsPerChunk) - from, (first, end) => {
        sound = addRows(matrix, from + first, from + end, sums) && sound
      })
      yield
      return sums
    },
    merged,
  )
  finish(total, rows, columns, out)
  return sound
}

function addRows({ values, columnIndices, rowOffsets, columns }: SparseMatrix, from: number, to: number, { count, first, deviations, squares }: Sums): boolean {
  let sound = true
  // Not 0 once a value is not finite.
  let finite = 0
  for (let row = from; row < to; row++) {
    const end = rowOffsets[row + 1]!
    let before = -1
    for (let at = rowOffsets[row]!; at < end; at++) {
      const j = columnIndices[at]!
      const value = values[at]!
      if (j <= before || j >= columns) {
        sound = false
        continue
      }
      before = j
      finite += value - value
      if (count[j] === 0) first[j] = value
      const deviation = value - first[j]!
      count[j]! += 1
      deviations[j]! += deviation
      squares[j]! += deviation * deviation
    }
  }
  return sound && finite === 0
}

/** Adds b to a and gives a. */
function merged(a: Sums, b: Sums): Sums {
  for (let j = 0; j < a.count.length; j++) {
    if (a.count[j] === 0) {
      a.count[j] = b.count[j]!
      a.first[j] = b.first[j]!
      a.deviations[j] = b.deviations[j]!
      a.squares[j] = b.squares[j]!
    } else if (b.count[j]! > 0) {
      const shift = b.first[j]! - a.first[j]!
      a.squares[j]! += b.squares[j]! + shift * (2 * b.deviations[j]! + shift * b.count[j]!)
      a.deviations[j]! += b.deviations[j]! + shift * b.count[j]!
      a.count[j]! += b.count[j]!
    }
  }
  return a
}

function finish({ count, first, deviations, squares }: Sums, rows: number, columns: number, out: Float64Array): void {
  for (let j = 0; j < columns; j++) {
    const entries = count[j]!
    const even = deviations[j] === 0 && squares[j] === 0 && (entries === rows || first[j] === 0)
    const offset = entries === 0 ? 0 : deviations[j]! / entries
    const mean = first[j]! + offset
    out[j] = mean * (entries / rows)
    const spread = squares[j]! - offset * deviations[j]!
    const apart = mean * mean * (entries * ((rows - entries) / rows))
    const variance = (spread + apart) / rows
    out[columns + j] = even ? 0 : Number.isNaN(variance) ? Infinity : Math.max(variance, 0)
    out[2 * columns + j] = Number(even)
  }
}
