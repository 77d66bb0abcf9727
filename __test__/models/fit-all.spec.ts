/** Models fitted together: each as if alone. */
import test from 'ava'
import { fitAll, fitAllSync, LogisticRegression, Matrix, type FitProgress, type LogisticRegressionOptions } from 'manycore/models'
import { backends, on } from '../support/backends.ts'
import { breastCancer, clusters, iris } from './support.ts'

const many: LogisticRegressionOptions[] = [
  {},
  { C: 0.01 },
  { C: 100, tol: 0 },
  { fitIntercept: false },
  { classWeight: 'balanced' },
  { maxIterations: 2 },
  { maxIterations: 0 },
  { C: 1e-6, fitIntercept: false, tol: 1e-3 },
]

for (const backend of backends) {
  for (const [name, { X, y }] of [['breast cancer', breastCancer], ['iris', iris], ['20 000 rows', clusters(20_000, 6, 2)]] as const) {
    test(`each model gets the bits that it gets alone: ${name} (${backend})`, async (t) => {
      const sampleWeight = Float64Array.from(y, (_, i) => 1 + (i % 3))
      const alone = many.map((options) => on(backend, () => new LogisticRegression(options).fitSync(X, y, { sampleWeight })))
      const sync = many.map((options) => new LogisticRegression(options))
      t.deepEqual(on(backend, () => fitAllSync(sync, X, y, { sampleWeight })), sync)
      const promise = await on(backend, () => fitAll(many.map((options) => new LogisticRegression(options)), X, y, { sampleWeight }))
      alone.forEach((model, i) => {
        for (const together of [sync[i]!, promise[i]!]) {
          t.deepEqual(together.coefficients, model.coefficients)
          t.deepEqual(together.intercepts, model.intercepts)
          t.is(together.converged, model.converged)
          t.is(together.iterations, model.iterations)
          t.is(together.certificate.objective, model.certificate.objective)
        }
      })
    })
  }
}

test('progress says which model', (t) => {
  const seen: FitProgress[] = []
  const models = [new LogisticRegression(), new LogisticRegression({ C: 1e-3 })]
  fitAllSync(models, breastCancer.X, breastCancer.y, { onProgress: (progress) => seen.push(progress) })
  models.forEach((model, i) => t.is(seen.filter((progress) => progress.model === i).length, model.iterations + 1))
})

test('one bad model: none is changed', async (t) => {
  const good = new LogisticRegression()
  await t.throwsAsync(fitAll([good, new LogisticRegression({ C: -1 })], iris.X, iris.y), { code: 'ERR_MANYCORE_OPTION' })
  t.throws(() => good.coefficients, { code: 'ERR_MANYCORE_NOT_FITTED' })
})

test('no models', async (t) => {
  t.deepEqual(await fitAll([], iris.X, iris.y), [])
})

test('lists that are none', async (t) => {
  const model = new LogisticRegression()
  for (const models of [model, [model, model], [{}], [null], undefined]) {
    await t.throwsAsync(() => fitAll(models as never, iris.X, iris.y), { code: 'ERR_MANYCORE_TYPE' })
    t.throws(() => fitAllSync(models as never, iris.X, iris.y), { code: 'ERR_MANYCORE_TYPE' })
  }
})

test('the workers backend lets the event loop turn within an evaluation', async (t) => {
  const { X, y } = clusters(60_000, 30, 2)
  const turns: number[] = []
  let evaluations = 0
  const timer = setInterval(() => turns.push(evaluations), 1)
  const known = on('workers', () => new LogisticRegression({ solver: 'newton' }).fitSync(X, y))
  const model = await on('workers', () => new LogisticRegression({ solver: 'newton' }).fit(X, y, { onProgress: () => (evaluations += 1) }))
  clearInterval(timer)
  t.deepEqual(model.coefficients, known.coefficients)
  // More turns than there are evaluations to have them between.
  t.true(turns.length > 2 * (model.iterations + 1), `${turns.length} turns in ${evaluations} steps`)
})

test('the event loop turns while models are fitted', async (t) => {
  const { X, y } = clusters(30_000, 15, 3)
  let turns = 0
  const timer = setInterval(() => (turns += 1), 1)
  await fitAll([new LogisticRegression(), new LogisticRegression({ C: 0.1 })], new Matrix(X.data, X.rows, X.columns), y)
  clearInterval(timer)
  t.true(turns > 1)
})
