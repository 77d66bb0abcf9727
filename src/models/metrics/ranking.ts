/** Metrics of the order that scores put the rows into. */
import { argSort, argSortSync } from '../../api/order.ts'
import { inStretches, type Pausing } from '../../common/pausing.ts'
import { argumentError, makeError } from '../../errors.ts'
import { doBlocking, either, pausing, type Job } from '../both-forms.ts'
import { Control } from '../control.ts'
import type { Label, Labels } from '../labels.ts'
import { checkingSampleWeight } from '../weights.ts'
import { checkMetricOptions, positiveIndex, type WeightOption } from './pairs.ts'
import { readScores, type Scored, type ScoreInput } from './scores.ts'

/** Rows of one stretch of the walk, which goes all over the memory. */
const WALK_STRETCH = 1 << 13

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
  return doBlocking(rocAucOf(yTrue, scores, options, UNBOUND))
}

/** The same in either form. */
export function* rocAucOf(yTrue: Labels, scores: ScoreInput, options: RocAucOptions, control: Control): Job<number> {
  checkMetricOptions(options, ['multiClass', 'average', 'positiveLabel', 'classes'])
  const { multiClass, average = 'macro', positiveLabel } = options
  if (average !== 'macro' && average !== 'weighted' && average !== 'micro') throw argumentError('OPTION', 'average', "'macro', 'weighted' or 'micro'", average, RangeError)
  const { check } = control
  const scored = yield* pausing(readScores(yTrue, scores, 'scores', options.classes), check)
  const weights = yield* pausing(checkingSampleWeight(options.sampleWeight, scored.actual.length, 'yTrue'), check)
  if (scored.classes.length <= 2) return yield* area(yield* pausing(binaryCase(scored, positiveLabel, weights), check), control)
  if (multiClass !== 'ovr' && multiClass !== 'ovo') {
    throw argumentError('OPTION', 'multiClass', `'ovr' or 'ovo' for ${scored.classes.length} classes`, multiClass, RangeError)
  }
  if (multiClass === 'ovo' && weights !== null) throw argumentError('OPTION', 'sampleWeight', "no weights with multiClass 'ovo'", options.sampleWeight)
  if (average === 'micro') {
    if (multiClass === 'ovo') throw argumentError('OPTION', 'average', "'macro' or 'weighted' with multiClass 'ovo'", average, RangeError)
    return yield* area(yield* pausing(pooled(scored, weights), check), control)
  }
  return multiClass === 'ovr' ? yield* oneAgainstRest(scored, average, weights, control) : yield* pairByPair(scored, average, control)
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
  return doBlocking(averagePrecisionOf(yTrue, scores, options, UNBOUND))
}

/** The same in either form. */
export function* averagePrecisionOf(yTrue: Labels, scores: ScoreInput, options: AveragePrecisionOptions, control: Control): Job<number | Float64Array> {
  checkMetricOptions(options, ['positiveLabel', 'average', 'classes'])
  const { average = 'macro', positiveLabel } = options
  if (!averages.includes(average)) throw argumentError('OPTION', 'average', "'macro', 'weighted', 'micro' or null", average, RangeError)
  const { check } = control
  const scored = yield* pausing(readScores(yTrue, scores, 'scores', options.classes), check)
  const weights = yield* pausing(checkingSampleWeight(options.sampleWeight, scored.actual.length, 'yTrue'), check)
  if (scored.classes.length <= 2 || positiveLabel !== undefined) return yield* precisionOf(yield* pausing(binaryCase(scored, positiveLabel, weights, true), check), control)
  if (average === 'micro') return yield* precisionOf(yield* pausing(pooled(scored, weights), check), control)
  const values = new Float64Array(scored.classes.length)
  let total = 0
  let shares = 0
  for (let k = 0; k < values.length; k++) {
    const rows = yield* pausing(classAgainstRest(scored, k, weights), check)
    const share = average === 'weighted' ? rows.weightOfPositive : 1
    if (share === 0) continue
    values[k] = yield* precisionOf(rows, control)
    total += values[k]! * share
    shares += share
  }
  return average === null ? values : total / shares
}

const averages: readonly unknown[] = ['macro', 'weighted', 'micro', null]

/** Nothing ends a Sync form. */
const UNBOUND = new Control(undefined)

/** Rows of two kinds with scores that tell them apart. */
interface TwoKinds {
  readonly positive: Uint8Array
  readonly scores: Float64Array
  readonly weights: Float64Array | null
  readonly weightOfPositive: number
}

function* precisionOf(rows: TwoKinds, control: Control): Job<number> {
  let average = 0
  let lastHits = 0
  const { hits: all } = yield* walk(rows, control, (hits, misses) => {
    // Where no hit is new (of rows that weigh nothing, perhaps no row at all) there is nothing to weight a precision by.
    if (hits > lastHits) average += (hits - lastHits) * (hits / (hits + misses))
    lastHits = hits
  })
  if (all === 0) throw oneSided('no')
  return average / all
}

function* area(rows: TwoKinds, control: Control): Job<number> {
  let doubled = 0
  let lastHits = 0
  let lastMisses = 0
  const { hits, misses } = yield* walk(rows, control, (hits, misses) => {
    doubled += (misses - lastMisses) * (hits + lastHits)
    lastHits = hits
    lastMisses = misses
  })
  if (hits === 0 || misses === 0) throw oneSided(hits === 0 ? 'no' : 'only')
  return doubled / 2 / (hits * misses)
}

/** All scores of all classes as those of one: positive where a row's score is that of its own class. */
function* pooled({ actual, scores: { data, rows, columns } }: Scored, weights: Float64Array | null): Pausing<TwoKinds> {
  return yield* twoKinds(rows * columns, (i) => [actual[Math.floor(i / columns)] === i % columns, data[i]!], weights && ((i) => weights[Math.floor(i / columns)]!))
}

/** Which rows are positive, and the scores that speak for it. */
function* binaryCase({ actual, classes, scores }: Scored, positiveLabel: Label | undefined, weights: Float64Array | null, one = false): Pausing<TwoKinds> {
  const index = positiveIndex(classes, positiveLabel, one)
  const { data, columns } = scores
  const own = columns === 1 ? 0 : index
  return yield* twoKinds(actual.length, (i) => [actual[i] === index, data[i * columns + own]!], weights && ((i) => weights[i]!))
}

function classAgainstRest({ actual, scores: { data, columns } }: Scored, index: number, weights: Float64Array | null): Pausing<TwoKinds> {
  return twoKinds(actual.length, (i) => [actual[i] === index, data[i * columns + index]!], weights && ((i) => weights[i]!))
}

function* twoKinds(count: number, of: (i: number) => readonly [positive: boolean, score: number], weightOf: ((i: number) => number) | null): Pausing<TwoKinds> {
  const positive = new Uint8Array(count)
  const scores = new Float64Array(count)
  const weights = weightOf === null ? null : new Float64Array(count)
  let weightOfPositive = 0
  yield* inStretches(count, (first, end) => {
    for (let i = first; i < end; i++) {
      const [is, score] = of(i)
      const weight = weightOf === null ? 1 : weightOf(i)
      scores[i] = score
      if (weights !== null) weights[i] = weight
      if (!is) continue
      positive[i] = 1
      weightOfPositive += weight
    }
  })
  return { positive, scores, weights, weightOfPositive }
}

function* oneAgainstRest(scored: Scored, average: 'macro' | 'weighted', weights: Float64Array | null, control: Control): Job<number> {
  let total = 0
  let shares = 0
  for (let k = 0; k < scored.classes.length; k++) {
    const rows = yield* pausing(classAgainstRest(scored, k, weights), control.check)
    const share = average === 'macro' ? 1 : rows.weightOfPositive
    // A class without weight has no area, and no part in a weighted mean.
    if (share === 0) continue
    total += share * (yield* area(rows, control))
    shares += share
  }
  return total / shares
}

function* pairByPair({ actual, classes, scores: { data, columns } }: Scored, average: 'macro' | 'weighted', control: Control): Job<number> {
  const rowsOf = yield* pausing(rowsByClass(actual, classes.length), control.check)
  let total = 0
  let shares = 0
  for (let a = 0; a < classes.length; a++) {
    for (let b = a + 1; b < classes.length; b++) {
      const [ofA, ofB] = [rowsOf[a]!, rowsOf[b]!]
      const rows = ofA.length + ofB.length
      let sum = 0
      for (const own of [a, b]) {
        const place = (i: number): readonly [boolean, number] =>
          i < ofA.length ? [own === a, data[ofA[i]! * columns + own]!] : [own === b, data[ofB[i - ofA.length]! * columns + own]!]
        sum += yield* area(yield* pausing(twoKinds(rows, place, null), control.check), control)
      }
      const share = average === 'macro' ? 1 : rows
      total += (share * sum) / 2
      shares += share
    }
  }
  return total / shares
}

function* rowsByClass(actual: Int32Array, classes: number): Pausing<Int32Array[]> {
  const counts = new Int32Array(classes)
  yield* inStretches(actual.length, (first, end) => {
    for (let i = first; i < end; i++) counts[actual[i]!]! += 1
  })
  const rows = Array.from(counts, (count) => new Int32Array(count))
  counts.fill(0)
  yield* inStretches(actual.length, (first, end) => {
    for (let i = first; i < end; i++) {
      const k = actual[i]!
      rows[k]![counts[k]!++] = i
    }
  })
  return rows
}

/** Goes down the scores; at the end of each run of equal ones reports the weight of positive and negative rows so far. */
function* walk(
  { positive, scores, weights }: TwoKinds, control: Control, at: (hits: number, misses: number) => void,
): Job<{ readonly hits: number; readonly misses: number }> {
  const count = scores.length
  yield* pausing(inStretches(count, (first, end) => {
    // The highest first, equal ones as they come; 0 for either zero.
    for (let i = first; i < end; i++) scores[i] = 0 - scores[i]!
  }), control.check)
  const order = yield* either(() => argSortSync(scores), () => argSort(scores, control.rest()))
  let hits = 0
  let misses = 0
  yield* pausing(inStretches(count, (first, end) => {
    for (let k = first; k < end; k++) {
      const row = order[k]!
      const weight = weights === null ? 1 : weights[row]!
      if (positive[row] === 1) hits += weight
      else misses += weight
      if (k + 1 === count || scores[order[k + 1]!] !== scores[row]) at(hits, misses)
    }
  }, WALK_STRETCH), control.check)
  return { hits, misses }
}

function oneSided(which: 'no' | 'only'): Error {
  return makeError('CLASSES', `yTrue: there are ${which} rows of the positive class, so that the metric has no value`, {
    argument: 'yTrue',
    got: `${which} rows of the positive class`,
    wanted: 'rows with weight of both classes',
  })
}
