/** Metrics of the order that scores put the rows into. */
import { argumentError, makeError } from '../../errors.ts'
import type { Label, Labels } from '../labels.ts'
import { checkSampleWeight } from '../weights.ts'
import { checkMetricOptions, positiveIndex, type WeightOption } from './pairs.ts'
import { column, readScores, type Scored, type ScoreInput } from './scores.ts'

export interface RocAucOptions extends WeightOption {
  /** For more than two classes: each class against the rest, or the mean over all pairs of classes (Hand and Till, 2001). */
  multiClass?: 'ovr' | 'ovo' | undefined
  /** Mean over the classes or pairs: plain (default), or weighted by their rows; `'micro'`, with `'ovr'`, pools all scores of all classes. Of no effect for two classes. */
  average?: 'macro' | 'weighted' | 'micro' | undefined
  /** The class that high scores speak for. Default: the second of two labels. */
  positiveLabel?: Label | undefined
  /** The labels that the columns of `scores` stand for, sorted. Default: those of `yTrue`. */
  classes?: readonly Label[] | undefined
}

/**
 * Area under the receiver operating characteristic: the probability that a row of the positive class has a higher score than one of the other (ties
 * count half). O(n log n).
 *
 * Where only one class has rows there is no such probability: scikit-learn gives NaN and a warning, here it is an error, since a NaN would go on unseen into means and rankings.
 *
 * @param scores a number a row, or a column a class; for more than two classes a column a class is needed, and `multiClass`
 * @throws ERR_MANYCORE_CLASSES if a class that is needed has no (weighted) row; SHAPE, TYPE, OPTION, NOT_FINITE.
 */
export function rocAuc(yTrue: Labels, scores: ScoreInput, options: RocAucOptions = {}): number {
  checkMetricOptions(options, ['multiClass', 'average', 'positiveLabel', 'classes'])
  const { multiClass, average = 'macro', positiveLabel } = options
  if (average !== 'macro' && average !== 'weighted' && average !== 'micro') throw argumentError('OPTION', 'average', "'macro', 'weighted' or 'micro'", average, RangeError)
  const scored = readScores(yTrue, scores, 'scores', options.classes)
  const weights = checkSampleWeight(options.sampleWeight, scored.actual.length, 'yTrue')
  if (scored.classes.length <= 2) return area(...binaryCase(scored, positiveLabel), weights)
  if (multiClass !== 'ovr' && multiClass !== 'ovo') {
    throw argumentError('OPTION', 'multiClass', `'ovr' or 'ovo' for ${scored.classes.length} classes`, multiClass, RangeError)
  }
  if (multiClass === 'ovo' && weights !== null) throw argumentError('OPTION', 'sampleWeight', "no weights with multiClass 'ovo'", options.sampleWeight)
  if (average === 'micro') {
    if (multiClass === 'ovo') throw argumentError('OPTION', 'average', "'macro' or 'weighted' with multiClass 'ovo'", average, RangeError)
    return area(...pooled(scored, weights))
  }
  return multiClass === 'ovr' ? oneAgainstRest(scored, average, weights) : pairByPair(scored, average)
}

export interface AveragePrecisionOptions extends WeightOption {
  /** The class that high scores speak for. Default: the label 1 (or true) as in scikit-learn, where there is none the second of two labels. */
  positiveLabel?: Label | undefined
  /**
   * For more than two classes, each against the rest: the mean over the classes, plain (default) or weighted by their rows; `'micro'` pools all scores of all classes; `null` gives a
   * value a class.
   */
  average?: 'macro' | 'weighted' | 'micro' | null | undefined
  /** The labels that the columns of `scores` stand for, sorted. Default: those of `yTrue`. */
  classes?: readonly Label[] | undefined
}

/**
 * Σ (R_k − R_{k−1})·P_k over the distinct scores from high to low, with precision P and recall R of all rows down to score k. O(n log n) a class.
 *
 * @param scores a number a row, or a column a class; for more than two classes a column a class is needed
 * @throws ERR_MANYCORE_CLASSES if a class that is needed has no (weighted) row; SHAPE, TYPE, OPTION, NOT_FINITE.
 */
export function averagePrecision(yTrue: Labels, scores: ScoreInput, options: AveragePrecisionOptions & { average: null }): Float64Array | number
export function averagePrecision(yTrue: Labels, scores: ScoreInput, options?: AveragePrecisionOptions & { average?: 'macro' | 'weighted' | 'micro' | undefined }): number
export function averagePrecision(yTrue: Labels, scores: ScoreInput, options: AveragePrecisionOptions = {}): number | Float64Array {
  checkMetricOptions(options, ['positiveLabel', 'average', 'classes'])
  const { average = 'macro', positiveLabel } = options
  if (!averages.includes(average)) throw argumentError('OPTION', 'average', "'macro', 'weighted', 'micro' or null", average, RangeError)
  const scored = readScores(yTrue, scores, 'scores', options.classes)
  const weights = checkSampleWeight(options.sampleWeight, scored.actual.length, 'yTrue')
  if (scored.classes.length <= 2 || positiveLabel !== undefined) return precisionOf(...binaryCase(scored, positiveLabel, true), weights)
  if (average === 'micro') return precisionOf(...pooled(scored, weights))
  const { actual, classes } = scored
  const rest = classes.map((_, k) => Uint8Array.from(actual, (index) => Number(index === k)))
  const values = Float64Array.from(rest, (positive, k) => precisionOf(positive, column(scored.scores, k), weights))
  if (average === null) return values
  const shares = rest.map((positive) => (average === 'macro' ? 1 : positive.reduce((sum, is, i) => sum + is * (weights?.[i] ?? 1), 0)))
  return values.reduce((sum, value, k) => sum + value * shares[k]!, 0) / shares.reduce((sum, share) => sum + share, 0)
}

const averages: readonly unknown[] = ['macro', 'weighted', 'micro', null]

function precisionOf(positive: Uint8Array, values: Float64Array, weights: Float64Array | null): number {
  let average = 0
  let lastHits = 0
  const { hits: all } = walk(positive, values, weights, (hits, misses) => {
    // Where no hit is new (of rows that weigh nothing, perhaps no row at all) there is nothing to weight a precision by.
    if (hits > lastHits) average += (hits - lastHits) * (hits / (hits + misses))
    lastHits = hits
  })
  if (all === 0) throw oneSided('no')
  return average / all
}

/** All scores of all classes as those of one: positive where a row's score is that of its own class. */
function pooled({ actual, scores: { data, columns } }: Scored, weights: Float64Array | null): [Uint8Array, Float64Array, Float64Array | null] {
  const positive = Uint8Array.from({ length: data.length }, (_, i) => Number(actual[Math.floor(i / columns)] === i % columns))
  return [positive, Float64Array.from(data), weights === null ? null : Float64Array.from(data, (_, i) => weights[Math.floor(i / columns)]!)]
}

/** Which rows are positive, and the scores that speak for it. */
function binaryCase({ actual, classes, scores }: Scored, positiveLabel: Label | undefined, one = false): [Uint8Array, Float64Array] {
  const index = positiveIndex(classes, positiveLabel, one)
  const positive = Uint8Array.from(actual, (k) => Number(k === index))
  const values = scores.columns === 1 ? Float64Array.from(scores.data) : column(scores, index)
  return [positive, values]
}

function oneAgainstRest({ actual, classes, scores }: Scored, average: 'macro' | 'weighted', weights: Float64Array | null): number {
  let total = 0
  let shares = 0
  classes.forEach((_, k) => {
    const positive = Uint8Array.from(actual, (index) => Number(index === k))
    const share = average === 'macro' ? 1 : positive.reduce((sum, is, i) => sum + is * (weights?.[i] ?? 1), 0)
    total += share * area(positive, column(scores, k), weights)
    shares += share
  })
  return total / shares
}

function pairByPair({ actual, classes, scores }: Scored, average: 'macro' | 'weighted'): number {
  let total = 0
  let shares = 0
  for (let a = 0; a < classes.length; a++) {
    for (let b = a + 1; b < classes.length; b++) {
      const rows = Array.from(actual.keys()).filter((i) => actual[i] === a || actual[i] === b)
      const one = (own: number): number =>
        area(Uint8Array.from(rows, (i) => Number(actual[i] === own)), Float64Array.from(rows, (i) => scores.data[i * scores.columns + own]!), null)
      const share = average === 'macro' ? 1 : rows.length
      total += (share * (one(a) + one(b))) / 2
      shares += share
    }
  }
  return total / shares
}

function area(positive: Uint8Array, scores: Float64Array, weights: Float64Array | null): number {
  let doubled = 0
  let lastHits = 0
  let lastMisses = 0
  const { hits, misses } = walk(positive, scores, weights, (hits, misses) => {
    doubled += (misses - lastMisses) * (hits + lastHits)
    lastHits = hits
    lastMisses = misses
  })
  if (hits === 0 || misses === 0) throw oneSided(hits === 0 ? 'no' : 'only')
  return doubled / 2 / (hits * misses)
}

/** Goes down the scores; at the end of each run of equal ones reports the weight of positive and negative rows so far. */
function walk(
  positive: Uint8Array, scores: Float64Array, weights: Float64Array | null, at: (hits: number, misses: number) => void,
): { readonly hits: number; readonly misses: number } {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]!)
  let hits = 0
  let misses = 0
  for (let k = 0; k < order.length; k++) {
    const row = order[k]!
    const weight = weights === null ? 1 : weights[row]!
    if (positive[row] === 1) hits += weight
    else misses += weight
    if (k + 1 === order.length || scores[order[k + 1]!] !== scores[row]) at(hits, misses)
  }
  return { hits, misses }
}

function oneSided(which: 'no' | 'only'): Error {
  return makeError('CLASSES', `yTrue: there are ${which} rows of the positive class, so that the metric has no value`, {
    argument: 'yTrue',
    got: `${which} rows of the positive class`,
    wanted: 'rows with weight of both classes',
  })
}
