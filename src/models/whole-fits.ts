/**
 * Fits that are so small that what is around a step takes as long as its arithmetic: a backend that can makes all steps in one call, model after model of a chain, to the bits that the steps in
 * fit.ts come to.
 */
import { chainsCost, fitsWhole, type Backend, type ChainResult, type LogisticProblem, type ModelChain } from '../dispatch/index.ts'
import { makeError } from '../errors.ts'
import { certificateOf } from './certificate.ts'
import type { FittedLogistic } from './fitted.ts'
import type { FoldMemory } from './fold-memory.ts'
import type { EncodedLabels } from './labels.ts'
import { unscaled } from './loss/separation.ts'
import type { FitPlan } from './plan.ts'
import { ScaledCholesky } from './solver/linear.ts'
import { overflow } from './solver/newton.ts'
import type { WholeFits, Work } from './work.ts'

/** Predicted nanoseconds of a chain beyond which its models are fitted step by step, so that they can be stopped. */
const LONGEST_CHAIN = 20e6

/** Where a chain starts. */
interface ChainStart {
  readonly point: Float64Array
  readonly near: boolean
}

/** A model, and those that start where it and the others before lead, on data so few that all may be fitted in one call; and how to begin without that. */
export interface SmallChain<Fit> {
  readonly problem: LogisticProblem
  readonly weights: Float64Array | null
  readonly models: readonly number[]
  readonly start: ChainStart
  stepwise(): Fit
}

/** Whether a model may be fitted whole. */
export function mayFitWhole({ options }: FitPlan, problem: LogisticProblem): boolean {
  return options.l1Ratio === 0 && options.C < Infinity && fitsWhole(problem)
}

/** What is known of a model before its fit and after, one at a time of those that follow each other. */
export class WholeFit {
  readonly model: number
  readonly misled = false
  readonly #problem: LogisticProblem
  readonly #plan: FitPlan
  readonly #labels: EncodedLabels
  readonly #result: ChainResult

  constructor(plan: FitPlan, model: number, problem: LogisticProblem, labels: EncodedLabels, result: ChainResult) {
    this.model = model
    this.#plan = plan
    this.#problem = problem
    this.#labels = labels
    this.#result = result
    if (result.outcome === 'overflow') throw overflow(result.value)
    if (result.outcome === 'indefinite') throw makeError('INTERNAL', 'the Hessian is not positive definite, whatever the ridge')
  }

  /** Where the fit has ended. */
  get end(): ChainResult {
    return this.#result
  }

  get problem(): LogisticProblem {
    return this.#problem
  }

  /** Whether it may have ended short of the optimum, for all that is known. */
  get mayGoOn(): boolean {
    return (this.#result.outcome === 'converged' || this.#result.outcome === 'stalled') && this.#result.iterations < this.#plan.options.maxIterations
  }

  /** Tells the folds that come where the optimum is, if there is one. */
  tell(company: FoldMemory): void {
    if (this.#result.outcome === 'converged') company.take(this.model, unscaled(this.#problem, this.#result.point, 1))
  }

  /** What the fit found, which began at `start`. */
  finish(start: number): FittedLogistic {
    const { value, gradientNorm, iterations, ridge, point, factor, outcome } = this.#result
    const { columns } = this.#problem
    const { C } = this.#plan.options
    const { classes, kind } = this.#labels
    return {
      columns,
      vectors: 1,
      packed: unscaled(this.#problem, point, 1),
      classes,
      kind,
      converged: outcome === 'converged',
      certificate: certificateOf(
        { objective: value * C, gradientNorm: gradientNorm * C, separated: false, iterations, seconds: (performance.now() - start) / 1000, ridge },
        { size: columns + 1, conditionEstimate: () => ScaledCholesky.ofFactor(columns + 1, factor).conditionEstimate() },
      ),
      variances: undefined,
    }
  }
}

/** A chain of plans, from the first one on. */
function chainOf(plans: readonly FitPlan[], { point, near }: ChainStart, company: FoldMemory | undefined): ModelChain {
  return {
    start: point,
    near,
    polish: company?.polish !== false,
    fitIntercept: plans[0]!.options.fitIntercept,
    models: plans.map(({ options: { C, tol, maxIterations } }) => ({ penalty: strengthOf(C), logC: Math.log(C), tolerance: tol, maxIterations })),
  }
}

/** The smallest doubles have no reciprocal; such a penalty leaves nothing but zeros as it is. */
export function strengthOf(C: number): number {
  return Math.min(1 / C, 1e300)
}

/** The work of fitting chains on the same rows; undefined where one of them takes too long. */
function wholeFits(problem: LogisticProblem, weights: Float64Array | null, chains: readonly ModelChain[], backend: Backend): WholeFits | undefined {
  const nanoseconds = chains.map((chain) => chainsCost(backend, problem, [chain]))
  if (nanoseconds.some((cost) => cost > LONGEST_CHAIN)) return undefined
  return { problem, weights, chains, nanoseconds: nanoseconds.reduce((sum, cost) => sum + cost, 0), results: undefined }
}

/** A model, and those that follow it. */
export function chainFrom(model: number, after: ReadonlyMap<number, number> | undefined): number[] {
  const chain = [model]
  for (let next = after?.get(model); next !== undefined; next = after?.get(next)) chain.push(next)
  return chain
}

/** Fits chains whole, those on the same rows together, where driver and backend do that; of others it sets up the first model's fit. */
export function* fitChains<Fit>(
  chains: readonly SmallChain<Fit>[], plans: readonly FitPlan[], labels: EncodedLabels, { backend, company }: { readonly backend: Backend; readonly company: FoldMemory | undefined }, fits: (Fit | WholeFit)[],
): Generator<Work, void, void> {
  const taken = new Set<SmallChain<Fit>>()
  for (const { problem, weights } of chains) {
    const together = chains.filter((chain) => !taken.has(chain) && chain.problem === problem && chain.weights === weights)
    if (together.length === 0) continue
    for (const chain of together) taken.add(chain)
    const work = wholeFits(problem, weights, together.map(({ models, start }) => chainOf(models.map((model) => plans[model]!), start, company)), backend)
    if (work !== undefined) yield work
    if (work?.results === undefined) {
      for (const { models, stepwise } of together) fits[models[0]!] = stepwise()
      continue
    }
    const models = together.flatMap((chain) => chain.models)
    for (const [k, result] of work.results.entries()) fits[models[k]!] = new WholeFit(plans[models[k]!]!, models[k]!, problem, labels, result)
  }
}
