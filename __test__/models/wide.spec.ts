/** Data with about as many columns as rows, or more, fitted by systems of the rows' size: the optimum of Newton's method, whatever the data. */
import test from 'ava'
import { wideRowsPay } from '../../src/models/row-products.ts'
import { fitAllSync, LogisticRegression, Matrix, type LogisticRegressionOptions, type MatrixData } from 'manycore/models'
import { backends, on } from '../support/backends.ts'
import { numbers, objectiveOf, relativeDifference } from './support.ts'

interface Case {
  readonly name: string
  readonly X: Matrix<MatrixData>
  readonly y: Int32Array
  readonly sampleWeight?: Float64Array
  readonly options?: LogisticRegressionOptions
  /** Of the coefficients. Default 1e-9. */
  readonly within?: number
}

/** Correlated columns, labels that follow some of them; `change` may do anything to a row. */
function data(rows: number, columns: number, change: (row: Float64Array, i: number, next: () => number) => void = () => {}): { X: Matrix; y: Int32Array } {
  const next = numbers(5)
  const X = new Matrix(new Float64Array(rows * columns), rows, columns)
  const y = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    const row = X.row(i)
    const common = next() - 0.5
    for (let j = 0; j < columns; j++) row[j] = next() + next() - 1 + common
    y[i] = Number(row[0]! + row[1]! - row[2]! + next() - 0.5 > 0)
    change(row, i, next)
  }
  return { X, y }
}

const plain = data(60, 200)
const large = data(250, 400)
const cases: readonly Case[] = [
  { name: 'twice as many columns as rows and more', ...plain },
  { name: 'half as many rows', ...data(100, 200) },
  { name: 'strongly penalised', ...plain, options: { C: 1e-5 } },
  { name: 'weakly penalised', ...plain, options: { C: 1e5 }, within: 1e-7 },
  { name: 'a penalty that rounding swallows beside the rows', ...plain, options: { C: 1e14 }, within: 1e-2 },
  { name: 'without an intercept', ...plain, options: { fitIntercept: false } },
  { name: 'balanced', ...plain, options: { classWeight: 'balanced' } },
  { name: 'weights, some of them 0', ...plain, sampleWeight: Float64Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? 0 : i % 4)) },
  { name: 'columns of scales from 1e-3 to 1e3, far from 0', ...data(60, 200, (row) => row.forEach((x, j) => (row[j] = (x + 10) * 10 ** ((j % 7) - 3)))) },
  { name: 'columns near 1e8', ...data(60, 200, (row) => row.forEach((x, j) => (row[j] = Math.round(256 * x) / 256 + 1e8))) },
  { name: 'constant columns, and equal ones', ...data(60, 200, (row) => { row[3] = 5e20; row[4] = row[5]!; row[7] = 0.1 }) },
  { name: 'rows that come twice', ...twice(data(50, 200)) },
  { name: 'small integers', X: new Matrix(Int8Array.from(plain.X.data, (x) => Math.round(20 * x)), 60, 200), y: plain.y },
  { name: 'Float32, far from 0, in several blocks', ...narrow(data(50, 1100, (row) => row.forEach((x, j) => (row[j] = x + 3000)))), within: 1e-7 },
  { name: 'conjugate gradients', ...large },
  { name: 'conjugate gradients: somewhat more rows than columns', ...data(480, 460) },
  { name: 'conjugate gradients: strongly penalised', ...large, options: { C: 1e-4 } },
  { name: 'conjugate gradients: weakly penalised', ...large, options: { C: 1e3 } },
  { name: 'conjugate gradients: so weakly that a factorisation takes over', ...data(300, 340), options: { C: 1e8 }, within: 1e-3 },
  { name: 'conjugate gradients: without an intercept', ...large, options: { fitIntercept: false } },
  { name: 'conjugate gradients: weights, some of them 0', ...large, sampleWeight: Float64Array.from({ length: 250 }, (_, i) => (i % 3 === 0 ? 0 : i % 4)) },
  { name: 'conjugate gradients: a rare class', ...large, y: Int32Array.from(large.y, (_, i) => Number(i < 3)) },
  { name: 'conjugate gradients: columns near 1e8', ...data(250, 400, (row) => row.forEach((x, j) => (row[j] = Math.round(256 * x) / 256 + 1e8))) },
  { name: 'Float32 without an intercept', ...narrow(plain), options: { fitIntercept: false } },
]

function twice({ X, y }: { X: Matrix; y: Int32Array }): { X: Matrix; y: Int32Array } {
  return { X: new Matrix(Float64Array.from([...X.data, ...X.data]), 2 * X.rows, X.columns), y: Int32Array.from([...y, ...y]) }
}

function narrow({ X, y }: { X: Matrix; y: Int32Array }): { X: Matrix<Float32Array>; y: Int32Array } {
  return { X: new Matrix(Float32Array.from(X.data), X.rows, X.columns), y }
}

test('which shapes are fitted so', (t) => {
  for (const [rows, columns] of [[60, 200], [250, 400], [1000, 1000], [1300, 1000]] as const) t.true(wideRowsPay({ rows, columns, classes: 2 }), `${rows} × ${columns}`)
  for (const [rows, columns, classes] of [[569, 30, 2], [10, 20, 2], [200, 200, 2], [2000, 1000, 2]] as const) t.false(wideRowsPay({ rows, columns, classes }), `${rows} × ${columns}, ${classes}`)
})

for (const { name, X, y, sampleWeight, options, within = 1e-9 } of cases) {
  test(`${name}: the optimum`, (t) => {
    t.timeout(60_000)
    const exact = new LogisticRegression({ ...options, solver: 'newton', tol: 0 }).fitSync(X, y, { sampleWeight })
    const model = new LogisticRegression(options).fitSync(X, y, { sampleWeight })
    t.true(model.converged)
    const gap = (model.certificate.objective - exact.certificate.objective) / exact.certificate.objective
    t.true(Math.abs(gap) < 1e-10, `gap ${gap} after ${model.iterations} steps`)
    const difference = relativeDifference(model.coefficients.data, exact.coefficients.data)
    t.log(`gap ${gap}, difference ${difference}, ${model.iterations} steps`)
    t.true(difference <= within, `coefficients differ by ${difference}`)
    t.true(model.certificate.conditionEstimate >= 1)
    if (options?.fitIntercept === false) t.is(model.intercepts[0], 0)
  })
}

for (const backend of backends) {
  test(`the same bits from any number of threads, in both forms, alone and together (${backend})`, async (t) => {
    t.timeout(120_000)
    for (const { X, y } of [plain, narrow(data(40, 600)), large]) {
      const alone = on(backend, () => new LogisticRegression().fitSync(X, y))
      for (const threads of [1, 2, 5]) t.deepEqual(on(backend, () => new LogisticRegression().fitSync(X, y, { threads })).coefficients, alone.coefficients)
      t.deepEqual((await on(backend, () => new LogisticRegression().fit(X, y))).coefficients, alone.coefficients)
      const list = [{}, { C: 0.01 }, { fitIntercept: false }, { solver: 'newton' as const }, { C: 100, l1Ratio: 1 }]
      const together = on(backend, () => fitAllSync(list.map((options) => new LogisticRegression(options)), X, y))
      list.forEach((options, i) => t.deepEqual(together[i]!.coefficients, on(backend, () => new LogisticRegression(options).fitSync(X, y)).coefficients, `model ${i}`))
    }
  })
}

test('both backends agree', (t) => {
  const [one, other] = backends.map((backend) => on(backend, () => new LogisticRegression().fitSync(plain.X, plain.y)))
  if (one === undefined || other === undefined) return t.pass() // without a native core there is nothing to compare
  const difference = relativeDifference(one.coefficients.data, other.coefficients.data)
  t.true(difference < 1e-10, `${difference}`)
})

test('more columns than a Hessian could have: the gradient of the objective, computed plainly, is 0', (t) => {
  t.timeout(60_000)
  const { X, y } = data(30, 25_000)
  const model = new LogisticRegression().fitSync(X, y)
  t.true(model.converged)
  const [w, [b]] = [model.coefficients.data, model.intercepts]
  t.true(Math.abs(model.certificate.objective / objectiveOf(X, y, 2, model.coefficients, model.intercepts, 1) - 1) < 1e-12)
  const residuals = Array.from(y, (label, i) => {
    const score = X.row(i).reduce((sum, x, j) => sum + x * w[j]!, b!)
    return label - 1 / (1 + Math.exp(-score))
  })
  t.true(Math.abs(residuals.reduce((sum, r) => sum + r, 0)) < 1e-10)
  let worst = 0
  for (let j = 0; j < X.columns; j++) worst = Math.max(worst, Math.abs(w[j]! - residuals.reduce((sum, r, i) => sum + r * X.get(i, j), 0)))
  t.true(worst < 1e-10, `${worst}`)
  t.throws(() => new LogisticRegression({ solver: 'newton' }).fitSync(X, y), { code: 'ERR_MANYCORE_RANGE' })
  t.throws(() => new LogisticRegression({ C: Infinity }).fitSync(X, y), { code: 'ERR_MANYCORE_RANGE' })
})

test('several classes, by gradients alone: the optimum, also of more coefficients than a Hessian could have', async (t) => {
  t.timeout(120_000)
  const { X } = data(150, 600)
  const y = Int32Array.from({ length: 150 }, (_, i) => (X.get(i, 0) + X.get(i, 1) > 0 ? 1 : 0) + (X.get(i, 2) > 0.2 ? 2 : 0))
  for (const options of [{}, { C: 0.01, fitIntercept: false }, { C: 30, classWeight: 'balanced' as const }]) {
    const exact = new LogisticRegression({ ...options, solver: 'newton', tol: 0 }).fitSync(X, y)
    const model = new LogisticRegression(options).fitSync(X, y)
    t.true(model.converged)
    const gap = (model.certificate.objective - exact.certificate.objective) / exact.certificate.objective
    t.true(gap <= 1e-9 && gap > -1e-12, `gap ${gap}`)
    t.deepEqual((await new LogisticRegression(options).fit(X, y)).coefficients, model.coefficients)
    t.deepEqual(new LogisticRegression(options).fitSync(X, y, { threads: 1 }).coefficients, model.coefficients)
    if (options.fitIntercept === false) t.true(model.intercepts.every((intercept) => intercept === 0))
  }
  const many = data(30, 7000)
  const model = new LogisticRegression().fitSync(many.X, y.subarray(0, 30))
  t.true(model.converged)
  t.true(Math.abs(model.certificate.objective / objectiveOf(many.X, y.subarray(0, 30), 4, model.coefficients, model.intercepts, 1) - 1) < 1e-12)
  t.true(model.certificate.gradientNorm < 1e-3)
  t.true(Number.isNaN(model.certificate.conditionEstimate))
})

test('progress counts every step, an abort leaves the model unfitted, a warm start ends at once', async (t) => {
  const { X, y } = plain
  const seen: number[] = []
  const model = await new LogisticRegression({ warmStart: true }).fit(X, y, { onProgress: ({ iteration }) => seen.push(iteration) })
  t.deepEqual(seen, Array.from({ length: model.iterations + 1 }, (_, i) => i))
  const abort = new AbortController()
  const other = new LogisticRegression()
  let last = 0
  await t.throwsAsync(other.fit(X, y, { signal: abort.signal, onProgress: ({ iteration }) => (last = iteration) === 2 && abort.abort(new Error('enough')) }), { message: 'enough' })
  t.is(last, 2)
  t.throws(() => other.classes, { code: 'ERR_MANYCORE_NOT_FITTED' })
  t.true((await model.fit(X, y)).iterations <= 2)
  const few = new LogisticRegression({ maxIterations: 2 }).fitSync(X, y)
  t.is(few.iterations, 2)
  t.false(few.converged)
  t.is(new LogisticRegression({ maxIterations: 0 }).fitSync(X, y).coefficients.data.some((w) => w !== 0), false)
})

test('values whose squares overflow are an error, or fitted by columns', (t) => {
  const { X, y } = data(30, 200, (row, _, next) => { row[3] = (next() - 0.5) * 1e200 })
  const model = new LogisticRegression().fitSync(X, y)
  const exact = new LogisticRegression({ solver: 'newton' }).fitSync(X, y)
  t.deepEqual(model.coefficients, exact.coefficients)
})

test('a sparse matrix that is fitted as it is gives the coefficients of the dense one', async (t) => {
  t.timeout(300_000)
  const [rows, columns] = [1500, 3000]
  const next = numbers(3)
  const dense = new Float64Array(rows * columns)
  const [values, places, rowOffsets]: [number[], number[], number[]] = [[], [], [0]]
  const y = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    let score = next() - 0.5
    for (let j = Math.floor(200 * next()); j < columns; j += 1 + Math.floor(200 * next())) {
      const value = next() - 0.3
      dense[i * columns + j] = value
      values.push(value)
      places.push(j)
      score += j % 2 === 0 ? value : -value
    }
    rowOffsets.push(values.length)
    y[i] = Number(score > 0)
  }
  const X = new Matrix(dense, rows, columns)
  const sparse = { values: Float64Array.from(values), columns: Int32Array.from(places), rowOffsets: Int32Array.from(rowOffsets), shape: [rows, columns] } as const
  for (const options of [{}, { C: 30, fitIntercept: false }]) {
    const one = new LogisticRegression(options).fitSync(sparse, y)
    const other = await new LogisticRegression(options).fit(X, y)
    t.true(one.converged && other.converged)
    const difference = relativeDifference(one.coefficients.data, other.coefficients.data)
    t.log(`difference ${difference}, ${one.iterations} and ${other.iterations} steps`)
    t.true(difference < 1e-10, `${difference}`)
  }
})
