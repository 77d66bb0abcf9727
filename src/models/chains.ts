/**
 * Models that differ in the strength of their penalty alone, one after the other: each starts where the path of the optima, followed from the two before along the cubic that has their
 * tangents, leads (predictor and corrector, as in Park and Hastie, J. R. Statist. Soc. B 69, 2007). One Hessian a model, or two, where ten are needed from afar.
 */
import type { FitPlan } from './plan.ts'

/** Tolerances above which a model that starts near its optimum ends as near to it as one that starts afar. */
const LOOSEST = 1e-6

/** A limit on the steps that no fit of use comes near, so that it doesn't matter how many there are. */
const ENOUGH_STEPS = 50

/** Steps of log C beyond which the path leads nowhere. */
const FARTHEST = 2

/** How many times the last interval a cubic may be followed beyond it. */
const LONGEST_STEP = 1.5

/** The model that follows each one: the next larger C of those with the same other options. Weak penalties follow strong ones, whose models are fitted in fewer steps. */
export function successors(plans: readonly FitPlan[]): ReadonlyMap<number, number> {
  const chains: number[][] = []
  for (const [model, plan] of plans.entries()) {
    if (!mayFollow(plan)) continue
    const chain = chains.find(([first]) => differInStrength(plans[first!]!, plan))
    if (chain === undefined) chains.push([model])
    else chain.push(model)
  }
  const after = new Map<number, number>()
  for (const chain of chains) {
    chain.sort((a, b) => plans[a]!.options.C - plans[b]!.options.C)
    for (let k = 1; k < chain.length; k++) after.set(chain[k - 1]!, chain[k]!)
  }
  return after
}

/** A point of the path of the optima, and how fast it moves there with log C. */
export interface PathPoint {
  readonly logC: number
  readonly optimum: Float64Array
  readonly tangent: Float64Array
}

/** About where the optimum for another C is: along the cubic through the last two optima and their tangents, or along the last tangent where that cubic would be stretched too far. */
export function foretold(path: readonly PathPoint[], C: number): Float64Array {
  const { logC, optimum, tangent } = path.at(-1)!
  const before = path.at(-2)
  const step = Math.log(C) - logC
  const interval = before === undefined ? 0 : logC - before.logC
  const out = new Float64Array(optimum.length)
  if (before === undefined || step > LONGEST_STEP * interval || step > FARTHEST) {
    const along = Math.min(FARTHEST, step)
    for (let i = 0; i < out.length; i++) out[i] = optimum[i]! + along * tangent[i]!
    return out
  }
  const t = step / interval
  for (let i = 0; i < out.length; i++) {
    const [first, last] = [before.tangent[i]!, tangent[i]!]
    const chord = (optimum[i]! - before.optimum[i]!) / interval
    out[i] = optimum[i]! + step * (last + t * (first + 2 * last - 3 * chord + t * (first + last - 2 * chord)))
  }
  return out
}

/** Whether a fit may start where others lead. */
export function mayFollow({ options, previous }: FitPlan): boolean {
  const { C, tol, maxIterations, warmStart } = options
  return C < Infinity && tol <= LOOSEST && maxIterations >= ENOUGH_STEPS && !(warmStart && previous !== undefined)
}

function differInStrength({ options: a }: FitPlan, { options: b }: FitPlan): boolean {
  return (Object.keys(a) as (keyof typeof a)[]).every((name) => name === 'C' || Object.is(a[name], b[name]))
}
