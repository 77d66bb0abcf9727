/** The confusion matrix, and what follows from it alone. */
import { Matrix } from '../../common/matrix.ts'
import { atOnce, inStretches, type Pausing } from '../../common/pausing.ts'
import { newResult } from '../../common/results.ts'
import { makeError } from '../../errors.ts'
import type { Labels } from '../labels.ts'
import { checkMetricOptions, pairUp, type Pairs, type WeightOption } from './pairs.ts'

/**
 * Counts (or total weights) of rows: element (i, j) is for class i that was predicted as class j, with the labels of both lists in
 * sorted order. `rows` of the matrix is the number of classes.
 *
 * @throws ERR_MANYCORE_SHAPE for lists of unequal lengths, RANGE for empty ones, TYPE for labels of two types, RANGE for so many of them that there is no memory for the matrix.
 */
export function confusionMatrix(yTrue: Labels, yPredicted: Labels, options: WeightOption = {}): Matrix {
  checkMetricOptions(options)
  return atOnce(confusionFrom(yTrue, yPredicted, options.sampleWeight))
}

function* confusionFrom(yTrue: Labels, yPredicted: Labels, sampleWeight: WeightOption['sampleWeight']): Pausing<Matrix> {
  return yield* confusionOf(yield* pairUp(yTrue, yPredicted, sampleWeight))
}

/** The confusion matrix of pairs. */
function* confusionOf({ classes, actual, predicted, weights }: Pairs): Pausing<Matrix> {
  const n = classes.length
  const counts = newResult(Float64Array, n * n).fill(0)
  yield* inStretches(actual.length, (first, end) => {
    for (let i = first; i < end; i++) counts[actual[i]! * n + predicted[i]!]! += weights === null ? 1 : weights[i]!
  })
  return new Matrix(counts, n, n)
}

/** What the confusion matrix has in its margins. */
export interface Margins {
  /** Row sums: what was true. */
  readonly actual: Float64Array
  /** Column sums: what was predicted. */
  readonly predicted: Float64Array
  /** The diagonal. */
  readonly hits: Float64Array
  readonly total: number
}

/** Margins of the confusion matrix, without the matrix: labels may have very many values. */
export function* marginsOf({ classes, actual, predicted, weights }: Pairs): Pausing<Margins> {
  const margins = { actual: new Float64Array(classes.length), predicted: new Float64Array(classes.length), hits: new Float64Array(classes.length) }
  yield* inStretches(actual.length, (first, end) => {
    for (let i = first; i < end; i++) {
      const weight = weights === null ? 1 : weights[i]!
      margins.actual[actual[i]!]! += weight
      margins.predicted[predicted[i]!]! += weight
      if (actual[i] === predicted[i]) margins.hits[actual[i]!]! += weight
    }
  })
  // Not row by row: sums of what is the same are to be the same, so that all hits give 1.
  return { ...margins, total: sum(margins.actual) }
}

/** Margins of two lists of labels. */
function marginsFrom(yTrue: Labels, yPredicted: Labels, options: WeightOption): Margins {
  checkMetricOptions(options)
  return atOnce(marginsOfLabels(yTrue, yPredicted, options.sampleWeight)).margins
}

/** Pairs with their margins, with pauses. */
export function* marginsOfLabels(yTrue: Labels, yPredicted: Labels, sampleWeight: WeightOption['sampleWeight']): Pausing<{ readonly pairs: Pairs; readonly margins: Margins }> {
  const pairs = yield* pairUp(yTrue, yPredicted, sampleWeight)
  return { pairs, margins: yield* marginsOf(pairs) }
}

/** The (weighted) share of rows whose label was predicted. */
export function accuracy(yTrue: Labels, yPredicted: Labels, options: WeightOption = {}): number {
  return accuracyOf(marginsFrom(yTrue, yPredicted, options))
}

/** The same of margins; so are those that follow. */
export function accuracyOf({ hits, total }: Margins): number {
  return sum(hits) / total
}

/** The mean over the classes in `yTrue` of the share of their rows that were predicted. */
export function balancedAccuracy(yTrue: Labels, yPredicted: Labels, options: WeightOption = {}): number {
  return balancedAccuracyOf(marginsFrom(yTrue, yPredicted, options))
}

export function balancedAccuracyOf({ actual, hits }: Margins): number {
  const recalls = Array.from(hits, (hit, k) => hit / actual[k]!).filter((_, k) => actual[k]! > 0)
  return sum(recalls) / recalls.length
}

/** Matthews' correlation coefficient, −1 to 1, in Gorodkin's form for any number of classes; 0 where a list holds one class only. */
export function matthewsCorrelation(yTrue: Labels, yPredicted: Labels, options: WeightOption = {}): number {
  return matthewsCorrelationOf(marginsFrom(yTrue, yPredicted, options))
}

export function matthewsCorrelationOf({ actual, predicted, hits, total }: Margins): number {
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
  const { weights = null } = options
  if (weights !== null && weights !== 'linear' && weights !== 'quadratic') {
    throw makeError('OPTION', `weights: expected null, 'linear' or 'quadratic', got ${String(weights)}`, { argument: 'weights', got: String(weights), wanted: "null, 'linear' or 'quadratic'" })
  }
  const { pairs, margins } = atOnce(marginsOfLabels(yTrue, yPredicted, options.sampleWeight))
  return atOnce(cohenKappaOf(pairs, margins, weights))
}

/** The same of pairs and their margins, with pauses. */
export function* cohenKappaOf(pairs: Pairs, { actual, predicted, total }: Margins, weights: KappaOptions['weights'] = null): Pausing<number> {
  const confusion = yield* confusionOf(pairs)
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
