/** How good a fitted model is on rows that it hasn't seen: a number that is the higher the better. */
import type { Matrix } from '../../common/matrix.ts'
import { argumentError } from '../../errors.ts'
import { either, pausing, type Job } from '../both-forms.ts'
import type { Control } from '../control.ts'
import type { Classifier } from '../estimator.ts'
import type { Features } from '../input.ts'
import type { Label, Labels } from '../labels.ts'
import { accuracyOf, balancedAccuracyOf, cohenKappaOf, marginsOfLabels, matthewsCorrelationOf, type Margins } from '../metrics/confusion.ts'
import { averagedOf, type Average } from '../metrics/precision-recall.ts'
import { positiveIndex, type Pairs } from '../metrics/pairs.ts'
import { brierScoreOf, logLossOf } from '../metrics/probabilistic.ts'
import { averagePrecisionOf, rocAucOf } from '../metrics/ranking.ts'

/** What a metric is computed from: of these what it needs. */
interface Predictions {
  readonly y: Labels
  readonly weights: { readonly sampleWeight: Float64Array | null }
  readonly classes: readonly Label[]
  readonly labels: { readonly pairs: Pairs; readonly margins: Margins }
  readonly probabilities: Matrix
  readonly scores: Float64Array | Matrix
}

interface Scorer {
  readonly needs: 'labels' | 'probabilities' | 'scores'
  /** A number, or a job that comes to one. */
  score(predictions: Predictions, control: Control): number | Job<number>
}

const ofLabels = (metric: (margins: Margins) => number): Scorer => ({
  needs: 'labels',
  score: (p) => metric(p.labels.margins),
})

const averaged = (which: 'precision' | 'recall' | 'f1', average: NonNullable<Average>): Scorer => ({
  needs: 'labels',
  // A fold may lack a class, so which label is the positive one is the model's to say.
  score: (p) => averagedOf(which, p.labels.pairs, p.labels.margins, { average, positiveLabel: average === 'binary' && p.classes.length === 2 ? positiveOf(p.classes) : undefined }) as number,
})

/** The positive one of two classes, as the metrics of labels have it. */
const positiveOf = (classes: readonly Label[]): Label => classes[positiveIndex(classes, undefined, true)]!

const area = (multiClass: 'ovr' | 'ovo' | undefined, average: 'macro' | 'weighted' = 'macro'): Scorer => ({
  needs: multiClass === undefined ? 'scores' : 'probabilities',
  score: (p, control) =>
    multiClass === undefined ? rocAucOf(p.y, p.scores, p.weights, control) : rocAucOf(p.y, p.probabilities, { ...p.weights, multiClass, average, classes: p.classes }, control),
})

const loss = (metric: typeof logLossOf): Scorer => ({
  needs: 'probabilities',
  *score(p, control) {
    return -(yield* pausing(metric(p.y, p.probabilities, { ...p.weights, classes: p.classes }), control.check))
  },
})

/** Its matrix of all pairs of labels takes memory that others do without. */
const ofKappa: Scorer = { needs: 'labels', score: ({ labels: { pairs, margins } }, control) => pausing(cohenKappaOf(pairs, margins), control.check) }

const ofLogLoss = loss(logLossOf)
const ofBrierScore = loss(brierScoreOf)

const scorers = {
  accuracy: ofLabels(accuracyOf),
  balancedAccuracy: ofLabels(balancedAccuracyOf),
  matthewsCorrelation: ofLabels(matthewsCorrelationOf),
  cohenKappa: ofKappa,
  precision: averaged('precision', 'binary'),
  precisionMacro: averaged('precision', 'macro'),
  precisionMicro: averaged('precision', 'micro'),
  precisionWeighted: averaged('precision', 'weighted'),
  recall: averaged('recall', 'binary'),
  recallMacro: averaged('recall', 'macro'),
  recallMicro: averaged('recall', 'micro'),
  recallWeighted: averaged('recall', 'weighted'),
  f1: averaged('f1', 'binary'),
  f1Macro: averaged('f1', 'macro'),
  f1Micro: averaged('f1', 'micro'),
  f1Weighted: averaged('f1', 'weighted'),
  rocAuc: area(undefined),
  rocAucOvr: area('ovr'),
  rocAucOvo: area('ovo'),
  averagePrecision: { needs: 'scores', score: (p, control) => averagePrecisionOf(p.y, p.scores, { ...p.weights, classes: p.classes }, control) as Job<number> },
  rocAucOvrWeighted: area('ovr', 'weighted'),
  rocAucOvoWeighted: area('ovo', 'weighted'),
  negativeLogLoss: ofLogLoss,
  negativeBrierScore: ofBrierScore,
  // scikit-learn's names.
  matthewsCorrcoef: ofLabels(matthewsCorrelationOf),
  negLogLoss: ofLogLoss,
  negBrierScore: ofBrierScore,
} as const satisfies Record<string, Scorer>

/** Names of scores; `negative…` and `neg…` are losses with their sign changed, since higher is better. */
export type ScoringName = keyof typeof scorers

/** Scores a fitted model on test rows: higher is better. In Sync forms it may not give a promise. */
export type ScoringFunction = (model: Classifier, X: Features, y: Labels) => number | Promise<number>

export type Scoring = ScoringName | ScoringFunction

export function checkScoring(scoring: unknown): asserts scoring is Scoring {
  if (typeof scoring === 'function' || (typeof scoring === 'string' && Object.hasOwn(scorers, scoring))) return
  const wanted = `a function or one of ${Object.keys(scorers).join(', ')}`
  throw argumentError('OPTION', 'scoring', wanted, scoring, typeof scoring === 'string' ? RangeError : TypeError)
}

/** Whether it looks at predicted labels alone. */
export function isOfLabels(scoring: Scoring): boolean {
  return typeof scoring === 'string' && scorers[scoring].needs === 'labels'
}

/** Scores of a fitted model, one a scoring; what they are computed from is predicted once. */
export function* scoresOfModel(model: Classifier, X: Features, y: Labels, sampleWeight: Float64Array | null, scorings: readonly Scoring[], control: Control): Job<number[]> {
  const needed = new Set(scorings.flatMap((scoring) => (typeof scoring === 'string' ? [scorers[scoring].needs] : [])))
  const predicted: { -readonly [Part in keyof Predictions]?: Predictions[Part] } = { y, weights: { sampleWeight }, classes: model.classes }
  if (needed.has('labels')) {
    const labels = yield* either(() => model.predictSync(X, control.rest()), () => model.predict(X, control.rest()))
    predicted.labels = yield* pausing(marginsOfLabels(y, labels, sampleWeight), control.check)
  }
  if (needed.has('probabilities')) {
    predicted.probabilities = yield* either(() => model.predictProbabilitiesSync(X, control.rest()), () => model.predictProbabilities(X, control.rest()))
  }
  if (needed.has('scores')) predicted.scores = yield* either(() => model.decisionFunctionSync(X, control.rest()), () => model.decisionFunction(X, control.rest()))
  const values: number[] = []
  for (const scoring of scorings) {
    if (typeof scoring === 'string') {
      const scorer: Scorer = scorers[scoring]
      const score = scorer.score(predicted as Predictions, control)
      values.push(typeof score === 'number' ? score : yield* score)
    } else values.push(yield* ofFunction(scoring, model, X, y))
  }
  return values
}

function* ofFunction(scoring: ScoringFunction, model: Classifier, X: Features, y: Labels): Job<number> {
  const value: unknown = yield* either<unknown>(() => scoring(model, X, y), async () => scoring(model, X, y))
  if (typeof value !== 'number' || Number.isNaN(value)) throw argumentError('TYPE', 'scoring', 'a function that gives a number', value)
  return value
}
