/** Logistic regression that finds its penalty by cross-validation. */
import { checkNames } from '../common/options.ts'
import { argumentError, makeError } from '../errors.ts'
import { state } from './fit-all.ts'
import type { Features } from './input.ts'
import type { Labels } from './labels.ts'
import { LinearClassifier } from './linear-classifier.ts'
import { LogisticRegression } from './logistic-regression.ts'
import type { LogisticRegressionCVOptions } from './cv-options.ts'
import { strengthsOf } from './path.ts'
import type { SelectionOptions } from './selection/cross-validate.ts'
import { GridSearch, type GridSearchResult } from './selection/grid-search.ts'
import { fittedFromJSON, fittedToJSON } from './serialize.ts'
import { cvOptionsFromJSON, cvOptionsToJSON, searchFromJSON, searchToJSON, type FoundPenalty, type LogisticRegressionCVJSON } from './serialize-search.ts'

const ownNames = ['Cs', 'l1Ratios', 'cv', 'scoring']
const modelNames = ['fitIntercept', 'classWeight', 'tol', 'maxIterations', 'solver']

/**
 * Logistic regression with the C (and `l1Ratio`) that does best on rows it was not fitted with, fitted with all rows: `GridSearch` over them as one model. Of equally good ones the first counts, `l1Ratios` before `Cs`.
 */
export class LogisticRegressionCV extends LinearClassifier {
  /** The options as they were given; checked when the model is fitted. */
  readonly options: Readonly<LogisticRegressionCVOptions>
  #found: FoundPenalty | undefined

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
    return this.#needSearch('C').C
  }

  /** The share of the L1 penalty that was found. */
  get l1Ratio(): number {
    return this.#needSearch('l1Ratio').l1Ratio
  }

  /** What was tried and how it did. */
  get results(): GridSearchResult[] {
    return [...this.#needSearch('results').results]
  }

  /**
   * The model and its search as plain data for JSON.stringify, fitted or not; `fromJSON` gives them back bit for bit.
   *
   * @throws ERR_MANYCORE_TYPE for options that JSON can't hold: a function as `scoring`, a splitter of another make than KFold and StratifiedKFold as `cv`.
   */
  toJSON(): LogisticRegressionCVJSON {
    checkNames(this.options, [...ownNames, ...modelNames])
    const fitted = this[state]
    return {
      model: 'LogisticRegressionCV',
      version: 1,
      options: cvOptionsToJSON(this.options),
      fitted: fitted === undefined ? null : fittedToJSON(fitted),
      search: this.#found === undefined ? null : searchToJSON(this.#found),
    }
  }

  /**
   * The model that `toJSON` described.
   *
   * @param json the object (not the text) that `toJSON` gave, also after a round trip through JSON
   * @throws ERR_MANYCORE_TYPE, SHAPE or OPTION for anything else.
   */
  static fromJSON(json: LogisticRegressionCVJSON): LogisticRegressionCV {
    if (typeof json !== 'object' || json === null || json.model !== 'LogisticRegressionCV') {
      throw argumentError('TYPE', 'json', "an object with model: 'LogisticRegressionCV', as toJSON gives", json)
    }
    if (json.version !== 1) throw argumentError('TYPE', 'json.version', '1', json.version)
    const model = new LogisticRegressionCV(cvOptionsFromJSON(json.options))
    model.#searchFor()
    const fitted = fittedFromJSON(json.fitted)
    if ((fitted === undefined) !== (json.search === null)) throw argumentError('TYPE', 'json.search', 'a search with a fitted model, null without', json.search)
    if (fitted !== undefined) model.#found = searchFromJSON(json.search)
    model[state] = fitted
    return model
  }

  #searchFor(): GridSearch<LogisticRegression> {
    checkNames(this.options, [...ownNames, ...modelNames])
    const { Cs, l1Ratios = [0], cv, scoring, ...model } = this.options
    if (!Array.isArray(l1Ratios) || l1Ratios.length === 0) throw argumentError('OPTION', 'l1Ratios', 'an array of at least one number from 0 to 1', l1Ratios)
    return new GridSearch(new LogisticRegression(model), { l1Ratio: l1Ratios, C: strengthsOf(Cs) }, { cv, scoring })
  }

  #take(search: GridSearch<LogisticRegression>): this {
    const { best: { model, parameters }, results } = search
    this[state] = model[state]
    this.#found = { C: parameters['C'] as number, l1Ratio: parameters['l1Ratio'] as number, results }
    return this
  }

  #needSearch(what: string): FoundPenalty {
    if (this.#found !== undefined) return this.#found
    throw makeError('NOT_FITTED', `${what}: the model has not been fitted; call fit or fitSync first`, { argument: what })
  }
}
