/** How a model does on rows that it was not fitted with, fold by fold. */
import { checkCallOptions, type CallOptions } from '../../common/options.ts'
import { Matrix, readMatrix, type MatrixData } from '../../common/matrix.ts'
import type { Pausing } from '../../common/pausing.ts'
import { isCSR, sparseFrom, type CSR, type SparseMatrix } from '../../common/sparse.ts'
import { argumentError, makeError } from '../../errors.ts'
import { doBlocking, doInTurns, pausing, type Job } from '../both-forms.ts'
import { Control } from '../control.ts'
import { checkClassifier, copyOf, type Classifier } from '../estimator.ts'
import type { FoldMemory } from '../fold-memory.ts'
import { checkLength, type Features } from '../input.ts'
import { encoding, type Labels } from '../labels.ts'
import { checkingSampleWeight, type SampleWeight } from '../weights.ts'
import { accuraciesAtOnce } from './accuracies.ts'
import { fitCandidates } from './candidates.ts'
import { allFolds, KFold, StratifiedKFold, type Fold, type Rows } from './folds.ts'
import { rowsOf, takingLabels, takingWeights } from './rows.ts'
import { checkScoring, isOfLabels, scoresOfModel, type Scoring, type ScoringName } from './scoring.ts'

/**
 * How rows are dealt out: a number of folds (stratified, in the order of the rows), something with `split(X, y)` such as KFold and StratifiedKFold, or the folds themselves.
 */
export type CrossValidation = number | { split(X: Rows, y: Labels): Iterable<Fold> } | readonly Fold[]

/** How far a search or a cross-validation has come. */
export interface SelectionProgress {
  /** Fits that are done. */
  readonly done: number
  /** Fits there will be. */
  readonly total: number
}

export interface SelectionOptions extends CallOptions {
  /** A weight for each row, in fitting and in scoring. */
  sampleWeight?: SampleWeight | null | undefined
  /** Called after each lot of fits. What it throws ends the call. */
  onProgress?: ((progress: SelectionProgress) => void) | undefined
}

export interface CrossValidateOptions<S extends Scoring | readonly ScoringName[] = Scoring> extends SelectionOptions {
  /** Default 5. */
  cv?: CrossValidation | undefined
  /** One scoring, or a list of names. Default `'accuracy'`. */
  scoring?: S | undefined
}

/** What `crossValidate` gives: an element a fold in each list. */
export interface CrossValidationResult<M extends Classifier, Scores = number[]> {
  /** Score on the fold's test rows; for a list of scorings an object with a list for each name. */
  readonly scores: Scores
  /** Fitted with the fold's training rows. */
  readonly models: M[]
  /** Of the fit. */
  readonly seconds: number[]
}

/**
 * Fits copies of a model on each fold's training rows and scores them on its test rows. The model itself is not changed.
 *
 * Rejects with ERR_MANYCORE_OPTION for bad options, and with what `fit` and the folds reject with.
 */
export function crossValidate<M extends Classifier, const Names extends readonly ScoringName[]>(
  model: M, X: Features, y: Labels, options: CrossValidateOptions<Names> & { scoring: Names },
): Promise<CrossValidationResult<M, Record<Names[number], number[]>>>
export function crossValidate<M extends Classifier>(model: M, X: Features, y: Labels, options?: CrossValidateOptions): Promise<CrossValidationResult<M>>
export async function crossValidate<M extends Classifier>(
  model: M, X: Features, y: Labels, options: CrossValidateOptions<Scoring | readonly ScoringName[]> = {},
): Promise<CrossValidationResult<M, unknown>> {
  return doInTurns(validation(model, X, y, options))
}

/** `crossValidate`, blocking. */
export function crossValidateSync<M extends Classifier, const Names extends readonly ScoringName[]>(
  model: M, X: Features, y: Labels, options: CrossValidateOptions<Names> & { scoring: Names },
): CrossValidationResult<M, Record<Names[number], number[]>>
export function crossValidateSync<M extends Classifier>(model: M, X: Features, y: Labels, options?: CrossValidateOptions): CrossValidationResult<M>
export function crossValidateSync<M extends Classifier>(
  model: M, X: Features, y: Labels, options: CrossValidateOptions<Scoring | readonly ScoringName[]> = {},
): CrossValidationResult<M, unknown> {
  return doBlocking(validation(model, X, y, options))
}

function* validation<M extends Classifier>(model: M, X: Features, y: Labels, options: CrossValidateOptions<Scoring | readonly ScoringName[]>): Job<CrossValidationResult<M, unknown>> {
  checkCallOptions(options, ['cv', 'scoring', 'sampleWeight', 'onProgress'])
  checkClassifier(model, 'model')
  checkProgress(options.onProgress)
  const { scoring = 'accuracy', onProgress } = options
  const scorings = Array.isArray(scoring) ? (scoring as readonly Scoring[]) : [scoring as Scoring]
  if (scorings.length === 0) throw argumentError('OPTION', 'scoring', 'a function, a name, or an array of at least one name', scoring, RangeError)
  scorings.forEach(checkScoring)
  const control = new Control(options)
  control.check()
  const selection = yield* selectionOf(X, y, options.cv, options.sampleWeight, control)
  const models: M[] = []
  const seconds: number[] = []
  const scores: number[][] = []
  for (const fold of selection.folds) {
    const { candidates, values } = yield* fitFold([copyOf(model)], selection, fold, scorings, control, () => {})
    models.push(candidates[0]!.model as M)
    seconds.push(candidates[0]!.seconds)
    scores.push(values[0]!)
    onProgress?.({ done: models.length, total: selection.folds.length })
    control.check()
  }
  const lists = scorings.map((_, s) => scores.map((values) => values[s]!))
  return { scores: Array.isArray(scoring) ? Object.fromEntries(scorings.map((name, s) => [name, lists[s]])) : lists[0], models, seconds }
}

/** Checked data, and the folds. */
export interface Selection {
  readonly X: Matrix<MatrixData> | SparseMatrix
  readonly y: Labels
  readonly sampleWeight: Float64Array | null
  readonly folds: readonly Fold[]
}

export function* selectionOf(X: Features, y: Labels, cv: CrossValidation | undefined, sampleWeight: SampleWeight | null | undefined, { check }: Control): Job<Selection> {
  const data = isCSR(X) ? yield* pausing(sparseFrom(X, 'X'), check) : X instanceof Matrix ? (X as Matrix<MatrixData>) : yield* pausing(readMatrix(X, 'X'), check)
  const { rows } = data
  const labels = yield* pausing(encoding(y), check)
  checkLength(labels.indices.length, 'y', rows)
  // What y holds may be changed, or go, before the last fold is taken.
  const own = y.slice() as Labels
  const weights = yield* pausing(checkingSampleWeight(sampleWeight, rows), check)
  return { X: data, y: own, sampleWeight: weights, folds: yield* pausing(foldsFrom(cv ?? 5, X, own, labels.indices), check) }
}

/** Fits all models on a fold's training rows and scores each on its test rows. With `memories` that are kept from fold to fold, models start where those of the folds before ended. */
export function* fitFold(
  models: readonly Classifier[], { X, y, sampleWeight }: Selection, { train, test }: Fold, scorings: readonly Scoring[], control: Control, fitted: (count: number) => void,
  memories = new Map<number, FoldMemory>(),
): Job<{ candidates: { model: Classifier; seconds: number }[]; values: number[][] }> {
  const { check } = control
  const taken = function* (rows: Int32Array): Job<[Matrix<MatrixData> | CSR, Labels, Float64Array | null]> {
    return [yield* rowsOf(X, rows, control), yield* pausing(takingLabels(y, rows), check), sampleWeight === null ? null : yield* pausing(takingWeights(sampleWeight, rows), check)]
  }
  const candidates = yield* fitCandidates(models, ...(yield* taken(train)), control, fitted, memories, !scorings.every(isOfLabels))
  const [XTest, yTest, weightTest] = yield* taken(test)
  const accuracies = scorings.length === 1 && scorings[0] === 'accuracy' && weightTest === null ? accuraciesAtOnce(candidates.map(({ model }) => model), XTest, yTest) : undefined
  if (accuracies !== undefined) return { candidates, values: accuracies.map((accuracy) => [accuracy]) }
  const values: number[][] = []
  for (const { model } of candidates) values.push(yield* scoresOfModel(model, XTest, yTest, weightTest, scorings, control))
  return { candidates, values }
}

function* foldsFrom(cv: unknown, X: Features, y: Labels, indices: Int32Array): Pausing<Fold[]> {
  const wanted = 'a number of folds, a splitter such as StratifiedKFold, or an array of { train, test }'
  if (typeof cv === 'number') return yield* allFolds(new StratifiedKFold({ splits: cv }), indices, true)
  // Those of other classes, and of classes made of these, deal as they like.
  if (cv instanceof StratifiedKFold && cv.constructor === StratifiedKFold) return yield* allFolds(cv, indices, true)
  if (cv instanceof KFold && cv.constructor === KFold) return yield* allFolds(cv, indices, false)
  let folds: Fold[]
  if (Array.isArray(cv)) folds = cv as Fold[]
  else if (typeof cv === 'object' && cv !== null && 'split' in cv && typeof cv.split === 'function') folds = Array.from((cv as { split(X: Rows, y: Labels): Iterable<Fold> }).split(X, y))
  else throw argumentError('OPTION', 'cv', wanted, cv)
  if (folds.length === 0) throw argumentError('OPTION', 'cv', 'at least one fold', cv, RangeError)
  return folds.map((fold: unknown, i) => checkFold(fold, `cv[${i}]`, indices.length))
}

function checkFold(fold: unknown, where: string, rows: number): Fold {
  const list = (name: 'train' | 'test'): Int32Array => {
    const indices: unknown = (fold as Fold | null)?.[name]
    if (!(indices instanceof Int32Array) && !Array.isArray(indices)) throw argumentError('OPTION', `${where}.${name}`, 'row numbers', indices)
    const copy = indices instanceof Int32Array ? indices.slice() : Int32Array.from(indices as ArrayLike<number>)
    if (copy.length === 0) throw makeError('RANGE', `${where}.${name}: no rows`, { argument: 'cv', got: 'no rows', wanted: 'at least one row' })
    const bad = (indices as ArrayLike<number> & number[]).findIndex((row: number, k: number) => row !== copy[k] || row < 0 || row >= rows)
    if (bad >= 0) throw argumentError('RANGE', `${where}.${name}[${bad}]`, `a row number from 0 to ${rows - 1}`, (indices as ArrayLike<number>)[bad])
    return copy
  }
  return { train: list('train'), test: list('test') }
}

export function checkProgress(onProgress: unknown): void {
  if (onProgress !== undefined && typeof onProgress !== 'function') throw argumentError('OPTION', 'onProgress', 'a function', onProgress)
}
