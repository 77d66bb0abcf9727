/** One model for each of many strengths of the penalty, on the same rows. */
import { argumentError } from '../errors.ts'
import { fitModels, fitModelsSync } from './fit-all.ts'
import type { Features } from './input.ts'
import type { Labels } from './labels.ts'
import { LogisticRegression } from './logistic-regression.ts'
import type { FitOptions, LogisticRegressionOptions } from './options.ts'

/** Strengths of the penalty: values of C, or how many to spread evenly (in their logarithms) from 10⁻⁴ to 10⁴. */
export type Strengths = number | readonly number[] | Float64Array

export interface FitPathOptions extends FitOptions, Omit<LogisticRegressionOptions, 'C' | 'warmStart'> {
  /** The values of C. Default 10. */
  Cs?: Strengths | undefined
}

/**
 * Fits a logistic regression for each C, all together: each gets the bits that it would get alone, and they share the reads of X.
 *
 * Gives the models in the order of `Cs`. Takes the options of `LogisticRegression` (but for `C` and `warmStart`) and those of its `fit`, and rejects as that does.
 */
export async function fitPath(X: Features, y: Labels, options: FitPathOptions = {}): Promise<LogisticRegression[]> {
  const { models, fitOptions } = plan(options)
  await fitModels(models, X, y, fitOptions)
  return models
}

/** `fitPath`, blocking. */
export function fitPathSync(X: Features, y: Labels, options: FitPathOptions = {}): LogisticRegression[] {
  const { models, fitOptions } = plan(options)
  fitModelsSync(models, X, y, fitOptions)
  return models
}

function plan(options: FitPathOptions): { models: LogisticRegression[]; fitOptions: FitOptions } {
  if (typeof options !== 'object' || options === null) throw argumentError('OPTION', 'options', 'an object', options)
  const { Cs, sampleWeight, onProgress, signal, threads, timeout, ...model } = options
  for (const name of ['C', 'warmStart']) if (name in model) throw argumentError('OPTION', name, 'no such option: a path has Cs, and starts afresh', (model as Record<string, unknown>)[name])
  return { models: strengthsOf(Cs).map((C) => new LogisticRegression({ ...model, C })), fitOptions: { sampleWeight, onProgress, signal, threads, timeout } }
}

/** The values of C that are meant. */
export function strengthsOf(Cs: unknown = 10): number[] {
  const wanted = 'a number of values, or an array of at least one'
  if (typeof Cs === 'number') {
    if (!(Number.isSafeInteger(Cs) && Cs >= 1 && Cs <= 1e6)) throw argumentError('OPTION', 'Cs', wanted, Cs, RangeError)
    return Array.from({ length: Cs }, (_, k) => powerOfTen(Cs === 1 ? -4 : -4 + (8 * k) / (Cs - 1)))
  }
  if (!(Array.isArray(Cs) || ArrayBuffer.isView(Cs)) || (Cs as ArrayLike<unknown>).length === 0) throw argumentError('OPTION', 'Cs', wanted, Cs)
  return Array.from(Cs as ArrayLike<number>)
}

/** Whole powers as they are written: 10 ** −4 is not 0.0001 in every engine. */
function powerOfTen(exponent: number): number {
  return Number.isInteger(exponent) ? Number(`1e${exponent}`) : 10 ** exponent
}
