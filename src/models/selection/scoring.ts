/** How good a fitted model is on rows that it hasn't seen: a number that is the higher the better. */
import type { Matrix } from '../../common/matrix.ts'
import { argumentError } from '../../errors.ts'
import { either, type Job } from '../both-forms.ts'
import type { Control } from '../control.ts'
import type { Classifier } from '../estimator.ts'
import type { Features } from '../input.ts'
import type { Label, Labels } from '../labels.ts'
import { accuracy, balancedAccuracy, cohenKappa, matthewsCorrelation } from '../metrics/confusion.ts'
import { f1, precision, recall, type Average } from '../metrics/precision-recall.ts'
import { positiveIndex } from '../metrics/pairs.ts'
import { brierScore, logLoss } from '../metrics/probabilistic.ts'
import { averagePrecision, rocAuc } from '../metrics/ranking.ts'

/** What a metric is computed from. */
interface Predictions {
  readonly y: Labels
  readonly weights: { readonly sampleWeight: Float64Array | null }
  readonly classes: readonly Label[]
  labels(): Labels
  probabilities(): Matrix
  scores(): Float64Array | Matrix
}

type Needs = 'labels' | 'probabilities' | 'scores'

interface Scorer {
  readonly needs: Needs
  score(predictions: Predictions): number
}

const ofLabels = (metric: (yTrue: Labels, yPredicted: Labels, options: Predictions['weights']) => number): Scorer => ({
  needs: 'labels',
  score: (p) => metric(p.y, p.labels(), p.weights),
})

const averaged = (metric: typeof f1, average: NonNullable<Average>): Scorer => ({
  needs: 'labels',
  // A fold may lack a class, so which label is the positive one is the model's to say.
  score: (p) => metric(p.y, p.labels(), { ...p.weights, average, positiveLabel: average === 'binary' && p.classes.length === 2 ? positiveOf(p.classes) : undefined }),
})

/** The positive one of two classes, as the metrics of labels have it. */
const positiveOf = (classes: readonly Label[]): Label => classes[positiveIndex(classes, undefined, true)]!

const area = (multiClass: 'ovr' | 'ovo' | undefined, average: 'macro' | 'weighted' = 'macro'): Scorer => ({
  needs: multiClass === undefined ? 'scores' : 'probabilities',
  score: (p) =>
    multiClass === undefined ? rocAuc(p.y, p.scores(), p.weights) : rocAuc(p.y, p.probabilities(), { ...p.weights, multiClass, average, classes: p.classes }),
})

const ofLogLoss: Scorer = { needs: 'probabilities', score: (p) => -logLoss(p.y, p.probabilities(), { ...p.weights, classes: p.classes }) }
const ofBrierScore: Scorer = { needs: 'probabilities', score: (p) => -brierScore(p.y, p.probabilities(), { ...p.weights, classes: p.classes }) }

const scorers = {
  accuracy: ofLabels(accuracy),
  balancedAccuracy: ofLabels(balancedAccuracy),
  matthewsCorrelation: ofLabels(matthewsCorrelation),
  cohenKappa: ofLabels(cohenKappa),
  precision: averaged(precision, 'binary'),
  precisionMacro: averaged(precision, 'macro'),
  precisionMicro: averaged(precision, 'micro'),
  precisionWeighted: averaged(precision, 'weighted'),
  recall: averaged(recall, 'binary'),
  recallMacro: averaged(recall, 'macro'),
  recallMicro: averaged(recall, 'micro'),
  recallWeighted: averaged(recall, 'weighted'),
  f1: averaged(f1, 'binary'),
  f1Macro: averaged(f1, 'macro'),
  f1Micro: averaged(f1, 'micro'),
  f1Weighted: averaged(f1, 'weighted'),
  rocAuc: area(undefined),
  rocAucOvr: area('ovr'),
  rocAucOvo: area('ovo'),
  averagePrecision: { needs: 'scores', score: (p) => averagePrecision(p.y, p.scores(), { ...p.weights, classes: p.classes }) },
  rocAucOvrWeighted: area('ovr', 'weighted'),
  rocAucOvoWeighted: area('ovo', 'weighted'),
  negativeLogLoss: ofLogLoss,
  negativeBrierScore: ofBrierScore,
  // scikit-learn's names.
  matthewsCorrcoef: ofLabels(matthewsCorrelation),
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
  const predicted: { labels?: Labels; probabilities?: Matrix; scores?: Float64Array | Matrix } = {}
  if (needed.has('labels')) predicted.labels = yield* either(() => model.predictSync(X, control.rest()), () => model.predict(X, control.rest()))
  if (needed.has('probabilities')) {
    predicted.probabilities = yield* either(() => model.predictProbabilitiesSync(X, control.rest()), () => model.predictProbabilities(X, control.rest()))
  }
  if (needed.has('scores')) predicted.scores = yield* either(() => model.decisionFunctionSync(X, control.rest()), () => model.decisionFunction(X, control.rest()))
  const predictions: Predictions = {
    y,
    weights: { sampleWeight },
    classes: model.classes,
    labels: () => predicted.labels!,
    probabilities: () => predicted.probabilities!,
    scores: () => predicted.scores!,
  }
  const values: number[] = []
  for (const scoring of scorings) {
    if (typeof scoring === 'string') values.push(scorers[scoring].score(predictions))
    else values.push(yield* ofFunction(scoring, model, X, y))
  }
  return values
}

function* ofFunction(scoring: ScoringFunction, model: Classifier, X: Features, y: Labels): Job<number> {
  const value: unknown = yield* either<unknown>(() => scoring(model, X, y), async () => scoring(model, X, y))
  if (typeof value !== 'number' || Number.isNaN(value)) throw argumentError('TYPE', 'scoring', 'a function that gives a number', value)
  return value
}
