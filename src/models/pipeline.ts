/** Transformers and a model in a row, as one model. */
import type { Matrix } from '../common/matrix.ts'
import type { CallOptions } from '../common/options.ts'
import { argumentError, makeError } from '../errors.ts'
import { doBlocking, doInTurns, either, type Job } from './both-forms.ts'
import { Control } from './control.ts'
import { checkClassifier, checkTransformer, copyOf, copyWith, unknownParameter, type Classifier, type Parameters, type Transformer } from './estimator.ts'
import type { Features } from './input.ts'
import type { Label, Labels } from './labels.ts'
import { LogisticRegression } from './logistic-regression.ts'
import { checkFitOptions, type FitOptions, type ScoreOptions } from './options.ts'
import { StandardScaler } from './standard-scaler.ts'

/** Named transformers, then a named model. */
export type PipelineSteps = readonly (readonly [name: string, step: Transformer | Classifier])[]

/** The key to a pipeline's parts, for the searches of this package, which fit them themselves. */
export const parts = Symbol('parts')

export interface PipelineParts {
  readonly transformers: readonly Transformer[]
  readonly model: Classifier
}

/** What `toJSON` gives: each step as its own `toJSON` has it. */
export interface PipelineJSON {
  readonly model: 'Pipeline'
  readonly version: 1
  /** As they were passed. */
  readonly steps: readonly (readonly [name: string, step: unknown])[]
  /** As they were fitted; null before fit. */
  readonly fitted: readonly unknown[] | null
}

/** Steps that a file can hold. */
const readers: Readonly<Record<string, (json: never) => Transformer | Classifier>> = {
  LogisticRegression: (json) => LogisticRegression.fromJSON(json),
  StandardScaler: (json) => StandardScaler.fromJSON(json),
}

/**
 * Transformers that feed each other and a model at the end, as one model: what a transformer learns (such as the scale of the columns) it learns from the rows that the
 * model is fitted with, so cross-validation of a pipeline never lets test rows in.
 *
 * Fitting fits copies: the objects that were passed stay as they are, and a fit that fails leaves the pipeline as it was. Options of a step are named `step__option`
 * where a search changes them.
 */
export class Pipeline implements Classifier {
  readonly #steps: PipelineSteps
  #fitted: PipelineParts | undefined

  /**
   * @param steps pairs of a name and a transformer, the last of a name and a model: `[['scale', new StandardScaler()], ['model', new LogisticRegression()]]`
   * @throws ERR_MANYCORE_TYPE for anything else; OPTION for names that are empty, taken twice or contain two underscores.
   */
  constructor(steps: PipelineSteps) {
    if (!Array.isArray(steps) || steps.length === 0) throw argumentError('TYPE', 'steps', 'an array of pairs of a name and a step', steps)
    const names = new Set<string>()
    // Holes of an array are no pairs either.
    this.#steps = Array.from(steps, (pair: unknown, i) => {
      if (!Array.isArray(pair) || typeof pair[0] !== 'string') throw argumentError('TYPE', `steps[${i}]`, 'a pair of a name and a step', pair)
      const [name, step] = pair as [string, unknown]
      if (name === '' || name.includes('__') || names.has(name)) {
        throw argumentError('OPTION', `steps[${i}][0]`, 'a name of its own, without two underscores in a row', name, RangeError)
      }
      names.add(name)
      if (i === steps.length - 1) checkClassifier(step, `steps[${i}][1]`)
      else checkTransformer(step, `steps[${i}][1]`)
      return [name, step] as const
    })
  }

  /** Options of all steps by `step__option`. */
  get options(): Parameters {
    return Object.fromEntries(this.#steps.flatMap(([name, { options }]) => Object.entries(options).map(([option, value]) => [`${name}__${option}`, value])))
  }

  /** Names of the steps in their order. */
  get names(): string[] {
    return this.#steps.map(([name]) => name)
  }

  /**
   * A step by its name: after fit the fitted one, before it the one that was passed.
   *
   * @throws ERR_MANYCORE_NOT_FOUND for another name.
   */
  step(name: string): Transformer | Classifier {
    const index = this.names.indexOf(name)
    if (index < 0) throw makeError('NOT_FOUND', `step: no step is called ${JSON.stringify(name)}; there are ${this.names.join(', ')}`, { argument: 'name' })
    if (this.#fitted === undefined) return this.#steps[index]![1]
    return this.#fitted.transformers[index] ?? this.#fitted.model
  }

  /** Fits the transformers one after the other, each with what the one before it gives, then the model, which alone gets sample weights. Rejects as they do. */
  async fit(X: Features, y: Labels, options?: FitOptions): Promise<this> {
    this.#fitted = await doInTurns(this.#fit(X, y, options))
    return this
  }

  /** `fit`, blocking. */
  fitSync(X: Features, y: Labels, options?: FitOptions): this {
    this.#fitted = doBlocking(this.#fit(X, y, options))
    return this
  }

  /** The model's `predict` of the transformed X; so are all that follow. */
  async predict(X: Features, options?: CallOptions): Promise<Labels> {
    const { model } = this.#needFitted('predict')
    return model.predict(await this.#transformed(X, options), options)
  }

  predictSync(X: Features, options?: CallOptions): Labels {
    return this.#needFitted('predictSync').model.predictSync(this.#transformedSync(X, options), options)
  }

  async predictProbabilities(X: Features, options?: CallOptions): Promise<Matrix> {
    const { model } = this.#needFitted('predictProbabilities')
    return model.predictProbabilities(await this.#transformed(X, options), options)
  }

  predictProbabilitiesSync(X: Features, options?: CallOptions): Matrix {
    return this.#needFitted('predictProbabilitiesSync').model.predictProbabilitiesSync(this.#transformedSync(X, options), options)
  }

  /** Rejects with ERR_MANYCORE_TYPE where the last step has no such method. */
  async predictLogProbabilities(X: Features, options?: CallOptions): Promise<Matrix> {
    const { model } = this.#needFitted('predictLogProbabilities')
    checkLogProbabilities(model)
    return model.predictLogProbabilities(await this.#transformed(X, options), options)
  }

  predictLogProbabilitiesSync(X: Features, options?: CallOptions): Matrix {
    const { model } = this.#needFitted('predictLogProbabilitiesSync')
    checkLogProbabilities(model)
    return model.predictLogProbabilitiesSync(this.#transformedSync(X, options), options)
  }

  async decisionFunction(X: Features, options?: CallOptions): Promise<Float64Array | Matrix> {
    const { model } = this.#needFitted('decisionFunction')
    return model.decisionFunction(await this.#transformed(X, options), options)
  }

  decisionFunctionSync(X: Features, options?: CallOptions): Float64Array | Matrix {
    return this.#needFitted('decisionFunctionSync').model.decisionFunctionSync(this.#transformedSync(X, options), options)
  }

  async score(X: Features, y: Labels, options?: ScoreOptions): Promise<number> {
    const { model } = this.#needFitted('score')
    return model.score(await this.#transformed(X, withoutWeights(options)), y, options)
  }

  scoreSync(X: Features, y: Labels, options?: ScoreOptions): number {
    return this.#needFitted('scoreSync').model.scoreSync(this.#transformedSync(X, withoutWeights(options)), y, options)
  }

  /** The distinct labels of y, sorted. */
  get classes(): readonly Label[] {
    return this.#needFitted('classes').model.classes
  }

  /** The pipeline as plain data for JSON.stringify; `fromJSON` gives it back bit for bit. @throws ERR_MANYCORE_TYPE for a step that has no `toJSON`. */
  toJSON(): PipelineJSON {
    const fitted = this.#fitted
    return {
      model: 'Pipeline',
      version: 1,
      steps: this.#steps.map(([name, step]) => [name, stepToJSON(name, step)]),
      fitted: fitted === undefined ? null : [...fitted.transformers, fitted.model].map((step, i) => stepToJSON(this.#steps[i]![0], step)),
    }
  }

  /**
   * The pipeline that `toJSON` described.
   *
   * @param json the object (not the text) that `toJSON` gave, also after a round trip through JSON
   * @throws ERR_MANYCORE_TYPE, SHAPE, RANGE, NOT_FINITE or OPTION for anything else.
   */
  static fromJSON(json: PipelineJSON): Pipeline {
    if (typeof json !== 'object' || json === null || json.model !== 'Pipeline') throw argumentError('TYPE', 'json', "an object with model: 'Pipeline', as toJSON gives", json)
    if (json.version !== 1) throw argumentError('TYPE', 'json.version', '1', json.version)
    const { steps, fitted } = json
    if (!Array.isArray(steps)) throw argumentError('TYPE', 'json.steps', 'an array of pairs of a name and a step', steps)
    const pipeline = new Pipeline(steps.map((pair: unknown, i) => {
      if (!Array.isArray(pair)) throw argumentError('TYPE', `json.steps[${i}]`, 'a pair of a name and a step', pair)
      return [pair[0] as string, stepFromJSON(pair[1], `json.steps[${i}][1]`)] as const
    }))
    if (fitted === null) return pipeline
    if (!Array.isArray(fitted) || fitted.length !== steps.length) throw argumentError('SHAPE', 'json.fitted', `null, or an array of ${steps.length} steps`, fitted)
    const read = fitted.map((step, i) => stepFromJSON(step, `json.fitted[${i}]`))
    const model = read.pop()
    checkClassifier(model, `json.fitted[${read.length}]`)
    for (const [i, step] of read.entries()) checkTransformer(step, `json.fitted[${i}]`)
    pipeline.#fitted = { transformers: read as Transformer[], model }
    return pipeline
  }

  /** @internal */
  [copyWith](changes: Parameters): Pipeline {
    const known = new Map(this.#steps.map(([name]) => [name, {} as Record<string, unknown>]))
    for (const [key, value] of Object.entries(changes)) {
      const cut = key.indexOf('__')
      const own = cut < 0 ? undefined : known.get(key.slice(0, cut))
      if (own === undefined) throw unknownParameter(key, this.names.map((name) => `${name}__…`))
      own[key.slice(cut + 2)] = value
    }
    return new Pipeline(this.#steps.map(([name, step]) => [name, copyOf(step, known.get(name))]))
  }

  /** The steps as they were passed. @internal */
  get [parts](): PipelineParts {
    const steps = this.#steps.map(([, step]) => step)
    return { transformers: steps.slice(0, -1) as Transformer[], model: steps.at(-1) as Classifier }
  }

  /** Takes fitted parts. @internal */
  set [parts](fitted: PipelineParts) {
    this.#fitted = fitted
  }

  *#fit(X: Features, y: Labels, options: FitOptions | undefined): Job<PipelineParts> {
    checkFitOptions(options)
    const control = new Control(options)
    const own = this[parts]
    const transformers = own.transformers.map((step) => copyOf(step))
    const model = copyOf(own.model)
    const transformed = yield* fitTransformers(transformers, X, control)
    const { onProgress, sampleWeight } = options ?? {}
    const rest: FitOptions = { ...control.rest(), onProgress, sampleWeight }
    yield* either(() => model.fitSync(transformed, y, rest), () => model.fit(transformed, y, rest))
    return { transformers, model }
  }

  async #transformed(X: Features, options: CallOptions | undefined): Promise<Features> {
    let out = X
    for (const step of this.#fitted!.transformers) out = await step.transform(out, options)
    return out
  }

  #transformedSync(X: Features, options: CallOptions | undefined): Features {
    return this.#fitted!.transformers.reduce((out: Features, step) => step.transformSync(out, options), X)
  }

  #needFitted(what: string): PipelineParts {
    if (this.#fitted !== undefined) return this.#fitted
    throw makeError('NOT_FITTED', `${what}: the pipeline has not been fitted; call fit or fitSync first`, { argument: what })
  }
}

function stepToJSON(name: string, step: Transformer | Classifier): unknown {
  if ('toJSON' in step && typeof step.toJSON === 'function' && Object.hasOwn(readers, step.constructor.name)) return (step.toJSON as () => unknown)()
  throw argumentError('TYPE', name, `a step that JSON can hold: ${Object.keys(readers).join(' or ')}`, step)
}

function stepFromJSON(json: unknown, where: string): Transformer | Classifier {
  const name: unknown = typeof json === 'object' && json !== null && 'model' in json ? json.model : undefined
  if (typeof name !== 'string' || !Object.hasOwn(readers, name)) throw argumentError('TYPE', where, `what toJSON of ${Object.keys(readers).join(' or ')} gives`, json)
  return readers[name]!(json as never)
}

interface LogProbabilities {
  predictLogProbabilities(X: Features, options?: CallOptions): Promise<Matrix>
  predictLogProbabilitiesSync(X: Features, options?: CallOptions): Matrix
}

function checkLogProbabilities(model: Classifier): asserts model is Classifier & LogProbabilities {
  if ('predictLogProbabilities' in model && 'predictLogProbabilitiesSync' in model) return
  throw argumentError('TYPE', 'steps', 'a model with predictLogProbabilities as the last step', model)
}

/** Fits transformers in a row; gives what the last one makes of X. */
export function* fitTransformers(transformers: readonly Transformer[], X: Features, control: Control): Job<Features> {
  let out = X
  for (const step of transformers) {
    const from = out
    yield* either(() => step.fitSync(from, control.rest()), () => step.fit(from, control.rest()))
    out = yield* either(() => step.transformSync(from, control.rest()), () => step.transform(from, control.rest()))
  }
  return out
}

function withoutWeights(options: ScoreOptions | undefined): CallOptions | undefined {
  if (options === undefined) return undefined
  const { sampleWeight: _, ...rest } = options
  return rest
}
