/** What pipelines and searches need of their parts: every model and transformer of this package has it, and others may. */
import type { Matrix } from '../common/matrix.ts'
import type { CallOptions } from '../common/options.ts'
import { argumentError, describe, makeError } from '../errors.ts'
import type { Features } from './input.ts'
import type { Label, Labels } from './labels.ts'
import type { FitOptions, ScoreOptions } from './options.ts'

/** Learns from columns and gives others: what all steps of a pipeline but the last are. */
export interface Transformer {
  readonly options: object
  fit(X: Features, options?: CallOptions): Promise<unknown>
  fitSync(X: Features, options?: CallOptions): unknown
  transform(X: Features, options?: CallOptions): Promise<Features>
  transformSync(X: Features, options?: CallOptions): Features
}

/** Options of any model's fit: what `onProgress` is told is the model's to say. */
export type ClassifierFitOptions = Omit<FitOptions, 'onProgress'> & { onProgress?: ((progress: never) => void) | undefined }

/** Learns labels from columns. */
export interface Classifier {
  readonly options: object
  fit(X: Features, y: Labels, options?: ClassifierFitOptions): Promise<unknown>
  fitSync(X: Features, y: Labels, options?: ClassifierFitOptions): unknown
  predict(X: Features, options?: CallOptions): Promise<Labels>
  predictSync(X: Features, options?: CallOptions): Labels
  predictProbabilities(X: Features, options?: CallOptions): Promise<Matrix>
  predictProbabilitiesSync(X: Features, options?: CallOptions): Matrix
  decisionFunction(X: Features, options?: CallOptions): Promise<Float64Array | Matrix>
  decisionFunctionSync(X: Features, options?: CallOptions): Float64Array | Matrix
  score(X: Features, y: Labels, options?: ScoreOptions): Promise<number>
  scoreSync(X: Features, y: Labels, options?: ScoreOptions): number
  readonly classes: readonly Label[]
}

/** New values of options by name; of a pipeline's steps by `step__option`. */
export type Parameters = Readonly<Record<string, unknown>>

/** The key to how an estimator is copied, for those whose constructor takes more than options. */
export const copyWith = Symbol('copyWith')

interface Copying {
  [copyWith](changes: Parameters): unknown
}

/** An unfitted estimator of the same class and options but for some. @throws OPTION for an option that the estimator doesn't have. */
export function copyOf<E extends Transformer | Classifier>(estimator: E, changes: Parameters = {}): E {
  if (copyWith in estimator) return (estimator as E & Copying)[copyWith](changes) as E
  const Class = estimator.constructor as new (options: object) => E
  return new Class({ ...estimator.options, ...changes })
}

/**
 * A new estimator of the same class, which may be one made of ours: as scikit-learn's clone, it calls the constructor with the options.
 *
 * @throws OPTION where the constructor doesn't keep them: a search would try the same thing again and again.
 */
export function ofSameClass<E extends { readonly options: object }>(estimator: E, options: Parameters): E {
  const Class = estimator.constructor as new (options: object) => E
  const copy = new Class(options)
  const kept = copy.options as Parameters
  const lost = Object.keys(options).find((name) => !Object.is(kept[name], options[name]))
  if (lost === undefined) return copy
  throw makeError('OPTION', `the constructor of ${Class.name} does not keep the option ${lost} that it is given`, { argument: lost, got: describe(kept[lost]), wanted: describe(options[lost]) })
}

export function checkClassifier(value: unknown, argument: string): asserts value is Classifier {
  if (hasMethods(value, ['fit', 'fitSync', 'predict', 'predictSync'])) return
  throw argumentError('TYPE', argument, 'a model with fit and predict', value)
}

export function checkTransformer(value: unknown, argument: string): asserts value is Transformer {
  if (hasMethods(value, ['fit', 'fitSync', 'transform', 'transformSync'])) return
  throw argumentError('TYPE', argument, 'a transformer with fit and transform', value)
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false
  return 'options' in value && names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')
}

/** The error for a parameter that nothing takes. */
export function unknownParameter(name: string, known: readonly string[]): Error {
  return makeError('OPTION', `unknown parameter ${JSON.stringify(name)}; known are ${known.join(', ')}`, {
    argument: name,
    got: JSON.stringify(name),
    wanted: `one of ${known.join(', ')}`,
  })
}
