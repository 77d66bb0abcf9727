/** The confusion matrix, and what follows from it alone. */
import { Matrix } from '../../common/matrix.ts'
import { makeError } from '../../errors.ts'
import type { Labels } from '../labels.ts'
import { checkMetricOptions, pairUp, type Pairs, type WeightOption } from './pairs.ts'

/**
 * Counts (or total weights) of rows: element (i, j) is for class i that was predicted as class j, with the labels of both lists in
 * sorted order. `rows` of the matrix is the number of classes.
 *
 * @throws ERR_MANYCORE_SHAPE for lists of unequal lengths, RANGE for empty ones, TYPE for labels of two types.
 */
export function confusionMatrix(yTrue: Labels, yPredicted: Labels, options: WeightOption = {}): Matrix {
  checkMetricOptions(options)
  return confusionOf(pairUp(yTrue, yPredicted, options.sampleWeight))
}

/** The confusion matrix of pairs. */
export function confusionOf({ classes, actual, predicted, weights }: Pairs): Matrix {
  const n = classes.length
  const counts = new Float64Array(n * n)
  for (let i = 0; i < actual.length; i++) counts[actual[i]! * n + predicted[i]!]! += weights === null ? 1 : weights[i]!
  return new Matrix(counts, n, n)
}

/** Row sums (what was true), column sums (what was predicted), diagonal, and the total of a confusion matrix. */
export function margins(confusion: Matrix): { readonly actual: Float64Array; readonly predicted: Float64Array; readonly hits: Float64Array; readonly total: number } {
  const n = confusion.rows
  const actual = new Float64Array(n)
  const predicted = new Float64Array(n)
  const hits = new Float64Array(n)
  let total = 0
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const count = confusion.data[i * n + j]!
      actual[i]! += count
      predicted[j]! += count
      total += count
    }
    hits[i] = confusion.data[i * n + i]!
  }
  return { actual, predicted, hits, total }
}

/** The (weighted) share of rows whose label was predicted. */
export function accuracy(yTrue: Labels, yPredicted: Labels, options: WeightOption = {}): number {
  const { hits, total } = margins(confusionMatrix(yTrue, yPredicted, options))
  return sum(hits) / total
}

/** The mean over the classes in `yTrue` of the share of their rows that were predicted. */
export function balancedAccuracy(yTrue: Labels, yPredicted: Labels, options: WeightOption = {}): number {
  const { actual, hits } = margins(confusionMatrix(yTrue, yPredicted, options))
  const recalls = Array.from(hits, (hit, k) => hit / actual[k]!).filter((_, k) => actual[k]! > 0)
  return sum(recalls) / recalls.length
}

/** Matthews' correlation coefficient, −1 to 1, in Gorodkin's form for any number of classes; 0 where a list holds one class only. */
export function matthewsCorrelation(yTrue: Labels, yPredicted: Labels, options: WeightOption = {}): number {
  const { actual, predicted, hits, total } = margins(confusionMatrix(yTrue, yPredicted, options))
  const covariance = sum(hits) * total - product(actual, predicted)
  const scale = (total * total - product(actual, actual)) * (total * total - product(predicted, predicted))
  return scale === 0 ? 0 : covariance / Math.sqrt(scale)
}

export interface KappaOptions extends WeightOption {
  /** Cost of a confusion by the distance of the classes in sorted order: none (all alike, the default), its size, or its square. */
  weights?: 'linear' | 'quadratic' | null | undefined
}

/** Cohen's kappa: agreement beyond chance, 1 where it is complete; NaN where chance alone agrees completely. */
export function cohenKappa(yTrue: Labels, yPredicted: Labels, options: KappaOptions = {}): number {
  checkMetricOptions(options, ['weights'])
  const { weights = null, ...rest } = options
  if (weights !== null && weights !== 'linear' && weights !== 'quadratic') {
    throw makeError('OPTION', `weights: expected null, 'linear' or 'quadratic', got ${String(weights)}`, { argument: 'weights', got: String(weights), wanted: "null, 'linear' or 'quadratic'" })
  }
  const confusion = confusionMatrix(yTrue, yPredicted, rest)
  const { actual, predicted, total } = margins(confusion)
  const n = confusion.rows
  let seen = 0
  let expected = 0
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const cost = weights === null ? Number(i !== j) : weights === 'linear' ? Math.abs(i - j) : (i - j) ** 2
      seen += cost * confusion.data[i * n + j]!
      expected += (cost * actual[i]! * predicted[j]!) / total
    }
  }
  return 1 - seen / expected
}

function product(x: Float64Array, y: Float64Array): number {
  return x.reduce((total, value, k) => total + value * y[k]!, 0)
}

export function sum(values: Float64Array | readonly number[]): number {
  let total = 0
  for (const value of values) total += value
  return total
}
