/**
 * Newton's steps on data with more columns than rows, from systems of the size of the rows. Under an L2 penalty the Hessian is the penalty's curvature and a matrix of the
 * rank of the rows, so that its inverse needs a factor of rows × rows only (Woodbury's identity, around Rasmussen and Williams' well-conditioned matrix
 * B = I + W^½·K·W^½: Gaussian Processes for Machine Learning, 2006, section 3.4.3; the intercept borders it). Gradients and objectives are those of the original problem.
 */
import { definiteCost, operandMemory, type LinearCall } from '../dispatch/index.ts'
import { byRows, work, type RowProducts } from './row-products.ts'
import type { Evaluation, Outlook, StepSolver } from './solver/newton.ts'
import { add, dot, maxAbs } from './solver/vectors.ts'
import type { LinearWork, Pieces } from './work.ts'

/** Largest part of a row's own in B beyond which rounding would leave nothing of the penalty's. */
const MOST_CURVATURE = 1e13

/** Rows up to which a factorisation takes no longer than conjugate gradients; beyond, products with K that are tried before it. */
const FACTORISED = 200
const MOST_PRODUCTS = 60

/** What may be left of a step's gain, as a share of its length: of the first steps and of those near the optimum. */
const LOOSEST = 0.2
const TIGHTEST = 1e-3

/** What a step takes away, relative, after which there is none to come: its system tells no more than that. */
const SETTLED = 1e-22
const SETTLED_PRECISION = 0.3

/** On the rows' multiples: what the products to come may add to a step's gain, as a share of it. Then steps that were cut off by the limit before a factorisation takes over. */
const LEAST_TO_COME = 1e-3
const MOST_TO_COME = 0.3
const MOST_CUT_OFF = 3

/** Steps of power iteration, for the order of magnitude. */
const POWER_STEPS = 6

/**
 * The steps of one fit: `prepare` finds the next one, the rest is Newton's method's. Systems are solved by conjugate gradients as precisely as a step is worth (Dembo, Eisenstat and
 * Steihaug, SIAM J. Numer. Anal. 19, 1982), as long as those take fewer products than a factorisation would be worth, and by Cholesky's factorisation where they don't.
 */
export class RowSolver implements StepSolver {
  readonly smooth = true
  readonly ridge = 0
  readonly size: number
  /** Whether B was not positive definite to working precision, so that there is no step. */
  failed = false
  readonly #rows: RowProducts
  readonly #penalty: number
  readonly #weights: Float64Array | null
  readonly #fitIntercept: boolean
  /** B, once it is to be factorised. */
  #system: Float64Array | undefined
  readonly #ofRows: Float64Array
  readonly #ofColumns: Float64Array
  /** √ of the rows' curvatures. */
  readonly #roots: Float64Array
  readonly #step: Float64Array
  readonly #stepOfMultiples: Float64Array
  /** One of both. */
  #next: Float64Array
  /** Steps whose products were cut off. */
  #cutOff = 0
  /** Of the last step, relative to the objective: 1 before the first. */
  #decrease = 1
  #largest = 1
  #outlook: Outlook = { slope: 0, decrease: 0, gradientNorm: 0 }

  constructor(rows: RowProducts, penalty: number, weights: Float64Array | null, fitIntercept: boolean) {
    const { problem, backend } = rows
    this.#rows = rows
    this.#penalty = penalty
    this.#weights = weights
    this.#fitIntercept = fitIntercept
    this.size = problem.columns + 1
    this.#ofRows = operandMemory(backend, problem.rows)
    this.#ofColumns = operandMemory(backend, problem.columns)
    this.#roots = new Float64Array(problem.rows)
    this.#step = new Float64Array(this.size)
    this.#stepOfMultiples = new Float64Array(problem.rows + 1)
    this.#next = this.#step
    if (problem.rows <= FACTORISED) this.#system = operandMemory(backend, problem.rows * problem.rows)
  }

  /** Whether the penalty is strong enough beside the rows to be told from rounding errors. */
  static isSound({ products, problem: { rows } }: RowProducts, penalty: number, weights: Float64Array | null): boolean {
    let largest = 0
    for (let i = 0; i < rows; i++) largest = Math.max(largest, (products[i * (rows + 1)]! * (weights?.[i] ?? 1)) / 4)
    return largest / penalty <= MOST_CURVATURE
  }

  /**
   * Finds the step from `point`. With Y the centred rows, T the roots of the rows' curvatures, λ the penalty and v the slope of the coefficients downhill it is (v − Yᵀ·T·a)/λ and s for the
   * intercept, where B·a − s·T·1 = T·Y·v/λ and the sum of T·a is the slope of the intercept downhill.
   */
  *prepare(point: Float64Array, { value, gradient }: Evaluation): Generator<LinearWork | Pieces, void, unknown> {
    const { rows, columns, inverseScale } = this.#rows.problem
    const penalty = this.#penalty
    const [ofRows, ofColumns, roots] = [this.#ofRows, this.#ofColumns, this.#roots]
    for (let j = 0; j < columns; j++) ofColumns[j] = point[j]! * inverseScale[j]!
    yield* this.#rows.scores(ofColumns, ofRows)
    for (let i = 0; i < rows; i++) roots[i] = rootOfCurvature(ofRows[i]! + point[columns]!, this.#weights?.[i] ?? 1)
    for (let j = 0; j < columns; j++) ofColumns[j] = inverseScale[j] === 0 ? 0 : -gradient[j]! / inverseScale[j]!
    yield* this.#rows.scores(ofColumns, ofRows)
    const right = roots.map((root, i) => (root * ofRows[i]!) / penalty)
    const { solution, shift } = yield* this.#solve(right, -gradient[columns]!, dot(ofColumns, ofColumns) / penalty)
    for (let i = 0; i < rows; i++) ofRows[i] = roots[i]! * solution[i]!
    const step = this.#step
    const sum = step.subarray(0, columns)
    yield* this.#rows.sum(ofRows, sum)
    for (let j = 0; j < columns; j++) step[j] = inverseScale[j] === 0 ? 0 : (ofColumns[j]! - sum[j]!) / penalty / inverseScale[j]!
    step[columns] = shift
    this.#look(value, gradient, step)
  }

  /**
   * The objective as a function of the rows' multiples, of which the coefficients are the sum, and of the intercept (last in `point`): far from the optimum its steps need no read of X.
   */
  *ofMultiples(point: Float64Array, order: number, y: Int32Array): Generator<LinearWork | Pieces, Evaluation, unknown> {
    const { rows } = this.#rows.problem
    const penalty = this.#penalty
    const [ofRows, roots] = [this.#ofRows, this.#roots]
    const intercept = point[rows]!
    const scores = new Float64Array(rows)
    yield* this.#productOf(point.subarray(0, rows), scores)
    let value = (penalty / 2) * dot(ofRows, scores)
    const residuals = new Float64Array(rows)
    let slopeOfIntercept = 0
    for (let i = 0; i < rows; i++) {
      const score = scores[i]! + intercept
      const weight = this.#weights?.[i] ?? 1
      const odds = Math.exp(-Math.abs(score))
      // Of the row's own label.
      const margin = y[i] === 1 ? score : -score
      value += weight * (Math.log1p(odds) + Math.max(0, -margin))
      const missing = (weight * (margin > 0 ? odds : 1)) / (1 + odds)
      residuals[i] = y[i] === 1 ? missing : -missing
      slopeOfIntercept += residuals[i]!
      roots[i] = (Math.sqrt(weight * odds)) / (1 + odds)
    }
    const gradient = new Float64Array(rows + 1)
    if (order === 0) return { value, gradient, hessian: gradient }
    yield* this.#productOf(residuals, gradient.subarray(0, rows))
    for (let i = 0; i < rows; i++) gradient[i] = penalty * scores[i]! - gradient[i]!
    gradient[rows] = this.#fitIntercept ? -slopeOfIntercept : 0
    const towards = residuals.map((residual, i) => residual - penalty * point[i]!)
    const step = this.#stepOfMultiples
    if (this.#system === undefined) {
      step[rows] = yield* this.#descend(towards, gradient, this.#fitIntercept ? slopeOfIntercept : undefined, step)
    } else {
      const right = roots.map((root, i) => (-root * gradient[i]!) / penalty)
      const { solution, shift } = yield* this.#factorise(right, this.#fitIntercept ? slopeOfIntercept : undefined)
      for (let i = 0; i < rows; i++) step[i] = (towards[i]! - roots[i]! * solution[i]!) / penalty
      step[rows] = shift
    }
    this.#look(value, gradient, step)
    return { value, gradient, hessian: gradient }
  }

  /** The coefficients that are the sum of so many times the rows, and the intercept, in the space of scaled columns. */
  *coefficients(multiples: Float64Array): Generator<LinearWork, Float64Array, unknown> {
    const { rows, columns, inverseScale } = this.#rows.problem
    const point = new Float64Array(this.size)
    this.#ofRows.set(multiples.subarray(0, rows))
    yield* this.#rows.sum(this.#ofRows, point.subarray(0, columns))
    for (let j = 0; j < columns; j++) point[j] = inverseScale[j] === 0 ? 0 : point[j]! / inverseScale[j]!
    point[columns] = multiples[rows]!
    // Nothing has been taken away yet of what was foretold last.
    this.#decrease = TIGHTEST ** 2
    return point
  }

  /**
   * Conjugate gradients for the step of the coefficients, all of its vectors written as sums of rows: what has been reached is the best step within the products' reach, so that they can
   * stop when one adds little to it (Nash and Sofer, Oper. Res. Lett. 9, 1990). Gives the step of the intercept, which follows the others'.
   *
   * @param towards multiples of the rows that make the slope downhill
   * @param gradient −K·towards
   */
  *#descend(towards: Float64Array, gradient: Float64Array, slopeOfIntercept: number | undefined, step: Float64Array): Generator<LinearWork, number, unknown> {
    const { rows } = this.#rows.problem
    const penalty = this.#penalty
    const curvatures = this.#roots.map((root) => root * root)
    let total = 0
    for (let i = 0; i < rows; i++) total += curvatures[i]!
    const free = slopeOfIntercept !== undefined && total > 0
    const shift = free ? slopeOfIntercept / total : 0
    const toCome = Math.min(MOST_TO_COME, Math.max(LEAST_TO_COME, this.#decrease))
    const residual = towards.map((value, i) => value - curvatures[i]! * shift)
    const image = new Float64Array(rows)
    if (shift === 0) for (let i = 0; i < rows; i++) image[i] = -gradient[i]!
    else yield* this.#productOf(residual, image)
    const direction = residual.slice()
    const turned = image.slice()
    const moved = new Float64Array(rows)
    const scores = new Float64Array(rows)
    let length = dot(residual, image)
    let gain = 0
    for (let count = 1; length > 0; count++) {
      const mean = free ? dot(curvatures, turned) / total : 0
      let curvature = 0
      for (let i = 0; i < rows; i++) {
        moved[i] = curvatures[i]! * (turned[i]! - mean) + penalty * direction[i]!
        curvature += moved[i]! * turned[i]!
      }
      const along = length / curvature
      if (!(along > 0 && along < Infinity)) break
      for (let i = 0; i < rows; i++) {
        scores[i] = scores[i]! + along * turned[i]!
        residual[i] = residual[i]! - along * moved[i]!
      }
      if (count === 1) for (let i = 0; i < rows; i++) step[i] = along * direction[i]!
      else for (let i = 0; i < rows; i++) step[i] = step[i]! + along * direction[i]!
      gain += along * length
      if (count * along * length <= toCome * gain) break
      if (count === MOST_PRODUCTS) {
        this.#cutOff += 1
        if (this.#cutOff === MOST_CUT_OFF) this.#system = operandMemory(this.#rows.backend, rows * rows)
        break
      }
      yield* this.#productOf(residual, image)
      const before = length
      length = dot(residual, image)
      const share = length / before
      for (let i = 0; i < rows; i++) {
        direction[i] = residual[i]! + share * direction[i]!
        turned[i] = image[i]! + share * turned[i]!
      }
    }
    if (gain === 0) step.fill(0)
    return free ? shift - dot(curvatures, scores) / total : 0
  }

  /** out ← K·x. */
  *#productOf(x: Float64Array, out: Float64Array): Generator<LinearWork, void, unknown> {
    this.#ofRows.set(x)
    yield* this.#rows.multiply(this.#ofRows, out)
  }

  #look(value: number, gradient: Float64Array, step: Float64Array): void {
    const slope = dot(gradient, step)
    this.#next = step
    this.#outlook = { slope, decrease: -slope / 2, gradientNorm: maxAbs(gradient) }
    this.#decrease = -slope / 2 / Math.max(Math.abs(value), Number.MIN_VALUE)
  }

  /** The system of a step. @param steepness v·v/λ */
  *#solve(right: Float64Array, slopeOfIntercept: number, steepness: number): Generator<LinearWork | Pieces, Solution, unknown> {
    const slope = this.#fitIntercept ? slopeOfIntercept : undefined
    const iterated = this.#system === undefined ? yield* this.#iterate(right, slope, steepness) : undefined
    return iterated ?? (yield* this.#factorise(right, slope))
  }

  /**
   * By conjugate gradients in the plane that the intercept's slope leaves; undefined where they take too long. The residual's length is that of the step's error in the norm of the
   * Hessian, since the rest of B is the identity, so it is compared with what the step takes away.
   */
  *#iterate(right: Float64Array, slopeOfIntercept: number | undefined, steepness: number): Generator<LinearWork, Solution | undefined, unknown> {
    const precision = this.#decrease * TIGHTEST ** 2 <= SETTLED ? SETTLED_PRECISION : Math.min(LOOSEST, Math.max(TIGHTEST, Math.sqrt(this.#decrease) / 2))
    const { rows } = this.#rows.problem
    const roots = this.#roots
    const square = slopeOfIntercept === undefined ? 0 : dot(roots, roots)
    const project = (x: Float64Array): void => {
      if (square > 0) add(x, -dot(roots, x) / square, roots)
    }
    const solution = square > 0 ? roots.map((root) => (root * slopeOfIntercept!) / square) : new Float64Array(rows)
    const image = new Float64Array(rows)
    if (square > 0 && slopeOfIntercept !== 0) yield* this.#multiply(solution, image)
    const residual = right.map((value, i) => value - image[i]!)
    project(residual)
    const { products } = this.#rows
    // Around the diagonal, within the plane.
    const inverse = roots.map((root, i) => 1 / (1 + (root * root * products[i * (rows + 1)]!) / this.#penalty))
    const normal = roots.map((root, i) => root * inverse[i]!)
    const share = square > 0 ? dot(roots, normal) : 1
    const conditioned = new Float64Array(rows)
    const precondition = (): number => {
      for (let i = 0; i < rows; i++) conditioned[i] = residual[i]! * inverse[i]!
      if (square > 0) add(conditioned, -dot(roots, conditioned) / share, normal)
      return dot(residual, conditioned)
    }
    let length = precondition()
    const direction = conditioned.slice()
    const turned = new Float64Array(rows)
    for (let count = 0; dot(residual, residual) > precision ** 2 * Math.abs(steepness - dot(right, solution)); count++) {
      if (count === MOST_PRODUCTS) return undefined
      yield* this.#multiply(direction, turned)
      const along = length / dot(direction, turned)
      if (!(along > 0 && along < Infinity)) return undefined
      add(solution, along, direction)
      add(image, along, turned)
      project(turned)
      add(residual, -along, turned)
      const before = length
      length = precondition()
      for (let i = 0; i < rows; i++) direction[i] = conditioned[i]! + (length / before) * direction[i]!
    }
    return { solution, shift: square > 0 ? (dot(roots, image) - dot(roots, right)) / square : 0 }
  }

  /** out ← B·x. */
  *#multiply(x: Float64Array, out: Float64Array): Generator<LinearWork, void, unknown> {
    const { rows } = this.#rows.problem
    const roots = this.#roots
    const ofRows = this.#ofRows
    for (let i = 0; i < rows; i++) ofRows[i] = roots[i]! * x[i]!
    yield* this.#rows.multiply(ofRows, out)
    for (let i = 0; i < rows; i++) out[i] = x[i]! + (roots[i]! * out[i]!) / this.#penalty
  }

  /** By Cholesky's factorisation, for both right sides: this one and that of the intercept. */
  *#factorise(right: Float64Array, slopeOfIntercept: number | undefined): Generator<LinearWork | Pieces, Solution, unknown> {
    const { problem: { rows }, backend } = this.#rows
    const roots = this.#roots
    const system = (this.#system ??= operandMemory(backend, rows * rows))
    yield this.#fill(system)
    const sides = operandMemory(backend, 2 * rows)
    for (let i = 0; i < rows; i++) {
      sides[2 * i] = right[i]!
      sides[2 * i + 1] = roots[i]!
    }
    const solved = new Float64Array(2 * rows)
    const call: LinearCall = { kernel: 'definite', numbers: [rows, 2, rows, 1, 2, 1], inputs: [system, sides] }
    yield { ...work(call, solved, definiteCost(rows, 2)), done: (pivot) => (this.failed = pivot !== 0) }
    let [downhill, curvature] = [slopeOfIntercept ?? 0, 0]
    for (let i = 0; i < rows; i++) {
      downhill -= roots[i]! * solved[2 * i]!
      curvature += roots[i]! * solved[2 * i + 1]!
    }
    const shift = slopeOfIntercept !== undefined && curvature > 0 ? downhill / curvature : 0
    return { solution: roots.map((_, i) => solved[2 * i]! + shift * solved[2 * i + 1]!), shift }
  }

  factorAndSolve(_hessian: Float64Array, _gradient: Float64Array, step: Float64Array): void {
    step.set(this.#next)
  }

  solveAgain(_gradient: Float64Array, step: Float64Array): void {
    step.set(this.#next)
  }

  outlook(): Outlook {
    return this.#outlook
  }

  /** Of the Hessian beside the penalty's curvature: B's largest eigenvalue, from below. The smallest is 1, as far as there are more columns than rows. */
  conditionEstimate(): number {
    return this.#largest
  }

  /** Estimates it for the last B, by power iteration. */
  *estimateCondition(): Generator<LinearWork, void, unknown> {
    const { rows } = this.#rows.problem
    // Multiples of the golden ratio modulo 1: spread evenly, in no order that an eigenvector would have.
    const x = Float64Array.from({ length: rows }, (_, i) => (((i + 1) * 0.6180339887498949) % 1) - 0.3)
    const y = new Float64Array(rows)
    for (let k = 0; k < POWER_STEPS; k++) {
      const length = Math.sqrt(dot(x, x))
      for (let i = 0; i < rows; i++) x[i] = x[i]! / length
      yield* this.#multiply(x, y)
      this.#largest = Math.max(1, dot(x, y))
      x.set(y)
    }
  }

  /** B = I + W^½·K·W^½/λ. */
  #fill(system: Float64Array): Pieces {
    const { products, problem: { rows } } = this.#rows
    const [roots, penalty] = [this.#roots, this.#penalty]
    return byRows(rows, (i) => {
      const factor = roots[i]! / penalty
      for (let j = 0, at = i * rows; j < rows; j++, at++) system[at] = products[at]! * factor * roots[j]!
      system[i * (rows + 1)] = system[i * (rows + 1)]! + 1
    })
  }
}

/** What the step is made of. */
interface Solution {
  readonly solution: Float64Array
  /** Of the intercept. */
  readonly shift: number
}

/** √ of a row's curvature. */
function rootOfCurvature(score: number, weight: number): number {
  const odds = Math.exp(-Math.abs(score))
  return Math.sqrt(weight * odds) / (1 + odds)
}

/** An evaluation that stands for one with a Hessian: the steps come from the rows. */
export function withoutHessian({ value, gradient }: Evaluation): Evaluation {
  return { value, gradient, hessian: gradient }
}
