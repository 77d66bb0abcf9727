/** A part of the rows that stands for all of them: where a large fit gets its first estimate and its preconditioner from. */
import { newResult } from '../common/results.ts'
import type { LogisticProblem } from '../dispatch/index.ts'
import type { Dense } from './input.ts'
import { rowsOfClasses, type EncodedLabels } from './labels.ts'
import type { RowWeights } from './weights.ts'
import type { Pieces } from './work.ts'

/** Share of the rows that is taken, unless a class is too rare or the coefficients too many. */
const SHARE = 1 / 16

/** Rows that are kept of each class at least, if it has them. */
const LEAST_OF_CLASS = 1000

/** Rows of the sample for each coefficient, at least, and the largest share of the rows that is worth it. */
const ROWS_PER_COEFFICIENT = 20
const LARGEST_SHARE = 1 / 4

/** The same of the part of a sample that gives the first estimate, whose error the sample itself takes away. */
const PART = 1 / 8
const PART_ROWS_PER_COEFFICIENT = 10
const LEAST_OF_CLASS_IN_PART = 200

/** Fewer rows are fitted whole. */
const SMALLEST = 20_000

/** Rows that are taken or left together. */
const RUN = 16

/** Rows that are looked at in one piece. */
const PIECE_ROWS = 1 << 14

/** The share to take of each class's rows, or undefined where a sample would not pay. */
export function sharesOf(labels: EncodedLabels, coefficients: number): Float64Array | undefined {
  const rows = labels.indices.length
  const share = Math.max(SHARE, (ROWS_PER_COEFFICIENT * coefficients) / rows)
  if (rows < SMALLEST || share > LARGEST_SHARE) return undefined
  const counts = rowsOfClasses(labels)
  const shares = counts.map((count) => Math.min(1, Math.max(share, LEAST_OF_CLASS / count)))
  const taken = counts.reduce((sum, count, k) => sum + count * shares[k]!, 0)
  return taken <= LARGEST_SHARE * rows ? shares : undefined
}

/** The share of each class of a sample's rows that is enough for a first estimate, or undefined where the sample itself is small enough. */
export function sharesOfPart(labels: EncodedLabels, coefficients: number): Float64Array | undefined {
  const rows = labels.indices.length
  const share = Math.max(PART, (PART_ROWS_PER_COEFFICIENT * coefficients) / rows)
  const counts = rowsOfClasses(labels)
  const shares = counts.map((count) => Math.min(1, Math.max(share, LEAST_OF_CLASS_IN_PART / count)))
  const taken = counts.reduce((sum, count, k) => sum + count * shares[k]!, 0)
  return taken <= rows / 3 ? shares : undefined
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
  #taken: EncodedLabels | undefined
  /** One for each problem of all rows, so that fits in lockstep share reads. */
  readonly #problems = new Map<LogisticProblem, LogisticProblem>()
  #count = 0

  constructor(dense: Dense, labels: EncodedLabels, shares: Float64Array) {
    this.#dense = dense
    this.#labels = labels
    this.#shares = shares
    const { rows, columns, x } = dense
    this.pieces = Math.ceil(rows / PIECE_ROWS)
    this.#rows = this.#choose()
    const length = this.#rows.length * columns
    this.#x = x instanceof Float32Array ? newResult(Float32Array, length) : newResult(Float64Array, length)
  }

  run(_first: number, last: number): void {
    const { x, columns } = this.#dense
    const rows = this.#rows
    const end = last * PIECE_ROWS
    while (this.#count < rows.length && rows[this.#count]! < end) {
      const first = this.#count
      const row = rows[first]!
      let length = 1
      while (length < RUN && rows[first + length] === row + length) length++
      this.#x.set(x.subarray(row * columns, (row + length) * columns), first * columns)
      this.#count += length
    }
  }

  /** The rows that were taken. */
  get taken(): Dense {
    return { x: this.#x, rows: this.#rows.length, columns: this.#dense.columns }
  }

  /** Their classes. */
  get labels(): EncodedLabels {
    this.#taken ??= { ...this.#labels, indices: this.#rows.map((row) => this.#labels.indices[row]!) }
    return this.#taken
  }

  /** The problem of the rows that were taken, scaled as the whole one. */
  problem(whole: LogisticProblem): LogisticProblem {
    let problem = this.#problems.get(whole)
    if (problem === undefined) {
      problem = { ...whole, x: this.#x, rows: this.#rows.length, y: this.labels.indices }
      this.#problems.set(whole, problem)
    }
    return problem
  }

  /** Weights with which the rows stand for all of their class. */
  weights({ weights, totals }: RowWeights): Float64Array {
    const { indices } = this.labels
    const rows = this.#rows
    const out = new Float64Array(rows.length)
    if (weights === null) {
      const counts = rowsOfClasses(this.labels)
      for (let k = 0; k < counts.length; k++) counts[k] = totals[k]! / counts[k]!
      for (let i = 0; i < rows.length; i++) out[i] = counts[indices[i]!]!
      return out
    }
    const taken = new Float64Array(totals.length)
    for (let i = 0; i < rows.length; i++) taken[indices[i]!]! += weights[rows[i]!]!
    const factors = totals.map((weight, k) => (taken[k]! > 0 ? weight / taken[k]! : 0))
    for (let i = 0; i < rows.length; i++) out[i] = weights[rows[i]!]! * factors[indices[i]!]!
    return out
  }

  /** The rows that are taken, in rising order. Runs of sixteen share a lot: memory is read in lines. */
  #choose(): Int32Array {
    const { indices } = this.#labels
    const shares = this.#shares
    const most = shares.reduce((largest, share) => Math.max(largest, share), 0)
    const runs: number[] = []
    for (let run = 0; run * RUN < indices.length; run++) if (hash(run) < most) runs.push(run)
    const out = new Int32Array(runs.length * RUN)
    let count = 0
    for (const run of runs) {
      const lot = hash(run)
      const end = Math.min(indices.length, (run + 1) * RUN)
      for (let row = run * RUN; row < end; row++) if (lot < shares[indices[row]!]!) out[count++] = row
    }
    return out.slice(0, count)
  }
}

/** 0 … 1, in no order that data could have (the finish of MurmurHash3). */
function hash(run: number): number {
  let h = Math.imul(run ^ 0x9e3779b9, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32
}
