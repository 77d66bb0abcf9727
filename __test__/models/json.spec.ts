/** A model goes through JSON without losing a bit. */
import test from 'ava'
import { LogisticRegression, type LogisticRegressionJSON, type LogisticRegressionOptions, type Labels, type Matrix } from 'manycore/models'
import { breastCancer, clusters, iris } from './support.ts'

const through = (model: LogisticRegression): LogisticRegression => LogisticRegression.fromJSON(JSON.parse(JSON.stringify(model)) as LogisticRegressionJSON)

const fits: [string, LogisticRegressionOptions, Matrix, Labels][] = [
  ['two classes', {}, breastCancer.X, breastCancer.y],
  ['three classes', { C: Infinity, maxIterations: 5 }, iris.X, iris.y],
  ['strings', { classWeight: { a: 1, b: 2 } }, ...named((label) => (label === 0 ? 'a' : 'b'))],
  ['booleans', { classWeight: new Map([[true, 2]]), tol: 0 }, ...named((label) => label === 1)],
  ['an L1 penalty', { C: 1, l1Ratio: 1 }, breastCancer.X, breastCancer.y],
  ['bigints', { classWeight: new Map([[5n, 2]]), fitIntercept: false }, ...named((label) => BigInt(label + 5))],
  ['a BigInt64Array', {}, clusters(60, 3, 2).X, BigInt64Array.from(clusters(60, 3, 2).y, BigInt)],
]

for (const [name, options, X, y] of fits) {
  test(`${name}: everything comes back`, (t) => {
    const model = new LogisticRegression(options).fitSync(X, y)
    const copy = through(model)
    t.deepEqual(copy.options, model.options)
    for (const key of ['coefficients', 'intercepts', 'classes', 'iterations', 'converged', 'certificate'] as const) t.deepEqual(copy[key], model[key], key)
    t.deepEqual(Object.keys(copy.certificate), Object.keys(model.certificate))
    t.deepEqual(copy.predictProbabilitiesSync(X), model.predictProbabilitiesSync(X))
    t.deepEqual(copy.predictSync(X), model.predictSync(X))
    t.deepEqual(copy.fitSync(X, y).coefficients, model.coefficients)
  })
}

test('a model that has not been fitted', (t) => {
  const copy = through(new LogisticRegression({ C: 3 }))
  t.deepEqual(copy.options, { C: 3 })
  t.throws(() => copy.coefficients, { code: 'ERR_MANYCORE_NOT_FITTED' })
})

test('−0 and infinities survive', (t) => {
  const json = new LogisticRegression().fitSync(iris.X, iris.y).toJSON()
  const coefficients = json.fitted!.coefficients.map((row) => ['-0' as const, ...row.slice(1)])
  const model = LogisticRegression.fromJSON({ ...json, fitted: { ...json.fitted!, coefficients } })
  t.true(Object.is(model.coefficients.get(0, 0), -0))
  t.is(through(model).toJSON().fitted!.coefficients[0]![0], '-0')
})

test('a later fit from a warm start goes on where the file left off', (t) => {
  const model = through(new LogisticRegression({ warmStart: true }).fitSync(breastCancer.X, breastCancer.y))
  t.true(model.fitSync(breastCancer.X, breastCancer.y).iterations <= 2)
})

test('what is no model is refused', (t) => {
  const json = new LogisticRegression().fitSync(iris.X, iris.y).toJSON()
  const fitted = json.fitted!
  const bad: unknown[] = [
    null, 'text', {}, { ...json, model: 'Ridge' }, { ...json, version: 2 }, { ...json, options: null },
    { ...json, fitted: {} }, { ...json, fitted: { ...fitted, coefficients: [] } }, { ...json, fitted: { ...fitted, coefficients: fitted.coefficients.slice(1) } },
    { ...json, fitted: { ...fitted, intercepts: [1] } }, { ...json, fitted: { ...fitted, classes: [1] } }, { ...json, fitted: { ...fitted, labels: 'Array' } },
    { ...json, fitted: { ...fitted, coefficients: fitted.coefficients.map((row) => row.map(() => null)) } },
  ]
  for (const value of bad) t.regex((t.throws(() => LogisticRegression.fromJSON(value as never)) as { code?: string }).code ?? '', /^ERR_MANYCORE_(TYPE|SHAPE)$/)
  for (const change of [{ converged: 1 }, { classes: [0, 2, 1] }, { classes: [0, 1, 1] }, { coefficients: [[], [], []] }]) {
    t.regex((t.throws(() => LogisticRegression.fromJSON({ ...json, fitted: { ...fitted, ...change } as never })) as { code?: string }).code ?? '', /^ERR_MANYCORE_(TYPE|SHAPE)$/)
  }
  for (const change of [{ intercepts: ['NaN', 0, 0] }, { coefficients: fitted.coefficients.map((row) => row.map(() => 'Infinity')) }]) {
    t.throws(() => LogisticRegression.fromJSON({ ...json, fitted: { ...fitted, ...change } as never }), { code: 'ERR_MANYCORE_NOT_FINITE' })
  }
  t.throws(() => LogisticRegression.fromJSON({ ...json, options: { C: -1 } }), { code: 'ERR_MANYCORE_OPTION' })
})

function named<T>(name: (label: number) => T): [Matrix, T[]] {
  const { X, y } = clusters(60, 3, 2)
  return [X, Array.from(y, name)]
}
