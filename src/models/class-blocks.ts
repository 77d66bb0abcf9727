/**
 * A preconditioner for models of several classes with many coefficients: the Hessian's diagonal blocks, one a class. The whole Hessian has classes² of them and a factor that
 * costs classes³ times as much; what it says beyond the blocks (that one class's gain is the others' loss) L-BFGS learns in a few steps.
 */
import { decide, decisionCost, type Backend, type LogisticProblem } from '../dispatch/index.ts'
import { LogisticObjective, type LogisticObjectiveOptions } from './loss/logistic.ts'
import { unscaled } from './loss/separation.ts'
import { ScaledCholesky, type CholeskySolve } from './solver/linear.ts'
import type { Pieces } from './work.ts'

/** Curvature of the logistic loss at even odds. */
const EVEN = 1 / 4

/** Rows whose probabilities are computed in one piece. */
const PIECE_ROWS = 256

/** Steps and gradients that the two ways mostly take, and how often blocks are made. */
const NEWTON_STEPS = 10
const GRADIENTS = 60
const ROUNDS = 3

/**
 * Nanoseconds, of whichever backend, so that the way doesn't depend on it: for a product of a Hessian, an element of X and coefficient vector in a gradient, a multiply-add of a
 * factorisation, an element of a triangle that is solved with, and an evaluation beside its arithmetic.
 */
const PRODUCT = 0.1
const ELEMENT = 1
const FACTOR = 0.05
const SOLVE = 2
const EVALUATION = 15_000

/** Whether gradients around the classes' blocks are predicted to take less than half of Newton's method. */
export function blocksPay({ rows, columns, classes }: Pick<LogisticProblem, 'rows' | 'columns' | 'classes'>): boolean {
  if (classes < 3) return false
  const width = columns + 1
  const size = classes * width
  const newton = NEWTON_STEPS * ((rows * PRODUCT * size * (size + width)) / 4 + FACTOR * size ** 3 + EVALUATION)
  const gradients = GRADIENTS * (rows * size * ELEMENT + SOLVE * classes * width ** 2 + EVALUATION)
  const blocks = ROUNDS * classes * ((rows * PRODUCT * width ** 2) / 2 + FACTOR * width ** 3 + EVALUATION)
  return 2 * (gradients + blocks) < newton
}

/**
 * The diagonal blocks at some point. A block is Zᵀ·diag(w)·Z plus the penalty's curvature, Z the centred and scaled columns and a column of ones: the Hessian of a model of
 * two classes at 0 whose rows weigh 4·w, so the kernels for that compute it.
 */
export class ClassBlocks {
  /** Of two classes, on the same rows; its labels don't matter. */
  readonly problem: LogisticProblem
  readonly #whole: LogisticProblem
  readonly #options: Omit<LogisticObjectiveOptions, 'weights'>
  readonly #weights: Float64Array | null
  readonly #choleskySolve: CholeskySolve
  readonly #solvers: ScaledCholesky[]
  /** The one of all classes, as long as some have none of their own. */
  #shared: ScaledCholesky | undefined
  readonly #width: number
  readonly #step: Float64Array

  constructor(whole: LogisticProblem, { weights, ...options }: LogisticObjectiveOptions, choleskySolve: CholeskySolve) {
    this.#whole = whole
    this.#options = options
    this.#weights = weights
    this.#choleskySolve = choleskySolve
    this.#width = whole.columns + 1
    this.#solvers = new Array<ScaledCholesky>(whole.classes)
    this.#step = new Float64Array(this.#width)
    this.problem = { ...whole, classes: 2, y: new Int32Array(whole.rows) }
  }

  /** Where all classes are equally probable the Hessian is these blocks, all alike, as far as coefficients go that sum to 0 over the classes. */
  evenWeights(): Float64Array {
    const share = 1 / this.#whole.classes / EVEN
    return this.#weights === null ? new Float64Array(this.#whole.rows).fill(share) : this.#weights.map((weight) => weight * share)
  }

  /** An objective whose Hessian at 0 is a block. */
  objective(weights: Float64Array): LogisticObjective {
    return new LogisticObjective(this.problem, { ...this.#options, weights })
  }

  /** Takes in the block of class k; of all classes if k is undefined. */
  take(objective: LogisticObjective, k: number | undefined): void {
    const { hessian, gradient } = objective.evaluation()
    const own = k === undefined || this.#solvers[k] === this.#shared ? undefined : this.#solvers[k]
    const solver = own ?? new ScaledCholesky(this.#width, this.#choleskySolve)
    solver.factorAndSolve(hessian, gradient, this.#step)
    if (k !== undefined) this.#solvers[k] = solver
    else this.#solvers.fill((this.#shared = solver))
  }

  /** x ← P·x on vectors that sum to 0 over the classes, which gradients do: from there to there. */
  precondition(x: Float64Array): void {
    for (const [k, solver] of this.#solvers.entries()) solver.precondition(x.subarray(k * this.#width, (k + 1) * this.#width))
    const { classes } = this.#whole
    for (let j = 0; j < this.#width; j++) {
      let sum = 0
      for (let k = 0; k < classes; k++) sum += x[k * this.#width + j]!
      for (let k = 0; k < classes; k++) x[k * this.#width + j] = x[k * this.#width + j]! - sum / classes
    }
  }

  /** Of the block that looks worst: no more than the whole Hessian's. */
  conditionEstimate(): number {
    return this.#solvers.reduce((worst, solver) => (solver.pivotRatio > worst.pivotRatio ? solver : worst)).conditionEstimate()
  }

  get ridge(): number {
    return Math.max(...this.#solvers.map(({ ridge }) => ridge))
  }

  /** Weights of the rows in the blocks of all classes at a point: 4·w·p·(1 − p). */
  weightsAt(point: Float64Array, backend: Backend, threads: number | undefined): BlockWeights {
    return new BlockWeights(this.#whole, this.#weights, point, backend, threads)
  }
}

/** Computes probabilities at a point, in pieces. */
export class BlockWeights implements Pieces {
  readonly pieces: number
  readonly pieceMilliseconds: number
  /** A class each. */
  readonly weights: readonly Float64Array[]
  readonly #problem: LogisticProblem
  readonly #rowWeights: Float64Array | null
  readonly #packed: Float64Array
  readonly #backend: Backend
  readonly #threads: number | undefined
  readonly #scores: Float64Array

  constructor(problem: LogisticProblem, rowWeights: Float64Array | null, point: Float64Array, backend: Backend, threads: number | undefined) {
    const { rows, columns, classes } = problem
    this.#problem = problem
    this.#rowWeights = rowWeights
    this.#packed = unscaled(problem, point, classes)
    this.#backend = backend
    this.#threads = threads
    this.#scores = new Float64Array(Math.min(rows, PIECE_ROWS) * classes)
    this.weights = Array.from({ length: classes }, () => new Float64Array(rows))
    this.pieces = Math.ceil(rows / PIECE_ROWS)
    this.pieceMilliseconds = (decisionCost(backend, PIECE_ROWS, columns, classes) + PIECE_ROWS * classes * 20) / 1e6
  }

  run(first: number, last: number): void {
    const { x, columns, classes, rows } = this.#problem
    for (let piece = first; piece < last; piece++) {
      const from = piece * PIECE_ROWS
      const count = Math.min(rows, from + PIECE_ROWS) - from
      const scores = this.#scores.subarray(0, count * classes)
      decide(this.#backend, x.subarray(from * columns, (from + count) * columns), count, columns, this.#packed, classes, this.#threads, scores)
      for (let i = 0; i < count; i++) this.#row(scores, i * classes, from + i)
    }
  }

  #row(scores: Float64Array, at: number, row: number): void {
    const { classes } = this.#problem
    let largest = -Infinity
    for (let k = 0; k < classes; k++) largest = Math.max(largest, scores[at + k]!)
    let sum = 0
    for (let k = 0; k < classes; k++) sum += scores[at + k] = Math.exp(scores[at + k]! - largest)
    const weight = (this.#rowWeights === null ? 1 : this.#rowWeights[row]!) / EVEN
    for (let k = 0; k < classes; k++) {
      const p = scores[at + k]! / sum
      this.weights[k]![row] = weight * p * (1 - p)
    }
  }
}
