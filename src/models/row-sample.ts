/** A part of the rows that stands for all of them: where a large fit gets its first estimate and its preconditioner from. */
import { arrayClass } from '../common/arrays.ts'
import type { LogisticProblem } from '../dispatch/index.ts'
import type { Dense } from './input.ts'
import type { EncodedLabels } from './labels.ts'
import type { Pieces } from './work.ts'

/** Share of the rows that is taken, unless a class is too rare or the coefficients too many. */
const SHARE = 1 / 16

/** Rows that are kept of each class at least, if it has them. */
const LEAST_OF_CLASS = 1000

/** Rows of the sample for each coefficient, at least, and the largest share of the rows that is worth it. */
const ROWS_PER_COEFFICIENT = 20
const LARGEST_SHARE = 1 / 4

/** Fewer rows are fitted whole. */
const SMALLEST = 20_000

/** Rows that are looked at in one piece. */
const PIECE_ROWS = 1 << 14

/** The share to take of each class's rows, or undefined where a sample would not pay. */
export function sharesOf({ indices, classes }: EncodedLabels, coefficients: number): Float64Array | undefined {
  const rows = indices.length
  const share = Math.max(SHARE, (ROWS_PER_COEFFICIENT * coefficients) / rows)
  if (rows < SMALLEST || share > LARGEST_SHARE) return undefined
  const counts = new Float64Array(classes.length)
  for (let i = 0; i < rows; i++) counts[indices[i]!]! += 1
  const shares = counts.map((count) => Math.min(1, Math.max(share, LEAST_OF_CLASS / count)))
  const taken = counts.reduce((sum, count, k) => sum + count * shares[k]!, 0)
  return taken <= LARGEST_SHARE * rows ? shares : undefined
}

/** Copies the rows of a sample. Which ones depends on their numbers and classes alone. */
export class RowSample implements Pieces {
  readonly pieces: number
  readonly pieceMilliseconds = 0.2
  readonly #dense: Dense
  readonly #labels: EncodedLabels
  readonly #shares: Float64Array
  readonly #rows: Int32Array
  readonly #x: LogisticProblem['x']
  #count = 0

  constructor(dense: Dense, labels: EncodedLabels, shares: Float64Array) {
    this.#dense = dense
    this.#labels = labels
    this.#shares = shares
    const { rows, columns, x } = dense
    this.pieces = Math.ceil(rows / PIECE_ROWS)
    let count = 0
    for (let row = 0; row < rows; row++) count += Number(this.#takes(row))
    this.#rows = new Int32Array(count)
    this.#x = new (arrayClass(x))(count * columns)
  }

  run(first: number, last: number): void {
    const { x, columns, rows } = this.#dense
    const end = Math.min(rows, last * PIECE_ROWS)
    for (let row = first * PIECE_ROWS; row < end; row++) {
      if (!this.#takes(row)) continue
      const at = this.#count++
      this.#rows[at] = row
      for (let j = 0, from = row * columns, to = at * columns; j < columns; j++) this.#x[to + j] = x[from + j]!
    }
  }

  /** The problem of the rows that were taken, scaled as the whole one. */
  problem(whole: LogisticProblem): LogisticProblem {
    const { indices } = this.#labels
    return { ...whole, x: this.#x, rows: this.#rows.length, y: Int32Array.from(this.#rows, (row) => indices[row]!) }
  }

  /** Weights with which the rows stand for all of their class. */
  weights(weights: Float64Array | null): Float64Array {
    const { indices, classes } = this.#labels
    const all = new Float64Array(classes.length)
    const taken = new Float64Array(classes.length)
    for (let i = 0; i < indices.length; i++) all[indices[i]!]! += weights === null ? 1 : weights[i]!
    for (const row of this.#rows) taken[indices[row]!]! += weights === null ? 1 : weights[row]!
    return Float64Array.from(this.#rows, (row) => {
      const k = indices[row]!
      return taken[k]! > 0 ? ((weights === null ? 1 : weights[row]!) * all[k]!) / taken[k]! : 0
    })
  }

  #takes(row: number): boolean {
    // Runs of sixteen rows share a lot: memory is read in lines.
    return hash(row >>> 4) < this.#shares[this.#labels.indices[row]!]!
  }
}

/** 0 … 1, in no order that data could have (the finish of MurmurHash3). */
function hash(run: number): number {
  let h = Math.imul(run ^ 0x9e3779b9, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32
}
