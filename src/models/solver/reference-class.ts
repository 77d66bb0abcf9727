/**
 * Newton systems of several classes without the coefficients of one of them, which are minus the sum of the others'. A row of huge numbers has curvatures of p·(1 − p) times huge squares:
 * next to 1 for its own class p differs from class to class by many orders of magnitude, and in the system of all classes the large ones leave nothing but rounding errors of the small
 * ones. Without its own class each stands on a diagonal of its own, and gradients do without p − 1, which has lost its digits.
 */
import { ScaledCholesky, type CholeskySolve } from './linear.ts'
import type { Outlook, StepSolver } from './newton.ts'
import { maxAbs } from './vectors.ts'

/** For a Hessian of the form that `LogisticObjective` has with a reference class; steps sum to 0 over the classes. */
export class ReferenceClassSolver implements StepSolver {
  readonly smooth = true
  readonly size: number
  readonly #cholesky: ScaledCholesky
  readonly #classes: number
  readonly #width: number
  readonly #reference: number
  readonly #hessian: Float64Array
  readonly #gradient: Float64Array
  readonly #step: Float64Array
  #gradientNorm = 0

  /** @param size coefficients of all classes */
  constructor(size: number, classes: number, reference: number, choleskySolve: CholeskySolve) {
    this.#classes = classes
    this.#width = size / classes
    this.#reference = reference
    this.size = size - this.#width
    this.#cholesky = new ScaledCholesky(this.size, choleskySolve)
    this.#hessian = new Float64Array(this.size * this.size)
    this.#gradient = new Float64Array(this.size)
    this.#step = new Float64Array(this.size)
  }

  get ridge(): number {
    return this.#cholesky.ridge
  }

  factorAndSolve(hessian: Float64Array, gradient: Float64Array, step: Float64Array): void {
    const n = this.size
    const before = this.#reference * this.#width
    for (let i = 0; i < n; i++) {
      const row = this.#inAll(i) * (n + this.#width)
      if (i < before) this.#hessian.set(hessian.subarray(row, row + before), i * n)
      this.#hessian.set(hessian.subarray(row + before + this.#width, row + n + this.#width), i * n + before)
    }
    this.#takeGradient(gradient)
    this.#cholesky.factorAndSolve(this.#hessian, this.#gradient, this.#step)
    this.#giveStep(step)
  }

  solveAgain(gradient: Float64Array, step: Float64Array): void {
    this.#takeGradient(gradient)
    this.#cholesky.solveAgain(this.#gradient, this.#step)
    this.#giveStep(step)
  }

  outlook(): Outlook {
    return { ...this.#cholesky.outlook(), gradientNorm: this.#gradientNorm }
  }

  conditionEstimate(): number {
    return this.#cholesky.conditionEstimate()
  }

  /** The place that a coefficient has among those of all classes. */
  #inAll(i: number): number {
    return i < this.#reference * this.#width ? i : i + this.#width
  }

  #takeGradient(gradient: Float64Array): void {
    this.#gradientNorm = maxAbs(gradient)
    for (let i = 0; i < this.size; i++) this.#gradient[i] = gradient[this.#inAll(i)]!
  }

  /** Moves all classes' coefficients of a column by the same number, so that they sum to 0. */
  #giveStep(step: Float64Array): void {
    const width = this.#width
    step.fill(0)
    for (let i = 0; i < this.size; i++) step[this.#inAll(i)] = this.#step[i]!
    for (let j = 0; j < width; j++) {
      let sum = 0
      for (let i = j; i < step.length; i += width) sum += step[i]!
      const mean = sum / this.#classes
      for (let i = j; i < step.length; i += width) step[i] = step[i]! - mean
    }
  }
}
