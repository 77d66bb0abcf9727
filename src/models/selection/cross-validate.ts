/** How a model does on rows that it was not fitted with, fold by fold. */
import { checkCallOptions, type CallOptions } from '../../common/options.ts'
import { matrixFrom, type Matrix, type MatrixData } from '../../common/matrix.ts'
import { isCSR, type CSR } from '../../common/sparse.ts'
import { argumentError, makeError } from '../../errors.ts'
import { doBlocking, doInTurns, type Job } from '../both-forms.ts'
import { Control } from '../control.ts'
import { checkClassifier, copyOf, type Classifier } from '../estimator.ts'
import type { FoldMemory } from '../fold-memory.ts'
import { checkLength, type Features } from '../input.ts'
import { encodeLabels, type Labels } from '../labels.ts'
import { checkSampleWeight, type SampleWeight } from '../weights.ts'
import { accuraciesAtOnce } from './accuracies.ts'
import { fitCandidates } from './candidates.ts'
import { StratifiedKFold, type Fold, type Rows } from './folds.ts'
import { countRows, rowsOf, takeLabels } from './rows.ts'
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
  scorings.forEach(checkScoring)
  const control = new Control(options)
  control.check()
  const selection = selectionOf(X, y, options.cv, options.sampleWeight)
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
  readonly X: Matrix<MatrixData> | CSR
  readonly y: Labels
  readonly sampleWeight: Float64Array | null
  readonly folds: readonly Fold[]
}

export function selectionOf(X: Features, y: Labels, cv: CrossValidation | undefined, sampleWeight: SampleWeight | null | undefined): Selection {
  const rows = countRows(X)
  checkLength(encodeLabels(y).indices.length, 'y', rows)
  // What y holds may be changed, or go, before the last fold is taken.
  return { X: isCSR(X) ? X : matrixFrom(X, 'X'), y: y.slice() as Labels, sampleWeight: checkSampleWeight(sampleWeight, rows), folds: foldsFrom(cv ?? 5, X, y, rows) }
}

/** Fits all models on a fold's training rows and scores each on its test rows. With `memories` that are kept from fold to fold, models start where those of the folds before ended. */
export function* fitFold(
  models: readonly Classifier[], { X, y, sampleWeight }: Selection, { train, test }: Fold, scorings: readonly Scoring[], control: Control, fitted: (count: number) => void,
  memories = new Map<number, FoldMemory>(),
): Job<{ candidates: { model: Classifier; seconds: number }[]; values: number[][] }> {
  const weightsOf = (rows: Int32Array): Float64Array | null => (sampleWeight === null ? null : Float64Array.from(rows, (row) => sampleWeight[row]!))
  const candidates = yield* fitCandidates(models, yield* rowsOf(X, train, control), takeLabels(y, train), weightsOf(train), control, fitted, memories, !scorings.every(isOfLabels))
  const [XTest, yTest, weightTest] = [yield* rowsOf(X, test, control), takeLabels(y, test), weightsOf(test)]
  const accuracies = scorings.length === 1 && scorings[0] === 'accuracy' && weightTest === null ? accuraciesAtOnce(candidates.map(({ model }) => model), XTest, yTest) : undefined
  if (accuracies !== undefined) return { candidates, values: accuracies.map((accuracy) => [accuracy]) }
  const values: number[][] = []
  for (const { model } of candidates) values.push(yield* scoresOfModel(model, XTest, yTest, weightTest, scorings, control))
  return { candidates, values }
}

function foldsFrom(cv: unknown, X: Features, y: Labels, rows: number): Fold[] {
  const wanted = 'a number of folds, a splitter such as StratifiedKFold, or an array of { train, test }'
  if (typeof cv === 'number') return Array.from(new StratifiedKFold({ splits: cv }).split(X, y))
  let folds: Fold[]
  if (Array.isArray(cv)) folds = cv as Fold[]
  else if (typeof cv === 'object' && cv !== null && 'split' in cv && typeof cv.split === 'function') folds = Array.from((cv as { split(X: Rows, y: Labels): Iterable<Fold> }).split(X, y))
  else throw argumentError('OPTION', 'cv', wanted, cv)
  if (folds.length === 0) throw argumentError('OPTION', 'cv', 'at least one fold', cv, RangeError)
  return folds.map((fold: unknown, i) => checkFold(fold, `cv[${i}]`, rows))
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
