/** StandardScaler against exact moments. */
import { readFileSync } from 'node:fs'
import test from 'ava'
import { Matrix, StandardScaler, type StandardScalerJSON } from 'manycore/models'
import { backends, on } from '../support/backends.ts'
import { breastCancer, clusters, iris, relativeDifference, truthCase } from './support.ts'

const { cases } = JSON.parse(readFileSync(new URL('../fixtures/preprocess/scaler.json', import.meta.url), 'utf8')) as {
  cases: { name: string; mean: number[]; var: number[]; scale: number[] }[]
}
const { X } = breastCancer

for (const backend of backends) {
  for (const known of cases) {
    test(`${known.name}: exact moments, up to the last bits (${backend})`, (t) => {
      const scaler = on(backend, () => new StandardScaler().fitSync(known.name === 'iris' ? iris.X : X))
      const near = (values: Float64Array, expected: number[]): boolean => expected.every((value, j) => Math.abs(values[j]! - value) <= 4 * Number.EPSILON * Math.abs(value))
      t.true(near(scaler.mean, known.mean))
      t.true(near(scaler.variance, known.var))
      t.true(near(scaler.scale, known.scale))
    })
  }

  test(`offsets of 1e8 lose nothing (${backend})`, (t) => {
    const { X } = truthCase('offset1e8_l2_C1') as { X: Matrix }
    const near = new Matrix(X.data.map((value) => value - 1e8), X.rows, X.columns)
    const far = on(backend, () => new StandardScaler().fitSync(X))
    t.true(relativeDifference(far.variance, on(backend, () => new StandardScaler().fitSync(near)).variance) <= 1e-14)
  })

  test(`promise forms have the bits of the Sync forms (${backend})`, async (t) => {
    const big = clusters(40_000, 20, 2).X
    const sync = on(backend, () => new StandardScaler().fitSync(big))
    const promise = await on(backend, () => new StandardScaler().fit(big))
    t.deepEqual(promise.mean, sync.mean)
    t.deepEqual(promise.scale, sync.scale)
    const scaled = sync.transformSync(big)
    t.deepEqual(await promise.transform(big), scaled)
    t.deepEqual(await promise.inverseTransform(scaled), sync.inverseTransformSync(scaled))
    t.deepEqual(await on(backend, () => new StandardScaler().fitTransform(big)), scaled)
  })
}

test('scaled columns have mean 0 and variance 1, and come back', (t) => {
  const scaler = new StandardScaler()
  const scaled = scaler.fitTransformSync(X)
  const again = new StandardScaler().fitSync(scaled)
  again.mean.forEach((mean) => t.true(Math.abs(mean) <= 1e-13))
  again.variance.forEach((variance) => t.true(Math.abs(variance - 1) <= 1e-12))
  t.true(relativeDifference(scaler.inverseTransformSync(scaled).data, X.data) <= 1e-15)
})

test('constant columns become 0', (t) => {
  const scaler = new StandardScaler().fitSync([[0.1, 5], [0.1, 6], [0.1, 7]])
  t.deepEqual([...scaler.variance], [0, 2 / 3])
  t.is(scaler.scale[0], 1)
  t.deepEqual(scaler.transformSync([[0.1, 6]]).toArray(), [[0, 0]])
})

test('withMean, withStd', (t) => {
  const rows = [[1, 2], [3, 6]]
  t.deepEqual(new StandardScaler({ withMean: false }).fitTransformSync(rows).toArray(), [[1, 1], [3, 3]])
  t.deepEqual(new StandardScaler({ withStd: false }).fitTransformSync(rows).toArray(), [[-1, -2], [1, 2]])
})

test('JSON and back, bit for bit', (t) => {
  const scaler = new StandardScaler({ withStd: true }).fitSync(X)
  const copy = StandardScaler.fromJSON(JSON.parse(JSON.stringify(scaler)) as StandardScalerJSON)
  t.deepEqual(copy.transformSync(X), scaler.transformSync(X))
  t.deepEqual([copy.mean, copy.variance, copy.options], [scaler.mean, scaler.variance, scaler.options])
  t.throws(() => StandardScaler.fromJSON(JSON.parse(JSON.stringify(new StandardScaler())) as StandardScalerJSON).mean, { code: 'ERR_MANYCORE_NOT_FITTED' })
  for (const bad of [null, {}, { model: 'StandardScaler', version: 1, options: {}, fitted: { mean: [1] } }]) {
    t.throws(() => StandardScaler.fromJSON(bad as never), { code: 'ERR_MANYCORE_TYPE' })
  }
})

test('bad input', async (t) => {
  const scaler = new StandardScaler().fitSync(X)
  const one = new Matrix(Float64Array.from(X.data), X.rows, X.columns)
  one.data[65] = NaN
  for (const attempt of [() => new StandardScaler().fitSync(one), () => scaler.transformSync(one)]) {
    t.throws(attempt, { code: 'ERR_MANYCORE_NOT_FINITE', message: /NaN in row 2, column 5/ })
  }
  await t.throwsAsync(() => new StandardScaler().fit(one), { code: 'ERR_MANYCORE_NOT_FINITE' })
  t.throws(() => scaler.transformSync(iris.X), { code: 'ERR_MANYCORE_SHAPE', message: /4 columns.*30/ })
  t.throws(() => new StandardScaler().transformSync(X), { code: 'ERR_MANYCORE_NOT_FITTED' })
  t.throws(() => new StandardScaler({ mean: true } as never).fitSync(X), { code: 'ERR_MANYCORE_OPTION' })
  t.throws(() => new StandardScaler({ withMean: 1 } as never).fitSync(X), { code: 'ERR_MANYCORE_OPTION' })
  t.throws(() => scaler.transformSync(X, { limit: 1 } as never), { code: 'ERR_MANYCORE_OPTION' })
})
