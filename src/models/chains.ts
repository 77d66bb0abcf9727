/**
 * Models that differ in the strength of their penalty alone, one after the other: each starts where the path of the optima, followed along its tangent from the one before, leads
 * (predictor and corrector, as in Park and Hastie, J. R. Statist. Soc. B 69, 2007). Two Hessians a model where ten are needed from afar.
 */
import type { FitPlan } from './plan.ts'

/** Tolerances above which a model that starts near its optimum ends as near to it as one that starts afar. */
const LOOSEST = 1e-6

/** A limit on the steps that no fit of use comes near, so that it doesn't matter how many there are. */
const ENOUGH_STEPS = 50

/** Steps of log C beyond which a tangent leads nowhere. */
const FARTHEST = 2

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

/** How far the tangent is followed from one C to another, in log C. */
export function reach(from: number, to: number): number {
  return Math.min(FARTHEST, Math.log(to / from))
}

function mayFollow({ options, previous }: FitPlan): boolean {
  const { C, tol, maxIterations, warmStart } = options
  return C < Infinity && tol <= LOOSEST && maxIterations >= ENOUGH_STEPS && !(warmStart && previous !== undefined)
}

function differInStrength({ options: a }: FitPlan, { options: b }: FitPlan): boolean {
  return (Object.keys(a) as (keyof typeof a)[]).every((name) => name === 'C' || Object.is(a[name], b[name]))
}
