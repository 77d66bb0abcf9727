/** Logistic regression that finds its penalty by cross-validation. */
import { checkNames } from '../common/options.ts'
import { argumentError, makeError } from '../errors.ts'
import { state } from './fit-all.ts'
import type { Features } from './input.ts'
import type { Labels } from './labels.ts'
import { LinearClassifier } from './linear-classifier.ts'
import { LogisticRegression } from './logistic-regression.ts'
import type { LogisticRegressionOptions } from './options.ts'
import { strengthsOf, type Strengths } from './path.ts'
import type { CrossValidation, SelectionOptions } from './selection/cross-validate.ts'
import { GridSearch, type GridSearchResult } from './selection/grid-search.ts'
import type { Scoring } from './selection/scoring.ts'

export interface LogisticRegressionCVOptions extends Omit<LogisticRegressionOptions, 'C' | 'l1Ratio' | 'warmStart'> {
  /** The values of C to try, or how many to spread evenly (in their logarithms) from 10⁻⁴ to 10⁴. Default 10. */
  Cs?: Strengths | undefined
  /** The values of `l1Ratio` to try. Default `[0]`. */
  l1Ratios?: readonly number[] | undefined
  /** Default 5. */
  cv?: CrossValidation | undefined
  /** Default `'accuracy'`. */
  scoring?: Scoring | undefined
}

const ownNames = ['Cs', 'l1Ratios', 'cv', 'scoring']
const modelNames = ['fitIntercept', 'classWeight', 'tol', 'maxIterations', 'solver']

/**
 * Logistic regression with the C (and `l1Ratio`) that does best on rows it was not fitted with, fitted with all rows: `GridSearch` over them as one model. Of equally good ones the first counts, `l1Ratios` before `Cs`.
 */
export class LogisticRegressionCV extends LinearClassifier {
  /** The options as they were given; checked when the model is fitted. */
  readonly options: Readonly<LogisticRegressionCVOptions>
  #search: GridSearch<LogisticRegression> | undefined

  constructor(options: LogisticRegressionCVOptions = {}) {
    super()
    this.options = typeof options === 'object' && options !== null ? { ...options } : options
  }

  /** Searches and fits. Gives the model. Rejects as `GridSearch.fit`; a fit that fails or is aborted leaves the model as it was. */
  async fit(X: Features, y: Labels, options?: SelectionOptions): Promise<this> {
    return this.#take(await this.#searchFor().fit(X, y, options))
  }

  /** `fit`, blocking. */
  fitSync(X: Features, y: Labels, options?: SelectionOptions): this {
    return this.#take(this.#searchFor().fitSync(X, y, options))
  }

  /** The C that was found. Throws ERR_MANYCORE_NOT_FITTED before fit, as those that follow. */
  get C(): number {
    return this.#needSearch('C').best.parameters['C'] as number
  }

  /** The share of the L1 penalty that was found. */
  get l1Ratio(): number {
    return this.#needSearch('l1Ratio').best.parameters['l1Ratio'] as number
  }

  /** What was tried and how it did. */
  get results(): GridSearchResult[] {
    return this.#needSearch('results').results
  }

  #searchFor(): GridSearch<LogisticRegression> {
    checkNames(this.options, [...ownNames, ...modelNames])
    const { Cs, l1Ratios = [0], cv, scoring, ...model } = this.options
    if (!Array.isArray(l1Ratios) || l1Ratios.length === 0) throw argumentError('OPTION', 'l1Ratios', 'an array of at least one number from 0 to 1', l1Ratios)
    return new GridSearch(new LogisticRegression(model), { l1Ratio: l1Ratios, C: strengthsOf(Cs) }, { cv, scoring })
  }

  #take(search: GridSearch<LogisticRegression>): this {
    this[state] = search.best.model[state]
    this.#search = search
    return this
  }

  #needSearch(what: string): GridSearch<LogisticRegression> {
    if (this.#search !== undefined) return this.#search
    throw makeError('NOT_FITTED', `${what}: the model has not been fitted; call fit or fitSync first`, { argument: what })
  }
}
