/** Newton systems: symmetric positive definite up to rounding, scaled to a unit diagonal, with a ridge where they are singular. */
import { makeError } from '../../errors.ts'
import type { Outlook, StepSolver } from './newton.ts'
import { solveFactored } from './triangular.ts'
import { dot, maxAbs } from './vectors.ts'

/**
 * Solves A·s = b (n × n, row-major, upper triangle read and overwritten by U of A = Uᵀ·U), b overwritten by s; false if A is not
 * positive definite to working precision.
 */
export type CholeskySolve = (a: Float64Array, n: number, b: Float64Array) => boolean

/**
 * A pivot of a matrix with unit diagonal that is no larger than this is rounding error, and its direction of the step would be noise.
 * Real curvature 10⁻¹⁵ times that of the columns passes.
 */
const SINGULAR = 4 * Number.EPSILON

/**
 * The first ridge that is tried on a singular system, relative to the unit diagonal, and its growth. Mostly the matrix is singular exactly (columns
 * that sum to one): then the ridge must be well above the rounding errors that it keeps from being blown up.
 */
const FIRST_RIDGE = 1e-13
const RIDGE_GROWTH = 100

/** Corrections of a step that a ridge has shortened: each takes away all but a share ridge / (curvature + ridge) of what is left. */
const CORRECTIONS = 5

/** Steps of power and inverse iteration: enough for the order of magnitude that a condition estimate is good for. */
const POWER_STEPS = 6

/** One system of a fixed size after another, in memory that is allocated once. */
export class ScaledCholesky implements StepSolver {
  /** Largest ridge that had to be added so far, relative to the diagonal; 0 for none. */
  ridge = 0
  readonly smooth = true
  readonly size: number
  readonly choleskySolve: CholeskySolve
  readonly #factor: Float64Array
  /** 1 / √diagonal; 0 for coordinates without curvature, which don't move. */
  readonly #scale: Float64Array
  #outlook: Outlook = { slope: 0, decrease: 0, gradientNorm: 0 }

  constructor(n: number, choleskySolve: CholeskySolve) {
    this.size = n
    this.choleskySolve = choleskySolve
    this.#factor = new Float64Array(n * n)
    this.#scale = new Float64Array(n)
  }

  /** One that holds the factor of a system already: the upper triangle of U, row by row. Fit to estimate its condition. */
  static ofFactor(n: number, upper: Float64Array): ScaledCholesky {
    const out = new ScaledCholesky(n, () => false)
    for (let i = 0, at = 0; i < n; at += n - i, i++) out.#factor.set(upper.subarray(at, at + n - i), i * (n + 1))
    return out
  }

  factorAndSolve(hessian: Float64Array, gradient: Float64Array, step: Float64Array): void {
    const n = this.size
    const scale = this.#scale
    for (let i = 0; i < n; i++) {
      const diagonal = hessian[i * n + i]!
      scale[i] = diagonal > 0 ? 1 / Math.sqrt(diagonal) : 0
    }
    for (let ridge = 0; ridge < 1; ridge = ridge === 0 ? FIRST_RIDGE : ridge * RIDGE_GROWTH) {
      this.#load(hessian, ridge)
      for (let i = 0; i < n; i++) step[i] = -gradient[i]! * scale[i]!
      if (!this.choleskySolve(this.#factor, n, step) || (ridge === 0 && this.#isSingular())) continue
      if (ridge > 0) this.#correct(hessian, gradient, step)
      for (let i = 0; i < n; i++) step[i] = step[i]! * scale[i]!
      this.ridge = Math.max(this.ridge, ridge)
      this.#look(gradient, step)
      return
    }
    throw makeError('INTERNAL', 'the Hessian is not positive definite, whatever the ridge')
  }

  solveAgain(gradient: Float64Array, step: Float64Array): void {
    const n = this.size
    const scale = this.#scale
    for (let i = 0; i < n; i++) step[i] = -gradient[i]! * scale[i]!
    solveFactored(this.#factor, n, step)
    for (let i = 0; i < n; i++) step[i] = step[i]! * scale[i]!
    this.#look(gradient, step)
  }

  outlook(): Outlook {
    return this.#outlook
  }

  /** x ← inverse of the last matrix times x. */
  precondition(x: Float64Array): void {
    const n = this.size
    const scale = this.#scale
    for (let i = 0; i < n; i++) x[i] = x[i]! * scale[i]!
    solveFactored(this.#factor, n, x)
    for (let i = 0; i < n; i++) x[i] = x[i]! * scale[i]!
  }

  /**
   * Estimates, from below, the condition number (2-norm) of the last matrix scaled to a unit diagonal, by power and inverse
   * iteration on its factor. Takes about a dozen products with the factor.
   */
  conditionEstimate(): number {
    const n = this.size
    // Multiples of the golden ratio modulo 1: spread evenly, in no order that an eigenvector would have.
    const seed = Float64Array.from({ length: n }, (_, i) => (((i + 1) * 0.6180339887498949) % 1) - 0.3)
    const x = seed.slice()
    const y = new Float64Array(n)
    let largest = 0
    for (let k = 0; k < POWER_STEPS; k++) {
      normalize(x)
      this.#multiply(x, y)
      largest = dot(x, y)
      x.set(y)
    }
    x.set(seed)
    let inverse = 0
    for (let k = 0; k < POWER_STEPS; k++) {
      normalize(x)
      y.set(x)
      solveFactored(this.#factor, n, y)
      inverse = dot(x, y)
      x.set(y)
    }
    return Math.max(1, largest * inverse)
  }

  /** Squared ratio of the largest pivot to the smallest: a lower bound of the condition number, of which it tells the order among systems of a kind. */
  get pivotRatio(): number {
    const n = this.size
    let largest = 0
    let smallest = Infinity
    for (let i = 0; i < n; i++) {
      const pivot = this.#factor[i * (n + 1)]!
      largest = Math.max(largest, pivot)
      smallest = Math.min(smallest, pivot)
    }
    return (largest / smallest) ** 2
  }

  #look(gradient: Float64Array, step: Float64Array): void {
    const slope = dot(gradient, step)
    this.#outlook = { slope, decrease: -slope / 2, gradientNorm: maxAbs(gradient) }
  }

  #isSingular(): boolean {
    const n = this.size
    for (let i = 0; i < n; i++) {
      const pivot = this.#factor[i * (n + 1)]!
      if (pivot * pivot <= SINGULAR) return true
    }
    return false
  }

  /** Adds to the scaled step what the system without the ridge still asks for. */
  #correct(hessian: Float64Array, gradient: Float64Array, step: Float64Array): void {
    const n = this.size
    const scale = this.#scale
    const rest = new Float64Array(n)
    for (let pass = 0; pass < CORRECTIONS; pass++) {
      for (let i = 0; i < n; i++) rest[i] = -gradient[i]! * scale[i]! - (scale[i] === 0 ? 0 : step[i]!)
      for (let i = 0; i < n; i++) {
        for (let j = i + 1; j < n; j++) {
          const entry = hessian[i * n + j]! * scale[i]! * scale[j]!
          rest[i] = rest[i]! - entry * step[j]!
          rest[j] = rest[j]! - entry * step[i]!
        }
      }
      solveFactored(this.#factor, n, rest)
      for (let i = 0; i < n; i++) step[i] = step[i]! + rest[i]!
    }
  }

  /** The upper triangle of the scaled matrix. */
  #load(hessian: Float64Array, ridge: number): void {
    const n = this.size
    const scale = this.#scale
    const factor = this.#factor
    for (let i = 0; i < n; i++) {
      const row = i * n
      const s = scale[i]!
      factor[row + i] = 1 + ridge
      for (let j = i + 1; j < n; j++) factor[row + j] = hessian[row + j]! * s * scale[j]!
    }
  }

  /** out ← Uᵀ·U·x */
  #multiply(x: Float64Array, out: Float64Array): void {
    const n = this.size
    const u = this.#factor
    out.fill(0)
    for (let i = 0; i < n; i++) {
      const row = i * n
      let sum = 0
      for (let j = i; j < n; j++) sum += u[row + j]! * x[j]!
      for (let j = i; j < n; j++) out[j] = out[j]! + u[row + j]! * sum
    }
  }
}

function normalize(x: Float64Array): void {
  const length = Math.sqrt(dot(x, x))
  for (let i = 0; i < x.length; i++) x[i] = x[i]! / length
}
