/** The ways from a start to the optimum, each a generator of what it asks for. */
import type { Backend } from '../dispatch/index.ts'
import type { ClassBlocks } from './class-blocks.ts'
import type { LogisticObjective } from './loss/logistic.ts'
import type { CheckedOptions } from './options.ts'
import { withoutHessian, type RowSolver } from './row-solver.ts'
import { coefficientsOf, MAX_COEFFICIENTS } from './size.ts'
import { lbfgs } from './solver/lbfgs.ts'
import type { LbfgsMemory } from './solver/lbfgs-memory.ts'
import { ScaledCholesky } from './solver/linear.ts'
import { newton, type Evaluation, type EvaluationRequest, type NewtonResult } from './solver/newton.ts'
import { maxAbs, multiply } from './solver/vectors.ts'
import type { LinearWork, Pieces } from './work.ts'

/** Who computes what is beside evaluations. */
interface Place {
  readonly backend: Backend
  readonly threads: number | undefined
}

/** An evaluation that a fit wants, of one of its objectives. */
export interface Wanted extends EvaluationRequest {
  readonly objective: LogisticObjective
}

/** What a fit asks for: an evaluation, or work beside it (the answer to which means nothing). */
export type Steps<Result> = Generator<Wanted | Pieces | LinearWork, Result, Evaluation>

/** Reads of all rows that a fit from a sample may take before Newton's method takes over: with a good sample there are four or five. */
const SAMPLED_READS = 10

/** How well the sample itself is fitted, as a multiple of how far its optimum is from that of all rows: coefficients / rows, about. */
const TOLERANCE_OF_SAMPLE = 0.01

/** Least gap that steps on the rows' multiples are asked for: the rest is for those that see the coefficients. */
const ROWS_TOLERANCE = 1e-8

/** The gap that the last of those come to: coefficients of ten digits. */
const ROWS_POLISHED = 1e-21

/**
 * Where coefficients of ten digits are wanted, so that a sparse matrix and the same one made dense agree in them: the gap that steps beyond the tolerance lead to, and how many may be taken.
 */
export const TEN_DIGITS = { polished: 1e-24, polishingSteps: 6 } as const

/** Steps that the part of the sample may take. */
const STEPS_OF_PART = 8

/** A solver's requests, made of an objective. */
export function* on<Result>(objective: LogisticObjective, steps: Generator<EvaluationRequest, Result, Evaluation>): Steps<Result> {
  for (let step = steps.next(); ; ) {
    if (step.done === true) return step.value
    step = steps.next(yield { objective, ...step.value })
  }
}

/**
 * Newton's method with steps from the rows, first on the rows' multiples, then on the coefficients themselves; where rounding keeps it from the optimum, with steps from the columns, if
 * they aren't too many.
 *
 * @param known whether the start has coefficients already, which may be no sum of rows
 */
export function* fromRows(
  solver: RowSolver, objective: LogisticObjective, start: Float64Array, known: boolean, { tol, maxIterations }: CheckedOptions,
  report: ((iteration: number, value: number, relativeGap: number) => void) | undefined, newtonFrom: (start: Float64Array, taken: number) => Steps<NewtonResult>,
): Steps<NewtonResult> {
  const { rows, y } = objective.problem
  let from: Float64Array = start
  let taken = 0
  if (!known && maxIterations > 0) {
    const multiples = new Float64Array(rows + 1)
    multiples[rows] = start.at(-1)!
    const steps = newton({ start: multiples, tolerance: Math.max(tol, ROWS_TOLERANCE), maxIterations, solver, polish: false, onIteration: report })
    let point: Float64Array = multiples
    for (let step = steps.next(); ; ) {
      if (step.done === true) {
        point = step.value.point
        taken = step.value.iterations
        break
      }
      const evaluation = yield* solver.ofMultiples(step.value.point, step.value.order, y)
      if (solver.failed) break
      step = steps.next(evaluation)
    }
    from = yield* solver.coefficients(point)
  }
  const before = taken
  const onIteration = (iteration: number, value: number, relativeGap: number): void => {
    taken = before + iteration
    if (iteration > 0 || before === 0) report?.(taken, value, relativeGap)
  }
  const steps = newton({ start: from, tolerance: tol, maxIterations: maxIterations - before, solver, onIteration, polished: ROWS_POLISHED })
  let result: NewtonResult | undefined
  for (let step = steps.next(); result === undefined; ) {
    if (step.done === true) {
      result = { ...step.value, iterations: before + step.value.iterations }
      continue
    }
    const { point, order } = step.value
    const evaluation = yield { objective, point, order: order === 0 ? 0 : 1 }
    if (order > 0 && Number.isFinite(evaluation.value)) yield* solver.prepare(point, evaluation)
    if (solver.failed) result = { point, value: evaluation.value, gradientNorm: maxAbs(evaluation.gradient), relativeGap: NaN, iterations: taken, outcome: 'stalled', step: point }
    else step = steps.next(withoutHessian(evaluation))
  }
  return result.outcome === 'stalled' && coefficientsOf(objective.problem) <= MAX_COEFFICIENTS ? yield* newtonFrom(result.point, result.iterations) : result
}

/**
 * Newton's method on a sample of the rows, then L-BFGS on all of them around the sample's inverse Hessian: a handful of gradients where Newton's method alone takes as many
 * Hessians (Byrd, Chin, Neveitt and Nocedal, SIAM J. Optim. 21, 2011, use sampled Hessians to the same end). Where the sample turns out not to stand for the whole,
 * Newton's method goes on from there.
 */
export function* fromSample(
  first: LogisticObjective | undefined, sample: LogisticObjective, whole: LogisticObjective, solver: ScaledCholesky, start: Float64Array, { tol, maxIterations }: CheckedOptions, polish: boolean,
  onIteration: ((iteration: number, value: number, relativeGap: number) => void) | undefined, newtonFrom: (start: Float64Array, taken: number) => Steps<NewtonResult>,
): Steps<NewtonResult> {
  const toleranceOf = ({ size, problem }: LogisticObjective): number => TOLERANCE_OF_SAMPLE * Math.min(1, size / problem.rows)
  let from: Float64Array = start
  if (first !== undefined) {
    const own = new ScaledCholesky(first.size, solver.choleskySolve)
    from = (yield* on(first, newton({ start, tolerance: toleranceOf(first), maxIterations: STEPS_OF_PART, solver: own, polish: false }))).point
  }
  const estimate = yield* on(sample, newton({ start: from, tolerance: toleranceOf(sample), maxIterations, solver, polish: false }))
  const result = yield* on(whole, lbfgs({ start: estimate.point, tolerance: tol, maxIterations, maxEvaluations: SAMPLED_READS, precondition: (x) => solver.precondition(x), onIteration, polish }))
  if (result.outcome === 'converged' || result.outcome === 'iterations') return { ...result, outcome: result.outcome }
  return yield* newtonFrom(result.point, result.iterations)
}

/** Reads of all rows after which the classes' blocks are made afresh, at the point that has been reached; and those after which Newton's method takes over. */
const BLOCK_READS = [12, 24, 60, 200]

/** L-BFGS around the blocks of the classes, which are made afresh as the probabilities that they depend on take shape. */
export function* aroundBlocks(
  blocks: ClassBlocks, objective: LogisticObjective, start: Float64Array, { tol, maxIterations }: CheckedOptions, polish: boolean,
  report: ((iteration: number, value: number, relativeGap: number) => void) | undefined, { backend, threads }: Place,
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
    const result = yield* on(objective, lbfgs({ start: point, tolerance: tol, maxIterations: maxIterations - taken, maxEvaluations, precondition: (x) => blocks.precondition(x), onIteration, memory, polish }))
    taken += result.iterations
    if (result.outcome === 'converged' || result.outcome === 'iterations') return { ...result, outcome: result.outcome, iterations: taken }
    point = result.point
  }
  return yield* newtonFrom(point, taken)
}

/** Steps of L-BFGS for each iteration that is allowed: they cost a gradient each, where Newton's cost a Hessian. */
export const STEPS_PER_ITERATION = 20

/** Curvature of a scaled column beside the probabilities' part, between those of the least and the largest spread that scaling leaves. */
const SPREAD = 2

/** L-BFGS around the Hessian's diagonal, about, where every row has the mean of the classes' shares as its probability. */
export function* byGradients(
  objective: LogisticObjective, start: Float64Array, totals: Float64Array, penalty: number, { tol, maxIterations }: CheckedOptions, polish: boolean,
  onIteration: ((iteration: number, value: number, relativeGap: number) => void) | undefined, newtonFrom: (start: Float64Array, taken: number) => Steps<NewtonResult>,
): Steps<NewtonResult> {
  const { columns, inverseScale } = objective.problem
  const all = totals.reduce((sum, total) => sum + total, 0)
  const weight = totals.reduce((sum, total) => sum + total * (1 - total / all), 0) / totals.length
  const inverse = new Float64Array(objective.size)
  for (let at = 0; at < inverse.length; at++) {
    const column = at % (columns + 1)
    inverse[at] = 1 / (column === columns ? weight : weight * SPREAD + penalty * inverseScale[column]! ** 2)
  }
  const precondition = (x: Float64Array): void => multiply(x, inverse)
  const result = yield* on(objective, lbfgs({ start, tolerance: tol, maxIterations: maxIterations * STEPS_PER_ITERATION, precondition, onIteration, polish }))
  const { outcome } = result
  if (outcome === 'converged' || outcome === 'iterations') return { ...result, outcome }
  return coefficientsOf(objective.problem) <= MAX_COEFFICIENTS && result.iterations < maxIterations ? yield* newtonFrom(result.point, result.iterations) : { ...result, outcome: 'stalled' }
}
