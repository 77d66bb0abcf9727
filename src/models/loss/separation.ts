/**
 * Whether an unpenalised fit is running away: then there is no optimum, for the classes can be separated, wholly or in part, and
 * the loss falls for ever.
 */
import { decide, decisionCost, type Backend, type LogisticProblem } from '../../dispatch/index.ts'
import type { Pieces } from '../work.ts'

/** Rows looked at together. */
const BLOCK_ROWS = 1024

/** Loss of margin that counts as rounding, relative to the largest gain. */
const ROUNDING = 1e-4

/** Relative gap at which steps towards an optimum have become too short to move a row by RUNAWAY_GAIN. */
const SETTLED = 1e-8

/** A step that gains less than this for every row (as a difference of scores) isn't running away. */
const RUNAWAY_GAIN = 0.1

/**
 * Looks at what a Newton step would do to each row's margin (its own class's score less another's).
 *
 * A step that lowers no margin and raises some is a direction of recession: proof (up to rounding) that there is no optimum. And when the
 * objective has settled while margins still grow by a good part of 1 a step, the rows that move are those whose loss has all but vanished: a step
 * towards an optimum would be as short as the gap is small. (Running away, margins grow by 1 a step, since the loss falls like e^−margin.)
 */
export class SeparationTest implements Pieces {
  readonly pieces: number
  readonly pieceMilliseconds: number
  readonly #problem: LogisticProblem
  readonly #backend: Backend
  readonly #threads: number | undefined
  readonly #vectors: number
  readonly #settled: boolean
  /** In the space of X. */
  readonly #direction: Float64Array
  readonly #scores: Float64Array
  /** No row can gain more. */
  readonly #gainBound: number
  #gain = 0
  #loss = 0

  /**
   * @param step as LogisticRequest.coefficients: in the centred and scaled space
   * @param relativeGap estimated by that step
   */
  constructor(problem: LogisticProblem, step: Float64Array, relativeGap: number, backend: Backend, threads: number | undefined) {
    const { rows, columns, classes } = problem
    this.#problem = problem
    this.#backend = backend
    this.#threads = threads
    this.#vectors = classes === 2 ? 1 : classes
    this.#direction = unscaled(problem, step, this.#vectors)
    this.#gainBound = gainBound(problem, step)
    this.#settled = relativeGap <= SETTLED
    this.#scores = new Float64Array(Math.min(rows, BLOCK_ROWS) * this.#vectors)
    this.pieces = Math.ceil(rows / BLOCK_ROWS)
    this.pieceMilliseconds = decisionCost(backend, Math.min(rows, BLOCK_ROWS), columns, this.#vectors) / 1e6
  }

  run(first: number, last: number): void {
    const { x, rows, columns, y } = this.#problem
    for (let piece = first; piece < last && !this.#refuted; piece++) {
      const from = piece * BLOCK_ROWS
      const count = Math.min(rows - from, BLOCK_ROWS)
      const block = x.subarray(from * columns, (from + count) * columns)
      decide(this.#backend, block, count, columns, this.#direction, this.#vectors, this.#threads, this.#scores)
      for (let i = 0; i < count; i++) this.#take(i, y[from + i]!)
    }
  }

  /** The verdict, once all pieces have run. */
  get runsAway(): boolean {
    if (this.#settled) return Math.max(this.#gain, this.#loss) >= RUNAWAY_GAIN
    return this.#gain >= RUNAWAY_GAIN && this.#loss <= ROUNDING * this.#gain
  }

  /** A loss that no gain of the rows to come could make small; then they needn't be looked at. */
  get #refuted(): boolean {
    return !this.#settled && !(this.#loss <= ROUNDING * this.#gainBound)
  }

  #take(row: number, own: number): void {
    const scores = this.#scores
    const vectors = this.#vectors
    if (vectors === 1) {
      this.#takeGain(own === 1 ? scores[row]! : -scores[row]!)
      return
    }
    const base = row * vectors
    for (let k = 0; k < vectors; k++) {
      if (k !== own) this.#takeGain(scores[base + own]! - scores[base + k]!)
    }
  }

  #takeGain(gain: number): void {
    if (gain > this.#gain) this.#gain = gain
    else if (-gain > this.#loss) this.#loss = -gain
  }
}

/** Whether a step of the solver is so long that it may be running away. */
export function mayRunAway(problem: LogisticProblem, step: Float64Array): boolean {
  return gainBound(problem, step) >= RUNAWAY_GAIN
}

/** No difference of scores along `direction` can be larger, in any row. */
function gainBound({ rows }: LogisticProblem, direction: Float64Array): number {
  let sum = 0
  for (let i = 0; i < direction.length; i++) sum += Math.abs(direction[i]!)
  // None of n numbers with a mean square below 4 is beyond 2·√n.
  return sum * 2 * Math.sqrt(rows)
}

/** How columns are centred and scaled. */
export type ScaledColumns = Pick<LogisticProblem, 'columns' | 'center' | 'inverseScale'>

/** Coefficient vectors (the intercept last in each) of the centred and scaled columns as those of the columns as they came. */
export function unscaled({ columns, center, inverseScale }: ScaledColumns, scaled: Float64Array, vectors: number, out: Float64Array = new Float64Array(scaled.length)): Float64Array {
  for (let k = 0; k < vectors; k++) {
    const first = k * (columns + 1)
    let intercept = scaled[first + columns]!
    for (let j = 0; j < columns; j++) {
      const w = scaled[first + j]! * inverseScale[j]!
      out[first + j] = w
      intercept -= w * center[j]!
    }
    out[first + columns] = intercept
  }
  return out
}
