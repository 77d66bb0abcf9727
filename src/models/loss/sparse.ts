/**
 * The objective of L2-penalised logistic regression over a sparse matrix, in the space of centred and scaled columns: the kernels see the columns as they are, the change of
 * variables takes a few operations a column here. Loss and gradient only.
 */
import type { SparseProblem, SparseRequest } from '../../dispatch/index.ts'
import type { ColumnScaling } from '../scaling.ts'
import type { Evaluation, EvaluationRequest } from '../solver/newton.ts'
import type { LogisticObjectiveOptions } from './logistic.ts'
import { unscaled } from './separation.ts'

export class SparseObjective {
  readonly vectors: number
  readonly size: number
  readonly problem: SparseProblem
  readonly #scaling: ColumnScaling
  readonly #options: Omit<LogisticObjectiveOptions, 'absolutePenalty'>
  /** penalty · inverseScale², a column each. */
  readonly #curvature: Float64Array
  readonly #out: Float64Array
  readonly #request: SparseRequest
  readonly #evaluation: { value: number; readonly gradient: Float64Array; readonly hessian: Float64Array }
  #point: Float64Array = new Float64Array(0)
  #loss = Infinity

  constructor(problem: SparseProblem, scaling: ColumnScaling, options: Omit<LogisticObjectiveOptions, 'absolutePenalty'>) {
    this.problem = problem
    this.vectors = problem.classes === 2 ? 1 : problem.classes
    this.size = this.vectors * (problem.columns + 1)
    this.#scaling = scaling
    this.#options = options
    this.#curvature = scaling.inverseScale.map((s) => options.penalty * s * s)
    this.#out = new Float64Array(1 + this.size)
    this.#request = { weights: options.weights, coefficients: new Float64Array(this.size), out: this.#out }
    this.#evaluation = { value: 0, gradient: new Float64Array(this.size), hessian: new Float64Array(0) }
  }

  /** What to ask of a backend. The object is reused by the next request. */
  request({ point }: EvaluationRequest): SparseRequest {
    this.#point = point
    unscaled({ columns: this.problem.columns, ...this.#scaling }, point, this.vectors, this.#request.coefficients)
    return this.#request
  }

  /** The evaluation at the last request's point, once a backend has answered it. */
  evaluation(): Evaluation {
    const { columns } = this.problem
    const { center, inverseScale } = this.#scaling
    const { gradient } = this.#evaluation
    const point = this.#point
    const raw = this.#out.subarray(1)
    this.#loss = this.#out[0]!
    let penalty = 0
    for (let k = 0; k < this.vectors; k++) {
      const first = k * (columns + 1)
      const total = raw[first + columns]!
      for (let j = 0; j < columns; j++) {
        const u = point[first + j]!
        const c = this.#curvature[j]!
        penalty += c * u * u
        gradient[first + j] = (raw[first + j]! - center[j]! * total) * inverseScale[j]! + c * u
      }
      gradient[first + columns] = this.#options.fitIntercept ? total : 0
    }
    this.#evaluation.value = this.#loss + penalty / 2
    return this.#evaluation
  }

  /** As `LogisticObjective.provesSeparation`. */
  provesSeparation(): boolean {
    return this.#loss < Math.LN2 * this.#options.smallestWeight
  }

  /**
   * The diagonal of the Hessian where every row has its class's share as its probability, of more than two classes their mean (so that steps keep the classes' sum at 0);
   * 1 where that is 0.
   *
   * @param variance of each column
   */
  startingCurvature(variance: Float64Array, totals: Float64Array): Float64Array {
    const { columns } = this.problem
    const { center, inverseScale } = this.#scaling
    const all = totals.reduce((sum, total) => sum + total, 0)
    const out = new Float64Array(this.size).fill(1)
    const weight = totals.reduce((sum, total) => sum + total * (1 - total / all), 0) / totals.length
    for (let k = 0; k < this.vectors; k++) {
      for (let j = 0; j <= columns; j++) {
        // Without an intercept columns are not centred; their scale is the root mean square then.
        const spread = j === columns ? 1 : center[j] === 0 && !this.#options.fitIntercept ? 1 : variance[j]! * inverseScale[j]! ** 2
        const curvature = weight * spread + (j === columns ? 0 : this.#curvature[j]!)
        if (curvature > 0) out[k * (columns + 1) + j] = curvature
      }
    }
    return out
  }
}
