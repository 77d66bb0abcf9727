/** Logistic regression: the estimator that users see. The work is in fit.ts and predict.ts. */
import { argumentError } from '../errors.ts'
import { copyWith, ofSameClass, type Parameters } from './estimator.ts'
import { readScikitLearn, type ScikitLearnJSON } from './export/scikit-learn.ts'
import { fitModels, fitModelsSync, state, type Fittable } from './fit-all.ts'
import { inferenceOf, type Inference, type InferenceOptions } from './inference.ts'
import type { Features } from './input.ts'
import type { Labels } from './labels.ts'
import { LinearClassifier } from './linear-classifier.ts'
import { checkModelOptions, type FitOptions, type LogisticRegressionOptions } from './options.ts'
import { fittedFromJSON, fittedToJSON, optionsFromJSON, optionsToJSON, type LogisticRegressionJSON } from './serialize.ts'

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
 * `fit` copies X in slices unless it lies in shared memory or memory from `allocate`; `fitSync` and predictions read Float64 and Float32 matrices in place and
 * compute in double either way; other X are copied. X, y and weights are never written to.
 *
 * A fit that fails or is aborted leaves the model as it was before.
 */
export class LogisticRegression extends LinearClassifier implements Fittable {
  /** The options as they were given; checked when the model is fitted. */
  readonly options: Readonly<LogisticRegressionOptions>
  constructor(options: LogisticRegressionOptions = {}) {
    super()
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

  /**
   * Standard errors, z, p and confidence intervals of the coefficients of an unpenalised fit (C: Infinity), with weights taken as repetitions of rows.
   *
   * @throws ERR_MANYCORE_RANGE where there are none, with the reason: a penalty, separated classes, columns that depend on each other, a fit that has not converged; OPTION;
   *   NOT_FITTED.
   */
  inference(options: InferenceOptions = {}): Inference {
    return inferenceOf(this.needFitted('inference'), checkModelOptions(this.options), options)
  }

  /** The model as plain data for JSON.stringify, fitted or not; `fromJSON` gives it back bit for bit. Throws ERR_MANYCORE_OPTION for bad options of the constructor. */
  toJSON(): LogisticRegressionJSON {
    checkModelOptions(this.options)
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

  /**
   * The model that scikit-learn has fitted. In Python:
   *
   *     json.dumps({"coef_": m.coef_.tolist(), "intercept_": m.intercept_.tolist(), "classes_": m.classes_.tolist(), "params": m.get_params()})
   *
   * Predictions are scikit-learn's up to rounding. `certificate` knows nothing of how good the fit is (NaN), and `inference` has nothing to go by.
   *
   * @param json the parsed object; `params` and `n_iter_` may be missing
   * @throws ERR_MANYCORE_TYPE, SHAPE, RANGE, NOT_FINITE or OPTION for anything else, and for one-vs-rest models of more than two classes.
   */
  static fromScikitLearn(json: ScikitLearnJSON): LogisticRegression {
    const { options, fitted } = readScikitLearn(json)
    const model = new LogisticRegression(options)
    model[state] = fitted
    return model
  }

  /** @internal */
  [copyWith](changes: Parameters): LogisticRegression {
    const options = { ...this.options, ...changes }
    checkModelOptions(options)
    return ofSameClass<LogisticRegression>(this, options)
  }
}
