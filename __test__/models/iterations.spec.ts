/** The course of a fit: its end, its start, what it reports, and how it is stopped. */
import test from 'ava'
import { LogisticRegression, type FitProgress } from 'manycore/models'
import { breastCancer, clusters, iris } from './support.ts'

const { X, y } = breastCancer

test('too few steps: not converged, yet usable', (t) => {
  const model = new LogisticRegression({ maxIterations: 3 }).fitSync(X, y)
  t.false(model.converged)
  t.false(model.certificate.separated)
  t.is(model.iterations, 3)
  t.true(model.scoreSync(X, y) > 0.9)
})

test('no steps: equal probabilities', (t) => {
  for (const [data, labels, classes] of [[X, y, 2], [iris.X, iris.y, 3]] as const) {
    const model = new LogisticRegression({ maxIterations: 0 }).fitSync(data, labels)
    t.false(model.converged)
    t.is(model.iterations, 0)
    t.true(model.predictProbabilitiesSync(data).data.every((p) => p === 1 / classes))
  }
})

test('a warm start from the optimum ends within two steps and stays there', (t) => {
  for (const { X, y, expected } of [breastCancer, iris]) {
    for (const fitIntercept of [true, false]) {
      const model = new LogisticRegression({ warmStart: true, fitIntercept }).fitSync(X, y)
      const cold = model.iterations
      const { objective } = model.certificate
      model.fitSync(X, y)
      t.true(cold > 4)
      t.true(model.converged)
      t.true(model.iterations <= 2)
      t.true(Math.abs(model.certificate.objective - objective) <= 1e-12 * objective)
      if (fitIntercept) t.true(Math.abs(objective - expected.objective) <= 1e-9 * objective)
    }
  }
})

test('a warm start on other classes or columns is a cold one', (t) => {
  const model = new LogisticRegression({ warmStart: true }).fitSync(X, y)
  const { X: other, y: labels } = clusters(60, 4, 3)
  t.deepEqual(model.fitSync(other, labels).coefficients, new LogisticRegression().fitSync(other, labels).coefficients)
})

test('without warmStart the last fit leaves no trace', (t) => {
  const model = new LogisticRegression().fitSync(iris.X, iris.y)
  t.deepEqual(model.fitSync(X, y).coefficients, new LogisticRegression().fitSync(X, y).coefficients)
})

test('progress is reported at the start and after each step, falling', async (t) => {
  for (const form of ['fit', 'fitSync'] as const) {
    const seen: FitProgress[] = []
    const model = await new LogisticRegression()[form](X, y, { onProgress: (progress) => seen.push(progress) })
    t.deepEqual(seen.map(({ iteration }) => iteration), Array.from({ length: model.iterations + 1 }, (_, i) => i))
    for (let i = 1; i < seen.length; i++) t.true(seen[i]!.objective <= seen[i - 1]!.objective * (1 + 1e-14))
    t.is(seen.at(-1)!.objective, model.certificate.objective)
    t.true(seen.at(-1)!.relativeGap <= 1e-9)
  }
})

test('an abort takes effect within a step and leaves the model as it was', async (t) => {
  const reason = new Error('enough')
  for (const large of [false, true]) {
    const data = large ? clusters(60_000, 20, 2) : { X, y }
    const controller = new AbortController()
    const model = new LogisticRegression()
    let steps = 0
    const fit = model.fit(data.X, data.y, {
      signal: controller.signal,
      onProgress: ({ iteration }) => {
        steps = iteration
        if (iteration === 2) controller.abort(reason)
      },
    })
    t.is(await t.throwsAsync(fit), reason)
    t.is(steps, 2)
    t.throws(() => model.coefficients, { code: 'ERR_MANYCORE_NOT_FITTED' })
  }
})

test('an abort from outside is seen while a fit runs', async (t) => {
  const { X, y } = clusters(60_000, 20, 3)
  const controller = new AbortController()
  const fit = new LogisticRegression({ tol: 0 }).fit(X, y, { signal: controller.signal })
  const reason = new Error('from outside')
  setImmediate(() => controller.abort(reason))
  t.is(await t.throwsAsync(fit), reason)
})

test('what onProgress throws ends the fit', async (t) => {
  const error = new Error('from the callback')
  const onProgress = (): never => {
    throw error
  }
  const model = new LogisticRegression().fitSync(X, y)
  const before = model.coefficients
  t.is(t.throws(() => model.fitSync(iris.X, iris.y, { onProgress })), error)
  t.is(await t.throwsAsync(() => model.fit(iris.X, iris.y, { onProgress })), error)
  t.deepEqual(model.coefficients, before)
})

test('an aborted signal: nothing starts', async (t) => {
  const reason = new Error('before')
  const signal = AbortSignal.abort(reason)
  t.is(t.throws(() => new LogisticRegression().fitSync(X, y, { signal })), reason)
  t.is(await t.throwsAsync(() => new LogisticRegression().fit(X, y, { signal })), reason)
})

test('a time limit of nothing', async (t) => {
  t.throws(() => new LogisticRegression().fitSync(X, y, { timeout: 0 }), { code: 'ERR_MANYCORE_TIMEOUT' })
  await t.throwsAsync(() => new LogisticRegression().fit(X, y, { timeout: 0 }), { code: 'ERR_MANYCORE_TIMEOUT' })
})
