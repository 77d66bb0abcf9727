/**
 * The objective of penalised logistic regression in the space of centred and scaled columns: adds the penalty to the
 * data term that the backends compute. Knows derivatives, no steps.
 *
 * With z = (x − center) ∘ inverseScale and u = coefficients / inverseScale the scores are those of the columns as they came
 * (the intercept takes up the centre), so the problem is the same one; only the penalties ½·‖w‖² and ‖w‖₁ become ½·Σ inverseScale_j²·u_j² and Σ inverseScale_j·|u_j|.
 */
import type { LogisticProblem, LogisticRequest } from '../../dispatch/index.ts'
import type { Evaluation, EvaluationRequest } from '../solver/newton.ts'

export interface LogisticObjectiveOptions {
  /** Weight of each row, or null for ones. */
  readonly weights: Float64Array | null
  /** Smallest positive weight; 1 for null. */
  readonly smallestWeight: number
  /** Multiplies ½·‖w‖²: (1 − l1Ratio) / C, 0 for none. */
  readonly penalty: number
  /** Multiplies ‖w‖₁: l1Ratio / C, 0 for none. */
  readonly absolutePenalty: number
  readonly fitIntercept: boolean
  /** Of several classes the one that Newton systems do without (reference-class.ts): Hessians then are those of coefficients that sum to 0. Default: systems of all classes. */
  readonly reference?: number | undefined
}

/** Σ_i s_i·loss_i + ½·penalty·‖w‖² + absolutePenalty·‖w‖₁ (the intercept is free; derivatives are without the last term), which is the objective of the documentation divided by C. */
export class LogisticObjective {
  /** Number of coefficient vectors: 1 for two classes (for the second one), K for K > 2 (symmetric softmax). */
  readonly vectors: number
  /** Number of variables: vectors × (columns + 1), the intercept last in each vector. */
  readonly size: number
  /** What each variable's magnitude is multiplied with; undefined without an L1 penalty. */
  readonly absoluteWeights: Float64Array | undefined
  readonly problem: LogisticProblem
  readonly #columns: number
  readonly #options: LogisticObjectiveOptions
  /** penalty · inverseScale², a column each. */
  readonly #curvature: Float64Array
  /** Long enough for the highest order that has been asked for: a Hessian may be larger than all else. */
  #out: Float64Array
  #evaluation: { value: number; readonly gradient: Float64Array; readonly hessian: Float64Array }
  readonly #request: { -readonly [K in keyof LogisticRequest]: LogisticRequest[K] }
  #loss = Infinity

  /** @param spent one of the same problem whose evaluations nobody looks at any more: its memory is taken over */
  constructor(problem: LogisticProblem, options: LogisticObjectiveOptions, spent?: LogisticObjective) {
    const { columns, classes, inverseScale } = problem
    this.vectors = classes === 2 ? 1 : classes
    this.size = this.vectors * (columns + 1)
    this.#columns = columns
    this.#options = options
    this.#curvature = new Float64Array(columns)
    for (let j = 0; j < columns; j++) this.#curvature[j] = options.penalty * inverseScale[j]! * inverseScale[j]!
    this.absoluteWeights = options.absolutePenalty > 0 ? absoluteWeights(problem, this.vectors, options.absolutePenalty) : undefined
    this.problem = problem
    this.#out = spent === undefined ? new Float64Array(1 + this.size) : spent.#out
    this.#evaluation = this.#viewsOf(this.#out)
    this.#request = { weights: options.weights, coefficients: this.#out, order: 0, out: this.#out }
  }

  /** What to ask of a backend for an evaluation. The object is reused by the next request. */
  request({ point, order }: EvaluationRequest): LogisticRequest {
    const n = this.size
    if (order === 2 && this.#out.length === 1 + n) {
      this.#out = new Float64Array(1 + n + n * n)
      this.#evaluation = this.#viewsOf(this.#out)
      this.#request.out = this.#out
    }
    this.#request.coefficients = point
    this.#request.order = order
    return this.#request
  }

  /** The Hessian of the data term alone, once a backend has answered a request of order 2. */
  plainHessian(): Float64Array {
    return this.#evaluation.hessian
  }

  /** The evaluation at the last request's point, once a backend has answered it. */
  evaluation(): Evaluation {
    const { coefficients: point, order } = this.#request
    const { gradient, hessian } = this.#evaluation
    const columns = this.#columns
    const n = this.size
    const curvature = this.#curvature
    this.#loss = this.#out[0]!
    let penalty = 0
    for (let k = 0; k < this.vectors; k++) {
      const first = k * (columns + 1)
      for (let j = 0; j < columns; j++) {
        const u = point[first + j]!
        const c = curvature[j]!
        penalty += c * u * u
        if (order === 0) continue
        gradient[first + j] = gradient[first + j]! + c * u
        if (order === 2) {
          const diagonal = (first + j) * (n + 1)
          hessian[diagonal] = hessian[diagonal]! + c
          if (this.#options.reference !== undefined) this.#spread(first + j, c / this.vectors)
        }
      }
      if (order > 0 && !this.#options.fitIntercept) this.#pin(first + columns, order)
    }
    if (order === 2 && this.vectors > 1 && this.#options.reference === undefined) this.#stiffen()
    this.#evaluation.value = this.#loss + penalty / 2 + this.#absolutePenalty(point)
    return this.#evaluation
  }

  /** Of the quadratic penalty at a point. */
  penaltyGradient(point: Float64Array): Float64Array {
    const columns = this.#columns
    const out = new Float64Array(this.size)
    for (let k = 0; k < this.vectors; k++) {
      const first = k * (columns + 1)
      for (let j = 0; j < columns; j++) out[first + j] = this.#curvature[j]! * point[first + j]!
    }
    return out
  }

  /**
   * Whether the last answer, of order 1 or 2, is a loss of at most `most` and finite numbers only, so that X holds finite numbers: what isn't finite there makes the gradient of its
   * column so.
   */
  isWithin(most: number): boolean {
    let sum = 0
    for (const slope of this.#evaluation.gradient) sum += slope
    return this.#out[0]! <= most && Number.isFinite(sum)
  }

  /**
   * Whether the last evaluation proves that the classes can be separated, so that without a penalty there is no optimum: if the
   * whole loss is below that of one even guess of the lightest row, every row's own class is more probable than not.
   */
  provesSeparation(): boolean {
    return this.#loss < Math.LN2 * this.#options.smallestWeight
  }

  #viewsOf(out: Float64Array): { value: number; readonly gradient: Float64Array; readonly hessian: Float64Array } {
    const n = this.size
    return { value: 0, gradient: out.subarray(1, 1 + n), hessian: out.subarray(1 + n) }
  }

  #absolutePenalty(point: Float64Array): number {
    const weights = this.absoluteWeights
    let sum = 0
    if (weights !== undefined) for (let i = 0; i < weights.length; i++) sum += weights[i]! * Math.abs(point[i]!)
    return sum
  }

  /** A variable that stays where it is: no slope, no curvature. */
  #pin(index: number, order: number): void {
    const { gradient, hessian } = this.#evaluation
    const n = this.size
    gradient[index] = 0
    if (order < 2) return
    for (let i = 0; i < n; i++) {
      hessian[index * n + i] = 0
      hessian[i * n + index] = 0
    }
  }

  /** Takes away, of a coefficient's curvature with that of each class in the same column, what the penalty doesn't have where all of them move by their mean. Upper triangle. */
  #spread(index: number, curvature: number): void {
    const { hessian } = this.#evaluation
    const n = this.size
    for (let other = index; other < n; other += this.#columns + 1) hessian[index * n + other] = hessian[index * n + other]! - curvature
  }

  /**
   * Adding one number to a column's coefficient in all classes changes no probability: without a penalty the Hessian is singular in
   * that direction. Curvature is added there, as much as the column has elsewhere. Steps keep the sum of the classes' coefficients at
   * 0, where the addition has neither value nor slope, so it doesn't move the optimum. An L1 penalty does care about that direction, so under it only the intercepts are
   * stiffened.
   */
  #stiffen(): void {
    const { hessian } = this.#evaluation
    const n = this.size
    const { vectors } = this
    const width = this.#columns + 1
    for (let j = this.absoluteWeights === undefined ? 0 : width - 1; j < width; j++) {
      let trace = 0
      for (let k = 0; k < vectors; k++) trace += hessian[(k * width + j) * (n + 1)]!
      const extra = trace / (vectors * vectors)
      for (let k = 0; k < vectors; k++) {
        for (let l = 0; l < vectors; l++) {
          const at = (k * width + j) * n + l * width + j
          hessian[at] = hessian[at]! + extra
        }
      }
    }
  }
}

function absoluteWeights({ columns, inverseScale }: LogisticProblem, vectors: number, penalty: number): Float64Array {
  const weights = new Float64Array(vectors * (columns + 1))
  for (let k = 0; k < vectors; k++) {
    for (let j = 0; j < columns; j++) weights[k * (columns + 1) + j] = penalty * inverseScale[j]!
  }
  return weights
}
