/** Logistic regression: the estimator that users see. The work is in fit.ts and predict.ts. */
import { Matrix } from '../common/matrix.ts'
import { checkCallOptions, type CallOptions } from '../common/options.ts'
import { backend } from '../dispatch/index.ts'
import { argumentError, makeError } from '../errors.ts'
import { Control } from './control.ts'
import { fitModels, fitModelsSync, state, type Fittable } from './fit-all.ts'
import type { Certificate, FittedLogistic } from './fitted.ts'
import { checkLength, type Features } from './input.ts'
import { decodeLabels, lookUpLabels, type Label, type Labels } from './labels.ts'
import type { FitOptions, LogisticRegressionOptions, ScoreOptions } from './options.ts'
import { classIndices, logProbabilities, probabilities, scores, scoresSync } from './predict.ts'
import { fittedFromJSON, fittedToJSON, optionsFromJSON, optionsToJSON, type LogisticRegressionJSON } from './serialize.ts'
import { checkSampleWeight } from './weights.ts'

/**
 * Logistic regression with an L2 or L1 penalty, both (elastic net) or none, for two classes or more.
 *
 * Minimises C · Σ_i s_i · loss_i + ½·(1 − l1Ratio)·‖coefficients‖² + l1Ratio·‖coefficients‖₁ (for C = Infinity: Σ_i s_i · loss_i), with s_i the sample weight times the
 * class weight of row i and loss_i = −log of the probability of its label: the logistic function for two classes, the symmetric softmax for
 * more. The intercept is not penalised. Over the classes of a softmax intercepts sum to 0, and coefficients too unless there is an L1 penalty.
 *
 * Solved by damped Newton steps (Nocedal and Wright, Numerical Optimization, 2nd ed., section 3.3 and algorithm 3.2), under an L1 penalty by proximal Newton steps
 * (Lee, Sun and Saunders 2014) that give exact zeros, on columns that are centred and
 * scaled internally, so the scales and offsets of the features don't matter. With default options the objective is within 10⁻⁹ (relative) of the
 * optimum. A step costs one read of X and (K·(p + 1))² products a row at most; memory beside X is a few (K·(p + 1))² doubles, with K = 1 for two classes.
 *
 * Promise forms compute short work at once, do long work off the thread or in pieces, and never hold the event loop for long; they reject and never throw.
 * `fit` copies X in slices unless it lies in shared memory or memory from `allocate`; `fitSync` and predictions read Float64 matrices in place, all other
 * X are widened to doubles. X, y and weights are never written to.
 *
 * A fit that fails or is aborted leaves the model as it was before.
 */
export class LogisticRegression implements Fittable {
  /** The options as they were given; checked when the model is fitted. */
  readonly options: Readonly<LogisticRegressionOptions>
  /** @internal */
  [state]: FittedLogistic | undefined = undefined

  constructor(options: LogisticRegressionOptions = {}) {
    this.options = typeof options === 'object' && options !== null ? { ...options } : options
  }

  /**
   * Learns from X (rows × columns) and y (a label a row). Gives the model.
   *
   * Rejects with ERR_MANYCORE_OPTION for bad options of the constructor or of this call; SHAPE for lengths that don't fit; TYPE for what is no matrix or no
   * labels; NOT_FINITE for NaN or Infinity in X (names row and column), weights, or a missing label; CLASSES for fewer than two classes, continuous y, or a class without
   * weight; RANGE for weights that are negative or all 0; DETACHED for X without memory; TIMEOUT; the signal's reason, within one step of the abort.
   */
  async fit(X: Features, y: Labels, options?: FitOptions): Promise<this> {
    await fitModels([this], X, y, options)
    return this
  }

  /** `fit`, blocking: throws what that rejects with. */
  fitSync(X: Features, y: Labels, options?: FitOptions): this {
    fitModelsSync([this], X, y, options)
    return this
  }

  /** The most probable label of each row (the first of equals), in the kind that y had at fit: a typed array of its class, or an array. */
  async predict(X: Features, options?: CallOptions): Promise<Labels> {
    const fitted = this.#needFitted('predict')
    return labelsOf(await scoresOf(fitted, X, options), fitted)
  }

  /** `predict`, blocking. */
  predictSync(X: Features, options?: CallOptions): Labels {
    const fitted = this.#needFitted('predictSync')
    return labelsOf(scoresOfSync(fitted, X, options), fitted)
  }

  /** The probability of each class in each row: rows × classes, in the order of `classes`. Rows sum to 1 up to rounding. */
  async predictProbabilities(X: Features, options?: CallOptions): Promise<Matrix> {
    const fitted = this.#needFitted('predictProbabilities')
    return probabilities(await scoresOf(fitted, X, options), fitted)
  }

  /** `predictProbabilities`, blocking. */
  predictProbabilitiesSync(X: Features, options?: CallOptions): Matrix {
    const fitted = this.#needFitted('predictProbabilitiesSync')
    return probabilities(scoresOfSync(fitted, X, options), fitted)
  }

  /** Natural logarithms of the probabilities: rows × classes; precise and finite also where a probability underflows. */
  async predictLogProbabilities(X: Features, options?: CallOptions): Promise<Matrix> {
    const fitted = this.#needFitted('predictLogProbabilities')
    return logProbabilities(await scoresOf(fitted, X, options), fitted)
  }

  /** `predictLogProbabilities`, blocking. */
  predictLogProbabilitiesSync(X: Features, options?: CallOptions): Matrix {
    const fitted = this.#needFitted('predictLogProbabilitiesSync')
    return logProbabilities(scoresOfSync(fitted, X, options), fitted)
  }

  /**
   * Scores. For two classes a Float64Array, a number a row: the log-odds of the second class. For more a Matrix, rows × classes: the log-probabilities up to
   * a number that is the same for all classes of a row. A row's bits depend on that row alone.
   */
  async decisionFunction(X: Features, options?: CallOptions): Promise<Float64Array | Matrix> {
    const fitted = this.#needFitted('decisionFunction')
    return decisionsOf(await scoresOf(fitted, X, options), fitted)
  }

  /** `decisionFunction`, blocking. */
  decisionFunctionSync(X: Features, options?: CallOptions): Float64Array | Matrix {
    const fitted = this.#needFitted('decisionFunctionSync')
    return decisionsOf(scoresOfSync(fitted, X, options), fitted)
  }

  /** The (weighted) share of rows whose label is predicted. Labels that the model doesn't know count as missed. */
  async score(X: Features, y: Labels, options?: ScoreOptions): Promise<number> {
    const fitted = this.#needFitted('score')
    const { sampleWeight, ...rest } = options ?? {}
    return accuracyOf(await scoresOf(fitted, X, rest), y, sampleWeight, fitted)
  }

  /** `score`, blocking. */
  scoreSync(X: Features, y: Labels, options?: ScoreOptions): number {
    const fitted = this.#needFitted('scoreSync')
    const { sampleWeight, ...rest } = options ?? {}
    return accuracyOf(scoresOfSync(fitted, X, rest), y, sampleWeight, fitted)
  }

  /** 1 × columns for two classes (the second one's), classes × columns for more. A copy. Throws ERR_MANYCORE_NOT_FITTED before fit, as all that follow. */
  get coefficients(): Matrix {
    const { packed, vectors, columns } = this.#needFitted('coefficients')
    const out = new Float64Array(vectors * columns)
    for (let k = 0; k < vectors; k++) out.set(packed.subarray(k * (columns + 1), k * (columns + 1) + columns), k * columns)
    return new Matrix(out, vectors, columns)
  }

  /** One number for two classes, one a class for more; 0 without an intercept. A copy. */
  get intercepts(): Float64Array {
    const { packed, vectors, columns } = this.#needFitted('intercepts')
    return Float64Array.from({ length: vectors }, (_, k) => packed[k * (columns + 1) + columns]!)
  }

  /** The distinct labels of y, sorted. A copy. */
  get classes(): Label[] {
    return [...this.#needFitted('classes').classes]
  }

  /** Steps that the fit took. */
  get iterations(): number {
    return this.#needFitted('iterations').certificate.iterations
  }

  /** Whether the fit reached the optimum; if not, `certificate` says how far it came, and predictions work all the same. */
  get converged(): boolean {
    return this.#needFitted('converged').converged
  }

  /** Objective, gradient, condition, separation, iterations and time of the fit. */
  get certificate(): Certificate {
    return { ...this.#needFitted('certificate').certificate }
  }

  /** The model as plain data for JSON.stringify, fitted or not; `fromJSON` gives it back bit for bit. */
  toJSON(): LogisticRegressionJSON {
    const fitted = this[state]
    return { model: 'LogisticRegression', version: 1, options: optionsToJSON(this.options), fitted: fitted === undefined ? null : fittedToJSON(fitted) }
  }

  /**
   * The model that `toJSON` described.
   *
   * @param json the object (not the text) that `toJSON` gave, also after a round trip through JSON
   * @throws ERR_MANYCORE_TYPE, SHAPE or OPTION for anything else.
   */
  static fromJSON(json: LogisticRegressionJSON): LogisticRegression {
    if (typeof json !== 'object' || json === null || json.model !== 'LogisticRegression') {
      throw argumentError('TYPE', 'json', "an object with model: 'LogisticRegression', as toJSON gives", json)
    }
    if (json.version !== 1) throw argumentError('TYPE', 'json.version', '1', json.version)
    const model = new LogisticRegression(optionsFromJSON(json.options))
    model[state] = fittedFromJSON(json.fitted)
    return model
  }

  #needFitted(what: string): FittedLogistic {
    if (this[state] !== undefined) return this[state]
    throw makeError('NOT_FITTED', `${what}: the model has not been fitted; call fit or fitSync first`, { argument: what })
  }
}

function scoresOf(fitted: FittedLogistic, X: unknown, options: CallOptions | undefined): Promise<Float64Array> {
  if (options !== undefined) checkCallOptions(options)
  return scores(fitted, X, backend(), new Control(options))
}

function scoresOfSync(fitted: FittedLogistic, X: unknown, options: CallOptions | undefined): Float64Array {
  if (options === undefined) return scoresSync(fitted, X, backend(), undefined)
  checkCallOptions(options)
  new Control(options).check()
  return scoresSync(fitted, X, backend(), options.threads)
}

function labelsOf(scores: Float64Array, fitted: FittedLogistic): Labels {
  return decodeLabels(classIndices(scores, fitted), fitted.classes, fitted.kind)
}

function decisionsOf(scores: Float64Array, { vectors }: FittedLogistic): Float64Array | Matrix {
  return vectors === 1 ? scores : new Matrix(scores, scores.length / vectors, vectors)
}

function accuracyOf(scores: Float64Array, y: unknown, sampleWeight: unknown, fitted: FittedLogistic): number {
  const predicted = classIndices(scores, fitted)
  const actual = lookUpLabels(y, fitted.classes, fitted.kind)
  checkLength(actual.length, 'y', predicted.length)
  const weights = checkSampleWeight(sampleWeight, predicted.length)
  let hits = 0
  let total = 0
  for (let i = 0; i < predicted.length; i++) {
    const weight = weights === null ? 1 : weights[i]!
    total += weight
    if (predicted[i] === actual[i]) hits += weight
  }
  return hits / total
}
