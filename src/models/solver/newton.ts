/**
 * Damped Newton's method for convex functions, smooth or with absolute values (its solver knows which), as a generator: it yields the points where it wants the function
 * evaluated and is sent the evaluations. It knows no data, no model and no clock, so one writing serves blocking,
 * asynchronous and lockstep fits.
 */
import { makeError } from '../../errors.ts'
import { dot } from './vectors.ts'

/** What the solver asks for: the function at `point`; its gradient from order 1 on; its Hessian from order 2 on. */
export interface EvaluationRequest {
  readonly point: Float64Array
  readonly order: 0 | 1 | 2
}

/** The answer. The arrays may be overwritten by the next evaluation. */
export interface Evaluation {
  readonly value: number
  readonly gradient: Float64Array
  /** n × n, row-major; only the upper triangle is read. */
  readonly hessian: Float64Array
}

/** What a step promises by the local model of the function. */
export interface Outlook {
  /** Change of the function a step, at its start. */
  readonly slope: number
  /** What the whole step takes away. */
  readonly decrease: number
  /** Largest magnitude among the partial derivatives (the least one where there are several). */
  readonly gradientNorm: number
}

/** Finds the step that minimises the local model of the function: linear.ts for smooth functions, proximal.ts for those with absolute values. */
export interface StepSolver {
  /** Whether the function's derivatives tell of all of it, so that a step may go further than to the minimum of the local model. */
  readonly smooth: boolean
  /** Largest ridge that had to be added so far, relative to the diagonal; 0 for none. */
  readonly ridge: number
  /** Takes in the Hessian and writes the step from `point`. */
  factorAndSolve(hessian: Float64Array, gradient: Float64Array, step: Float64Array, point: Float64Array): void
  /** The same with the Hessian that was taken in last. */
  solveAgain(gradient: Float64Array, step: Float64Array, point: Float64Array): void
  /** Of the step that was written last. */
  outlook(): Outlook
  /** Condition number of the last system, from below. */
  conditionEstimate(): number
}

export interface NewtonOptions {
  /** Where to start; not written to. */
  readonly start: Float64Array
  /** Done when the estimated objective gap, relative to the objective, is at most this. */
  readonly tolerance: number
  /** Steps at most. */
  readonly maxIterations: number
  readonly solver: StepSolver
  /** Called at the start and after each step. */
  readonly onIteration?: ((iteration: number, objective: number, relativeGap: number) => void) | undefined
  /** Whether the point is wanted as precisely as rounding allows, not only a value near the minimum. Default false. */
  readonly precise?: boolean | undefined
  /** Whether steps beyond the tolerance are worth a gradient each. Default true. */
  readonly polish?: boolean | undefined
  /** The relative gap that those lead to. Default 1e-17, of a point with nine digits or so. */
  readonly polished?: number | undefined
  /** Steps that may be taken to get there. Default 2. */
  readonly polishingSteps?: number | undefined
  /**
   * Whether the start is near the minimum, as foretold by another one's: then the Hessian there serves for several steps, each for a gradient, and the last one is taken unseen
   * when it leads within the tolerance, or where `polish` leads. Default false.
   */
  readonly near?: boolean | undefined
  /** Asked after each evaluation with derivatives: whether to give up, for there is no optimum to find. */
  readonly hopeless?: (() => boolean) | undefined
}

export interface NewtonResult {
  readonly point: Float64Array
  /** At `point`. */
  readonly value: number
  readonly gradientNorm: number
  /** Estimated (value − minimum) / value at `point`. */
  readonly relativeGap: number
  /** Steps that were taken. */
  readonly iterations: number
  readonly outcome: 'converged' | 'iterations' | 'stalled' | 'hopeless'
  /** The step that would come next. */
  readonly step: Float64Array
}

/** Sufficient decrease of Armijo's rule. */
const ARMIJO = 1e-4

/** How far rounding may lift a sum of positive terms, relative: a step to a value this much higher still counts as level. */
const LEVEL = 64 * Number.EPSILON

/** So many steps that lower the value by rounding errors at most end the search; it has converged if the gap is below LEVEL_GAP. */
const LEVEL_STEPS = 6
const LEVEL_GAP = 1e-9

/** Relative gaps below this are rounding errors once they no longer shrink. */
const GAP_FLOOR = 1e-13

/** Steps beyond the tolerance, unless the gap is below POLISHED: each takes two digits of the coefficients or more, for one gradient. */
const POLISHING_STEPS = 2
const POLISHED = 1e-17

/** The same where the point itself is wanted, to ten digits, and its function is as flat as it may be. */
const PRECISE_POLISHING_STEPS = 8
const PRECISELY_POLISHED = 1e-25

/** The same from a start near the minimum, with a Hessian that is a little off; the last step is taken unseen. */
const NEAR_POLISHING_STEPS = 3
const NEARLY_POLISHED = 1e-16

/**
 * Where a step has left more than a share LEFT of the slope along it, the next one, whose curvature will fall as fast, is made longer: to where a slope that falls so evenly would be 0.
 * Far from the optimum the loss falls like an exponential, of which Newton's steps take away too little.
 */
const LEFT = 0.1
const LONGEST = 2.5

/** Relative decrease promised at a start near the minimum, up to which its Hessian tells of the minimum well enough for steps more. */
const NEAR = 0.01

/**
 * With the Hessian of a start near the minimum: the most that a step may leave of the decrement; how many times as much of it the second step leaves as the first (four where
 * the Hessian changes evenly, ten seen); and what doubt there is in what the next step leaves. Two steps are worth what a Hessian takes.
 */
const MOST_LEFT = 0.1
const SECOND_LEAVES = 10
const DOUBT = 50

/** Halvings before a line search gives up: 2^−60 of a step is no step. */
const MAX_HALVINGS = 60

/**
 * Minimises. A step costs one evaluation with Hessian. The one that ends within the tolerance costs only a gradient, since the
 * next gap can be foretold from the two before it (convergence is quadratic) and verified with the last factor. A gap of 1e-9 leaves coefficients with four or
 * five digits; steps more with that factor, for a gradient each, bring them to about nine, so that predictions are as good as the objective and it hardly shows on
 * which side of the tolerance the last gap fell.
 *
 * @throws RangeError ERR_MANYCORE_NOT_FINITE if the function overflows at the start.
 */
export function* newton(options: NewtonOptions): Generator<EvaluationRequest, NewtonResult, Evaluation> {
  const { start, tolerance, maxIterations, solver, onIteration, precise = false, polish = true, near = false, hopeless, polished: wanted = POLISHED, polishingSteps: mostPolishing = POLISHING_STEPS } = options
  const polishingSteps = !polish ? 0 : precise ? PRECISE_POLISHING_STEPS : near ? NEAR_POLISHING_STEPS : mostPolishing
  const unseenGap = !near ? -1 : polish ? Math.min(tolerance, NEARLY_POLISHED) : tolerance
  const polishedGap = precise ? PRECISELY_POLISHED : wanted
  const n = start.length
  let point = start.slice()
  let trial = new Float64Array(n)
  const step = new Float64Array(n)
  let iterations = 0
  let reported = -1
  let lastDecrement = Infinity
  let levelSteps = 0
  let evaluation = yield { point, order: 2 }
  let fresh = true
  let polished = 0
  let length = 1
  /** Steps since the last Hessian. */
  let age = 0

  for (;;) {
    const { value, gradient } = evaluation
    if (!Number.isFinite(value)) throw overflow(value)
    age = fresh ? 0 : age + 1
    if (fresh) solver.factorAndSolve(evaluation.hessian, gradient, step, point)
    else solver.solveAgain(gradient, step, point)
    const { slope, decrease, gradientNorm } = solver.outlook()
    const scale = Math.max(Math.abs(value), Number.MIN_VALUE)
    const decrement = decrease / scale
    const gap = decrement * remaining(decrement / lastDecrement)
    if (iterations > reported) onIteration?.((reported = iterations), value, gap)
    const finish = (outcome: NewtonResult['outcome']): NewtonResult => ({ point, value, gradientNorm, relativeGap: gap, iterations, outcome, step })

    if (hopeless?.() === true) return finish('hopeless')
    const share = near && !fresh ? leaves(decrement / lastDecrement, age) : 1
    const gapAhead = gap * Math.min(1, DOUBT * share)
    if (near && (gapAhead <= unseenGap || (polished > 0 && polished === polishingSteps)) && iterations < maxIterations) {
      addScaled(point, 1, step, trial)
      return { ...finish('converged'), point: trial, value: value - decrease, relativeGap: gapAhead, iterations: iterations + 1 }
    }
    if (gap <= tolerance || polished > 0) {
      const level = precise && polished > 0 && decrement > lastDecrement / 4
      if (gap <= polishedGap || level || polished === polishingSteps || iterations >= maxIterations) return finish('converged')
      addScaled(point, 1, step, trial)
      evaluation = yield { point: trial, order: 1 }
      if (!acceptable(evaluation.value, value, slope)) return finish('converged')
      ;[point, trial] = [trial, point]
      iterations += 1
      polished += 1
      lastDecrement = decrement
      fresh = false
      continue
    }
    if (gap <= GAP_FLOOR && decrement > lastDecrement / 4) return finish('converged')
    if (levelSteps >= LEVEL_STEPS) return finish(gap <= LEVEL_GAP ? 'converged' : 'stalled')
    if (iterations >= maxIterations) return finish('iterations')
    if (!fresh && !(share <= MOST_LEFT && decrement * (age === 1 ? share * share : share) <= tolerance)) {
      // The forecast was too hopeful: this point's own Hessian is needed after all.
      evaluation = yield { point, order: 2 }
      fresh = true
      continue
    }

    addScaled(point, length, step, trial)
    const ratio = decrement / lastDecrement
    const forecast = lastDecrement < Infinity && length === 1 ? ratio * ratio * decrement * 4 : Infinity
    const order = forecast <= tolerance || iterations + 1 >= maxIterations || (near && decrement <= NEAR) ? 1 : 2
    evaluation = yield { point: trial, order }
    if (!acceptable(evaluation.value, value, length * slope)) {
      let halvings = 0
      do {
        if (++halvings > MAX_HALVINGS) return finish(gap <= GAP_FLOOR ? 'converged' : 'stalled')
        length *= shrinkage(evaluation.value - value, length * slope)
        addScaled(point, length, step, trial)
        evaluation = yield { point: trial, order: 0 }
      } while (!acceptable(evaluation.value, value, length * slope))
      evaluation = yield { point: trial, order: 2 }
      fresh = true
      length = 1
    } else {
      fresh = order === 2
      const left = solver.smooth ? dot(evaluation.gradient, step) / slope : 0
      length = left > LEFT ? 1 / Math.max(1 - left, 1 / LONGEST) : 1
    }
    ;[point, trial] = [trial, point]
    iterations += 1
    lastDecrement = decrement
    levelSteps = evaluation.value < value - LEVEL * Math.abs(value) ? 0 : levelSteps + 1
  }
}

/**
 * What is left to gain, as a multiple of what the local parabola promises: 1 where convergence is quadratic. Where decrements only shrink in
 * proportion (the loss falls like an exponential, long before a tiny penalty stops it), the sum of all that are to come, doubled since an exponential
 * falls by twice what its parabola says.
 */
function remaining(ratio: number): number {
  return ratio <= 0.1 ? 1 : 2 / Math.max(1 - ratio, 1e-3)
}

/** The share of the decrement that a step with the Hessian of the start will leave, after `age` such steps. */
function leaves(ratio: number, age: number): number {
  return age === 1 ? SECOND_LEAVES * ratio : ratio
}

function acceptable(value: number, before: number, slope: number): boolean {
  return value <= before + ARMIJO * slope + LEVEL * Math.abs(before)
}

/** Minimum of the parabola through both values and the slope, kept within a tenth and a half. */
function shrinkage(rise: number, slope: number): number {
  const ratio = -slope / (2 * (rise - slope))
  return ratio >= 0.1 ? Math.min(ratio, 0.5) : 0.1
}

function addScaled(x: Float64Array, factor: number, y: Float64Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i]! + factor * y[i]!
}

/** The error for an objective that isn't finite. */
export function overflow(value: number): Error {
  return makeError('NOT_FINITE', `X: its values are too large to compute with: the objective is ${value}`, {
    argument: 'X',
    got: `an objective of ${value}`,
    wanted: 'values whose squares can be summed',
  })
}
