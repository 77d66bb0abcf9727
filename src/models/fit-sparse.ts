/**
 * Fits over sparse matrices that are too large to be made dense: L-BFGS around the diagonal of the Hessian for the L2 penalty, and for an L1 penalty dense fits over the columns
 * that matter, found by their gradients.
 */
import { arrayClass } from '../common/arrays.ts'
import type { LogisticProblem, SparseProblem } from '../dispatch/index.ts'
import { makeError } from '../errors.ts'
import { Fit, type FitContext, type Targets } from './fit.ts'
import type { FitPlan } from './plan.ts'
import { startingPoint } from './starting-point.ts'
import type { FittedLogistic } from './fitted.ts'
import { unscaled } from './loss/separation.ts'
import { SparseObjective } from './loss/sparse.ts'
import { columnScaling, type ColumnScaling } from './scaling.ts'
import { lbfgs, type LbfgsResult } from './solver/lbfgs.ts'
import { multiply } from './solver/vectors.ts'
import type { ScannedSparse } from './sparse-moments.ts'
import { STEPS_PER_ITERATION } from './ways.ts'
import { rowWeights, type RowWeights } from './weights.ts'
import { paused, type Work } from './work.ts'

/** Columns that an L1 fit takes in at a time, at least. */
const COLUMNS_AT_A_TIME = 50

/** Elements of the dense part that an L1 fit may take: 1 GiB. */
const MOST_ELEMENTS = 2 ** 27

/** Values times coefficient vectors, or elements of the dense matrix, up to which steps beyond the tolerance are taken, for coefficients of ten digits: as many again as those before. */
const POLISHED_VALUES = 2 ** 20
const POLISHED_ELEMENTS = 2 ** 23

/** One fit. */
interface SparseFit {
  readonly plan: FitPlan
  /** Position in the list given to `fitAll`. */
  readonly model: number
  readonly problem: SparseProblem
  readonly scaling: ColumnScaling
  readonly variance: Float64Array
  readonly weights: RowWeights
  readonly targets: Targets
  readonly context: FitContext
  /** When it all began. */
  readonly start: number
}

/** Fits each plan in turn. */
export function* fitSparse(plans: readonly FitPlan[], { sparse, moments, constant }: ScannedSparse, targets: Targets, context: FitContext): Generator<Work, FittedLogistic[], void> {
  const start = performance.now()
  const { labels, sampleWeight } = targets
  const weights: RowWeights[] = []
  for (const { options } of plans) weights.push(yield* paused(rowWeights(sampleWeight, options.classWeight, labels)))
  const problem: SparseProblem = { ...sparse, y: labels.indices, classes: labels.classes.length }
  const found: FittedLogistic[] = []
  for (const [model, plan] of plans.entries()) {
    const scaling = columnScaling(sparse.columns, moments, plan.options.fitIntercept, (column) => constant[column] === 1)
    const fit: SparseFit = { plan, model, problem, scaling, variance: moments.variance, weights: weights[model]!, targets, context, start }
    found.push(yield* plan.options.l1Ratio > 0 && plan.options.C < Infinity ? fitColumns(fit) : fitGradients(fit))
  }
  return found
}

function objectiveOf({ plan, problem, scaling, weights }: SparseFit): SparseObjective {
  const { C, l1Ratio, fitIntercept } = plan.options
  const penalty = C === Infinity ? 0 : (1 - l1Ratio) * Math.min(1 / C, 1e300)
  return new SparseObjective(problem, scaling, { weights: weights.weights, smallestWeight: weights.smallest, penalty, fitIntercept })
}

function* fitGradients(fit: SparseFit): Generator<Work, FittedLogistic, void> {
  const { plan, model, problem, scaling, variance, weights, targets, context, start } = fit
  const { options } = plan
  const free = options.C === Infinity
  const factor = free ? 1 : options.C
  const { onProgress } = context
  const objective = objectiveOf(fit)
  const { vectors, size } = objective
  const columns = { columns: problem.columns, ...scaling }
  const inverse = objective.startingCurvature(variance, weights.totals).map((curvature) => 1 / curvature)
  const steps = lbfgs({
    start: startingPoint(plan, columns, weights, targets.labels, { vectors, size, absoluteWeights: undefined }),
    tolerance: options.tol,
    maxIterations: options.maxIterations * STEPS_PER_ITERATION,
    precondition: (x) => multiply(x, inverse),
    polish: problem.values.length * vectors <= POLISHED_VALUES || problem.rows * problem.columns <= POLISHED_ELEMENTS,
    onIteration: onProgress && ((iteration, value, relativeGap) => onProgress({ model, iteration, objective: value * factor, relativeGap })),
  })
  let result: LbfgsResult | undefined
  for (let step = steps.next(); result === undefined; ) {
    if (step.done === true) {
      result = step.value
      continue
    }
    const { point } = step.value
    yield { sparse: problem, request: objective.request(step.value) }
    const evaluation = objective.evaluation()
    if (free && objective.provesSeparation()) result = { point, value: evaluation.value, gradientNorm: NaN, relativeGap: NaN, iterations: 0, outcome: 'hopeless', step: point }
    else step = steps.next(evaluation)
  }
  const separated = result.outcome === 'hopeless'
  return {
    columns: problem.columns,
    vectors,
    packed: unscaled(columns, result.point, vectors),
    classes: targets.labels.classes,
    kind: targets.labels.kind,
    converged: result.outcome === 'converged',
    certificate: {
      objective: result.value * factor,
      gradientNorm: result.gradientNorm * factor,
      conditionEstimate: NaN,
      separated,
      iterations: result.iterations,
      seconds: (performance.now() - start) / 1000,
      ridge: 0,
    },
  }
}

/** A working set of columns (Tibshirani and others, J. R. Stat. Soc. B 74, 2012, screen columns to the same end): fits of those alone, until no other has a reason to leave zero. */
function* fitColumns(fit: SparseFit): Generator<Work, FittedLogistic, void> {
  const { plan, model, problem, scaling, weights, targets, context, start } = fit
  const { C, l1Ratio } = plan.options
  const objective = objectiveOf(fit)
  const { vectors, size } = objective
  const width = problem.columns + 1
  const penalties = scaling.inverseScale.map((s) => l1Ratio * Math.min(1 / C, 1e300) * s)
  const columns = { columns: problem.columns, ...scaling }
  let point = startingPoint(plan, columns, weights, targets.labels, { vectors, size, absoluteWeights: penalties })
  let taken = Int32Array.from({ length: problem.columns }, (_, j) => j).filter((j) => strongest(point, j) > 0)
  let iterations = 0
  let found: { readonly fitted: FittedLogistic; readonly taken: Int32Array } | undefined
  for (;;) {
    yield { sparse: problem, request: objective.request({ point, order: 1 }) }
    const more = columnsToTake(objective.evaluation().gradient)
    if (found !== undefined && more.length === 0) break
    taken = Int32Array.from([...taken, ...more]).sort()
    checkElements(problem.rows, taken.length)
    const part = new Fit(plan, model, densePart(problem, taken, scaling), undefined, weights, targets.labels, context, { point: gathered(point, taken, vectors), precisely: true })
    while (part.result === undefined) {
      yield { problem: part.problem, requests: [part.request()] }
      part.answered()
    }
    iterations += part.result.iterations
    point = scattered(part.result.point, taken, vectors, problem.columns)
    found = { fitted: yield* part.finish(start), taken }
  }
  const { fitted } = found
  const packed = scattered(fitted.packed, found.taken, vectors, problem.columns)
  return { ...fitted, columns: problem.columns, packed, certificate: { ...fitted.certificate, iterations, seconds: (performance.now() - start) / 1000 } }

  function strongest(values: Float64Array, column: number): number {
    let largest = 0
    for (let k = 0; k < vectors; k++) largest = Math.max(largest, Math.abs(values[k * width + column]!))
    return largest
  }

  /** Columns whose slope overcomes the penalty, the steepest first; one at least if there are none yet. */
  function columnsToTake(gradient: Float64Array): number[] {
    const known = new Set(taken)
    const excess = (column: number): number => strongest(gradient, column) - penalties[column]! * (1 + 1e-11)
    const open = Array.from({ length: problem.columns }, (_, j) => j).filter((j) => !known.has(j) && scaling.inverseScale[j]! > 0)
    const steep = open.filter((j) => excess(j) > 0).sort((a, b) => excess(b) - excess(a) || a - b)
    if (steep.length === 0 && taken.length === 0) return open.length > 0 ? [open[0]!] : [0]
    return steep.slice(0, Math.max(COLUMNS_AT_A_TIME, taken.length))
  }
}

/** Some columns of the problem as a dense one. */
function densePart({ values, columnIndices, rowOffsets, rows, columns, y, classes }: SparseProblem, taken: Int32Array, { center, inverseScale }: ColumnScaling): LogisticProblem {
  const place = new Int32Array(columns).fill(-1)
  taken.forEach((column, j) => (place[column] = j))
  const x = new (arrayClass(values))(rows * taken.length)
  for (let i = 0; i < rows; i++) {
    for (let at = rowOffsets[i]!; at < rowOffsets[i + 1]!; at++) {
      const j = place[columnIndices[at]!]!
      if (j >= 0) x[i * taken.length + j] = values[at]!
    }
  }
  const pick = (all: Float64Array): Float64Array => Float64Array.from(taken, (column) => all[column]!)
  return { x, rows, columns: taken.length, center: pick(center), inverseScale: pick(inverseScale), y, classes }
}

/** The variables of some columns, and the intercepts. */
function gathered(point: Float64Array, taken: Int32Array, vectors: number): Float64Array {
  const width = point.length / vectors
  const out = new Float64Array(vectors * (taken.length + 1))
  for (let k = 0; k < vectors; k++) {
    taken.forEach((column, j) => (out[k * (taken.length + 1) + j] = point[k * width + column]!))
    out[k * (taken.length + 1) + taken.length] = point[(k + 1) * width - 1]!
  }
  return out
}

/** The inverse: zeros for all other columns. */
function scattered(part: Float64Array, taken: Int32Array, vectors: number, columns: number): Float64Array {
  const out = new Float64Array(vectors * (columns + 1))
  for (let k = 0; k < vectors; k++) {
    taken.forEach((column, j) => (out[k * (columns + 1) + column] = part[k * (taken.length + 1) + j]!))
    out[k * (columns + 1) + columns] = part[k * (taken.length + 1) + taken.length]!
  }
  return out
}

function checkElements(rows: number, columns: number): void {
  if (rows * columns <= MOST_ELEMENTS) return
  throw makeError('RANGE', `X: under this L1 penalty ${columns} columns of ${rows} rows matter; this version fits ${MOST_ELEMENTS} elements at most; a smaller C leaves fewer columns`, {
    argument: 'X',
    got: `${columns} columns that matter`,
    wanted: `at most ${Math.floor(MOST_ELEMENTS / rows)}`,
  })
}
