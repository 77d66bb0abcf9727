/** Fits logistic regressions: one or several on the same data, in lockstep, as a generator of work (work.ts). */
import type { Backend, LogisticProblem } from '../dispatch/index.ts'
import type { Pausing } from '../common/pausing.ts'
import { makeError } from '../errors.ts'
import { certificateOf } from './certificate.ts'
import type { FittedLogistic } from './fitted.ts'
import type { FoldMemory } from './fold-memory.ts'
import { coefficientVariances } from './inference.ts'
import { foretold, mayFollow, successors, type PathPoint } from './chains.ts'
import { fitsByGradients, fitsRows, maySample, mayUseBlocks, MOST_NEARBY } from './choice.ts'
import { blocksPay, ClassBlocks } from './class-blocks.ts'
import { checkLength, type Dense } from './input.ts'
import { encoding, type EncodedLabels } from './labels.ts'
import { LogisticObjective } from './loss/logistic.ts'
import { mayRunAway, SeparationTest, unscaled } from './loss/separation.ts'
import type { CheckedOptions, FitProgress } from './options.ts'
import { columnScaling, ColumnMoments, constantColumns, type Moments } from './scaling.ts'
import { ScaledCholesky } from './solver/linear.ts'
import { ReferenceClassSolver } from './solver/reference-class.ts'
import { newton, type Evaluation, type NewtonResult, type StepSolver } from './solver/newton.ts'
import type { FitPlan } from './plan.ts'
import { ProximalSolver } from './solver/proximal.ts'
import { centerClasses, scaled, startingPoint } from './starting-point.ts'
import { hugeRowsOf, onward, problemOfUsualRows, type HugeRows } from './onward.ts'
import { RowProducts } from './row-products.ts'
import { RowSample, sharesOf, type StandIns } from './row-sample.ts'
import { RowSolver } from './row-solver.ts'
import { checkSize, coefficientsOf, isPrecise } from './size.ts'
import { dot } from './solver/vectors.ts'
import { checkingSampleWeight, rowWeights, type RowWeights } from './weights.ts'
import { aroundBlocks, byGradients, fromRows, fromSample, on, TEN_DIGITS, type Steps, type Wanted } from './ways.ts'
import { chainFrom, fitChains, mayFitWhole, strengthOf, WholeFit, type SmallChain } from './whole-fits.ts'
import { paused, type LinearWork, type Pieces, type Work } from './work.ts'

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

/** Numbers the classes (`inPlace` as for `encodeLabels`) and copies the weights; throws if they don't fit X or don't make a classification problem. */
export function* checkTargets(y: unknown, sampleWeight: unknown, rows: number, inPlace = false): Pausing<Targets> {
  const labels = yield* encoding(y, 'y', inPlace)
  checkLength(labels.indices.length, 'y', rows)
  const { classes } = labels
  if (classes.length < 2) {
    throw makeError('CLASSES', `y: expected at least two classes, got only ${String(classes[0])}`, {
      argument: 'y',
      got: `one class, ${String(classes[0])}`,
      wanted: 'at least two classes',
    })
  }
  return { labels, sampleWeight: yield* checkingSampleWeight(sampleWeight, rows) }
}

/** The whole fit of all plans on one X. Plans with and without an intercept see different columns, as do those that start from a sample and others; all others share reads of X. */
export function* fitLogistic(plans: readonly FitPlan[], dense: Dense, targets: Targets, context: FitContext): Generator<Work, FittedLogistic[], void> {
  const start = performance.now()
  const { labels } = targets
  const weights = yield* paused(weightsOf(plans, targets))
  const vectors = labels.classes.length === 2 ? 1 : labels.classes.length
  const coefficients = vectors * (dense.columns + 1)
  const samples = yield* samplesOf(plans, dense, labels, coefficients, context)
  let whole: ((center: boolean) => LogisticProblem) | undefined
  const fits: (Fit | WholeFit)[] = []
  const small: SmallChain<Fit>[] = []
  const rowProducts = new Map<LogisticProblem, RowProducts | undefined>()
  const hugeRows = new Map<LogisticProblem, HugeRows>()
  const { company } = context
  const after = company !== undefined && samples === undefined && !blocksPay({ ...dense, classes: labels.classes.length }) ? successors(plans) : undefined
  const following = new Set(after?.values())
  /** First models of their chains, which start near the optima of the folds before. */
  const heads = new Set<number>()
  for (const [model, plan] of plans.entries()) {
    if (following.has(model)) continue
    let sampled = maySample(plan) ? samples : undefined
    let problem = (sampled?.problems ?? (whole ??= yield* wholeProblems(dense, labels, context)))(plan.options.fitIntercept)
    if (sampled !== undefined && (yield* hugeRowsOf(problem, hugeRows)).odd) {
      // No sample stands for such rows.
      sampled = undefined
      problem = (whole ??= yield* wholeProblems(dense, labels, context))(plan.options.fitIntercept)
    }
    const { reference } = yield* hugeRowsOf(problem, hugeRows)
    if (after !== undefined && mayFollow(plan)) heads.add(model)
    const known = heads.has(model) ? company!.of(model, coefficients) : undefined
    const from = known && { point: scaled(problem, known, { vectors }, plan.options.fitIntercept), path: [] }
    if (fitsRows(plan, problem) && !rowProducts.has(problem)) {
      const products = new RowProducts(problem, context.backend)
      rowProducts.set(problem, (yield* products.prepare()) ? products : undefined)
    }
    if (sampled === undefined && context.onProgress === undefined && mayFitWhole(plan, problem)) {
      const point = from?.point ?? startingPoint(plan, problem, weights[model]!, labels, { vectors, size: coefficients, absoluteWeights: undefined })
      const rows = problem
      small.push({ problem, weights: weights[model]!.weights, models: chainFrom(model, after), start: { point, near: from !== undefined }, stepwise: () => new Fit(plan, model, rows, undefined, weights[model]!, labels, context, from) })
    } else fits[model] = new Fit(plan, model, problem, sampled, weights[model]!, labels, context, from, rowProducts.get(problem), reference)
  }
  yield* fitChains(small, plans, labels, context, fits)
  if (company !== undefined) for (const fit of fits) if (fit instanceof WholeFit && heads.has(fit.model)) fit.tell(company)
  const next = (fit: Fit): Fit | undefined => {
    if (heads.has(fit.model)) fit.tell(company!)
    const model = after?.get(fit.model)
    if (model === undefined) return undefined
    const plan = plans[model]!
    return (fits[model] = new Fit(plan, model, fit.problem, undefined, weights[model]!, labels, context, fit.startFor(plan.options.C), rowProducts.get(fit.problem), fit.reference))
  }
  yield* inLockstep(fits.filter((fit) => fit instanceof Fit), next)
  for (const [model, fit] of fits.entries()) {
    if (!fit.misled) continue
    // Something in X that the sample didn't show, and doesn't stand for: the moments of all rows tell what, or make numbers of it that can be computed with.
    const plan = plans[model]!
    whole ??= yield* wholeProblems(dense, labels, context)
    const problem = whole(plan.options.fitIntercept)
    const again = new Fit(plan, model, problem, undefined, weights[model]!, labels, context, undefined, undefined, (yield* hugeRowsOf(problem, hugeRows)).reference)
    fits[model] = again
    yield* inLockstep([again], () => undefined)
  }
  const usual = new Map<LogisticProblem, LogisticProblem | undefined>()
  for (const [model, fit] of fits.entries()) {
    if (!fit.mayGoOn) continue
    const plan = plans[model]!
    if (!usual.has(fit.problem)) usual.set(fit.problem, problemOfUsualRows(fit.problem, plan.options.fitIntercept))
    const problem = usual.get(fit.problem)
    if (problem === undefined) continue
    const end = fit.end
    const point = scaled(problem, unscaled(fit.problem, end.point, vectors), { vectors }, plan.options.fitIntercept)
    const further = new Fit(plan, model, problem, undefined, weights[model]!, labels, context, { point, after: end }, undefined, (yield* hugeRowsOf(fit.problem, hugeRows)).reference)
    yield* inLockstep([further], () => undefined)
    const { outcome, value } = further.end
    // An end that was the optimum as well as the tolerance can tell keeps its bits.
    if (end.outcome === 'stalled' ? value <= end.value : outcome !== 'converged' || value < end.value * (1 - plan.options.tol)) fits[model] = further
  }

  const found: FittedLogistic[] = []
  for (const fit of fits) found.push(fit instanceof Fit ? yield* fit.finish(start) : fit.finish(start))
  return found
}

/** The weights of each plan's rows; plans without weights of classes share theirs. */
function* weightsOf(plans: readonly FitPlan[], { labels, sampleWeight }: Targets): Pausing<RowWeights[]> {
  let plain: RowWeights | undefined
  const weights: RowWeights[] = []
  for (const { options: { classWeight } } of plans) weights.push(classWeight === null ? (plain ??= yield* rowWeights(sampleWeight, null, labels)) : yield* rowWeights(sampleWeight, classWeight, labels))
  return weights
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
function problemsBy(dense: Dense, labels: EncodedLabels, moments: Moments, constant: (column: number) => boolean): (center: boolean) => LogisticProblem {
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
  const moments = columns.finish()
  const constant = yield* paused(constantColumns(dense, moments))
  return problemsBy(dense, labels, moments, (column) => constant[column] === 1)
}

/** A sample of the rows, and problems of all rows that are scaled by the sample's moments, where those tell of all columns: that saves a read of X. */
interface Samples {
  readonly sample: RowSample
  readonly problems: ((center: boolean) => LogisticProblem) | undefined
}

function* samplesOf(plans: readonly FitPlan[], dense: Dense, labels: EncodedLabels, coefficients: number, { backend, threads }: FitContext): Generator<Work, Samples | undefined, void> {
  const shares = plans.some(maySample) ? sharesOf(labels, coefficients) : undefined
  if (shares === undefined) return undefined
  const sample = yield* paused(RowSample.of(dense, labels, shares, coefficients))
  yield sample
  const columns = new ColumnMoments(sample.taken, backend, threads)
  yield columns
  const moments = columns.telling()
  return { sample, problems: moments && problemsBy(dense, labels, moments, () => false) }
}

const NOTHING = new Float64Array(0)
const DONE: Evaluation = { value: 0, gradient: NOTHING, hessian: NOTHING }

/** Coefficients up to which a fit that may have ended too early goes on by Newton's method. */
const MOST_FURTHER = 5000

/** A loss of all rows at the sample's optimum that is this many times what it is without any columns: there are rows beyond anything that the sample has seen. */
const MISLED = 2

/** The loss where each row has the classes' shares of the weight as its probabilities. */
function lossOfShares({ totals }: RowWeights): number {
  const all = totals.reduce((sum, total) => sum + total, 0)
  return totals.reduce((sum, total) => sum + total * Math.log(all / total), 0)
}

/** Where a fit starts, in the centred and scaled space, and the path of the optima that leads there, where one does. */
export interface Start {
  readonly point: Float64Array
  readonly path?: readonly PathPoint[]
  /** The fit of the same problem whose optimum the path has come to last. */
  readonly before?: Fit
  /** Whether the coefficients are to have ten digits, whatever the size. */
  readonly precisely?: boolean
  /** The end of a fit of the same model that is gone on from. */
  readonly after?: FitEnd
}

/** Where a fit has ended. */
type FitEnd = Pick<NewtonResult, 'point' | 'value' | 'iterations'> & { readonly outcome: string }

/** The state of one fit between evaluations. */
export class Fit {
  readonly model: number
  readonly problem: LogisticProblem
  /** Of several classes the one that Newton systems do without, if any. */
  readonly reference: number | undefined
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
  #work: Pieces | LinearWork | undefined

  /**
   * @param from by default where the plan says
   * @param rows for steps from systems of the rows' size
   * @param reference of several classes the one that Newton systems are to do without
   */
  constructor(
    plan: FitPlan, model: number, problem: LogisticProblem, samples: Samples | undefined, weights: RowWeights, labels: EncodedLabels, context: FitContext,
    from?: Start, rows?: RowProducts, reference?: number,
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
    const strength = free ? 0 : strengthOf(options.C)
    const penalties = { penalty: (1 - options.l1Ratio) * strength, absolutePenalty: options.l1Ratio * strength, fitIntercept: options.fitIntercept }
    const rowSolver = rows === undefined || !fitsRows(plan, problem) || !RowSolver.isSound(rows, penalties.penalty, weights.weights)
      ? undefined
      : new RowSolver(rows, penalties.penalty, weights.weights, options.fitIntercept)
    const gradients = rowSolver === undefined && sampled === undefined && from?.after === undefined && fitsByGradients(plan, problem)
    if (rowSolver === undefined && !gradients) checkSize(problem)
    const useBlocks = !gradients && rowSolver === undefined && sampled === undefined && from === undefined && mayUseBlocks(plan, problem) && (reference === undefined || coefficientsOf(problem) > MOST_NEARBY)
    if (!free && options.l1Ratio === 0 && rowSolver === undefined && sampled === undefined && !useBlocks && !gradients) this.reference = reference
    const objective = new LogisticObjective(problem, { ...penalties, weights: weights.weights, smallestWeight: weights.smallest, reference: this.reference }, from?.before === undefined ? undefined : from.before.#objective)
    this.#objective = objective
    const choleskySolve = context.backend.choleskySolve.bind(context.backend)
    const solverOf = ({ absoluteWeights, size, vectors }: LogisticObjective): StepSolver => {
      if (absoluteWeights !== undefined) return new ProximalSolver(absoluteWeights, choleskySolve)
      return this.reference === undefined ? new ScaledCholesky(size, choleskySolve) : new ReferenceClassSolver(size, vectors, this.reference, choleskySolve)
    }
    const factor = this.#factor
    const { onProgress } = context
    const precisely = context.company === undefined && (from?.precisely ?? isPrecise(problem))
    let before = 0
    const newtonFrom = (start: Float64Array, taken: number): Steps<NewtonResult> => {
      if (sampled !== undefined || this.#blocks !== undefined || rowSolver !== undefined || gradients) this.#solver = solverOf(objective)
      this.#blocks = undefined
      before = taken
      return on(objective, newton({
        start,
        tolerance: options.tol,
        maxIterations: options.maxIterations - taken,
        solver: this.#solver,
        onIteration: report,
        near: from?.path !== undefined && this.#solver.smooth,
        polish: from?.path === undefined || context.company?.polish !== false,
        hopeless: free ? () => objective.provesSeparation() : undefined,
        ...(precisely ? TEN_DIGITS : undefined), precise: free,
      }))
    }
    const report = onProgress && ((iteration: number, value: number, relativeGap: number) => onProgress({ model, iteration: before + iteration, objective: value * factor, relativeGap }))
    const start = from?.point ?? startingPoint(plan, problem, weights, labels, objective)
    if (rowSolver !== undefined) {
      this.#solver = rowSolver
      this.#steps = fromRows(rowSolver, objective, start, from !== undefined || (options.warmStart && plan.previous !== undefined), options, report, newtonFrom)
    } else if (gradients) {
      this.#solver = NO_SOLVER
      this.#steps = byGradients(objective, start, weights.totals, penalties.penalty, options, precisely, report, newtonFrom)
    } else if (useBlocks) {
      const blocks = new ClassBlocks(problem, { ...penalties, weights: weights.weights, smallestWeight: weights.smallest }, choleskySolve)
      this.#blocks = blocks
      this.#solver = NO_SOLVER
      this.#steps = aroundBlocks(blocks, objective, start, options, precisely, report, context, newtonFrom)
    } else if (from?.after !== undefined) {
      this.#solver = solverOf(objective)
      this.#steps = onward(objective, this.#solver, start, weights.weights, from.after, context, newtonFrom)
    } else if (sampled === undefined) {
      this.#solver = solverOf(objective)
      this.#steps = newtonFrom(start, 0)
    } else {
      const { sample } = sampled
      const weightsOfSample = sample.weights(weights)
      const objectiveOf = (rows: StandIns, weightsOfRows: Float64Array): LogisticObjective =>
        new LogisticObjective(rows.problem(problem), { ...penalties, weights: weightsOfRows, smallestWeight: weights.smallest })
      // Of rows that weigh nothing a part might be all there is of a class.
      const part = weights.weights === null ? sample.part : undefined
      const first = part && objectiveOf(part, part.weights({ ...weights, weights: weightsOfSample }))
      const solver = new ScaledCholesky(objective.size, choleskySolve)
      this.#solver = solver
      this.#steps = fromSample(first, objectiveOf(sample, weightsOfSample), objective, solver, start, options, precisely, report, newtonFrom)
    }
    this.#take(this.#steps.next())
  }

  /** The problem whose evaluation is next; undefined if none is. */
  get asksFor(): LogisticProblem | undefined {
    return this.result === undefined ? this.#pending?.objective.problem : undefined
  }

  /** What is to be done before the next evaluation. */
  get work(): Pieces | LinearWork | undefined {
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

  /** Where the fit has ended. */
  get end(): FitEnd {
    return this.result!
  }

  /** Whether it may have ended short of the optimum, for all that is known. */
  get mayGoOn(): boolean {
    const { outcome, iterations } = this.result!
    const { C, maxIterations } = this.#options
    return (outcome === 'converged' || outcome === 'stalled') && C < Infinity && iterations < maxIterations && coefficientsOf(this.problem) <= MOST_FURTHER
  }

  /** Where the fit of this problem that follows, for a larger C, starts: the path's slope in log C is the inverse Hessian times the gradient of the penalty. */
  startFor(C: number): Start {
    const { point, outcome } = this.result!
    const solver = this.#solver
    if (!(solver instanceof ScaledCholesky) || solver === NO_SOLVER || outcome !== 'converged') return { point, before: this }
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
    if (solver instanceof RowSolver) yield* solver.estimateCondition()
    const certificate = certificateOf(
      { objective: value * this.#factor, gradientNorm: gradientNorm * this.#factor, separated, iterations, seconds: (performance.now() - start) / 1000, ridge: solver.ridge }, solver === NO_SOLVER ? UNKNOWN : solver,
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

  #take({ done, value }: IteratorResult<Wanted | Pieces | LinearWork, NewtonResult>): void {
    this.#pending = undefined
    this.#work = undefined
    if (done === true) this.result = value
    else if ('pieces' in value || 'linear' in value) this.#work = value
    else this.#pending = value
  }
}

/** What gradients alone say of the condition. */
const UNKNOWN = { conditionEstimate: (): number => NaN }

/** Stands where the steps came from the classes' blocks, or from gradients alone. */
const NO_SOLVER: StepSolver = new ScaledCholesky(0, () => false)
