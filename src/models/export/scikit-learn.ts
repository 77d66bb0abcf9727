/** Reads what scikit-learn has fitted. */
import { argumentError, makeError } from '../../errors.ts'
import type { FittedLogistic } from '../fitted.ts'
import { encodeLabels, type Label } from '../labels.ts'
import { checkModelOptions, type LogisticRegressionOptions } from '../options.ts'
import { fromJSONNumber } from '../serialize.ts'

/** A fitted sklearn.linear_model.LogisticRegression as plain data: its attributes under their own names, arrays by `tolist()`. */
export interface ScikitLearnJSON {
  /** 1 × p for two classes, classes × p for more. */
  readonly coef_: readonly (readonly number[])[]
  readonly intercept_: readonly number[]
  readonly classes_: readonly (number | string | boolean)[]
  /** Number of iterations; optional. */
  readonly n_iter_?: readonly number[] | undefined
  /** What `get_params()` gives; optional. Known names are taken over. */
  readonly params?: Readonly<Record<string, unknown>> | undefined
}

export function readScikitLearn(json: unknown): { readonly options: LogisticRegressionOptions; readonly fitted: FittedLogistic } {
  if (typeof json !== 'object' || json === null) throw argumentError('TYPE', 'json', 'an object with coef_, intercept_ and classes_', json)
  const { coef_, intercept_, classes_, n_iter_, params } = json as Partial<ScikitLearnJSON>
  if (!Array.isArray(coef_) || !Array.isArray(coef_[0]) || coef_[0].length === 0) throw argumentError('TYPE', 'json.coef_', 'nested arrays of numbers, as coef_.tolist() gives', coef_)
  if (!Array.isArray(intercept_)) throw argumentError('TYPE', 'json.intercept_', 'an array of numbers, as intercept_.tolist() gives', intercept_)
  if (!Array.isArray(classes_) || classes_.length < 2) throw argumentError('TYPE', 'json.classes_', 'an array of at least two labels, as classes_.tolist() gives', classes_)
  const { classes, kind } = encodeLabels(classes_, 'json.classes_')
  if (classes.length !== classes_.length || classes.some((label, k) => label !== (classes_[k] as Label))) {
    throw argumentError('RANGE', 'json.classes_', 'distinct labels in sorted order', classes_)
  }
  const vectors = classes.length === 2 ? 1 : classes.length
  const columns = coef_[0].length
  if (coef_.length !== vectors || intercept_.length !== vectors) {
    const wanted = `${vectors} rows of coefficients and ${vectors} intercepts for ${classes.length} classes`
    throw makeError('SHAPE', `json: expected ${wanted}, got ${coef_.length} and ${intercept_.length}`, { argument: 'json', got: `${coef_.length} and ${intercept_.length}`, wanted })
  }
  const packed = new Float64Array(vectors * (columns + 1))
  for (let k = 0; k < vectors; k++) {
    const row: unknown = coef_[k]
    if (!Array.isArray(row) || row.length !== columns) throw makeError('SHAPE', `json.coef_[${k}]: expected ${columns} numbers`, { argument: 'json' })
    for (let j = 0; j < columns; j++) packed[k * (columns + 1) + j] = finite(row[j], `json.coef_[${k}][${j}]`)
    packed[k * (columns + 1) + columns] = finite(intercept_[k], `json.intercept_[${k}]`)
  }
  const iterations = Array.isArray(n_iter_) ? Math.max(0, ...n_iter_.map((n, i) => finite(n, `json.n_iter_[${i}]`))) : 0
  const options = optionsOf(params, classes.length)
  const unknown = { objective: NaN, gradientNorm: NaN, conditionEstimate: NaN }
  return {
    options,
    fitted: { columns, vectors, packed, classes, kind, converged: true, certificate: { ...unknown, separated: false, iterations, seconds: 0, ridge: 0 } },
  }
}

/** The parameters that mean here what they mean there. */
function optionsOf(params: unknown, classes: number): LogisticRegressionOptions {
  if (params === undefined || params === null) return {}
  if (typeof params !== 'object') throw argumentError('TYPE', 'json.params', 'an object, as get_params() gives', params)
  const { C, l1_ratio, penalty, fit_intercept, warm_start, class_weight, multi_class, solver } = params as Record<string, unknown>
  if (classes > 2 && (multi_class === 'ovr' || solver === 'liblinear')) {
    throw makeError('OPTION', 'json.params: a model of one classifier a class (one-vs-rest) is no softmax model, so its coefficients mean something else', {
      argument: 'json.params',
      got: 'a one-vs-rest model',
      wanted: 'a multinomial model',
    })
  }
  const options: LogisticRegressionOptions = {}
  if (C !== undefined) options.C = typeof C === 'string' ? fromJSONNumber(C, 'json.params.C') : (C as number)
  // Before version 1.8 the kind of penalty had a name of its own.
  if (penalty === 'l1') options.l1Ratio = 1
  else if (penalty === null || penalty === 'none') options.C = Infinity
  else if (penalty !== 'l2' && typeof l1_ratio === 'number') options.l1Ratio = l1_ratio
  if (fit_intercept !== undefined) options.fitIntercept = fit_intercept as boolean
  if (warm_start !== undefined) options.warmStart = warm_start as boolean
  if (class_weight === 'balanced') options.classWeight = 'balanced'
  checkModelOptions(options)
  return options
}

function finite(value: unknown, where: string): number {
  if (typeof value !== 'number') throw argumentError('TYPE', where, 'a number', value)
  if (!Number.isFinite(value)) throw argumentError('NOT_FINITE', where, 'a finite number', value)
  return value
}
