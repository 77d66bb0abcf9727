/** Metrics of probabilities: how well they foretell, not only how well they order. */
import { atOnce, inStretches, type Pausing } from '../../common/pausing.ts'
import { argumentError } from '../../errors.ts'
import type { Label, Labels } from '../labels.ts'
import { checkingSampleWeight } from '../weights.ts'
import { checkMetricOptions, positiveIndex, type WeightOption } from './pairs.ts'
import { readScores, type Scored, type ScoreInput } from './scores.ts'

/** Rows of one stretch. */
const COSTS_STRETCH = 1 << 13

export interface ProbabilityOptions extends WeightOption {
  /** The labels that the columns of `probabilities` stand for, sorted. Default: those of `yTrue`. */
  classes?: readonly Label[] | undefined
}

export interface BrierScoreOptions extends ProbabilityOptions {
  /** The class that a list of probabilities is for. Default: the second of two labels. */
  positiveLabel?: Label | undefined
}

/**
 * Mean of −log(probability of the true class), in natural units. Probabilities are cut to 2^−52 … 1 − 2^−52, so that a certain mistake costs 36, not Infinity.
 *
 * @param probabilities a column a class, or a number a row for the second of two classes
 * @throws ERR_MANYCORE_RANGE for what is no probability; SHAPE, TYPE, OPTION, NOT_FINITE.
 */
export function logLoss(yTrue: Labels, probabilities: ScoreInput, options: ProbabilityOptions = {}): number {
  return atOnce(logLossOf(yTrue, probabilities, options))
}

/** The same with pauses. */
export function* logLossOf(yTrue: Labels, probabilities: ScoreInput, options: ProbabilityOptions): Pausing<number> {
  checkMetricOptions(options, ['classes'])
  const scored = yield* readProbabilities(yTrue, probabilities, options.classes)
  const weights = yield* checkingSampleWeight(options.sampleWeight, scored.actual.length, 'yTrue')
  const positive = scored.scores.columns === 1 ? positiveIndex(scored.classes, undefined) : 0
  return yield* mean(scored, weights, (row, own) => {
    const p = Math.min(Math.max(probability(scored, row, own, positive), Number.EPSILON), 1 - Number.EPSILON)
    return -Math.log(p)
  })
}

/**
 * Mean squared distance of the probabilities from what happened: of one class's for two classes (0 … 1), summed over the classes for more (0 … 2).
 *
 * @param probabilities a column a class, or a number a row for the positive of two classes
 * @throws as logLoss
 */
export function brierScore(yTrue: Labels, probabilities: ScoreInput, options: BrierScoreOptions = {}): number {
  return atOnce(brierScoreOf(yTrue, probabilities, options))
}

/** The same with pauses. */
export function* brierScoreOf(yTrue: Labels, probabilities: ScoreInput, options: BrierScoreOptions): Pausing<number> {
  checkMetricOptions(options, ['classes', 'positiveLabel'])
  const scored = yield* readProbabilities(yTrue, probabilities, options.classes)
  const weights = yield* checkingSampleWeight(options.sampleWeight, scored.actual.length, 'yTrue')
  const { columns } = scored.scores
  if (columns <= 2) {
    const positive = columns === 1 ? positiveIndex(scored.classes, options.positiveLabel) : 0
    return yield* mean(scored, weights, (row, own) => (1 - probability(scored, row, own, positive)) ** 2)
  }
  return yield* mean(scored, weights, (row, own) => {
    let distance = 0
    for (let k = 0; k < columns; k++) distance += (Number(k === own) - scored.scores.data[row * columns + k]!) ** 2
    return distance
  })
}

function* readProbabilities(yTrue: Labels, probabilities: ScoreInput, classes: readonly Label[] | undefined): Pausing<Scored> {
  const scored = yield* readScores(yTrue, probabilities, 'probabilities', classes)
  const { data, columns } = scored.scores
  yield* inStretches(data.length, (first, end) => {
    for (let i = first; i < end; i++) {
      if (!(data[i]! >= 0 && data[i]! <= 1)) throw argumentError('RANGE', `probabilities, row ${Math.floor(i / columns)}`, 'a number from 0 to 1', data[i])
    }
  })
  return scored
}

/** The probability that was given to a row's own class. */
function probability({ scores }: Scored, row: number, own: number, positive: number): number {
  if (scores.columns > 1) return scores.data[row * scores.columns + own]!
  return own === positive ? scores.data[row]! : 1 - scores.data[row]!
}

function* mean({ actual }: Scored, weights: Float64Array | null, cost: (row: number, own: number) => number): Pausing<number> {
  let sum = 0
  let total = 0
  yield* inStretches(actual.length, (first, end) => {
    for (let i = first; i < end; i++) {
      const weight = weights === null ? 1 : weights[i]!
      if (weight === 0) continue
      sum += weight * cost(i, actual[i]!)
      total += weight
    }
  }, COSTS_STRETCH)
  return sum / total
}
