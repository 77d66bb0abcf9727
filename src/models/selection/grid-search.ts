/** Tries all combinations of some options by cross-validation. */
import type { Matrix } from '../../common/matrix.ts'
import { checkCallOptions, checkNames, type CallOptions } from '../../common/options.ts'
import { argumentError, makeError } from '../../errors.ts'
import { doBlocking, doInTurns, either, type Job } from '../both-forms.ts'
import { Control } from '../control.ts'
import { checkClassifier, copyOf, copyWith, type Classifier, type Parameters } from '../estimator.ts'
import type { FoldMemory } from '../fold-memory.ts'
import type { Features } from '../input.ts'
import type { Label, Labels } from '../labels.ts'
import type { FitOptions, ScoreOptions } from '../options.ts'
import { checkProgress, fitFold, selectionOf, type CrossValidation, type SelectionOptions } from './cross-validate.ts'
import { checkScoring, type Scoring } from './scoring.ts'

/** Values to try, by option; `step__option` for a pipeline. */
export type GridValues = Readonly<Record<string, readonly unknown[] | Float64Array>>

/** A list of grids tries one after the other. */
export type Grid = GridValues | readonly GridValues[]

export interface GridSearchOptions {
  /** Default 5. */
  cv?: CrossValidation | undefined
  /** Default `'accuracy'`. */
  scoring?: Scoring | undefined
}

/** One combination: a line of the table of results. */
export interface GridSearchResult {
  readonly parameters: Parameters
  /** One a fold. */
  readonly scores: readonly number[]
  /** Mean of the scores. */
  readonly mean: number
  /** Standard deviation of the scores (population). */
  readonly standardDeviation: number
  /** 1 for the highest mean; equal means share a rank. */
  readonly rank: number
  /** Mean time of a fit (its share, where several were fitted together). */
  readonly seconds: number
}

/** The combination with the highest mean score; the first of equals. */
export interface GridSearchBest<M extends Classifier> {
  readonly parameters: Parameters
  readonly score: number
  /** Fitted with all rows. */
  readonly model: M
}

/**
 * Cross-validates a model with each combination of a grid's values, and fits the best one with all rows.
 *
 * Combinations are fitted fold by fold, logistic regressions of a fold together: where they differ in `C` alone each starts from where the one before leads, and those of the folds before, on rows so many that a sample
 * serves as a start their evaluations share each read. Transformers of a pipeline that
 * combinations have in common are fitted once a fold. Takes a copy of one fold's rows at a time.
 */
export class GridSearch<M extends Classifier> implements Classifier {
  readonly model: M
  readonly grid: Grid
  readonly options: Readonly<GridSearchOptions>
  #found: { readonly best: GridSearchBest<M>; readonly results: readonly GridSearchResult[] } | undefined

  /** Checked at `fit`; nothing that is passed is changed. */
  constructor(model: M, grid: Grid, options: GridSearchOptions = {}) {
    this.model = model
    this.grid = grid
    this.options = typeof options === 'object' && options !== null ? { ...options } : options
  }

  /**
   * Searches. Gives the search.
   *
   * Rejects with ERR_MANYCORE_OPTION for a bad grid or bad options, TYPE for what is no model, and with what `fit` of the model rejects with. A search that fails or is
   * aborted stays as it was before.
   */
  async fit(X: Features, y: Labels, options: SelectionOptions = {}): Promise<this> {
    this.#found = await doInTurns(this.#search(X, y, options))
    return this
  }

  /** `fit`, blocking. */
  fitSync(X: Features, y: Labels, options: SelectionOptions = {}): this {
    this.#found = doBlocking(this.#search(X, y, options))
    return this
  }

  /** The best combination. Throws ERR_MANYCORE_NOT_FITTED before fit. */
  get best(): GridSearchBest<M> {
    return this.#needFitted('best').best
  }

  /** All combinations in the order of the grid (its last option varies fastest): an array for `console.table`. Throws ERR_MANYCORE_NOT_FITTED before fit. */
  get results(): GridSearchResult[] {
    return [...this.#needFitted('results').results]
  }

  /** The best model's `predict`; so are all that follow. They throw or reject with ERR_MANYCORE_NOT_FITTED before fit. */
  async predict(X: Features, options?: CallOptions): Promise<Labels> {
    return this.#model('predict').predict(X, options)
  }

  predictSync(X: Features, options?: CallOptions): Labels {
    return this.#model('predictSync').predictSync(X, options)
  }

  async predictProbabilities(X: Features, options?: CallOptions): Promise<Matrix> {
    return this.#model('predictProbabilities').predictProbabilities(X, options)
  }

  predictProbabilitiesSync(X: Features, options?: CallOptions): Matrix {
    return this.#model('predictProbabilitiesSync').predictProbabilitiesSync(X, options)
  }

  async decisionFunction(X: Features, options?: CallOptions): Promise<Float64Array | Matrix> {
    return this.#model('decisionFunction').decisionFunction(X, options)
  }

  decisionFunctionSync(X: Features, options?: CallOptions): Float64Array | Matrix {
    return this.#model('decisionFunctionSync').decisionFunctionSync(X, options)
  }

  /** The best model's own score: the share of rows whose label is predicted, whatever `scoring` chose it. */
  async score(X: Features, y: Labels, options?: ScoreOptions): Promise<number> {
    return this.#model('score').score(X, y, options)
  }

  scoreSync(X: Features, y: Labels, options?: ScoreOptions): number {
    return this.#model('scoreSync').scoreSync(X, y, options)
  }

  /** The distinct labels of y, sorted. */
  get classes(): readonly Label[] {
    return this.#model('classes').classes
  }

  /** A search like this one whose model has other options: what lets a search be cross-validated itself. @internal */
  [copyWith](changes: Parameters): GridSearch<M> {
    return new GridSearch(copyOf(this.model, changes), this.grid, this.options)
  }

  #model(what: string): M {
    return this.#needFitted(what).best.model
  }

  *#search(X: Features, y: Labels, options: SelectionOptions): Job<{ best: GridSearchBest<M>; results: GridSearchResult[] }> {
    checkCallOptions(options, ['sampleWeight', 'onProgress'])
    checkProgress(options.onProgress)
    checkNames(this.options, ['cv', 'scoring'])
    checkClassifier(this.model, 'model')
    const { cv, scoring = 'accuracy' } = this.options
    checkScoring(scoring)
    const combinations = combinationsOf(this.grid)
    for (const parameters of combinations) copyOf(this.model, parameters)
    const control = new Control(options)
    control.check()
    const selection = yield* selectionOf(X, y, cv, options.sampleWeight, control)
    const total = combinations.length * selection.folds.length + 1
    let done = 0
    const fitted = (count: number): void => {
      done += count
      options.onProgress?.({ done, total })
      control.check()
    }
    const scores = combinations.map((): number[] => [])
    const seconds = combinations.map(() => 0)
    const memories = new Map<number, FoldMemory>()
    for (const fold of selection.folds) {
      const models = combinations.map((parameters) => copyOf(this.model, parameters))
      const { candidates, values } = yield* fitFold(models, selection, fold, [scoring], control, fitted, memories)
      combinations.forEach((_, i) => {
        scores[i]!.push(values[i]![0]!)
        seconds[i]! += candidates[i]!.seconds / selection.folds.length
      })
    }
    const results = tableOf(combinations, scores, seconds)
    const first = results.find(({ rank }) => rank === 1)!
    const model = copyOf(this.model, first.parameters)
    const fitOptions: FitOptions = { ...control.rest(), sampleWeight: selection.sampleWeight }
    yield* either(() => model.fitSync(X, y, fitOptions), () => model.fit(X, y, fitOptions))
    fitted(1)
    return { best: { parameters: first.parameters, score: first.mean, model }, results }
  }

  #needFitted(what: string): { readonly best: GridSearchBest<M>; readonly results: readonly GridSearchResult[] } {
    if (this.#found !== undefined) return this.#found
    throw makeError('NOT_FITTED', `${what}: the search has not been run; call fit or fitSync first`, { argument: what })
  }
}

function combinationsOf(grid: unknown): Parameters[] {
  const grids: readonly unknown[] = Array.isArray(grid) ? grid : [grid]
  return grids.flatMap((one, g) => {
    const where = Array.isArray(grid) ? `grid[${g}]` : 'grid'
    if (typeof one !== 'object' || one === null || Array.isArray(one)) throw argumentError('OPTION', where, 'an object with a list of values for each option', one)
    let combinations: Parameters[] = [{}]
    for (const [name, values] of Object.entries(one as Record<string, unknown>)) {
      const list = ArrayBuffer.isView(values) ? Array.from(values as Float64Array) : values
      if (!Array.isArray(list) || list.length === 0) throw argumentError('OPTION', `${where}.${name}`, 'an array of at least one value', values)
      combinations = combinations.flatMap((before) => list.map((value: unknown) => ({ ...before, [name]: value })))
    }
    return combinations
  })
}

function tableOf(combinations: readonly Parameters[], scores: readonly (readonly number[])[], seconds: readonly number[]): GridSearchResult[] {
  const means = scores.map((list) => list.reduce((sum, score) => sum + score, 0) / list.length)
  return combinations.map((parameters, i) => {
    const mean = means[i]!
    const variance = scores[i]!.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores[i]!.length
    const rank = 1 + means.filter((other) => other > mean).length
    return { parameters, scores: scores[i]!, mean, standardDeviation: Math.sqrt(variance), rank, seconds: seconds[i]! }
  })
}
