/** Models of many classes and columns, fitted around the Hessian's blocks: the optimum of Newton's method, whatever the data. */
import test from 'ava'
import { blocksPay } from '../../src/models/class-blocks.ts'
import { fitAllSync, LogisticRegression, Matrix, type LogisticRegressionOptions } from 'manycore/models'
import { backends, on } from '../support/backends.ts'
import { numbers, relativeDifference, truthCase } from './support.ts'

const digits = truthCase('digits_l2_C0p01')

interface Case {
  readonly name: string
  readonly X: Matrix<Float64Array | Float32Array>
  readonly y: Int32Array
  readonly sampleWeight?: Float64Array
  readonly options?: LogisticRegressionOptions
}

/** Clusters that overlap, in correlated columns; `change` may do anything to a row. */
function data(rows: number, columns: number, classes: number, change: (row: Float64Array, i: number, next: () => number) => void = () => {}): { X: Matrix; y: Int32Array } {
  const next = numbers(11)
  const X = new Matrix(new Float64Array(rows * columns), rows, columns)
  const y = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    y[i] = Math.floor(classes * next())
    const common = next() + next() - 1
    const row = X.row(i)
    for (let j = 0; j < columns; j++) row[j] = next() + next() - 1 + common + (j % classes === y[i] ? 0.6 : 0)
    change(row, i, next)
  }
  return { X, y }
}

const plain = data(900, 40, 8)
const cases: readonly Case[] = [
  { name: 'digits, weakly penalised', X: digits.X as Matrix, y: digits.y, options: { C: 1 } },
  { name: 'digits, strongly penalised', X: digits.X as Matrix, y: digits.y, options: { C: 1e-4 } },
  { name: 'clusters', ...plain },
  { name: 'without an intercept', ...plain, options: { fitIntercept: false } },
  { name: 'balanced', ...plain, y: plain.y.map((k) => (k < 3 ? 0 : k)), options: { classWeight: 'balanced' } },
  { name: 'weights, most of them 0', ...plain, sampleWeight: Float64Array.from({ length: 900 }, (_, i) => (i % 3 === 0 ? 2 : 0)) },
  { name: 'columns of scales from 1e-6 to 1e6, far from 0', ...data(900, 40, 8, (row) => row.forEach((x, j) => (row[j] = (x + 10) * 10 ** ((j % 13) - 6)))) },
  { name: 'a constant column, and equal ones', ...data(900, 40, 8, (row) => { row[3] = 5; row[4] = row[5]! }) },
  { name: 'a weak penalty', ...plain, options: { C: 1e6 } },
  { name: 'Float32', X: new Matrix(Float32Array.from(plain.X.data), 900, 40), y: plain.y },
]

test('they are taken where the whole Hessian is large', (t) => {
  t.true(blocksPay({ rows: 1797, columns: 64, classes: 10 }))
  t.true(blocksPay({ rows: 900, columns: 40, classes: 8 }))
  for (const [rows, columns, classes] of [[569, 30, 2], [150, 4, 3], [178, 13, 3], [1000, 5, 3]] as const) t.false(blocksPay({ rows, columns, classes }), `${rows} × ${columns}, ${classes}`)
})

for (const { name, X, y, sampleWeight, options } of cases) {
  test(`${name}: the optimum`, (t) => {
    t.timeout(60_000)
    const exact = new LogisticRegression({ ...options, solver: 'newton', tol: 0 }).fitSync(X, y, { sampleWeight })
    const model = new LogisticRegression(options).fitSync(X, y, { sampleWeight })
    t.true(model.converged)
    const gap = (model.certificate.objective - exact.certificate.objective) / exact.certificate.objective
    t.true(gap <= 1e-9 && gap > -1e-12, `gap ${gap} after ${model.iterations} steps`)
    t.log(`gap ${gap} after ${model.iterations} steps`)
    t.true(relativeDifference(model.predictProbabilitiesSync(X).data, exact.predictProbabilitiesSync(X).data) < 1e-3)
    t.true(model.certificate.conditionEstimate >= 1)
    for (let j = 0; j < X.columns; j += 7) {
      let sum = 0
      let largest = 0
      for (let k = 0; k < model.classes.length; k++) {
        sum += model.coefficients.get(k, j)
        largest = Math.max(largest, Math.abs(model.coefficients.get(k, j)))
      }
      t.true(Math.abs(sum) <= 1e-10 * Math.max(largest, 1e-300), `column ${j}`)
    }
  })
}

for (const backend of backends) {
  test(`the same bits from any number of threads, in both forms, alone and together (${backend})`, async (t) => {
    t.timeout(120_000)
    const { X, y } = plain
    const alone = on(backend, () => new LogisticRegression().fitSync(X, y))
    for (const threads of [1, 2, 5]) t.deepEqual(on(backend, () => new LogisticRegression().fitSync(X, y, { threads })).coefficients, alone.coefficients)
    t.deepEqual((await on(backend, () => new LogisticRegression().fit(X, y))).coefficients, alone.coefficients)
    const list = [{}, { C: 0.01 }, { fitIntercept: false }, { solver: 'newton' as const }]
    const together = on(backend, () => fitAllSync(list.map((options) => new LogisticRegression(options)), X, y))
    list.forEach((options, i) => t.deepEqual(together[i]!.coefficients, on(backend, () => new LogisticRegression(options).fitSync(X, y)).coefficients))
  })
}

test('both backends agree', (t) => {
  for (const { X, y } of [plain, { X: digits.X as Matrix, y: digits.y }]) {
    const [one, other] = backends.map((backend) => on(backend, () => new LogisticRegression().fitSync(X, y)))
    if (one === undefined || other === undefined) return t.pass() // without a native core there is nothing to compare
    const difference = relativeDifference(one.coefficients.data, other.coefficients.data)
    t.true(difference < 1e-10, `${difference}`)
  }
})

test('progress counts every step, an abort leaves the model unfitted, a warm start ends at once', async (t) => {
  const { X, y } = plain
  const seen: number[] = []
  const model = await new LogisticRegression({ warmStart: true }).fit(X, y, { onProgress: ({ iteration }) => seen.push(iteration) })
  t.deepEqual([...new Set(seen)], Array.from({ length: model.iterations + 1 }, (_, i) => i))
  const abort = new AbortController()
  const other = new LogisticRegression()
  await t.throwsAsync(other.fit(X, y, { signal: abort.signal, onProgress: ({ iteration }) => iteration === 10 && abort.abort(new Error('enough')) }), { message: 'enough' })
  t.throws(() => other.classes, { code: 'ERR_MANYCORE_NOT_FITTED' })
  t.true((await model.fit(X, y)).iterations <= 2)
})

test('a few steps, none, or a few more: no Hessian of thousands of coefficients', (t) => {
  t.timeout(60_000)
  const rows = 2000
  const classes = 1000
  const next = numbers(5)
  const X = new Matrix(Float64Array.from({ length: rows * 2 }, next), rows, 2)
  const y = Int32Array.from({ length: rows }, (_, i) => i % classes)
  const model = new LogisticRegression({ maxIterations: 0 }).fitSync(X, y)
  t.is(model.iterations, 0)
  t.is(model.predictProbabilitiesSync(X).get(0, 7), 1 / classes)
  const few = new LogisticRegression({ maxIterations: 3 }).fitSync(X, y)
  t.true(few.iterations <= 3)
  const warm = new LogisticRegression({ warmStart: true }).fitSync(X, y)
  t.true(warm.converged)
  const { objective } = warm.certificate
  warm.fitSync(X, y)
  t.true(warm.converged && warm.iterations <= 2)
  t.true(Math.abs(warm.certificate.objective - objective) <= 1e-9 * objective)
})
