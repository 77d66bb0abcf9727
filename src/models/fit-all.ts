/** Fitting one model or many on the same data: checks, drivers, and the change of the models' state at the very end. */
import { atOnce } from '../common/pausing.ts'
import { backend, runPausing } from '../dispatch/index.ts'
import { argumentError } from '../errors.ts'
import { doBlocking, doInTurns } from './both-forms.ts'
import { Control } from './control.ts'
import { checkTargets, fitLogistic, type FitContext } from './fit.ts'
import type { FoldMemory } from './fold-memory.ts'
import type { FitPlan } from './plan.ts'
import type { FittedLogistic } from './fitted.ts'
import { fitSparse } from './fit-sparse.ts'
import { featuresFrom, featuresSync, isLargeSparse, stableCopy, widened, type Features } from './input.ts'
import type { Labels } from './labels.ts'
import { checkFitOptions, checkModelOptions, type FitOptions, type LogisticRegressionOptions } from './options.ts'
import { scannedSparse } from './sparse-moments.ts'
import { drive, driveSync } from './work.ts'

/** What fitting needs of a model. */
export interface Fittable {
  readonly options: Readonly<LogisticRegressionOptions>
  /** What the last fit found; set when a fit succeeds. */
  [state]: FittedLogistic | undefined
}

/** The key to a model's state: for the modules of this folder alone. */
export const state = Symbol('fitted')

/** Fits all models, blocking. Each gets the bits that it would get alone, unless they keep `company` (see FitContext). */
export function fitModelsSync(models: readonly Fittable[], X: Features, y: Labels, options: FitOptions | undefined, company?: FoldMemory): void {
  const plans = plansFor(models, options)
  const control = new Control(options)
  control.check()
  const context = contextOf(options, company)
  if (isLargeSparse(X)) {
    const scanned = doBlocking(scannedSparse(X, false, context.backend, control))
    const targets = atOnce(checkTargets(y, options?.sampleWeight, scanned.sparse.rows))
    return commit(models, driveSync(fitSparse(plans, scanned, targets, context), context.backend, control))
  }
  const features = featuresSync(X)
  // Nothing but `onProgress` runs before the end.
  const targets = atOnce(checkTargets(y, options?.sampleWeight, features.rows, options?.onProgress === undefined))
  commit(models, driveSync(fitLogistic(plans, widened(features), targets, context), context.backend, control))
}

/** Fits all models, in turns and off this thread. */
export async function fitModels(models: readonly Fittable[], X: Features, y: Labels, options: FitOptions | undefined, company?: FoldMemory): Promise<void> {
  const plans = plansFor(models, options)
  const control = new Control(options)
  control.check()
  const context = contextOf(options, company)
  if (isLargeSparse(X)) {
    const scanned = await doInTurns(scannedSparse(X, true, context.backend, control))
    const targets = await runPausing(checkTargets(y, options?.sampleWeight, scanned.sparse.rows), control.check)
    const found = await drive(fitSparse(plans, scanned, targets, context), context.backend, control)
    control.check()
    return commit(models, found)
  }
  const features = await runPausing(featuresFrom(X), control.check)
  const targets = await runPausing(checkTargets(y, options?.sampleWeight, features.rows), control.check)
  const dense = await stableCopy(features, control)
  const found = await drive(fitLogistic(plans, dense, targets, context), context.backend, control)
  control.check()
  commit(models, found)
}

function plansFor(models: readonly Fittable[], options: FitOptions | undefined): FitPlan[] {
  checkFitOptions(options)
  return models.map((model) => ({ options: checkModelOptions(model.options), previous: model[state] }))
}

function contextOf(options: FitOptions | undefined, company: FoldMemory | undefined): FitContext {
  return { backend: backend(), threads: options?.threads, onProgress: options?.onProgress, company }
}

function commit(models: readonly Fittable[], found: readonly FittedLogistic[]): void {
  models.forEach((model, i) => (model[state] = found[i]))
}

/**
 * Fits many models on the same X and y at once: their evaluations are computed together, in one read of X, and each gets the very bits that it
 * would get alone. Gives the models. Rejects as `fit` does, for the first model that can't be fitted; then none of them is changed.
 *
 * @param models models of any options; a model may stand there once only
 */
export async function fitAll<Model extends Fittable>(models: readonly Model[], X: Features, y: Labels, options?: FitOptions): Promise<Model[]> {
  await fitModels(checkModels(models), X, y, options)
  return [...models]
}

/** `fitAll`, blocking: throws what that rejects with. */
export function fitAllSync<Model extends Fittable>(models: readonly Model[], X: Features, y: Labels, options?: FitOptions): Model[] {
  fitModelsSync(checkModels(models), X, y, options)
  return [...models]
}

function checkModels<Model extends Fittable>(models: readonly Model[]): readonly Model[] {
  if (!Array.isArray(models)) throw argumentError('TYPE', 'models', 'an array of models', models)
  models.forEach((model: unknown, i) => {
    if (typeof model !== 'object' || model === null || !(state in model)) throw argumentError('TYPE', `models[${i}]`, 'a model of manycore', model)
    if (models.indexOf(model as Model) !== i) throw argumentError('TYPE', `models[${i}]`, 'a model that is not in the list before', model)
  })
  return models
}
