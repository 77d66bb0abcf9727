/** How a call would be carried out: every kernel by name, planned by the same functions that carry it out. */
import { typedArrayName, type NumericArray } from '../common/arrays.ts'
import type { NumbersInput } from '../common/inputs.ts'
import { Matrix, type MatrixData, type MatrixLike } from '../common/matrix.ts'
import { matrixOperand } from '../common/operand.ts'
import type { CallOptions } from '../common/options.ts'
import { Range } from '../common/range.ts'
import { backend, type BackendName } from '../dispatch/index.ts'
import { planLinear } from '../dispatch/linear-algebra.ts'
import { planMap } from '../dispatch/map.ts'
import { planShortOrder } from '../dispatch/order-short.ts'
import { planOrder } from '../dispatch/ordering.ts'
import { planOrderAxis } from '../dispatch/ordering-axis.ts'
import type { Plan } from '../dispatch/plan.ts'
import { planFill, planPermutation } from '../dispatch/random.ts'
import { planShort } from '../dispatch/random-short.ts'
import { planReduction, type Finish } from '../dispatch/reduce.ts'
import { argumentError } from '../errors.ts'
import { mapNames } from '../kernels/map-table.ts'
import type { ReductionName } from '../kernels/table.ts'
import { argMaxOf, argMinOf, countOf, hasNaNOf, minMaxOf } from './extremes.ts'
import { covarianceOf, definiteSystem, gramOf, product, timesVector } from './linear-algebra.ts'
import { describeOf, deviationOf } from './moments.ts'
import { asIs, logSumExpOf, normFinish, normKernel, ordNames } from './norms.ts'
import { argSorting, selectingLargest, sorting, summing } from './order.ts'
import { axisMedians, axisQuantiles, hasAxis, histograms, medians, quantiles } from './quantiles.ts'
import { maxOf, meanOf, minOf, varianceNames, varianceOf } from './reductions.ts'

/** What {@link explain} gives. */
export interface Explanation extends Plan {
  readonly name: string
  readonly backend: BackendName
}

type Form = 'sync' | 'promise'

/** Plans one call: `x`, what comes beside it (undefined where it was left out), and the options. */
type Planner = (form: Form, x: never, second: never, options: never) => Plan

const plannedReduction = (kernel: ReductionName, finish?: unknown, more: readonly string[] = []): Planner => (form, x, second, options) =>
  planReduction(form, kernel, x, kernel === 'dot' ? (second ?? x) : undefined, options, finish as Finish<unknown> | undefined, more)

/** Functions of two arrays are planned with one like x where no other is given; `scale` and the like take a number. */
const plannedMap = (kernel: (typeof mapNames)[number], isNumber = false): Planner => (form, x, second, options) => {
  if (kernel === 'astype') return planMap(form, { kernel, x, type: second ?? 'float64' }, options)
  return planMap(form, { kernel, x, ...(second === undefined ? (isNumber ? {} : { y: x }) : { y: second }) }, options)
}

const planners: Readonly<Record<string, Planner>> = {
  sum: plannedReduction('sum'),
  sumOfSquares: plannedReduction('sumOfSquares'),
  dot: plannedReduction('dot'),
  mean: plannedReduction('sum', meanOf),
  variance: plannedReduction('variance', varianceOf, varianceNames),
  standardDeviation: plannedReduction('variance', deviationOf, varianceNames),
  min: plannedReduction('min', minOf),
  max: plannedReduction('max', maxOf),
  minMax: plannedReduction('minMax', minMaxOf),
  argMin: plannedReduction('argMin', argMinOf),
  argMax: plannedReduction('argMax', argMaxOf),
  norm: (form, x, second, options) => plannedReduction(normKernel(options), normFinish(options), ordNames)(form, x, second, options),
  product: plannedReduction('product', asIs),
  countNonzero: plannedReduction('countNonzero', countOf),
  hasNaN: plannedReduction('countNaN', hasNaNOf),
  logSumExp: plannedReduction('logSumExp', logSumExpOf),
  describe: plannedReduction('describe', describeOf, varianceNames),
  quantile: (form, x, q, options) => (hasAxis(options) ? planOrderAxis(axisQuantiles(x, q ?? 0.5, options), form, options) : planOrder(quantiles(x, q ?? 0.5, options), form, options)),
  median: (form, x, _second, options) => (hasAxis(options) ? planOrderAxis(axisMedians(x, options), form, options) : planOrder(medians(x, options), form, options)),
  histogram: (form, x, _second, options) => planOrder(histograms(x, options), form, options),
  sort: (form, x, _second, options) => planShortOrder(form, 'sort', x, undefined, options) ?? planOrder(sorting(x, options), form, options),
  argSort: (form, x, _second, options) => planShortOrder(form, 'argSort', x, undefined, options) ?? planOrder(argSorting(x, options), form, options),
  topK: (form, x, k, options) => {
    const most = k ?? Math.min(10, (x as NumericArray | null)?.length ?? 0)
    return planShortOrder(form, 'topK', x, most, options) ?? planOrder(selectingLargest(x, most, options), form, options)
  },
  cumulativeSum: (form, x, _second, options) => planShortOrder(form, 'cumulativeSum', x, undefined, options) ?? planOrder(summing(x, options), form, options),
  ...Object.fromEntries(mapNames.map((kernel) => [kernel, plannedMap(kernel)])),
  scale: plannedMap('multiply', true),
  matvec: (form, A, x, options) => planLinear(timesVector(A, x ?? new Float64Array(matrixOperand(A, 'A').columns), options), form, options),
  matmul: (form, A, B, options) => planLinear(product(A, B ?? transposed(A), options), form, options),
  gram: (form, X, _second, options) => planLinear(gramOf(X, options), form, options),
  covariance: (form, X, _second, options) => planLinear(covarianceOf(X, options), form, options),
  choleskySolve: (form, A, b, options) => planLinear(definiteSystem(A, b ?? new Float64Array(matrixOperand(A, 'A').rows), options), form, options),
  'random.uniform': (form, n, _second, options) => planShort(form, 'uniform', n, options) ?? planFill(form, 'uniform', n, options),
  'random.normal': (form, n, _second, options) => planShort(form, 'normal', n, options) ?? planFill(form, 'normal', n, options),
  'random.integers': (form, n, _second, options) => planShort(form, 'integers', n, options) ?? planFill(form, 'integers', n, options),
  'random.permutation': (form, n, _second, options) => planShort(form, 'permutation', n, options) ?? planPermutation(form, n, options),
}

/** The functions that take something beside x that the plan depends on. */
const withSecond: readonly string[] = ['dot', 'quantile', 'topK', 'matvec', 'matmul', 'choleskySolve', 'astype', 'add', 'subtract', 'multiply', 'divide', 'power', 'axpy', 'scale']

/**
 * How a call would be carried out, and what it is predicted to cost. `sumSync` and `sum` are two names: the blocking form and
 * the promise form. Nothing is computed.
 *
 * @param name - A kernel's name, e.g. `'sum'`, `'sortSync'`, `'random.uniform'`.
 * @param x - The input; for `random` functions how many numbers. Bounds, factors and the like don't matter and are left out.
 * @param rest - What the function takes beside x, where the plan depends on it (the other array or number; `q`; `k`; the type of `astype`), then
 *   the options of the call. Either may be left out: other arrays are then taken to be like x, `k` is 10, `astype` goes to `float64`.
 * @throws TypeError ERR_MANYCORE_TYPE for an unknown name (the message lists the known ones), and what the call itself would throw for its arguments.
 */
export function explain(name: string, x: NumbersInput | MatrixLike | number, ...rest: unknown[]): Explanation {
  const blocking = typeof name === 'string' && name.endsWith('Sync')
  const bare = blocking ? name.slice(0, -4) : name
  if (typeof bare !== 'string' || !Object.hasOwn(planners, bare)) {
    throw argumentError('TYPE', 'name', `one of ${Object.keys(planners).join(', ')}, or one of these with Sync`, name)
  }
  const hasSecond = withSecond.includes(bare) && rest.length > 0 && (rest.length > 1 || !isOptions(rest[0]))
  const [second, options, ...more] = hasSecond ? rest : [undefined, ...rest]
  if (more.length > 0) throw argumentError('TYPE', 'rest', `at most ${withSecond.includes(bare) ? 'one argument beside x, and options' : 'options beside x'}`, rest)
  const planner = planners[bare] as (form: Form, x: unknown, second: unknown, options: unknown) => Plan
  return { name, backend: backend().name, ...planner(blocking ? 'sync' : 'promise', x, second, options as CallOptions | undefined) }
}

/** Whether a value can be nothing but an options object. */
function isOptions(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || typedArrayName(value) !== undefined) return false
  return !(value instanceof Matrix || value instanceof Range || 'data' in value || 'to2DArray' in value)
}

/** A second factor for A: its own columns as rows. */
function transposed(A: MatrixLike): MatrixLike {
  const { data, rows, columns, rowStride, columnStride } = matrixOperand(A, 'A')
  return { data: data as MatrixData, shape: [columns, rows], strides: [columnStride, rowStride] }
}
