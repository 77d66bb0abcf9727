/**
 * Optima that lie beyond a row of huge numbers. Such a row decides the scale of its column and, at first, all of its curvature: steps move its score by about 1 each, long after its loss has
 * become too small to show in the objective, so a fit ends there as converged, while what the column says of all other rows has not been heard yet. From there a fit goes on with
 * columns scaled by the rows that are usual, in steps that are doubled while the objective doesn't rise.
 */
import { inStretches, STRETCH, type Pausing } from '../common/pausing.ts'
import { decide, decisionCost, type Backend, type LogisticProblem } from '../dispatch/index.ts'
import type { LogisticObjective } from './loss/logistic.ts'
import { unscaled } from './loss/separation.ts'
import { inversePowerOfTwo } from './scaling.ts'
import type { NewtonResult, StepSolver } from './solver/newton.ts'
import { dot, maxAbs } from './solver/vectors.ts'
import type { Steps } from './ways.ts'
import { paused, type Pieces, type Work } from './work.ts'

/** Rows whose values tell whether a column's scale is that of most rows; pairs of them that must differ by a part SMALL of it. */
const LOOKED_AT = 32
const DIFFERENT = 3
const SMALL = 1e-4

/** Rows whose quartiles scale a column that is not. */
const SAMPLE = 256

/** Columns that would be stretched by more than this stay as they are: squares of what becomes of their largest elements must be numbers still. */
const LONGEST_STRETCH = 1e120

/** Times that a fit goes on: several rows may come one after the other. */
const ROUNDS = 24

/** Doublings of a step, or halvings: the objective may fall over a distance that is huge beside the first step, or rise at once like an exponential. */
const DOUBLINGS = 40

/** Rows looked at together. */
const BLOCK_ROWS = 1024

/** A step that is long for a row, and the share of the row's margin that it then is. */
const LONG = 0.1
const LONG_SHARE = 1e-6

/** How far rounding may lift a sum of positive terms, relative. */
const LEVEL = 64 * Number.EPSILON

/**
 * The same problem with each column that a few huge elements have given its scale scaled by its usual elements; undefined where there is none, as some three differences a column tell. A column that
 * holds one number in nearly all rows has no other scale.
 */
export function problemOfUsualRows(problem: LogisticProblem, centered: boolean): LogisticProblem | undefined {
  const odd = oddColumns(problem)
  if (odd.length === 0) return undefined
  const center = problem.center.slice()
  const inverseScale = problem.inverseScale.slice()
  let changed = false
  for (const j of odd) {
    const values = elementsOf(problem, j, SAMPLE).sort()
    const at = (share: number): number => values[Math.floor(share * (values.length - 1))]!
    const middle = centered ? at(0.5) : 0
    const scale = centered ? at(0.75) - at(0.25) : Math.max(Math.abs(at(0.25)), Math.abs(at(0.75)))
    if (!(scale > 0)) continue
    const inverse = inversePowerOfTwo(scale)
    if (inverse > inverseScale[j]! * LONGEST_STRETCH) continue
    center[j] = middle
    inverseScale[j] = inverse
    changed = true
  }
  return changed ? { ...problem, center, inverseScale } : undefined
}

/** Whether a problem has columns whose scale a few huge elements have given, and with several classes the one that Newton systems then do without. */
export interface HugeRows {
  readonly odd: boolean
  readonly reference: number | undefined
}

/** Looks at a problem once. */
export function* hugeRowsOf(problem: LogisticProblem, known: Map<LogisticProblem, HugeRows>): Generator<Work, HugeRows, void> {
  let rows = known.get(problem)
  if (rows === undefined) {
    const columns = oddColumns(problem)
    const odd = columns.length > 0
    known.set(problem, (rows = { odd, reference: odd && problem.classes > 2 ? yield* paused(classOfHugeRow(problem, columns)) : undefined }))
  }
  return rows
}

/** Columns whose scale a few huge elements have given, as some differences of others tell. */
function oddColumns(problem: LogisticProblem): number[] {
  const odd: number[] = []
  for (let j = 0; j < problem.columns; j++) if (isOdd(problem, j)) odd.push(j)
  return odd
}

/** The class of the row whose element is the largest in the first of such columns. */
function* classOfHugeRow({ x, rows, columns, y }: LogisticProblem, odd: readonly number[]): Pausing<number> {
  const column = odd[0]!
  let huge = 0
  yield* inStretches(rows, (first, end) => {
    for (let i = first; i < end; i++) if (Math.abs(x[i * columns + column]!) > Math.abs(x[huge * columns + column]!)) huge = i
  }, STRETCH / 4)
  return y[huge]!
}

function isOdd(problem: LogisticProblem, column: number): boolean {
  const { x, rows, columns, inverseScale } = problem
  const count = Math.min(rows, LOOKED_AT)
  let differing = 0
  let different = 0
  let before = x[column]!
  for (let k = 1; k < count; k++) {
    const value = x[Math.floor((k * rows) / count) * columns + column]!
    const difference = Math.abs(value - before) * inverseScale[column]!
    if (difference > 0) different += 1
    if (difference > SMALL && ++differing === DIFFERENT) return false
    before = value
  }
  return different >= DIFFERENT
}

/** Elements of a column, evenly spread over the rows. */
function elementsOf({ x, rows, columns }: LogisticProblem, column: number, most: number): Float64Array {
  const count = Math.min(rows, most)
  return Float64Array.from({ length: count }, (_, k) => x[Math.floor((k * rows) / count) * columns + column]!)
}

/** Looks for a row whose margin (its own class's score less another's) a step would move by a good part of 1, and of itself: scores in the billions move by more than that when coefficients are rounded. */
class Movement implements Pieces {
  /** What has been looked for. */
  isLong = false
  readonly pieces: number
  readonly pieceMilliseconds: number
  readonly #problem: LogisticProblem
  readonly #weights: Float64Array | null
  readonly #backend: Backend
  readonly #threads: number | undefined
  readonly #vectors: number
  /** The point's vectors, then the step's, in the space of X. */
  readonly #both: Float64Array
  readonly #scores: Float64Array

  constructor(problem: LogisticProblem, point: Float64Array, step: Float64Array, weights: Float64Array | null, backend: Backend, threads: number | undefined) {
    const { rows, columns, classes } = problem
    this.#problem = problem
    this.#weights = weights
    this.#backend = backend
    this.#threads = threads
    this.#vectors = classes === 2 ? 1 : classes
    this.#both = new Float64Array(2 * point.length)
    unscaled(problem, point, this.#vectors, this.#both.subarray(0, point.length))
    unscaled(problem, step, this.#vectors, this.#both.subarray(point.length))
    this.#scores = new Float64Array(2 * Math.min(rows, BLOCK_ROWS) * this.#vectors)
    this.pieces = Math.ceil(rows / BLOCK_ROWS)
    this.pieceMilliseconds = decisionCost(backend, Math.min(rows, BLOCK_ROWS), columns, 2 * this.#vectors) / 1e6
  }

  run(first: number, last: number): void {
    const { x, rows, columns, y } = this.#problem
    for (let piece = first; piece < last && !this.isLong; piece++) {
      const from = piece * BLOCK_ROWS
      const count = Math.min(rows - from, BLOCK_ROWS)
      decide(this.#backend, x.subarray(from * columns, (from + count) * columns), count, columns, this.#both, 2 * this.#vectors, this.#threads, this.#scores)
      for (let i = 0; i < count; i++) if (this.#weights === null || this.#weights[from + i]! > 0) this.#take(2 * i * this.#vectors, y[from + i]!)
    }
  }

  /** @param base where the row's scores begin */
  #take(base: number, own: number): void {
    const scores = this.#scores
    const vectors = this.#vectors
    const takeMargin = (margin: number, change: number): void => {
      if (Math.abs(change) >= Math.max(LONG, LONG_SHARE * Math.abs(margin))) this.isLong = true
    }
    if (vectors === 1) return takeMargin(scores[base]!, scores[base + 1]!)
    for (let k = 0; k < vectors; k++) if (k !== own) takeMargin(scores[base + own]! - scores[base + k]!, scores[base + vectors + own]! - scores[base + vectors + k]!)
  }
}

/**
 * Goes on from where a fit has ended, while the next step would move some row's score by a good part of 1. Has stalled where that leads nowhere, or numbers overflow.
 *
 * @param before how the fit has ended, and after how many steps: one that has stalled begins with Newton's method
 */
export function* onward(
  objective: LogisticObjective, solver: StepSolver, start: Float64Array, weights: Float64Array | null, before: { readonly outcome: string; readonly iterations: number }, { backend, threads }: { readonly backend: Backend; readonly threads: number | undefined },
  newtonFrom: (start: Float64Array, taken: number) => Steps<NewtonResult>,
): Steps<NewtonResult> {
  const step = new Float64Array(start.length)
  const trial = new Float64Array(start.length)
  let point = start
  let { iterations } = before
  if (before.outcome === 'stalled') {
    const next: NewtonResult = yield* newtonFrom(start, iterations)
    iterations += next.iterations
    if (next.outcome !== 'converged') return { ...next, iterations }
    point = next.point
  }
  for (let round = 0; ; round++) {
    const { value, gradient, hessian } = yield { objective, point, order: 2 }
    const finish = (outcome: NewtonResult['outcome']): NewtonResult => ({ point, value, gradientNorm: maxAbs(gradient), relativeGap: -dot(gradient, step) / 2 / value, iterations, outcome, step })
    if (![value, ...gradient].every(Number.isFinite)) return finish('stalled')
    solver.factorAndSolve(hessian, gradient, step, point)
    if (!step.every(Number.isFinite)) return finish('stalled')
    const movement = new Movement(objective.problem, point, step, weights, backend, threads)
    yield movement
    if (!movement.isLong) return finish('converged')
    if (round === ROUNDS) return finish('stalled')
    let best: Float64Array | undefined
    // Where another class's probability grows the first step may be too long by far.
    for (let length = 1, shorter = false; length <= 2 ** DOUBLINGS && length >= 2 ** -DOUBLINGS; length *= shorter ? 0.5 : 2) {
      for (let i = 0; i < trial.length; i++) trial[i] = point[i]! + length * step[i]!
      const there = yield { objective, point: trial, order: 1 }
      // Rounding hides by how little the objective falls, in its values and, once the row's probability rounds to 1, in its slopes.
      const level = LEVEL * Math.abs(value)
      const falls = there.value <= value + level && (!solver.smooth || length * dot(there.gradient, step) <= level)
      if (falls) best = trial.slice()
      if (length === 1) shorter = !falls
      else if (falls === shorter) break
    }
    if (best === undefined) return finish('stalled')
    const next: NewtonResult = yield* newtonFrom(best, iterations + 1)
    iterations += 1 + next.iterations
    if (next.outcome !== 'converged') return { ...next, iterations }
    point = next.point
  }
}
