/** Fits logistic regressions: one or several on the same data, in lockstep, as a generator of work (work.ts). */
import type { Backend, LogisticProblem } from '../dispatch/index.ts'
import { makeError } from '../errors.ts'
import { certificateOf } from './certificate.ts'
import type { FittedLogistic } from './fitted.ts'
import type { FoldMemory } from './fold-memory.ts'
import { coefficientVariances } from './inference.ts'
import { foretold, mayFollow, successors, type PathPoint } from './chains.ts'
import { blocksPay, ClassBlocks } from './class-blocks.ts'
import { checkLength, type Dense } from './input.ts'
import { encodeLabels, type EncodedLabels } from './labels.ts'
import { LogisticObjective } from './loss/logistic.ts'
import { mayRunAway, SeparationTest, unscaled } from './loss/separation.ts'
import type { CheckedOptions, FitProgress } from './options.ts'
import { columnScaling, ColumnMoments, isConstant, type Moments } from './scaling.ts'
import { lbfgs, type LbfgsMemory } from './solver/lbfgs.ts'
import { ScaledCholesky } from './solver/linear.ts'
import { newton, type Evaluation, type EvaluationRequest, type NewtonResult, type StepSolver } from './solver/newton.ts'
import type { FitPlan } from './plan.ts'
import { ProximalSolver } from './solver/proximal.ts'
import { centerClasses, scaled, startingPoint } from './starting-point.ts'
import { RowSample, sharesOf, sharesOfPart } from './row-sample.ts'
import { dot } from './solver/vectors.ts'
import { checkSampleWeight, rowWeights, type RowWeights } from './weights.ts'
import { chainFrom, fitChains, mayFitWhole, strengthOf, WholeFit, type SmallChain } from './whole-fits.ts'
import type { Pieces, Work } from './work.ts'

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
  /**
   * Whether models that differ in C alone may start from each other's optimum, and from those of the folds before, which are kept here: faster, but their last bits then depend on their
   * company.
   */
  readonly company: FoldMemory | undefined
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

/** The whole fit of all plans on one X. Plans with and without an intercept see different columns, as do those that start from a sample and others; all others share reads of X. */
export function* fitLogistic(plans: readonly FitPlan[], dense: Dense, targets: Targets, context: FitContext): Generator<Work, FittedLogistic[], void> {
  const start = performance.now()
  const { labels, sampleWeight } = targets
  const weights = plans.map(({ options }) => rowWeights(sampleWeight, options.classWeight, labels))
  const vectors = labels.classes.length === 2 ? 1 : labels.classes.length
  const coefficients = vectors * (dense.columns + 1)
  const samples = yield* samplesOf(plans, dense, labels, coefficients, context)
  let whole: ((center: boolean) => LogisticProblem) | undefined
  const fits: (Fit | WholeFit)[] = []
  const small: SmallChain<Fit>[] = []
  const { company } = context
  const after = company !== undefined && samples === undefined && !blocksPay({ ...dense, classes: labels.classes.length }) ? successors(plans) : undefined
  const following = new Set(after?.values())
  /** First models of their chains, which start near the optima of the folds before. */
  const heads = new Set<number>()
  for (const [model, plan] of plans.entries()) {
    if (following.has(model)) continue
    const sampled = maySample(plan) ? samples : undefined
    const problems = sampled?.problems ?? (whole ??= yield* wholeProblems(dense, labels, context))
    const problem = problems(plan.options.fitIntercept)
    if (after !== undefined && mayFollow(plan)) heads.add(model)
    const known = heads.has(model) ? company!.of(model, coefficients) : undefined
    const from = known && { point: scaled(problem, known, { vectors }, plan.options.fitIntercept), path: [] }
    if (sampled === undefined && context.onProgress === undefined && mayFitWhole(plan, problem)) {
      const point = from?.point ?? startingPoint(plan, problem, weights[model]!, labels, { vectors, size: coefficients, absoluteWeights: undefined })
      small.push({ problem, weights: weights[model]!.weights, models: chainFrom(model, after), start: { point, near: from !== undefined }, stepwise: () => new Fit(plan, model, problem, undefined, weights[model]!, labels, context, from) })
    } else fits[model] = new Fit(plan, model, problem, sampled, weights[model]!, labels, context, from)
  }
  yield* fitChains(small, plans, labels, context, fits)
  if (company !== undefined) for (const fit of fits) if (fit instanceof WholeFit && heads.has(fit.model)) fit.tell(company)
  const next = (fit: Fit): Fit | undefined => {
    if (heads.has(fit.model)) fit.tell(company!)
    const model = after?.get(fit.model)
    if (model === undefined) return undefined
    const plan = plans[model]!
    return (fits[model] = new Fit(plan, model, fit.problem, undefined, weights[model]!, labels, context, fit.startFor(plan.options.C)))
  }
  yield* inLockstep(fits.filter((fit) => fit instanceof Fit), next)
  for (const [model, fit] of fits.entries()) {
    if (!fit.misled) continue
    // Something in X that the sample didn't show: the moments of all rows tell what, or make numbers of it that can be computed with.
    const plan = plans[model]!
    whole ??= yield* wholeProblems(dense, labels, context)
    const again = new Fit(plan, model, whole(plan.options.fitIntercept), samples, weights[model]!, labels, context)
    fits[model] = again
    yield* inLockstep([again], () => undefined)
  }

  const found: FittedLogistic[] = []
  for (const fit of fits) found.push(fit instanceof Fit ? yield* fit.finish(start) : fit.finish(start))
  return found
}

/** Fits, and those that come next when one is done, to their ends, all that look at the same problem by one read of X. */
function* inLockstep(fits: readonly Fit[], next: (fit: Fit) => Fit | undefined): Generator<Work, void, void> {
  const goOn = (fit: Fit): Fit | undefined => (fit.misled ? undefined : fit.result === undefined ? fit : next(fit))
  for (let running = fits; running.length > 0; running = running.map(goOn).filter((fit) => fit !== undefined)) {
    for (const fit of running) {
      for (let work = fit.work; work !== undefined; work = fit.work) {
        yield work
        fit.worked()
      }
    }
    for (const problem of new Set(running.map((fit) => fit.asksFor))) {
      const asking = running.filter((fit) => fit.asksFor === problem)
      if (problem === undefined || asking.length === 0) continue
      yield { problem, requests: asking.map((fit) => fit.request()) }
      for (const fit of asking) fit.answered()
    }
  }
}

/** Makes the problem with centred columns (true), or with columns that are only scaled; each once. */
function problemsBy(dense: Dense, labels: EncodedLabels, moments: Moments, constant: (column: number, mean: number, variance: number) => boolean): (center: boolean) => LogisticProblem {
  const problems = new Map<boolean, LogisticProblem>()
  return (center) => {
    let problem = problems.get(center)
    if (problem === undefined) {
      problem = { ...dense, ...columnScaling(dense.columns, moments, center, constant), y: labels.indices, classes: labels.classes.length }
      problems.set(center, problem)
    }
    return problem
  }
}

/** Problems scaled by the moments of all rows, which also prove that X is finite. */
function* wholeProblems(dense: Dense, labels: EncodedLabels, { backend, threads }: FitContext): Generator<Work, (center: boolean) => LogisticProblem, void> {
  const columns = new ColumnMoments(dense, backend, threads)
  yield columns
  return problemsBy(dense, labels, columns.finish(), (column, mean, variance) => isConstant(dense, column, mean, variance))
}

/** A sample of the rows, a part of it where that is worth it, and problems of all rows that are scaled by the sample's moments, where those tell of all columns: that saves a read of X. */
interface Samples {
  readonly sample: RowSample
  readonly part: RowSample | undefined
  readonly problems: ((center: boolean) => LogisticProblem) | undefined
}

function* samplesOf(plans: readonly FitPlan[], dense: Dense, labels: EncodedLabels, coefficients: number, { backend, threads }: FitContext): Generator<Work, Samples | undefined, void> {
  const shares = plans.some(maySample) ? sharesOf(labels, coefficients) : undefined
  if (shares === undefined) return undefined
  const sample = new RowSample(dense, labels, shares)
  yield sample
  const sharesInPart = sharesOfPart(sample.labels, coefficients)
  const part = sharesInPart === undefined ? undefined : new RowSample(sample.taken, sample.labels, sharesInPart)
  if (part !== undefined) yield part
  const columns = new ColumnMoments(sample.taken, backend, threads)
  yield columns
  const moments = columns.telling()
  return { sample, part, problems: moments && problemsBy(dense, labels, moments, () => false) }
}

/** An evaluation that a fit wants, of one of its objectives. */
interface Wanted extends EvaluationRequest {
  readonly objective: LogisticObjective
}

/** What a fit asks for: an evaluation, or a loop over the rows beside it (the answer to which means nothing). */
type Steps<Result> = Generator<Wanted | Pieces, Result, Evaluation>

const NOTHING = new Float64Array(0)
const DONE: Evaluation = { value: 0, gradient: NOTHING, hessian: NOTHING }

/** Gaps that approximate Hessians can't promise; and the steps after which a start has shown that it is near. */
const SAMPLE_TOLERANCE = 1e-11
const SAMPLE_ITERATIONS = 20

/** Reads of all rows that a fit from a sample may take before Newton's method takes over: with a good sample there are four or five. */
const SAMPLED_READS = 10

/** How well the sample itself is fitted, as a multiple of how far its optimum is from that of all rows: coefficients / rows, about. */
const TOLERANCE_OF_SAMPLE = 0.01

/** Steps that the part of the sample may take. */
const STEPS_OF_PART = 8

/** A loss of all rows at the sample's optimum that is this many times what it is without any columns: there are rows beyond anything that the sample has seen. */
const MISLED = 2

/** The loss where each row has the classes' shares of the weight as its probabilities. */
function lossOfShares({ totals }: RowWeights): number {
  const all = totals.reduce((sum, total) => sum + total, 0)
  return totals.reduce((sum, total) => sum + total * Math.log(all / total), 0)
}

/** Whether a fit may do with less than the whole Hessian: its optimum exists, has derivatives, and isn't known already. */
function maySample({ options, previous }: FitPlan): boolean {
  const { C, l1Ratio, solver, tol, maxIterations, warmStart } = options
  return solver === 'auto' && C < Infinity && l1Ratio === 0 && tol >= SAMPLE_TOLERANCE && maxIterations >= SAMPLE_ITERATIONS && !(warmStart && previous !== undefined)
}

/** Where a fit starts, in the centred and scaled space, and the path of the optima that leads there, where one does. */
export interface Start {
  readonly point: Float64Array
  readonly path?: readonly PathPoint[]
  /** The fit of the same problem whose optimum the path has come to last. */
  readonly before?: Fit
}

/** The state of one fit between evaluations. */
export class Fit {
  readonly model: number
  readonly problem: LogisticProblem
  result: NewtonResult | undefined
  /** Whether the scale of the columns, taken from a sample, turned out to be no scale for all rows. */
  misled = false
  /** The loss that says so, at the sample's optimum; undefined once that has been looked at. */
  #unproven: number | undefined
  readonly #objective: LogisticObjective
  /** The one that made the last steps, where it wasn't the classes' blocks. */
  #solver: StepSolver
  #blocks: ClassBlocks | undefined
  readonly #steps: Steps<NewtonResult>
  readonly #options: CheckedOptions
  readonly #labels: EncodedLabels
  readonly #context: FitContext
  readonly #path: readonly PathPoint[] | undefined
  #pending: Wanted | undefined
  #work: Pieces | undefined

  /** @param from by default where the plan says */
  constructor(
    plan: FitPlan, model: number, problem: LogisticProblem, samples: Samples | undefined, weights: RowWeights, labels: EncodedLabels, context: FitContext,
    from?: Start,
  ) {
    const { options } = plan
    this.model = model
    this.problem = problem
    const sampled = maySample(plan) ? samples : undefined
    this.#unproven = sampled?.problems?.(options.fitIntercept) === problem ? MISLED * lossOfShares(weights) : undefined
    this.#options = options
    this.#labels = labels
    this.#context = context
    this.#path = from?.path
    const free = options.C === Infinity
    checkSize(problem)
    const strength = free ? 0 : strengthOf(options.C)
    const penalties = { penalty: (1 - options.l1Ratio) * strength, absolutePenalty: options.l1Ratio * strength, fitIntercept: options.fitIntercept }
    const objective = new LogisticObjective(problem, { ...penalties, weights: weights.weights, smallestWeight: weights.smallest }, from?.before === undefined ? undefined : from.before.#objective)
    this.#objective = objective
    const choleskySolve = context.backend.choleskySolve.bind(context.backend)
    const solverOf = ({ absoluteWeights, size }: LogisticObjective): StepSolver =>
      absoluteWeights === undefined ? new ScaledCholesky(size, choleskySolve) : new ProximalSolver(absoluteWeights, choleskySolve)
    const factor = this.#factor
    const { onProgress } = context
    let before = 0
    const newtonFrom = (start: Float64Array, taken: number): Steps<NewtonResult> => {
      if (sampled !== undefined || this.#blocks !== undefined) this.#solver = solverOf(objective)
      this.#blocks = undefined
      before = taken
      return on(objective, newton({
        start,
        tolerance: options.tol,
        maxIterations: options.maxIterations - taken,
        solver: this.#solver,
        onIteration: report,
        precise: free,
        near: from?.path !== undefined && this.#solver.smooth,
        polish: from?.path === undefined || context.company?.polish !== false,
        hopeless: free ? () => objective.provesSeparation() : undefined,
      }))
    }
    const report = onProgress && ((iteration: number, value: number, relativeGap: number) => onProgress({ model, iteration: before + iteration, objective: value * factor, relativeGap }))
    const start = from?.point ?? startingPoint(plan, problem, weights, labels, objective)
    if (sampled === undefined && from === undefined && maySample(plan) && blocksPay(problem)) {
      const blocks = new ClassBlocks(problem, { ...penalties, weights: weights.weights, smallestWeight: weights.smallest }, choleskySolve)
      this.#blocks = blocks
      this.#solver = NO_SOLVER
      this.#steps = aroundBlocks(blocks, objective, start, options, report, context, newtonFrom)
    } else if (sampled === undefined) {
      this.#solver = solverOf(objective)
      this.#steps = newtonFrom(start, 0)
    } else {
      const { sample } = sampled
      const weightsOfSample = sample.weights(weights)
      const objectiveOf = (rows: RowSample, weightsOfRows: Float64Array): LogisticObjective =>
        new LogisticObjective(rows.problem(problem), { ...penalties, weights: weightsOfRows, smallestWeight: weights.smallest })
      // Of rows that weigh nothing a part might be all there is of a class.
      const part = weights.weights === null ? sampled.part : undefined
      const first = part && objectiveOf(part, part.weights({ ...weights, weights: weightsOfSample }))
      const solver = new ScaledCholesky(objective.size, choleskySolve)
      this.#solver = solver
      this.#steps = fromSample(first, objectiveOf(sample, weightsOfSample), objective, solver, start, options, report, newtonFrom)
    }
    this.#take(this.#steps.next())
  }

  /** The problem whose evaluation is next; undefined if none is. */
  get asksFor(): LogisticProblem | undefined {
    return this.result === undefined ? this.#pending?.objective.problem : undefined
  }

  /** What is to be done before the next evaluation. */
  get work(): Pieces | undefined {
    return this.#work
  }

  /** Goes on after it. */
  worked(): void {
    this.#take(this.#steps.next(DONE))
  }

  /** What to evaluate next. */
  request(): ReturnType<LogisticObjective['request']> {
    return this.#pending!.objective.request(this.#pending!)
  }

  /** Goes on to the next request, or to the result. */
  answered(): void {
    const { objective } = this.#pending!
    if (this.#unproven !== undefined && objective === this.#objective) {
      this.misled = !objective.isWithin(this.#unproven)
      this.#unproven = undefined
      if (this.misled) return
    }
    this.#take(this.#steps.next(this.#pending!.objective.evaluation()))
  }

  /** Where the fit of this problem that follows, for a larger C, starts: the path's slope in log C is the inverse Hessian times the gradient of the penalty. */
  startFor(C: number): Start {
    const { point, outcome } = this.result!
    const solver = this.#solver
    if (!(solver instanceof ScaledCholesky) || outcome !== 'converged') return { point, before: this }
    const tangent = this.#objective.penaltyGradient(point)
    solver.precondition(tangent)
    const path = [...(this.#path ?? []).slice(-1), { logC: Math.log(this.#options.C), optimum: point, tangent }]
    return { point: foretold(path, C), path, before: this }
  }

  /** Tells the folds that come where the optimum is, if there is one. */
  tell(company: FoldMemory): void {
    const { point, outcome } = this.result!
    if (outcome === 'converged') company.take(this.model, unscaled(this.problem, point, this.#objective.vectors))
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
    const solver = this.#blocks ?? this.#solver
    const certificate = certificateOf(
      { objective: value * this.#factor, gradientNorm: gradientNorm * this.#factor, separated, iterations, seconds: (performance.now() - start) / 1000, ridge: solver.ridge }, solver,
    )
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

  #take({ done, value }: IteratorResult<Wanted | Pieces, NewtonResult>): void {
    this.#pending = undefined
    this.#work = undefined
    if (done === true) this.result = value
    else if ('pieces' in value) this.#work = value
    else this.#pending = value
  }
}

/** Stands where the steps came from the classes' blocks. */
const NO_SOLVER: StepSolver = new ScaledCholesky(0, () => false)

/** A solver's requests, made of an objective. */
function* on<Result>(objective: LogisticObjective, steps: Generator<EvaluationRequest, Result, Evaluation>): Steps<Result> {
  for (let step = steps.next(); ; ) {
    if (step.done === true) return step.value
    step = steps.next(yield { objective, ...step.value })
  }
}

/**
 * Newton's method on a sample of the rows, then L-BFGS on all of them around the sample's inverse Hessian: a handful of gradients where Newton's method alone takes as many
 * Hessians (Byrd, Chin, Neveitt and Nocedal, SIAM J. Optim. 21, 2011, use sampled Hessians to the same end). Where the sample turns out not to stand for the whole,
 * Newton's method goes on from there.
 */
function* fromSample(
  first: LogisticObjective | undefined, sample: LogisticObjective, whole: LogisticObjective, solver: ScaledCholesky, start: Float64Array, { tol, maxIterations }: CheckedOptions,
  onIteration: ((iteration: number, value: number, relativeGap: number) => void) | undefined, newtonFrom: (start: Float64Array, taken: number) => Steps<NewtonResult>,
): Steps<NewtonResult> {
  const toleranceOf = ({ size, problem }: LogisticObjective): number => TOLERANCE_OF_SAMPLE * Math.min(1, size / problem.rows)
  let from = start
  if (first !== undefined) {
    const own = new ScaledCholesky(first.size, solver.choleskySolve)
    from = (yield* on(first, newton({ start, tolerance: toleranceOf(first), maxIterations: STEPS_OF_PART, solver: own, polish: false }))).point
  }
  const estimate = yield* on(sample, newton({ start: from, tolerance: toleranceOf(sample), maxIterations, solver, polish: false }))
  const result = yield* on(whole, lbfgs({ start: estimate.point, tolerance: tol, maxIterations, maxEvaluations: SAMPLED_READS, precondition: (x) => solver.precondition(x), onIteration }))
  if (result.outcome === 'converged' || result.outcome === 'iterations') return { ...result, outcome: result.outcome }
  return yield* newtonFrom(result.point, result.iterations)
}

/** Reads of all rows after which the classes' blocks are made afresh, at the point that has been reached; and those after which Newton's method takes over. */
const BLOCK_READS = [8, 24, 60, 200]

/** L-BFGS around the blocks of the classes, which are made afresh as the probabilities that they depend on take shape. */
function* aroundBlocks(
  blocks: ClassBlocks, objective: LogisticObjective, start: Float64Array, { tol, maxIterations }: CheckedOptions,
  report: ((iteration: number, value: number, relativeGap: number) => void) | undefined, { backend, threads }: FitContext,
  newtonFrom: (start: Float64Array, taken: number) => Steps<NewtonResult>,
): Steps<NewtonResult> {
  const zero = new Float64Array(blocks.problem.columns + 1)
  const even = blocks.objective(blocks.evenWeights())
  yield { objective: even, point: zero, order: 2 }
  blocks.take(even, undefined)
  const memory: LbfgsMemory = []
  let point = start
  let taken = 0
  for (const [round, maxEvaluations] of BLOCK_READS.entries()) {
    if (round > 0) {
      const at = blocks.weightsAt(point, backend, threads)
      yield at
      for (const [k, weights] of at.weights.entries()) {
        const block = blocks.objective(weights)
        yield { objective: block, point: zero, order: 2 }
        blocks.take(block, k)
      }
    }
    const before = taken
    const onIteration = report && ((iteration: number, value: number, relativeGap: number) => report(before + iteration, value, relativeGap))
    const result = yield* on(objective, lbfgs({ start: point, tolerance: tol, maxIterations: maxIterations - taken, maxEvaluations, precondition: (x) => blocks.precondition(x), onIteration, memory }))
    taken += result.iterations
    if (result.outcome === 'converged' || result.outcome === 'iterations') return { ...result, outcome: result.outcome, iterations: taken }
    point = result.point
  }
  return yield* newtonFrom(point, taken)
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
