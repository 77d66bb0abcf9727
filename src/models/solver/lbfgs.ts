/**
 * L-BFGS (Nocedal and Wright, Numerical Optimization, 2nd ed., algorithms 7.4 and 7.5) for smooth convex functions, around a preconditioner that stands for the
 * inverse Hessian. Like newton.ts a generator that knows no data; it asks for gradients only.
 */
import { makeError } from '../../errors.ts'
import type { Evaluation, EvaluationRequest, NewtonResult } from './newton.ts'
import { InverseHessian, type LbfgsMemory } from './lbfgs-memory.ts'
import { along, dot, maxAbs } from './vectors.ts'

export interface LbfgsOptions {
  /** Where to start; not written to. */
  readonly start: Float64Array
  /** Done when the estimated gap, relative to the value, is at most this. */
  readonly tolerance: number
  /** Steps at most. */
  readonly maxIterations: number
  /** Evaluations after which it gives up as `slow`. Default: none. */
  readonly maxEvaluations?: number | undefined
  /** Remembered from an earlier run on the same function, and added to: its preconditioner may have been another. */
  readonly memory?: LbfgsMemory | undefined
  /**
   * Whether steps beyond the tolerance are worth a gradient each, until the point is as precise as rounding lets it be. Default false.
   */
  readonly polish?: boolean | undefined
  /** x ← P·x for a symmetric positive definite P near the inverse Hessian. */
  precondition(x: Float64Array): void
  readonly onIteration?: ((iteration: number, objective: number, relativeGap: number) => void) | undefined
}

export interface LbfgsResult extends Omit<NewtonResult, 'outcome'> {
  readonly outcome: NewtonResult['outcome'] | 'slow'
}

/** Steps over which the rate of convergence is measured. */
const RATE_STEPS = 8

/** Steps over which what steps promise is compared: good ones and bad ones take turns. */
const RATIO_STEPS = 3

/** Steps that take away all but this share of what is left have shown that the preconditioner is as good as the inverse Hessian, and so are its estimates. */
const PROVEN = 0.03

/** Sufficient decrease, and the share of the slope that may be left, of the weak conditions of Wolfe. */
const DECREASE = 1e-4
const SLOPE_LEFT = 0.9

/** How far rounding may lift a sum of positive terms, relative. */
const LEVEL = 64 * Number.EPSILON

/** Trials of one line search; and those where rounding hides the decrease. */
const MAX_TRIALS = 40
const HIDDEN_TRIALS = 4

/** Share of the slope that may be left with the other sign where rounding hides the decrease (Hager and Zhang, SIAM J. Optim. 16, 2005, have their approximate conditions of Wolfe for this). */
const SLOPE_BEYOND = 0.8

/** Relative gaps below this are rounding errors once they no longer shrink. */
const GAP_FLOOR = 1e-13

/**
 * A gap this far below the tolerance needs no further step, nor one of half the tolerance that enough steps have shown the rate of; else one is taken beyond the tolerance, since estimates by
 * an approximate Hessian are just that.
 */
const SURE = 1e-4

/** Relative gap by the slope alone at which the point itself has ten digits; and steps that may be taken to get there, or without getting nearer. */
const POLISHED = 1e-26
const POLISHING_STEPS = 300
const VAIN_STEPS = 24

/**
 * Minimises. A step costs one evaluation, unless its line search needs more.
 *
 * @throws RangeError ERR_MANYCORE_NOT_FINITE if the function overflows at the start.
 */
export function* lbfgs(options: LbfgsOptions): Generator<EvaluationRequest, LbfgsResult, Evaluation> {
  const { start, tolerance, maxIterations, maxEvaluations = Infinity, precondition, onIteration, memory = [], polish = false } = options
  const n = start.length
  let point = start.slice()
  let trial = new Float64Array(n)
  let evaluation = yield { point, order: 1 }
  let evaluations = 1
  let { value } = evaluation
  let gradient = evaluation.gradient.slice()
  let fresh = new Float64Array(n)
  const step = new Float64Array(n)
  let iterations = 0
  let lastDecrement = Infinity
  const promises: number[] = []
  const decreases: number[] = []
  let beyond = false
  let polishing = 0
  let least = Infinity
  let vain = 0
  const inverse = new InverseHessian(memory, precondition)
  if (!Number.isFinite(value)) {
    throw makeError('NOT_FINITE', `X: its values are too large to compute with: the objective is ${value}`, { argument: 'X', got: `an objective of ${value}`, wanted: 'values whose squares can be summed' })
  }

  for (;;) {
    inverse.direction(gradient, step)
    const slope = dot(gradient, step)
    const decrement = -slope / 2 / Math.max(Math.abs(value), Number.MIN_VALUE)
    const ratio = decrement / lastDecrement
    promises.push(decrement)
    if (promises.length > RATIO_STEPS + 1) promises.shift()
    const share = promises.length > 1 ? (decrement / promises[0]!) ** (1 / (promises.length - 1)) : 0
    const promised = decrement * (share <= 0.1 ? 1 : 2 / Math.max(1 - share, 1e-3))
    const gap = Math.max(promised, toCome(decreases) / Math.max(Math.abs(value), Number.MIN_VALUE))
    onIteration?.(iterations, value, gap)
    const finish = (outcome: LbfgsResult['outcome']): LbfgsResult => ({ point, value, gradientNorm: maxAbs(gradient), relativeGap: gap, iterations, outcome, step })

    const measured = decreases.length > RATE_STEPS && gap <= tolerance / 2
    const near = (gap <= tolerance && (beyond || measured || gap <= tolerance * SURE || (iterations >= 2 && ratio <= PROVEN))) || (gap <= GAP_FLOOR && ratio > 0.25)
    if (near || polishing > 0) {
      vain = decrement < least / 2 ? 0 : vain + 1
      // Only what has been halved counts: small gains add up.
      if (vain === 0) least = decrement
      if (!polish || decrement <= POLISHED || ++polishing > POLISHING_STEPS || vain > VAIN_STEPS) return finish('converged')
    }
    if (iterations >= maxIterations) return finish(gap <= tolerance || polishing > 0 ? 'converged' : 'iterations')
    if (evaluations >= maxEvaluations && polishing === 0) return finish(gap <= tolerance ? 'converged' : 'slow')
    beyond = gap <= tolerance

    let low = 0
    let high = Infinity
    let length = 1
    for (let trials = 0; ; trials++) {
      if (trials === MAX_TRIALS) return finish(gap <= tolerance || polishing > 0 ? 'converged' : 'stalled')
      along(point, length, step, trial)
      evaluation = yield { point: trial, order: 1 }
      evaluations += 1
      const enough = evaluation.value <= value + DECREASE * length * slope + LEVEL * Math.abs(value)
      // Where rounding hides the decrease, the slope tells of it, which has more digits there; until it has none either.
      const hidden = length * -slope <= LEVEL * Math.abs(value)
      const slopeThere = dot(evaluation.gradient, step)
      if (!enough || (hidden && trials < HIDDEN_TRIALS && slopeThere > -SLOPE_BEYOND * slope)) high = length
      else if (slopeThere < SLOPE_LEFT * slope && (!hidden || trials < HIDDEN_TRIALS)) low = length
      else break
      length = high < Infinity ? (low + high) / 2 : 2 * length
    }
    fresh.set(evaluation.gradient)
    inverse.take(point, trial, gradient, fresh)
    ;[point, trial] = [trial, point]
    ;[gradient, fresh] = [fresh, gradient]
    decreases.push(Math.max(0, value - evaluation.value))
    value = evaluation.value
    iterations += 1
    lastDecrement = decrement
  }
}

/**
 * What steps to come will take away if each takes the same share of the one before it as the last ones did, and twice that for safety: what a step promises by an
 * approximate Hessian may be far too little where the Hessian's small eigenvalues have not shown themselves yet.
 */
function toCome(decreases: readonly number[]): number {
  const count = Math.min(RATE_STEPS, decreases.length - 1)
  if (count < 1) return 0
  const last = decreases.at(-1)!
  const before = decreases.at(-1 - count)!
  const rate = Math.min((last / before) ** (1 / count), 0.999)
  return before > 0 ? (2 * last * rate) / (1 - rate) : 0
}
