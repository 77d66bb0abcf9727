/** What all fitted linear classifiers can do: predictions, and what the fit has found. */
import { Matrix } from '../common/matrix.ts'
import { checkCallOptions, type CallOptions } from '../common/options.ts'
import { atOnce, type Pausing } from '../common/pausing.ts'
import { backend, runPausing } from '../dispatch/index.ts'
import { makeError } from '../errors.ts'
import { Control } from './control.ts'
import { onnxOf, type ONNXOptions } from './export/onnx.ts'
import { state } from './fit-all.ts'
import type { Certificate, FittedLogistic } from './fitted.ts'
import { checkLength, type Features } from './input.ts'
import { readLabels, type Label, type Labels } from './labels.ts'
import type { ScoreOptions } from './options.ts'
import { accuracy, finishInTurns, finishSync, labels, logProbabilities, probabilities, scores, scoresSync, type FromScores } from './predict.ts'
import { checkingSampleWeight } from './weights.ts'

/** A linear score for each class, and the predictions that follow from the scores. All of it throws or rejects with ERR_MANYCORE_NOT_FITTED before fit. */
export abstract class LinearClassifier {
  /** @internal */
  [state]: FittedLogistic | undefined = undefined

  /** The most probable label of each row (the first of equals), in the kind that y had at fit: a typed array of its class, or an array. */
  async predict(X: Features, options?: CallOptions): Promise<Labels> {
    const fitted = this.needFitted('predict')
    return predictions(labels, fitted, X, options)
  }

  /** `predict`, blocking. */
  predictSync(X: Features, options?: CallOptions): Labels {
    const fitted = this.needFitted('predictSync')
    return finishSync(labels(scoresOfSync(fitted, X, options), fitted))
  }

  /** The probability of each class in each row: rows × classes, in the order of `classes`. Rows sum to 1 up to rounding. */
  async predictProbabilities(X: Features, options?: CallOptions): Promise<Matrix> {
    const fitted = this.needFitted('predictProbabilities')
    return predictions(probabilities, fitted, X, options)
  }

  /** `predictProbabilities`, blocking. */
  predictProbabilitiesSync(X: Features, options?: CallOptions): Matrix {
    const fitted = this.needFitted('predictProbabilitiesSync')
    return finishSync(probabilities(scoresOfSync(fitted, X, options), fitted))
  }

  /** Natural logarithms of the probabilities: rows × classes; precise and finite also where a probability underflows. */
  async predictLogProbabilities(X: Features, options?: CallOptions): Promise<Matrix> {
    const fitted = this.needFitted('predictLogProbabilities')
    return predictions(logProbabilities, fitted, X, options)
  }

  /** `predictLogProbabilities`, blocking. */
  predictLogProbabilitiesSync(X: Features, options?: CallOptions): Matrix {
    const fitted = this.needFitted('predictLogProbabilitiesSync')
    return finishSync(logProbabilities(scoresOfSync(fitted, X, options), fitted))
  }

  /**
   * Scores. For two classes a Float64Array, a number a row: the log-odds of the second class. For more a Matrix, rows × classes: the log-probabilities up to
   * a number that is the same for all classes of a row. A row's bits depend on that row alone.
   */
  async decisionFunction(X: Features, options?: CallOptions): Promise<Float64Array | Matrix> {
    const fitted = this.needFitted('decisionFunction')
    return decisionsOf(await scores(fitted, X, backend(), controlOf(options)), fitted)
  }

  /** `decisionFunction`, blocking. */
  decisionFunctionSync(X: Features, options?: CallOptions): Float64Array | Matrix {
    const fitted = this.needFitted('decisionFunctionSync')
    return decisionsOf(scoresOfSync(fitted, X, options), fitted)
  }

  /** The (weighted) share of rows whose label is predicted. Labels that the model doesn't know count as missed. */
  async score(X: Features, y: Labels, options?: ScoreOptions): Promise<number> {
    const fitted = this.needFitted('score')
    const { sampleWeight, ...rest } = options ?? {}
    const control = controlOf(rest)
    const found = await scores(fitted, X, backend(), control)
    return finishInTurns(await runPausing(accuracyOf(found, y, sampleWeight, fitted), control.check), control)
  }

  /** `score`, blocking. */
  scoreSync(X: Features, y: Labels, options?: ScoreOptions): number {
    const fitted = this.needFitted('scoreSync')
    const { sampleWeight, ...rest } = options ?? {}
    return finishSync(atOnce(accuracyOf(scoresOfSync(fitted, X, rest), y, sampleWeight, fitted)))
  }

  /** 1 × columns for two classes (the second one's), classes × columns for more. A copy. */
  get coefficients(): Matrix {
    const { packed, vectors, columns } = this.needFitted('coefficients')
    const out = new Float64Array(vectors * columns)
    for (let k = 0; k < vectors; k++) out.set(packed.subarray(k * (columns + 1), k * (columns + 1) + columns), k * columns)
    return new Matrix(out, vectors, columns)
  }

  /** One number for two classes, one a class for more; 0 without an intercept. A copy. */
  get intercepts(): Float64Array {
    const { packed, vectors, columns } = this.needFitted('intercepts')
    return Float64Array.from({ length: vectors }, (_, k) => packed[k * (columns + 1) + columns]!)
  }

  /** The distinct labels of y, sorted. A copy. */
  get classes(): Label[] {
    return [...this.needFitted('classes').classes]
  }

  /** Steps that the fit took. */
  get iterations(): number {
    return this.needFitted('iterations').certificate.iterations
  }

  /** Whether the fit reached the optimum; if not, `certificate` says how far it came, and predictions work all the same. */
  get converged(): boolean {
    return this.needFitted('converged').converged
  }

  /** Objective, gradient, condition, separation, iterations and time of the fit. */
  get certificate(): Certificate {
    return { ...this.needFitted('certificate').certificate }
  }

  /**
   * The model as the bytes of an ONNX file, for onnxruntime and others: input `X` (rows × columns), outputs `label` and `probabilities` (rows × classes), computed in double.
   * Labels are int64, string or bool tensors. Made of standard operators (set 13), so no extension for classical models is needed.
   *
   * @throws ERR_MANYCORE_OPTION; RANGE for labels beyond 64 bits; NOT_FITTED.
   */
  toONNX(options: ONNXOptions = {}): Uint8Array<ArrayBuffer> {
    return onnxOf(this.needFitted('toONNX'), options)
  }

  /** @internal */
  protected needFitted(what: string): FittedLogistic {
    if (this[state] !== undefined) return this[state]
    throw makeError('NOT_FITTED', `${what}: the model has not been fitted; call fit or fitSync first`, { argument: what })
  }
}

/** Scores, and what becomes of them, both in pieces between turns of the event loop where they take long. */
async function predictions<Result>(
  become: (scores: Float64Array, fitted: FittedLogistic) => FromScores<Result>, fitted: FittedLogistic, X: unknown, options: CallOptions | undefined,
): Promise<Result> {
  const control = controlOf(options)
  return finishInTurns(become(await scores(fitted, X, backend(), control), fitted), control)
}

function controlOf(options: CallOptions | undefined): Control {
  if (options !== undefined) checkCallOptions(options)
  return new Control(options)
}

function scoresOfSync(fitted: FittedLogistic, X: unknown, options: CallOptions | undefined): Float64Array {
  if (options === undefined) return scoresSync(fitted, X, backend(), undefined)
  checkCallOptions(options)
  new Control(options).check()
  return scoresSync(fitted, X, backend(), options.threads)
}

function decisionsOf(scores: Float64Array, { vectors }: FittedLogistic): Float64Array | Matrix {
  return vectors === 1 ? scores : new Matrix(scores, scores.length / vectors, vectors)
}

function* accuracyOf(scores: Float64Array, y: unknown, sampleWeight: unknown, fitted: FittedLogistic): Pausing<FromScores<number>> {
  const rows = scores.length / fitted.vectors
  const { length, indexOf } = readLabels(y, fitted.classes, fitted.kind)
  checkLength(length, 'y', rows)
  return accuracy(scores, fitted, indexOf, yield* checkingSampleWeight(sampleWeight, rows))
}
