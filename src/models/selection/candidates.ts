/** Fits many models on the same rows: common transformers once, logistic regressions together, in one read of X. */
import { isCSR } from '../../common/sparse.ts'
import { either, type Job } from '../both-forms.ts'
import type { Control } from '../control.ts'
import type { Classifier, Transformer } from '../estimator.ts'
import { fitModels, fitModelsSync } from '../fit-all.ts'
import { FoldMemory } from '../fold-memory.ts'
import type { Features } from '../input.ts'
import type { Labels } from '../labels.ts'
import { LogisticRegression } from '../logistic-regression.ts'
import type { FitOptions } from '../options.ts'
import { fitTransformers, parts, Pipeline } from '../pipeline.ts'

/** Bytes that models which are fitted together may take for their Hessians and factors. */
const TOGETHER_BYTES = 2 ** 28

/** A fitted model and its share of the time that it took together with others. */
export interface FittedCandidate {
  readonly model: Classifier
  readonly seconds: number
}

/** Models with the same transformers in front. */
interface Group {
  readonly transformers: readonly Transformer[]
  readonly members: number[]
}

/**
 * Fits all models, which it changes, on the same rows. Logistic regressions that differ in C alone start from each other's optimum, so that
 * their last digits depend on their company, if on nothing else; `memories` keeps what folds tell each other, by the first model of those that are fitted together, and those models get few digits more than `tol` asks for unless `polish`. `fitted` is called with how many more models are done.
 */
export function* fitCandidates(
  models: readonly Classifier[], X: Features, y: Labels, sampleWeight: Float64Array | null, control: Control, fitted: (count: number) => void, memories: Map<number, FoldMemory>, polish: boolean,
): Job<FittedCandidate[]> {
  const out: FittedCandidate[] = Array.from({ length: models.length })
  for (const { transformers, members } of groupsOf(models)) {
    const start = performance.now()
    const transformed = yield* fitTransformers(transformers, X, control)
    const transformSeconds = (performance.now() - start) / 1000 / members.length
    for (const batch of batchesOf(members, models, transformed)) {
      const begin = performance.now()
      const finals = batch.map((index) => finalOf(models[index]!))
      const options: FitOptions = { ...control.rest(), sampleWeight }
      if (finals.every((model) => model.constructor === LogisticRegression)) {
        const regressions = finals as LogisticRegression[]
        const company = memories.get(batch[0]!) ?? new FoldMemory(polish)
        memories.set(batch[0]!, company)
        yield* either(() => fitModelsSync(regressions, transformed, y, options, company), () => fitModels(regressions, transformed, y, options, company))
      } else {
        for (const model of finals) yield* either(() => model.fitSync(transformed, y, options), () => model.fit(transformed, y, options))
      }
      const seconds = (performance.now() - begin) / 1000 / batch.length + transformSeconds
      batch.forEach((index, i) => {
        const model = models[index]!
        if (model instanceof Pipeline) model[parts] = { transformers, model: finals[i]! }
        out[index] = { model, seconds }
      })
      fitted(batch.length)
    }
  }
  return out
}

function finalOf(model: Classifier): Classifier {
  return model instanceof Pipeline ? model[parts].model : model
}

/** Models by what stands in front of them: equal classes with equal options learn the same. */
function groupsOf(models: readonly Classifier[]): Group[] {
  const groups: Group[] = []
  models.forEach((model, index) => {
    const transformers = model instanceof Pipeline ? model[parts].transformers : []
    const same = groups.find((group) => sameTransformers(group.transformers, transformers))
    if (same === undefined) groups.push({ transformers, members: [index] })
    else same.members.push(index)
  })
  return groups
}

function sameTransformers(a: readonly Transformer[], b: readonly Transformer[]): boolean {
  return a.length === b.length && a.every((one, i) => one.constructor === b[i]!.constructor && sameOptions(one.options, b[i]!.options))
}

function sameOptions(a: object, b: object): boolean {
  const [one, other] = [Object.entries(a), new Map(Object.entries(b))]
  return one.length === other.size && one.every(([name, value]) => other.has(name) && Object.is(other.get(name), value))
}

/** Logistic regressions in lots that share memory for their Hessians, all others one by one. */
function* batchesOf(members: readonly number[], models: readonly Classifier[], X: Features): Generator<number[]> {
  const together = members.filter((index) => finalOf(models[index]!).constructor === LogisticRegression)
  const columns = columnsOf(X)
  const most = Math.max(1, Math.floor(TOGETHER_BYTES / (32 * (columns + 1) ** 2)))
  for (let first = 0; first < together.length; first += most) yield together.slice(first, first + most)
  for (const index of members) if (!together.includes(index)) yield [index]
}

function columnsOf(X: Features): number {
  if (isCSR(X)) return X.shape[1]!
  if (Array.isArray(X)) return (X[0] as ArrayLike<number> | undefined)?.length ?? 0
  const { columns, shape } = X as { columns?: number; shape?: ArrayLike<number> }
  return columns ?? shape?.[1] ?? 0
}
