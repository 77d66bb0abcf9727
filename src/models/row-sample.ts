/** A part of the rows that stands for all of them: where a large fit gets its first estimate and its preconditioner from. */
import { inStretches, type Pausing } from '../common/pausing.ts'
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

/** Runs that are looked at in one stretch. */
const RUNS_STRETCH = 1 << 13

/** Rows that are looked at in one piece. */
const PIECE_ROWS = 1 << 12

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
function sharesOfPart(labels: EncodedLabels, coefficients: number): Float64Array | undefined {
  const rows = labels.indices.length
  const share = Math.max(PART, (PART_ROWS_PER_COEFFICIENT * coefficients) / rows)
  const counts = rowsOfClasses(labels)
  const shares = counts.map((count) => Math.min(1, Math.max(share, LEAST_OF_CLASS_IN_PART / count)))
  const taken = counts.reduce((sum, count, k) => sum + count * shares[k]!, 0)
  return taken <= rows / 3 ? shares : undefined
}

/** Rows that stand for all. */
export class StandIns {
  /** Their classes. */
  readonly labels: EncodedLabels
  readonly #x: LogisticProblem['x']
  readonly #columns: number
  readonly #rows: Int32Array
  /** One for each problem of all rows, so that fits in lockstep share reads. */
  readonly #problems = new Map<LogisticProblem, LogisticProblem>()

  /** @param rows their numbers among all */
  constructor(x: LogisticProblem['x'], columns: number, rows: Int32Array, labels: EncodedLabels) {
    this.#x = x
    this.#columns = columns
    this.#rows = rows
    this.labels = labels
  }

  /** The rows themselves. */
  get taken(): Dense {
    return { x: this.#x, rows: this.#rows.length, columns: this.#columns }
  }

  /** Their problem, scaled as that of all rows. */
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
}

/** Copies the rows of a sample. Which ones, and in which order, depends on their numbers and classes alone. */
export class RowSample extends StandIns implements Pieces {
  readonly pieces: number
  readonly pieceMilliseconds = 0.1
  /** The first rows of the sample, where so few are enough for a first estimate: their numbers are those in the sample. */
  readonly part: StandIns | undefined
  readonly #dense: Dense
  readonly #rows: Int32Array
  /** How many rows are copied of the part, and of the others, which come after it; either are in rising order. */
  readonly #copied: [part: number, others: number]

  /** @param shares to take of each class */
  static *of(dense: Dense, labels: EncodedLabels, shares: Float64Array, coefficients: number): Pausing<RowSample> {
    const rising = yield* chosen(labels.indices, shares)
    const classes = taken(labels.indices, rising)
    yield
    const sharesInPart = sharesOfPart({ ...labels, indices: classes }, coefficients)
    const places = sharesInPart === undefined ? NONE : yield* chosen(classes, sharesInPart)
    yield
    const order = leading(places, rising.length)
    return new RowSample(dense, taken(rising, order), { ...labels, indices: taken(classes, order) }, sharesInPart === undefined ? undefined : places.length)
  }

  /** @param part how many of the first rows are enough for a first estimate */
  private constructor(dense: Dense, rows: Int32Array, labels: EncodedLabels, part: number | undefined) {
    const { x, columns } = dense
    const length = rows.length * columns
    const copy = x instanceof Float32Array ? newResult(Float32Array, length) : newResult(Float64Array, length)
    super(copy, columns, rows, labels)
    this.pieces = Math.ceil(dense.rows / PIECE_ROWS)
    this.#dense = dense
    this.#rows = rows
    this.#copied = [0, part ?? 0]
    if (part !== undefined) this.part = new StandIns(copy.subarray(0, part * columns), columns, Int32Array.from({ length: part }, (_, i) => i), { ...labels, indices: labels.indices.subarray(0, part) })
  }

  run(_first: number, last: number): void {
    const end = last * PIECE_ROWS
    const count = this.part === undefined ? 0 : this.part.taken.rows
    this.#copied[0] = this.#copy(this.#copied[0], count, end)
    this.#copied[1] = this.#copy(this.#copied[1], this.#rows.length, end)
  }

  /** Copies rows before `end` to places from `first` to below `most`; gives the place of the next one. */
  #copy(first: number, most: number, end: number): number {
    const { x, columns } = this.#dense
    const { x: to } = this.taken
    const rows = this.#rows
    let place = first
    while (place < most && rows[place]! < end) {
      const row = rows[place]!
      let length = 1
      while (length < RUN && place + length < most && rows[place + length] === row + length) length++
      to.set(x.subarray(row * columns, (row + length) * columns), place * columns)
      place += length
    }
    return place
  }
}

const NONE = new Int32Array(0)

/** The rows that are taken by their classes' shares, in rising order. Runs of sixteen share a lot: memory is read in lines. */
function* chosen(classes: Int32Array, shares: Float64Array): Pausing<Int32Array> {
  const most = shares.reduce((largest, share) => Math.max(largest, share), 0)
  const runs: number[] = []
  yield* inStretches(Math.ceil(classes.length / RUN), (first, end) => {
    for (let run = first; run < end; run++) if (hash(run) < most) runs.push(run)
  }, RUNS_STRETCH)
  const out = new Int32Array(runs.length * RUN)
  let count = 0
  yield* inStretches(runs.length, (first, end) => {
    for (let k = first; k < end; k++) count = takeRun(classes, shares, runs[k]!, out, count)
  }, RUNS_STRETCH / 4)
  return out.slice(0, count)
}

function takeRun(classes: Int32Array, shares: Float64Array, run: number, out: Int32Array, start: number): number {
  let count = start
  const lot = hash(run)
  const end = Math.min(classes.length, (run + 1) * RUN)
  for (let row = run * RUN; row < end; row++) if (lot < shares[classes[row]!]!) out[count++] = row
  return count
}

/** The elements at some places. */
function taken(values: Int32Array, places: Int32Array): Int32Array {
  const out = new Int32Array(places.length)
  for (let i = 0; i < places.length; i++) out[i] = values[places[i]!]!
  return out
}

/** 0 … count − 1 with some of them, which rise, in front of the others. */
function leading(front: Int32Array, count: number): Int32Array {
  const out = new Int32Array(count)
  out.set(front)
  for (let place = 0, inFront = 0, next = front.length; place < count; place++) {
    if (front[inFront] === place) inFront++
    else out[next++] = place
  }
  return out
}

/** 0 … 1, in no order that data could have (the finish of MurmurHash3). */
function hash(run: number): number {
  let h = Math.imul(run ^ 0x9e3779b9, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32
}
