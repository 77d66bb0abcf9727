/** A model that searched for its penalty goes through JSON without losing a bit. */
import test from 'ava'
import { KFold, LogisticRegressionCV, StratifiedKFold, type LogisticRegressionCVJSON, type LogisticRegressionCVOptions } from 'manycore/models'
import { breastCancer, iris } from './support.ts'

const through = (model: LogisticRegressionCV): LogisticRegressionCV => LogisticRegressionCV.fromJSON(JSON.parse(JSON.stringify(model)) as LogisticRegressionCVJSON)

const cases: [string, LogisticRegressionCVOptions, typeof iris.X, Int32Array][] = [
  ['defaults', { Cs: 3 }, iris.X, iris.y],
  ['values of C, one of them Infinity', { Cs: [0.1, Infinity], scoring: 'negLogLoss', maxIterations: 20 }, iris.X, iris.y],
  ['a splitter', { Cs: Float64Array.of(0.1, 1), cv: new StratifiedKFold({ splits: 3, shuffle: true, seed: 7 }), classWeight: new Map([[1, 2]]) }, breastCancer.X, breastCancer.y],
  ['another one', { Cs: [1], cv: new KFold({ splits: 2 }), l1Ratios: [0, 0.5], tol: 1e-6 }, breastCancer.X, breastCancer.y],
  ['folds', { Cs: [1, 2], cv: Array.from(new KFold({ splits: 4, shuffle: true, seed: 1 }).split(iris.X)) }, iris.X, iris.y],
]

for (const [name, options, X, y] of cases) {
  test(`${name}: everything comes back`, (t) => {
    t.timeout(60_000)
    const model = new LogisticRegressionCV(options).fitSync(X, y)
    const copy = through(model)
    for (const key of ['C', 'l1Ratio', 'results', 'coefficients', 'intercepts', 'classes', 'iterations', 'converged', 'certificate'] as const) t.deepEqual(copy[key], model[key], key)
    t.deepEqual(copy.predictProbabilitiesSync(X), model.predictProbabilitiesSync(X))
    t.deepEqual(copy.toJSON(), JSON.parse(JSON.stringify(model)))
    const again = copy.fitSync(X, y)
    t.deepEqual([again.C, again.l1Ratio, again.coefficients], [model.C, model.l1Ratio, model.coefficients])
  })
}

test('before fit', (t) => {
  const copy = through(new LogisticRegressionCV({ Cs: 4, cv: 3 }))
  t.deepEqual(copy.options, { Cs: 4, cv: 3 })
  t.throws(() => copy.C, { code: 'ERR_MANYCORE_NOT_FITTED' })
})

test('what JSON cannot hold, and what is no such model, is refused', (t) => {
  t.throws(() => new LogisticRegressionCV({ scoring: () => 1 }).toJSON(), { code: 'ERR_MANYCORE_TYPE', message: /scoring/ })
  t.throws(() => new LogisticRegressionCV({ cv: { *split() {} } }).toJSON(), { code: 'ERR_MANYCORE_TYPE', message: /cv/ })
  const json = JSON.parse(JSON.stringify(new LogisticRegressionCV({ Cs: [1], cv: 2 }).fitSync(iris.X, iris.y))) as LogisticRegressionCVJSON
  const bad: [unknown, string][] = [
    [null, 'TYPE'], [{ ...json, model: 'LogisticRegression' }, 'TYPE'], [{ ...json, version: 2 }, 'TYPE'], [{ ...json, search: null }, 'TYPE'], [{ ...json, fitted: null }, 'TYPE'],
    [{ ...json, options: { ...json.options, C: 1 } }, 'OPTION'], [{ ...json, options: { ...json.options, scoring: 'best' } }, 'OPTION'], [{ ...json, options: { Cs: 'many' } }, 'TYPE'],
    [{ ...json, options: { cv: { splitter: 'toString' } } }, 'TYPE'], [{ ...json, search: { ...json.search, results: [1] } }, 'TYPE'],
    [{ ...json, search: { ...json.search, results: [{ ...json.search!.results[0], scores: ['x'] }] } }, 'TYPE'],
  ]
  for (const [value, code] of bad) t.throws(() => LogisticRegressionCV.fromJSON(value as LogisticRegressionCVJSON), { code: `ERR_MANYCORE_${code}` })
})
