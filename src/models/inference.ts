/** What an unpenalised fit says about the coefficients of the population: standard errors, tests, intervals. */
import { Matrix } from '../common/matrix.ts'
import { checkNames } from '../common/options.ts'
import { argumentError, makeError } from '../errors.ts'
import type { FittedLogistic } from './fitted.ts'
import { centralQuantile, twoSidedTail } from './normal.ts'
import type { CheckedOptions } from './options.ts'

export interface InferenceOptions {
  /** Probability with which an interval holds the coefficient, between 0 and 1. Default 0.95. */
  level?: number | undefined
}

/**
 * Coefficients under Wald's normal approximation, from the observed information. Each matrix has a column a feature and, if there is one, the intercept's last. Two classes
 * have one row, the log-odds of the second; K > 2 have K − 1: the log-odds of the second, third, … class against the first.
 */
export interface Inference {
  readonly level: number
  readonly estimates: Matrix
  readonly standardErrors: Matrix
  /** Estimate / standard error. */
  readonly z: Matrix
  /** Two-sided p-value of the hypothesis that the coefficient is 0. */
  readonly p: Matrix
  /** Lower and upper ends of the confidence intervals. */
  readonly lower: Matrix
  readonly upper: Matrix
}

/**
 * Variances of the coefficients in the space of X, as `Inference` lists them (the intercept last in each row, 0 without one): the diagonal of the inverse of the Hessian at the
 * optimum. For more than two classes of the contrasts with the first, whose Hessian is that of the other classes' blocks. Undefined where it is singular.
 *
 * n³/2 multiply-adds for n coefficients.
 *
 * @param hessian of the centred and scaled columns, `vectors · (columns + 1)` square, without any addition
 */
export function coefficientVariances(
  hessian: Float64Array, vectors: number, columns: number, fitIntercept: boolean, center: Float64Array, inverseScale: Float64Array,
): Float64Array | undefined {
  const width = columns + 1
  const skip = vectors === 1 ? 0 : 1
  const size = vectors * width
  const places: number[] = []
  for (let k = skip; k < vectors; k++) {
    for (let j = 0; j < width; j++) if (j < columns || fitIntercept) places.push(k * width + j)
  }
  const n = places.length
  const lower = new Float64Array(n * n)
  const scale = places.map((place) => 1 / Math.sqrt(hessian[place * (size + 1)]!))
  for (let a = 0; a < n; a++) {
    for (let b = 0; b <= a; b++) lower[a * n + b] = hessian[places[a]! * size + places[b]!]! * scale[a]! * scale[b]!
  }
  if (!factor(lower, n)) return undefined
  const variances = new Float64Array((vectors - skip) * width)
  const right = new Float64Array(n)
  for (let a = 0; a < n; a++) {
    const place = places[a]!
    const [row, j] = [Math.floor(place / width), place % width]
    right.fill(0)
    // The coefficient of X is inverseScale times that of the scaled column; the intercept takes the columns' centres off.
    right[a] = j < columns ? inverseScale[j]! * scale[a]! : scale[a]!
    if (j === columns) {
      for (let i = 0; i < columns; i++) right[a - columns + i] = -center[i]! * inverseScale[i]! * scale[a - columns + i]!
    }
    variances[(row - skip) * width + j] = squaredForwardSolution(lower, n, right)
  }
  return variances
}

/** L of L·Lᵀ in place; false where the matrix, which has a unit diagonal, is singular to working precision. */
function factor(a: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!
      if (i > j) a[i * n + j] = sum / a[j * n + j]!
      else if (sum > n * 4 * Number.EPSILON) a[i * n + i] = Math.sqrt(sum)
      else return false
    }
  }
  return true
}

/** ‖L⁻¹·b‖², b overwritten. */
function squaredForwardSolution(lower: Float64Array, n: number, b: Float64Array): number {
  let total = 0
  for (let i = 0; i < n; i++) {
    let sum = b[i]!
    for (let k = 0; k < i; k++) sum -= lower[i * n + k]! * b[k]!
    const value = sum / lower[i * n + i]!
    b[i] = value
    total += value * value
  }
  return total
}

/** The tables, or an error that says why there are none. */
export function inferenceOf(fitted: FittedLogistic, { C, fitIntercept }: CheckedOptions, options: InferenceOptions): Inference {
  checkNames(options, ['level'])
  const { level = 0.95 } = options
  if (typeof level !== 'number') throw argumentError('OPTION', 'level', 'a number between 0 and 1', level)
  if (!(level > 0 && level < 1)) throw argumentError('OPTION', 'level', 'a number between 0 and 1', level, RangeError)
  if (C !== Infinity) throw refusal(`the fit is penalised (C = ${C}), so its coefficients are drawn towards 0; fit with C: Infinity`)
  if (fitted.certificate.separated) throw refusal('the classes are separated, so there is no optimum and no coefficient has a variance')
  if (!fitted.converged) throw refusal('the fit has not converged')
  const { columns, vectors, packed, variances } = fitted
  if (variances === undefined) throw refusal('columns of X depend on each other (or one is constant), so their coefficients are not determined')
  const rows = vectors === 1 ? 1 : vectors - 1
  const width = columns + 1
  const shown = fitIntercept ? width : columns
  const table = (value: (estimate: number, error: number) => number): Matrix => {
    const data = new Float64Array(rows * shown)
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < shown; j++) {
        const estimate = vectors === 1 ? packed[j]! : packed[(r + 1) * width + j]! - packed[j]!
        data[r * shown + j] = value(estimate, Math.sqrt(variances[r * width + j]!))
      }
    }
    return new Matrix(data, rows, shown)
  }
  const reach = centralQuantile(level)
  return {
    level,
    estimates: table((estimate) => estimate),
    standardErrors: table((_, error) => error),
    z: table((estimate, error) => estimate / error),
    p: table((estimate, error) => twoSidedTail(estimate / error)),
    lower: table((estimate, error) => estimate - reach * error),
    upper: table((estimate, error) => estimate + reach * error),
  }
}

function refusal(reason: string): Error {
  return makeError('RANGE', `inference: ${reason}`, { argument: 'inference', got: reason, wanted: 'an unpenalised fit that has reached its optimum' })
}
