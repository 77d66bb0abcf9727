/** Standard errors, tests and intervals, against statsmodels (fixtures/inference) and 220-bit arithmetic (fixtures/logistic). */
import { readFileSync } from 'node:fs'
import test from 'ava'
import { LogisticRegression, Matrix } from 'manycore/models'
import { centralQuantile, twoSidedTail } from '../../src/models/normal.ts'
import { backends, on } from '../support/backends.ts'
import { breastCancer, clusters, relativeDifference, truthCase } from './support.ts'

type Table = 'estimates' | 'standardErrors' | 'z' | 'p' | 'lower' | 'upper'
type Case = Record<Table, number[][]> & { X: number[][]; y: number[]; intercept: boolean; level: number }

const { cases } = JSON.parse(readFileSync(new URL('../fixtures/inference/statsmodels.json', import.meta.url), 'utf8')) as { cases: Case[] }

for (const backend of backends) {
  cases.forEach((known, i) => {
    test(`statsmodels' case ${i} (${backend})`, async (t) => {
      const options = { C: Infinity, fitIntercept: known.intercept }
      const sync = on(backend, () => new LogisticRegression(options).fitSync(known.X, known.y))
      const model = await on(backend, () => new LogisticRegression(options).fit(known.X, known.y))
      const found = model.inference({ level: known.level })
      t.deepEqual(sync.inference({ level: known.level }), found)
      for (const name of ['estimates', 'standardErrors', 'z', 'p', 'lower', 'upper'] as const) {
        found[name].toArray().forEach((row, r) => {
          row.forEach((value, j) => {
            const expected = known[name][r]![j]!
            const slack = name === 'p' ? 1e-8 : 1e-9
            t.true(Math.abs(value - expected) <= slack * Math.abs(expected) + 1e-300, `${name}[${r}][${j}]: ${value} against ${expected}`)
          })
        })
      }
      t.is(found.level, known.level)
    })
  })
}

for (const name of ['bc_3features_unpenalised', 'iris_versicolor_virginica_unpenalised']) {
  test(`${name}: exact to nine digits`, (t) => {
    const { X, y, options, expected } = truthCase(name)
    const { inference } = expected as unknown as { inference: { std_err: number[]; z: number[]; p_value_two_sided: number[]; conf_int_95: number[][] } }
    const found = new LogisticRegression(options).fitSync(X, y).inference()
    t.true(relativeDifference(found.standardErrors.data, inference.std_err) < 1e-9)
    t.true(relativeDifference(found.z.data, inference.z) < 1e-9)
    inference.p_value_two_sided.forEach((p, j) => t.true(Math.abs(found.p.data[j]! - p) <= 1e-8 * p))
    inference.conf_int_95.forEach(([low, high], j) => {
      t.true(Math.abs(found.lower.data[j]! - low!) <= 1e-9 * Math.abs(low!))
      t.true(Math.abs(found.upper.data[j]! - high!) <= 1e-9 * Math.abs(high!))
    })
  })
}

test('a weight is that many rows', (t) => {
  const { X, y } = clusters(150, 3, 2)
  const sampleWeight = Float64Array.from(y, (_, i) => i % 3)
  const rows = Array.from(y.keys()).flatMap((row) => Array.from({ length: row % 3 }, () => row))
  const weighted = new LogisticRegression({ C: Infinity }).fitSync(X, y, { sampleWeight }).inference()
  const repeated = new LogisticRegression({ C: Infinity }).fitSync(rows.map((row) => X.row(row)), rows.map((row) => y[row]!)).inference()
  t.true(relativeDifference(weighted.standardErrors.data, repeated.standardErrors.data) < 1e-9)
})

test('which class comes first matters only for the sign', (t) => {
  const { X, y } = clusters(150, 3, 2)
  const one = new LogisticRegression({ C: Infinity }).fitSync(X, y).inference()
  const other = new LogisticRegression({ C: Infinity }).fitSync(X, y.map((label) => -label)).inference()
  t.true(relativeDifference(one.standardErrors.data, other.standardErrors.data) < 1e-12)
  t.true(relativeDifference(one.estimates.data, other.estimates.data.map((w) => -w)) < 1e-12)
})

test('it travels with the model, bit for bit', (t) => {
  const { X, y } = clusters(150, 3, 3)
  const model = new LogisticRegression({ C: Infinity }).fitSync(X, y)
  const read = LogisticRegression.fromJSON(JSON.parse(JSON.stringify(model)) as never)
  t.deepEqual(read.inference(), model.inference())
})

test('refused with a reason', (t) => {
  const { X, y } = clusters(150, 3, 2)
  const refused = (model: LogisticRegression, reason: RegExp): void => void t.throws(() => model.inference(), { code: 'ERR_MANYCORE_RANGE', message: reason })
  refused(new LogisticRegression().fitSync(X, y), /penalised/)
  refused(new LogisticRegression({ C: Infinity }).fitSync([[1], [2], [3], [4]], [0, 0, 1, 1]), /separated/)
  refused(new LogisticRegression({ C: Infinity, maxIterations: 1 }).fitSync(X, y), /not converged/)
  refused(new LogisticRegression({ C: Infinity }).fitSync(X.toArray().map((row) => [...row, 3]), y), /depend on each other/)
  refused(new LogisticRegression({ C: Infinity }).fitSync(X.toArray().map((row) => [...row, row[0]! - row[1]!]), y), /depend on each other/)
  t.throws(() => new LogisticRegression({ C: Infinity }).inference(), { code: 'ERR_MANYCORE_NOT_FITTED' })
  const fitted = new LogisticRegression({ C: Infinity }).fitSync(X, y)
  for (const options of [{ level: 0 }, { level: 1 }, { level: '0.9' }, { alpha: 0.1 }]) t.throws(() => fitted.inference(options as never), { code: 'ERR_MANYCORE_OPTION' })
})

test('columns far from 0 lose nothing', (t) => {
  const { X, y } = clusters(400, 2, 2)
  const shifted = new Matrix(X.data.map((x) => Math.round(x * 1024) / 1024 + 2 ** 20), X.rows, X.columns)
  const plain = new Matrix(shifted.data.map((x) => x - 2 ** 20), X.rows, X.columns)
  const far = new LogisticRegression({ C: Infinity }).fitSync(shifted, y).inference()
  const near = new LogisticRegression({ C: Infinity }).fitSync(plain, y).inference()
  for (const j of [0, 1]) t.true(Math.abs(far.standardErrors.data[j]! / near.standardErrors.data[j]! - 1) < 1e-9)
})

test('tails and quantiles of the normal distribution', (t) => {
  // From 50 digits (mpmath's erfc and erfinv).
  const tails: [number, number][] = [
    [0, 1], [1e-9, 0.9999999992021155], [0.5, 0.6170750774519738], [1, 0.3173105078629141], [3, 0.002699796063260189], [3.5, 0.0004652581580710501], [3.6, 0.00031821718031506776],
    [6, 1.973175290075396e-09], [10, 1.523970604832105e-23], [30, 9.813427854296374e-198],
  ]
  for (const [z, p] of tails) {
    t.true(Math.abs(twoSidedTail(z) - p) <= 1e-12 * p, `${z}: ${twoSidedTail(z)}`)
    t.is(twoSidedTail(-z), twoSidedTail(z))
  }
  for (const [level, z] of [[0.95, 1.9599639845400543], [0.5, 0.6744897501960817], [0.99, 2.575829303548901], [0.999999, 4.89163847569859]] as const) {
    t.true(Math.abs(centralQuantile(level) - z) <= 1e-11 * z, `${level}: ${centralQuantile(level)}`)
  }
  t.is(twoSidedTail(Infinity), 0)
  t.true(Number.isNaN(twoSidedTail(NaN)))
})

test('breast cancer with all columns is separable: no inference', (t) => {
  const { X, y } = breastCancer
  t.throws(() => new LogisticRegression({ C: Infinity }).fitSync(X, y).inference(), { message: /separated/ })
})
