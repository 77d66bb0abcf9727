/** Fits of many rows, which start from a sample of them: the optimum all the same, whatever the data do to the sample. */
import test from 'ava'
import { choleskySolve } from '../../src/kernels/cholesky.ts'
import { lbfgs, type LbfgsOptions, type LbfgsResult } from '../../src/models/solver/lbfgs.ts'
import { ScaledCholesky } from '../../src/models/solver/linear.ts'
import type { Evaluation, EvaluationRequest } from '../../src/models/solver/newton.ts'
import { fitAllSync, LogisticRegression, Matrix, type LogisticRegressionOptions } from 'manycore/models'
import { backends, on } from '../support/backends.ts'
import { numbers, relativeDifference } from './support.ts'

interface Case {
  readonly name: string
  readonly X: Matrix
  readonly y: Int32Array
  readonly sampleWeight?: Float64Array
  readonly options?: LogisticRegressionOptions
}

const rows = 24_000

/** Correlated columns, labels by a logistic model of them with a given offset; `change` may do anything to a row. */
function data(columns: number, offset = 0.3, change: (row: Float64Array, i: number, next: () => number) => void = () => {}, seed = 3): { X: Matrix; y: Int32Array } {
  const next = numbers(seed)
  const X = new Matrix(new Float64Array(rows * columns), rows, columns)
  const y = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    const row = X.row(i)
    const common = next() + next() - 1
    for (let j = 0; j < columns; j++) row[j] = next() + next() - 1 + common
    change(row, i, next)
    const score = row.reduce((sum, x, j) => sum + (x * (1 + (j % 3))) / (j % 2 === 0 ? 2 : -3), offset)
    y[i] = next() < 1 / (1 + Math.exp(-score)) ? 1 : 0
  }
  return { X, y }
}

function reordered({ X, y }: { X: Matrix; y: Int32Array }, key: (row: number) => number): { X: Matrix; y: Int32Array } {
  const order = Array.from(y.keys()).sort((a, b) => key(a) - key(b))
  return { X: Matrix.from(order.map((row) => X.row(row))) as Matrix, y: Int32Array.from(order, (row) => y[row]!) }
}

const plain = data(8)
const three = { X: plain.X, y: plain.y.map((label, i) => label + Number(plain.X.get(i, 1) > 0.5)) }

const cases: readonly Case[] = [
  { name: 'as it is', ...plain },
  { name: 'without an intercept', ...plain, options: { fitIntercept: false } },
  { name: 'sorted by label', ...reordered(plain, (row) => plain.y[row]!) },
  { name: 'sorted by a column', ...reordered(plain, (row) => plain.X.get(row, 0)) },
  { name: 'columns of scales from 1e-6 to 1e6, far from 0', ...data(8), options: { C: 10 } },
  { name: 'one positive in a thousand', ...data(6, -9) },
  { name: 'columns that are nearly always 0', ...data(8, 0.3, (row, i) => row.fill(i % 1500 === 7 ? 3 : 0, 4)) },
  { name: 'columns that are nearly equal', ...data(6, 0.3, (row) => (row[5] = row[4]! + 1e-6 * row[3]!)) },
  { name: 'columns that are equal', ...data(6, 0.3, (row) => (row[5] = row[4]!)) },
  { name: 'heavy tails', ...data(6, 0.3, (row, _, next) => (row[2] = Math.exp(6 * next() - 3))) },
  { name: 'a constant column', ...data(6, 0.3, (row) => (row[2] = 5)) },
  { name: 'weights, most of them 0', ...plain, sampleWeight: Float64Array.from({ length: rows }, (_, i) => (i % 7 === 0 ? 3 : 0)) },
  { name: 'weights of very different sizes', ...plain, sampleWeight: Float64Array.from({ length: rows }, (_, i) => (i % 997 === 0 ? 1000 : 0.1)) },
  { name: 'a class that weighs next to nothing', ...plain, options: { classWeight: { 0: 1, 1: 1e-6 } } },
  { name: 'a weak penalty', ...plain, options: { C: 1e8 } },
  { name: 'a strong penalty', ...plain, options: { C: 1e-6 } },
  { name: 'separable', X: plain.X, y: Int32Array.from({ length: rows }, (_, i) => Number(plain.X.get(i, 0) > 0)), options: { C: 100 } },
  { name: 'three classes', ...three },
  { name: 'three classes, balanced, without an intercept', ...three, options: { classWeight: 'balanced', fitIntercept: false } },
]

const scaledCase = cases.find(({ name }) => name.startsWith('columns of scales'))!
for (let i = 0; i < rows; i++) scaledCase.X.row(i).forEach((x, j, row) => (row[j] = (x + 10) * 10 ** (2 * j - 6)))

for (const { name, X, y, sampleWeight, options } of cases) {
  test(`${name}: the optimum`, (t) => {
    const exact = new LogisticRegression({ ...options, solver: 'newton', tol: 0 }).fitSync(X, y, { sampleWeight })
    const model = new LogisticRegression(options).fitSync(X, y, { sampleWeight })
    t.true(model.converged)
    const gap = (model.certificate.objective - exact.certificate.objective) / exact.certificate.objective
    t.true(gap <= 1e-9 && gap > -1e-12, `gap ${gap} after ${model.iterations} steps`)
    const [found, truth] = [model, exact].map((one) => one.predictProbabilitiesSync(new Matrix(X.data.subarray(0, 100 * X.columns), 100, X.columns)))
    t.true(relativeDifference(found!.data, truth!.data) < 1e-3)
  })
}

for (const backend of backends) {
  test(`the same bits from any number of threads, in both forms, alone and together (${backend})`, async (t) => {
    for (const { X, y } of [plain, three]) {
      const alone = on(backend, () => new LogisticRegression().fitSync(X, y))
      for (const threads of [1, 2, 5]) t.deepEqual(on(backend, () => new LogisticRegression().fitSync(X, y, { threads })).coefficients, alone.coefficients)
      t.deepEqual((await on(backend, () => new LogisticRegression().fit(X, y))).coefficients, alone.coefficients)
      const list = [{}, { C: 0.01 }, { fitIntercept: false }, { solver: 'newton' as const }, { l1Ratio: 1 }, { C: Infinity }]
      const together = on(backend, () => fitAllSync(list.map((options) => new LogisticRegression(options)), X, y))
      list.forEach((options, i) => t.deepEqual(together[i]!.coefficients, on(backend, () => new LogisticRegression(options).fitSync(X, y)).coefficients))
    }
  })
}

test('numbers that are not finite are found wherever they stand, whether the sample sees them or not', async (t) => {
  for (const bad of [NaN, Infinity, -Infinity]) {
    for (let row = 5; row < rows; row += 4799) {
      const X = new Matrix(plain.X.data.slice(), rows, plain.X.columns)
      X.row(row)[3] = bad
      const wanted = { code: 'ERR_MANYCORE_NOT_FINITE', message: new RegExp(`got ${bad} in row ${row}, column 3`) }
      t.throws(() => new LogisticRegression().fitSync(X, plain.y), wanted)
      t.throws(() => new LogisticRegression().fitSync(X, plain.y, { sampleWeight: Float64Array.from({ length: rows }, (_, i) => Number(i !== row)) }), wanted)
      t.throws(() => new LogisticRegression().fitSync(X, three.y), wanted)
    }
  }
  const X = new Matrix(plain.X.data.slice(), rows, plain.X.columns)
  X.row(17)[3] = NaN
  await t.throwsAsync(new LogisticRegression().fit(X, plain.y), { code: 'ERR_MANYCORE_NOT_FINITE' })
})

test('a number that is huge beside the others, in the sample or not', (t) => {
  for (let row = 7; row < rows; row += 7919) {
    const X = new Matrix(plain.X.data.slice(), rows, plain.X.columns)
    X.row(row)[3] = 1e290
    const exact = new LogisticRegression({ solver: 'newton' }).fitSync(X, plain.y)
    const model = new LogisticRegression().fitSync(X, plain.y)
    t.true(model.converged && exact.converged)
    // Newton's method may stop short of it, in columns that the number has flattened.
    t.true(model.certificate.objective <= (1 + 1e-9) * exact.certificate.objective)
  }
})

test('both backends agree', (t) => {
  const [one, other] = backends.map((backend) => on(backend, () => new LogisticRegression().fitSync(plain.X, plain.y)))
  if (one !== undefined && other !== undefined) t.true(relativeDifference(one.coefficients.data, other.coefficients.data) < 1e-10)
  else t.pass()
})

test('progress, abort, too few iterations', async (t) => {
  const { X, y } = plain
  const seen: number[] = []
  const model = await new LogisticRegression().fit(X, y, { onProgress: ({ iteration, objective }) => seen.push(iteration, objective) })
  t.deepEqual(seen.filter((_, i) => i % 2 === 0), Array.from({ length: model.iterations + 1 }, (_, i) => i))
  const abort = new AbortController()
  const other = new LogisticRegression()
  await t.throwsAsync(other.fit(X, y, { signal: abort.signal, onProgress: () => abort.abort(new Error('enough')) }), { message: 'enough' })
  t.throws(() => other.classes, { code: 'ERR_MANYCORE_NOT_FITTED' })
  t.false(new LogisticRegression({ maxIterations: 1 }).fitSync(X, y).converged)
  t.true(new LogisticRegression({ maxIterations: 0 }).fitSync(X, y).predictProbabilitiesSync([[...X.row(0)]]).data.every((p) => p === 0.5))
  const warm = new LogisticRegression({ warmStart: true }).fitSync(X, y)
  t.true(warm.fitSync(X, y).iterations <= 2)
})

/** Answers the solver from a function. */
function minimise(f: (point: Float64Array) => Omit<Evaluation, 'hessian'>, options: LbfgsOptions): LbfgsResult & { orders: number[] } {
  const steps: Generator<EvaluationRequest, LbfgsResult, Evaluation> = lbfgs(options)
  const orders: number[] = []
  for (let step = steps.next(); ; ) {
    if (step.done === true) return { ...step.value, orders }
    orders.push(step.value.order)
    step = steps.next({ ...f(step.value.point), hessian: new Float64Array(0) })
  }
}

/** Σ a_j·x_j² / 2 − x_j, + 100, with a from 1 to 1e4. */
const curvature = Float64Array.from({ length: 20 }, (_, j) => 10 ** ((4 * j) / 19))
const quadratic = (point: Float64Array): Omit<Evaluation, 'hessian'> => ({
  value: point.reduce((sum, x, j) => sum + (curvature[j]! * x * x) / 2 - x, 100),
  gradient: point.map((x, j) => curvature[j]! * x - 1),
})

test('L-BFGS: with the exact inverse as preconditioner a quadratic takes a step', (t) => {
  const result = minimise(quadratic, { start: new Float64Array(20), tolerance: 1e-12, maxIterations: 50, precondition: (x) => x.forEach((value, j) => (x[j] = value / curvature[j]!)) })
  t.is(result.outcome, 'converged')
  t.true(result.iterations <= 2)
  result.point.forEach((x, j) => t.true(Math.abs(x * curvature[j]! - 1) < 1e-9))
})

test('L-BFGS: without a good one it takes more, asks for gradients only, and says when it gives up', (t) => {
  const options = { start: new Float64Array(20).fill(3), tolerance: 1e-12, maxIterations: 500, precondition: () => {} }
  const result = minimise(quadratic, options)
  t.is(result.outcome, 'converged')
  t.true(result.orders.every((order) => order === 1))
  const optimum = curvature.reduce((sum, a) => sum - 1 / (2 * a), 100)
  t.true(result.value - optimum <= 1e-11 * optimum)
  t.is(minimise(quadratic, { ...options, maxEvaluations: 5 }).outcome, 'slow')
  t.is(minimise(quadratic, { ...options, maxIterations: 3 }).outcome, 'iterations')
  t.throws(() => minimise(() => ({ value: Infinity, gradient: new Float64Array(20) }), options), { code: 'ERR_MANYCORE_NOT_FINITE' })
})

test('L-BFGS: flat tails are left in long steps', (t) => {
  // log(1 + e^x) − 0.3·x from far away, where the preconditioner is a thousand times too short.
  const f = ([x]: Float64Array): Omit<Evaluation, 'hessian'> => ({ value: Math.log1p(Math.exp(x!)) - 0.3 * x! + 1, gradient: Float64Array.of(1 / (1 + Math.exp(-x!)) - 0.3) })
  const result = minimise(f, { start: Float64Array.of(-30), tolerance: 1e-12, maxIterations: 100, precondition: (x) => (x[0]! *= 1e-3) })
  t.is(result.outcome, 'converged')
  t.true(Math.abs(result.point[0]! - Math.log(0.3 / 0.7)) < 1e-4)
})

test('the last matrix as a preconditioner', (t) => {
  const solver = new ScaledCholesky(2, choleskySolve)
  solver.factorAndSolve(Float64Array.of(4, 1, 1, 3), Float64Array.of(1, 2), new Float64Array(2))
  const x = Float64Array.of(1, 2)
  solver.precondition(x)
  t.true(Math.abs(x[0]! - 1 / 11) < 1e-15 && Math.abs(x[1]! - 7 / 11) < 1e-15)
})
