/** Fits logistic regressions: one or several on the same data, in lockstep, as a generator of work (work.ts). */
import type { Backend, LogisticProblem } from '../dispatch/index.ts'
import { makeError } from '../errors.ts'
import type { Certificate, FittedLogistic } from './fitted.ts'
import { coefficientVariances } from './inference.ts'
import { checkLength, type Dense } from './input.ts'
import { encodeLabels, type EncodedLabels } from './labels.ts'
import { LogisticObjective } from './loss/logistic.ts'
import { mayRunAway, SeparationTest, unscaled } from './loss/separation.ts'
import type { CheckedOptions, FitProgress } from './options.ts'
import { columnScaling, ColumnMoments } from './scaling.ts'
import { ScaledCholesky } from './solver/linear.ts'
import { newton, type Evaluation, type EvaluationRequest, type NewtonResult, type StepSolver } from './solver/newton.ts'
import { ProximalSolver } from './solver/proximal.ts'
import { dot } from './solver/vectors.ts'
import { checkSampleWeight, rowWeights, type RowWeights } from './weights.ts'
import type { Work } from './work.ts'

/** One model to be fitted. */
export interface FitPlan {
  readonly options: CheckedOptions
  /** What the model had found before. */
  readonly previous: FittedLogistic | undefined
}

/** Rows' labels and weights, checked. */
export interface Targets {
  readonly labels: EncodedLabels
  readonly sampleWeight: Float64Array | null
}

/** Shared by all fits of a call. */
export interface FitContext {
  readonly backend: Backend
  readonly threads: number | undefined
  readonly onProgress: ((progress: FitProgress) => void) | undefined
}

/** Numbers the classes and copies the weights; throws if they don't fit X or don't make a classification problem. */
export function checkTargets(y: unknown, sampleWeight: unknown, rows: number): Targets {
  const labels = encodeLabels(y)
  checkLength(labels.indices.length, 'y', rows)
  const { classes } = labels
  if (classes.length < 2) {
    throw makeError('CLASSES', `y: expected at least two classes, got only ${String(classes[0])}`, {
      argument: 'y',
      got: `one class, ${String(classes[0])}`,
      wanted: 'at least two classes',
    })
  }
  return { labels, sampleWeight: checkSampleWeight(sampleWeight, rows) }
}

/** The whole fit of all plans on one X. Plans with and without an intercept see different columns, all others share reads of X. */
export function* fitLogistic(plans: readonly FitPlan[], dense: Dense, targets: Targets, context: FitContext): Generator<Work, FittedLogistic[], void> {
  const start = performance.now()
  const { labels, sampleWeight } = targets
  const weights = plans.map(({ options }) => rowWeights(sampleWeight, options.classWeight, labels))
  const columns = new ColumnMoments(dense, context.backend, context.threads)
  yield columns
  const moments = columns.finish()
  const problems = new Map<boolean, LogisticProblem>()
  const problemFor = (center: boolean): LogisticProblem => {
    let problem = problems.get(center)
    if (problem === undefined) {
      problem = { ...dense, ...columnScaling(dense, moments, center), y: labels.indices, classes: labels.classes.length }
      problems.set(center, problem)
    }
    return problem
  }
  const fits = plans.map((plan, model) => new Fit(plan, model, problemFor(plan.options.fitIntercept), weights[model]!, labels, context))

  for (let running: readonly Fit[] = fits; running.length > 0; running = running.filter((fit) => fit.result === undefined)) {
    for (const problem of problems.values()) {
      const asking = running.filter((fit) => fit.problem === problem)
      if (asking.length === 0) continue
      yield { problem, requests: asking.map((fit) => fit.request()) }
      for (const fit of asking) fit.answered()
    }
  }

  const found: FittedLogistic[] = []
  for (const fit of fits) found.push(yield* fit.finish(start))
  return found
}

/** The state of one fit between evaluations. */
class Fit {
  readonly problem: LogisticProblem
  result: NewtonResult | undefined
  readonly #objective: LogisticObjective
  readonly #solver: StepSolver
  readonly #steps: Generator<EvaluationRequest, NewtonResult, Evaluation>
  readonly #options: CheckedOptions
  readonly #labels: EncodedLabels
  readonly #context: FitContext
  #pending: EvaluationRequest | undefined

  constructor({ options, previous }: FitPlan, model: number, problem: LogisticProblem, weights: RowWeights, labels: EncodedLabels, context: FitContext) {
    this.problem = problem
    this.#options = options
    this.#labels = labels
    this.#context = context
    const free = options.C === Infinity
    checkSize(problem)
    // The smallest doubles have no reciprocal; such a penalty leaves nothing but zeros as it is.
    const strength = free ? 0 : Math.min(1 / options.C, 1e300)
    const objective = new LogisticObjective(problem, {
      weights: weights.weights,
      smallestWeight: weights.smallest,
      penalty: (1 - options.l1Ratio) * strength,
      absolutePenalty: options.l1Ratio * strength,
      fitIntercept: options.fitIntercept,
    })
    this.#objective = objective
    const choleskySolve = context.backend.choleskySolve.bind(context.backend)
    const { absoluteWeights } = objective
    this.#solver = absoluteWeights === undefined ? new ScaledCholesky(objective.size, choleskySolve) : new ProximalSolver(absoluteWeights, choleskySolve)
    const factor = this.#factor
    const { onProgress } = context
    this.#steps = newton({
      start: startingPoint(options, previous, problem, weights, labels, objective),
      tolerance: options.tol,
      maxIterations: options.maxIterations,
      solver: this.#solver,
      onIteration: onProgress && ((iteration, objective, relativeGap) => onProgress({ model, iteration, objective: objective * factor, relativeGap })),
      precise: free,
      hopeless: free ? () => objective.provesSeparation() : undefined,
    })
    this.#take(this.#steps.next())
  }

  /** What to evaluate next. */
  request(): ReturnType<LogisticObjective['request']> {
    return this.#objective.request(this.#pending!)
  }

  /** Goes on to the next request, or to the result. */
  answered(): void {
    this.#take(this.#steps.next(this.#objective.evaluation()))
  }

  /** Reads the result off the solver's last state. */
  *finish(start: number): Generator<Work, FittedLogistic, void> {
    const { point, value, gradientNorm, iterations, outcome, step } = this.result!
    const { problem } = this
    const { vectors } = this.#objective
    const separated = outcome === 'hopeless' || (this.#options.C === Infinity && mayRunAway(problem, step) && (yield* this.#runsAway(this.result!)))
    const sparse = this.#objective.absoluteWeights !== undefined
    if (vectors > 1 && !sparse) centerClasses(point, vectors)
    const packed = unscaled(problem, point, vectors)
    if (vectors > 1 && sparse) centerClasses(packed, vectors, problem.columns)
    const certificate: Certificate = {
      objective: value * this.#factor,
      gradientNorm: gradientNorm * this.#factor,
      conditionEstimate: this.#solver.conditionEstimate(),
      separated,
      iterations,
      seconds: (performance.now() - start) / 1000,
      ridge: this.#solver.ridge,
    }
    const { classes, kind } = this.#labels
    const converged = outcome === 'converged' && !separated
    const variances = converged && this.#options.C === Infinity ? yield* this.#variances(point) : undefined
    return {
      columns: problem.columns,
      vectors,
      packed,
      classes,
      kind,
      converged,
      certificate,
      variances,
    }
  }

  *#variances(point: Float64Array): Generator<Work, Float64Array | undefined, void> {
    const { columns, center, inverseScale } = this.problem
    yield { problem: this.problem, requests: [this.#objective.request({ point, order: 2 })] }
    return coefficientVariances(this.#objective.plainHessian(), this.#objective.vectors, columns, this.#options.fitIntercept, center, inverseScale)
  }

  /** Looks at the rows along the Newton step of the final point; the solver's last step may be one of an older Hessian. */
  *#runsAway({ point, step }: NewtonResult): Generator<Work, boolean, void> {
    const { backend, threads } = this.#context
    yield { problem: this.problem, requests: [this.#objective.request({ point, order: 2 })] }
    const { value, gradient, hessian } = this.#objective.evaluation()
    this.#solver.factorAndSolve(hessian, gradient, step, point)
    const test = new SeparationTest(this.problem, step, -dot(gradient, step) / 2 / value, backend, threads)
    yield test
    return test.runsAway
  }

  /** What the solver minimises is the objective divided by this. */
  get #factor(): number {
    return this.#options.C === Infinity ? 1 : this.#options.C
  }

  #take({ done, value }: IteratorResult<EvaluationRequest, NewtonResult>): void {
    if (done === true) this.result = value
    else this.#pending = value
  }
}

/** Most coefficients that Newton's method is taken for: their Hessian and its factor take 16 bytes for each pair. */
const MAX_COEFFICIENTS = 20_000

function checkSize({ columns, classes }: LogisticProblem): void {
  const count = (classes === 2 ? 1 : classes) * (columns + 1)
  if (count <= MAX_COEFFICIENTS) return
  throw makeError('RANGE', `X: ${columns} columns and ${classes} classes make ${count} coefficients; this version fits ${MAX_COEFFICIENTS} at most`, {
    argument: 'X',
    got: `${count} coefficients`,
    wanted: `at most ${MAX_COEFFICIENTS}`,
  })
}

/**
 * The last coefficients on a warm start, if they are of this problem's classes and columns; else zeros, with the intercept at the log-odds
 * of the classes' weights, where it would be without features.
 */
function startingPoint(
  { warmStart, fitIntercept, maxIterations }: CheckedOptions, previous: FittedLogistic | undefined, problem: LogisticProblem, weights: RowWeights,
  labels: EncodedLabels, objective: LogisticObjective,
): Float64Array {
  const { vectors, size } = objective
  const { columns } = problem
  if (warmStart && previous !== undefined && previous.columns === columns && sameClasses(previous, labels)) {
    return scaled(problem, previous.packed, objective, fitIntercept)
  }
  const start = new Float64Array(size)
  if (!fitIntercept || maxIterations === 0) return start
  const { totals } = weights
  if (vectors === 1) start[columns] = Math.log(totals[1]! / totals[0]!)
  else for (let k = 0; k < vectors; k++) start[k * (columns + 1) + columns] = Math.log(totals[k]!)
  if (vectors > 1) centerClasses(start, vectors)
  return start
}

function sameClasses(previous: FittedLogistic, { classes }: EncodedLabels): boolean {
  return previous.classes.length === classes.length && classes.every((label, k) => label === previous.classes[k])
}

/** The inverse of `unscaled`; columns without spread get 0, and so does the intercept if it isn't fitted. */
function scaled(
  { columns, center, inverseScale }: LogisticProblem, packed: Float64Array, { vectors, absoluteWeights }: LogisticObjective, fitIntercept: boolean,
): Float64Array {
  const out = new Float64Array(packed.length)
  for (let k = 0; k < vectors; k++) {
    const first = k * (columns + 1)
    let intercept = packed[first + columns]!
    for (let j = 0; j < columns; j++) {
      const w = packed[first + j]!
      out[first + j] = inverseScale[j] === 0 ? 0 : w / inverseScale[j]!
      intercept += w * center[j]!
    }
    out[first + columns] = fitIntercept ? intercept : 0
  }
  if (vectors > 1) centerClasses(out, vectors, absoluteWeights === undefined ? 0 : columns)
  return out
}

/** Makes the classes' coefficients of each column from `from` on sum to 0, which changes no probability; an L1 penalty leaves that freedom to the intercepts alone. */
function centerClasses(point: Float64Array, vectors: number, from = 0): void {
  const width = point.length / vectors
  for (let j = from; j < width; j++) {
    let sum = 0
    for (let k = 0; k < vectors; k++) sum += point[k * width + j]!
    const mean = sum / vectors
    for (let k = 0; k < vectors; k++) point[k * width + j] = point[k * width + j]! - mean
  }
}
