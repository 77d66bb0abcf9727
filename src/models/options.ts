/** Options of LogisticRegression and of its methods: checked when they are used, all before any work starts. */
import { checkCallOptions, checkNames, type CallOptions } from '../common/options.ts'
import { argumentError } from '../errors.ts'
import { checkClassWeight, type ClassWeight, type SampleWeight } from './weights.ts'

export interface LogisticRegressionOptions {
  /** Inverse strength of the penalty, above 0; Infinity for no penalty. Default 1. */
  C?: number | undefined
  /** Share of the L1 penalty, 0 to 1: 0 (the default) is L2 alone, 1 is L1 alone, between them lies the elastic net. Of no effect for C = Infinity. */
  l1Ratio?: number | undefined
  /** Whether to fit an intercept (never penalised). Default true. */
  fitIntercept?: boolean | undefined
  /** Weights of classes: null (ones, the default), `'balanced'` (rows / (classes · rows of the class)), or an object or Map from labels to weights. */
  classWeight?: ClassWeight | undefined
  /** Done when the estimated gap between objective and optimum, relative to the objective, is at most this. Default 1e-9. */
  tol?: number | undefined
  /** Steps at most; with 0 nothing is learnt. Default 200. */
  maxIterations?: number | undefined
  /** `'auto'` (default): by the shape of the data, Newton's method (with more columns than rows or nearly, by systems of the rows' size), or L-BFGS around the Hessian of a sample of the rows or around the Hessian's diagonal blocks. `'newton'`: always that. */
  solver?: 'auto' | 'newton' | undefined
  /** Whether a fit starts from the coefficients of the last one, if they are of the same classes and columns. Default false. */
  warmStart?: boolean | undefined
}

/** What a fit reports after each step. */
export interface FitProgress {
  /** Position of the model in the list given to `fitAll`; 0 for `fit`. */
  readonly model: number
  readonly iteration: number
  readonly objective: number
  /** Estimated (objective − optimum) / objective. */
  readonly relativeGap: number
}

export interface FitOptions extends CallOptions {
  /** A weight for each row; not negative, not all 0. A weight of 2 is the row twice, a weight of 0 is no row. */
  sampleWeight?: SampleWeight | null | undefined
  /** Called at the start and after each step. What it throws ends the fit. */
  onProgress?: ((progress: FitProgress) => void) | undefined
}

export interface ScoreOptions extends CallOptions {
  /** A weight for each row. */
  sampleWeight?: SampleWeight | null | undefined
}

/** Options with their defaults filled in. */
export type CheckedOptions = { readonly [K in keyof LogisticRegressionOptions]-?: Exclude<LogisticRegressionOptions[K], undefined> }

const defaults: CheckedOptions = {
  C: 1,
  l1Ratio: 0,
  fitIntercept: true,
  classWeight: null,
  tol: 1e-9,
  maxIterations: 200,
  solver: 'auto',
  warmStart: false,
}

const names = Object.keys(defaults)

/**
 * The options of a model, checked.
 *
 * @throws ERR_MANYCORE_OPTION (TypeError, or RangeError for a number out of range) that names the option and what it may be.
 */
export function checkModelOptions(options: LogisticRegressionOptions): CheckedOptions {
  checkNames(options, names)
  const checked = { ...defaults }
  for (const name of names as (keyof CheckedOptions)[]) {
    if (options[name] !== undefined) (checked as Record<string, unknown>)[name] = options[name]
  }
  const { C, l1Ratio, tol, maxIterations, solver } = checked
  checkNumber(C, 'C', 'a number above 0, or Infinity', C > 0)
  checkNumber(l1Ratio, 'l1Ratio', 'a number from 0 to 1', l1Ratio >= 0 && l1Ratio <= 1)
  checkBoolean(checked.fitIntercept, 'fitIntercept')
  checkClassWeight(checked.classWeight)
  checkNumber(tol, 'tol', 'a number from 0 to 1', tol >= 0 && tol <= 1)
  checkNumber(maxIterations, 'maxIterations', 'an integer, 0 or more', Number.isSafeInteger(maxIterations) && maxIterations >= 0)
  if (solver !== 'auto' && solver !== 'newton') throw argumentError('OPTION', 'solver', "'auto' or 'newton'", solver, RangeError)
  checkBoolean(checked.warmStart, 'warmStart')
  return checked
}

const fitNames = ['sampleWeight', 'onProgress']

export function checkFitOptions(options: FitOptions | undefined): void {
  if (options === undefined) return
  checkCallOptions(options, fitNames)
  if (options.onProgress !== undefined && typeof options.onProgress !== 'function') {
    throw argumentError('OPTION', 'onProgress', 'a function', options.onProgress)
  }
}

function checkNumber(value: unknown, name: string, wanted: string, inRange: boolean): void {
  if (typeof value !== 'number') throw argumentError('OPTION', name, wanted, value)
  if (!inRange) throw argumentError('OPTION', name, wanted, value, RangeError)
}

function checkBoolean(value: unknown, name: string): void {
  if (typeof value !== 'boolean') throw argumentError('OPTION', name, 'a boolean', value)
}
