/** Pipelines, cross-validation, searches: scikit-learn's numbers, both forms alike, nothing passed is changed. */
import { readFileSync } from 'node:fs'
import test, { type ExecutionContext } from 'ava'
import {
  crossValidate, crossValidateSync, fitPath, fitPathSync, GridSearch, KFold, LogisticRegression, LogisticRegressionCV, Matrix, metrics, Pipeline, StandardScaler, StratifiedKFold,
  type Classifier, type LogisticRegressionCVOptions, type MatrixData, type ScoringName, type SelectionProgress,
} from 'manycore/models'
import { backends, on } from '../support/backends.ts'
import { breastCancer, clusters, iris } from './support.ts'

interface KnownGrid {
  Cs: number[]
  cv: number
  neg_log_loss: number[][]
  accuracy: number[][]
  best_C_log_loss: number
}

const known = (JSON.parse(readFileSync(new URL('../fixtures/metrics/workflow.json', import.meta.url), 'utf8')) as { grid: KnownGrid[] }).grid[0]!
const scaled = (): Pipeline => new Pipeline([['scale', new StandardScaler()], ['model', new LogisticRegression()]])

function close(t: ExecutionContext, values: readonly number[], expected: readonly number[], name: string): void {
  t.is(values.length, expected.length)
  values.forEach((value, i) => t.true(Math.abs(value - expected[i]!) <= 1e-8 * Math.max(1, Math.abs(expected[i]!)), `${name} ${i}: ${value} against ${expected[i]}`))
}

for (const backend of backends) {
  test(`a grid search over C is scikit-learn's, scaled within each fold (${backend})`, async (t) => {
    const { X, y } = breastCancer
    // Parts of a search in turns run on the backend that is chosen by then.
    const alike = (a: readonly number[], b: readonly number[]): void => void (backend === 'workers' ? close(t, a, b, 'both forms') : t.deepEqual(a, b))
    for (const [scoring, expected] of [['negativeLogLoss', known.neg_log_loss], ['accuracy', known.accuracy]] as const) {
      const search = new GridSearch(scaled(), { model__C: known.Cs }, { cv: known.cv, scoring })
      const sync = on(backend, () => new GridSearch(scaled(), { model__C: known.Cs }, { cv: known.cv, scoring }).fitSync(X, y))
      await on(backend, () => search.fit(X, y))
      search.results.forEach(({ parameters, scores, mean, seconds }, i) => {
        t.deepEqual(parameters, { model__C: known.Cs[i] })
        close(t, scores, expected[i]!, `${scoring} of C = ${known.Cs[i]}, fold`)
        t.true(Math.abs(mean - scores.reduce((sum, score) => sum + score, 0) / scores.length) < 1e-15)
        t.true(seconds > 0)
        alike(sync.results[i]!.scores, scores)
      })
      const { best } = search
      if (scoring === 'negativeLogLoss') t.deepEqual(best.parameters, { model__C: known.best_C_log_loss })
      t.is(best.score, Math.max(...search.results.map(({ mean }) => mean)))
      alike(Array.from(best.model.predictProbabilitiesSync(X).data), Array.from(sync.best.model.predictProbabilitiesSync(X).data))
    }
  })
}

test('a pipeline is its steps in a row', async (t) => {
  const { X, y } = breastCancer
  const scaler = new StandardScaler().fitSync(X)
  const Z = scaler.transformSync(X)
  const model = new LogisticRegression({ C: 0.5 }).fitSync(Z, y)
  const pipeline = new Pipeline([['scale', new StandardScaler()], ['model', new LogisticRegression({ C: 0.5 })]])
  t.is(await pipeline.fit(X, y), pipeline)
  t.deepEqual(pipeline.predictSync(X), model.predictSync(Z))
  t.deepEqual(await pipeline.predict(X), model.predictSync(Z))
  t.deepEqual(pipeline.predictProbabilitiesSync(X), model.predictProbabilitiesSync(Z))
  t.deepEqual(await pipeline.predictProbabilities(X), model.predictProbabilitiesSync(Z))
  t.deepEqual(pipeline.decisionFunctionSync(X), model.decisionFunctionSync(Z))
  t.deepEqual(await pipeline.decisionFunction(X), model.decisionFunctionSync(Z))
  const sampleWeight = Float64Array.from(y, (_, i) => 1 + (i % 2))
  t.is(pipeline.scoreSync(X, y, { sampleWeight }), model.scoreSync(Z, y, { sampleWeight }))
  t.is(await pipeline.score(X, y, { sampleWeight }), model.scoreSync(Z, y, { sampleWeight }))
  t.deepEqual(pipeline.classes, model.classes)
  t.deepEqual((pipeline.step('model') as LogisticRegression).coefficients, model.coefficients)
  t.deepEqual((pipeline.step('scale') as StandardScaler).mean, scaler.mean)
  t.deepEqual(pipeline.names, ['scale', 'model'])
})

test('what is put into a pipeline or a search stays as it was', async (t) => {
  const { X, y } = iris
  const scaler = new StandardScaler()
  const model = new LogisticRegression()
  const pipeline = new Pipeline([['scale', scaler], ['model', model]])
  await crossValidate(pipeline, X, y)
  new GridSearch(pipeline, { model__C: [1, 2] }).fitSync(X, y)
  t.throws(() => pipeline.classes, { code: 'ERR_MANYCORE_NOT_FITTED' })
  pipeline.fitSync(X, y)
  t.throws(() => scaler.mean, { code: 'ERR_MANYCORE_NOT_FITTED' })
  t.throws(() => model.classes, { code: 'ERR_MANYCORE_NOT_FITTED' })
})

test('a pipeline whose fit fails stays as it was', async (t) => {
  const pipeline = scaled().fitSync(iris.X, iris.y)
  const before = pipeline.predictProbabilitiesSync(iris.X)
  t.throws(() => pipeline.fitSync(iris.X, iris.y, { sampleWeight: [1] }), { code: 'ERR_MANYCORE_SHAPE' })
  const abort = AbortSignal.abort(new Error('stop'))
  await t.throwsAsync(pipeline.fit(iris.X, iris.y, { signal: abort }), { message: 'stop' })
  t.deepEqual(pipeline.predictProbabilitiesSync(iris.X), before)
})

test('bad pipelines', (t) => {
  const model = new LogisticRegression()
  for (const steps of [undefined, [], [['a', 1]], ['model'], [['model', model], ['scale', new StandardScaler()]], [[1, model]]]) {
    t.throws(() => new Pipeline(steps as never), { code: 'ERR_MANYCORE_TYPE' })
  }
  for (const names of [['', 'b'], ['a', 'a'], ['a__b', 'c']]) {
    t.throws(() => new Pipeline([[names[0]!, new StandardScaler()], [names[1]!, model]]), { code: 'ERR_MANYCORE_OPTION' })
  }
  t.throws(() => scaled().step('other'), { code: 'ERR_MANYCORE_NOT_FOUND' })
  t.throws(() => scaled().predictSync(iris.X), { code: 'ERR_MANYCORE_NOT_FITTED' })
})

test('cross-validation: a score, a model and a time a fold', async (t) => {
  const { X, y } = iris
  const cv = new StratifiedKFold({ splits: 4, shuffle: true, seed: 3 })
  const { scores, models, seconds } = await crossValidate(scaled(), X, y, { cv })
  t.is(scores.length, 4)
  t.is(seconds.length, 4)
  Array.from(cv.split(X, y)).forEach(({ train, test }, fold) => {
    const take = (rows: Int32Array): number[][] => Array.from(rows, (row) => Array.from(X.row(row)))
    const alone = scaled().fitSync(take(train), train.map((row) => y[row]!))
    t.deepEqual(models[fold]!.predictProbabilitiesSync(X), alone.predictProbabilitiesSync(X))
    t.is(scores[fold], alone.scoreSync(take(test), test.map((row) => y[row]!)))
  })
  t.deepEqual(crossValidateSync(scaled(), X, y, { cv }).scores, scores)
  t.deepEqual(crossValidateSync(scaled(), X, y, { cv: Array.from(cv.split(X, y)) }).scores, scores)
  t.deepEqual(crossValidateSync(scaled(), X, y, { cv: new KFold({ splits: 3 }) }).scores.length, 3)
})

test('all scorings are the metrics of the predictions', (t) => {
  const names = {
    binary: [
      'accuracy', 'balancedAccuracy', 'matthewsCorrelation', 'cohenKappa', 'precision', 'recall', 'f1', 'rocAuc', 'averagePrecision', 'negativeLogLoss', 'negativeBrierScore',
      'f1Macro', 'precisionWeighted', 'recallMicro',
    ],
    several: [
      'accuracy', 'precisionMacro', 'precisionMicro', 'precisionWeighted', 'recallMacro', 'recallMicro', 'recallWeighted', 'f1Macro', 'f1Micro', 'f1Weighted', 'rocAucOvr', 'rocAucOvo',
      'negativeLogLoss', 'negativeBrierScore',
    ],
  } satisfies Record<string, ScoringName[]>
  const { X, y } = breastCancer
  const { scores, models } = crossValidateSync(scaled(), X, y, { scoring: names.binary })
  t.deepEqual(Object.keys(scores), names.binary)
  const [{ test: rows }] = Array.from(new StratifiedKFold().split(X, y)) as unknown as [{ test: Int32Array }]
  const held = Array.from(rows, (row) => Array.from(X.row(row)))
  const truth = rows.map((row) => y[row]!)
  const model = models[0]!
  t.is(scores['f1']![0], metrics.f1(truth, model.predictSync(held)))
  t.is(scores['rocAuc']![0], metrics.rocAuc(truth, model.decisionFunctionSync(held) as Float64Array))
  t.is(scores['negativeLogLoss']![0], -metrics.logLoss(truth, model.predictProbabilitiesSync(held)))
  const many = crossValidateSync(scaled(), iris.X, iris.y, { scoring: names.several })
  for (const list of Object.values(many.scores)) for (const score of list) t.true(Number.isFinite(score))
})

test('a scoring of one\'s own', async (t) => {
  const { X, y } = iris
  const scoring = (model: Classifier, held: unknown): number => -(held as Matrix).rows - model.classes.length
  t.deepEqual((await crossValidate(scaled(), X, y, { scoring })).scores, [-33, -33, -33, -33, -33])
  t.deepEqual(crossValidateSync(scaled(), X, y, { scoring }).scores, [-33, -33, -33, -33, -33])
  await t.throwsAsync(crossValidate(scaled(), X, y, { scoring: () => 'high' as never }), { code: 'ERR_MANYCORE_TYPE' })
  t.throws(() => crossValidateSync(scaled(), X, y, { scoring: async () => 1 }), { code: 'ERR_MANYCORE_TYPE' })
})

test('weights count in fitting and in scoring', (t) => {
  const { X, y } = clusters(120, 4, 2)
  const sampleWeight = Float64Array.from(y, (_, i) => (i % 3 === 0 ? 0 : 1 + (i % 2)))
  const search = new GridSearch(new LogisticRegression(), { C: [0.1, 1] }, { cv: 3, scoring: 'negativeLogLoss' }).fitSync(X, y, { sampleWeight })
  const [{ train, test: rows }] = Array.from(new StratifiedKFold({ splits: 3 }).split(X, y)) as unknown as [{ train: Int32Array; test: Int32Array }]
  const take = (list: Int32Array): number[][] => Array.from(list, (row) => Array.from(X.row(row)))
  const weights = (list: Int32Array): number[] => Array.from(list, (row) => sampleWeight[row]!)
  const labels = (list: Int32Array): Int32Array => list.map((row) => y[row]!)
  const alone = new LogisticRegression({ C: 0.1 }).fitSync(take(train), labels(train), { sampleWeight: weights(train) })
  t.is(search.results[0]!.scores[0], -metrics.logLoss(labels(rows), alone.predictProbabilitiesSync(take(rows)), { sampleWeight: weights(rows) }))
})

test('progress counts to the end; the table is in the order of the grid', async (t) => {
  const { X, y } = iris
  const seen: SelectionProgress[] = []
  const grid = { scale__withMean: [true, false], model__l1Ratio: [0, 1], model__C: [0.1, 1, 10] }
  const search = await new GridSearch(scaled(), grid, { cv: 3 }).fit(X, y, { onProgress: (progress) => seen.push(progress) })
  t.deepEqual(seen.at(-1), { done: 37, total: 37 })
  t.true(seen.every(({ done }, i) => i === 0 || done > seen[i - 1]!.done))
  t.deepEqual(search.results.map(({ parameters }) => Object.values(parameters)).slice(0, 4), [[true, 0, 0.1], [true, 0, 1], [true, 0, 10], [true, 1, 0.1]])
  t.is(search.results.length, 12)
  const ranks = search.results.map(({ rank }) => rank)
  t.is(Math.min(...ranks), 1)
  t.true(search.best.parameters === search.results[ranks.indexOf(1)]!.parameters)
  const two = new GridSearch(new LogisticRegression(), [{ C: Float64Array.of(1, 2) }, { l1Ratio: [1] }]).fitSync(X, y)
  t.deepEqual(two.results.map(({ parameters }) => parameters), [{ C: 1 }, { C: 2 }, { l1Ratio: 1 }])
})

test('an aborted search stays as it was', async (t) => {
  const { X, y } = breastCancer
  const search = new GridSearch(scaled(), { model__C: [0.1, 1, 10] })
  const abort = new AbortController()
  await t.throwsAsync(search.fit(X, y, { signal: abort.signal, onProgress: () => abort.abort(new Error('enough')) }), { message: 'enough' })
  t.throws(() => search.best, { code: 'ERR_MANYCORE_NOT_FITTED' })
  t.throws(() => search.results, { code: 'ERR_MANYCORE_NOT_FITTED' })
  await t.throwsAsync(search.fit(X, y, { timeout: 0 }), { code: 'ERR_MANYCORE_TIMEOUT' })
})

test('bad arguments of searches are errors before any work', async (t) => {
  const { X, y } = iris
  const bad: [unknown, unknown, object, string][] = [
    [{}, { C: [1] }, {}, 'TYPE'],
    [new LogisticRegression(), { C: 1 }, {}, 'OPTION'],
    [new LogisticRegression(), { C: [] }, {}, 'OPTION'],
    [new LogisticRegression(), 'C', {}, 'OPTION'],
    [new LogisticRegression(), { depth: [1] }, {}, 'OPTION'],
    [new LogisticRegression(), { C: [1, -1] }, {}, 'OPTION'],
    [scaled(), { C: [1] }, {}, 'OPTION'],
    [scaled(), { tree__C: [1] }, {}, 'OPTION'],
    [scaled(), { scale__C: [1] }, {}, 'OPTION'],
    [new LogisticRegression(), { C: [1] }, { cv: 1 }, 'OPTION'],
    [new LogisticRegression(), { C: [1] }, { cv: 'five' }, 'OPTION'],
    [new LogisticRegression(), { C: [1] }, { cv: [] }, 'OPTION'],
    [new LogisticRegression(), { C: [1] }, { cv: [{ train: [0], test: [150] }] }, 'RANGE'],
    [new LogisticRegression(), { C: [1] }, { cv: [{ train: [], test: [1] }] }, 'RANGE'],
    [new LogisticRegression(), { C: [1] }, { scoring: 'profit' }, 'OPTION'],
    [new LogisticRegression(), { C: [1] }, { splits: 3 }, 'OPTION'],
  ]
  for (const [model, grid, options, code] of bad) {
    const search = new GridSearch(model as LogisticRegression, grid as never, options)
    await t.throwsAsync(() => search.fit(X, y), { code: `ERR_MANYCORE_${code}` })
    t.throws(() => search.fitSync(X, y), { code: `ERR_MANYCORE_${code}` })
  }
  t.throws(() => new GridSearch(new LogisticRegression(), { C: [1] }).fitSync(X, y.subarray(1)), { code: 'ERR_MANYCORE_SHAPE' })
  t.throws(() => crossValidateSync(new LogisticRegression(), X, y, { folds: 3 } as never), { code: 'ERR_MANYCORE_OPTION' })
  t.throws(() => crossValidateSync(new LogisticRegression(), X, y, { scoring: [] }), { code: 'ERR_MANYCORE_OPTION' })
  await t.throwsAsync(() => crossValidate({} as never, X, y), { code: 'ERR_MANYCORE_TYPE' })
})

test('models of a search that start from each other are those that start afresh, in any order, up to the tolerance', async (t) => {
  for (const [{ X, y }, l1Ratio] of [[breastCancer, 0], [breastCancer, 0.5], [iris, 0], [clusters(300, 5, 3), 1]] as const) {
    for (const Cs of [[1, 1e-4, 1e4, 1, 30, 1e-300, 0.05, 1e8], Array.from({ length: 20 }, (_, k) => 10 ** (-4 + (8 * k) / 19))]) {
      const fitted: LogisticRegression[] = []
      const scoring = (model: Classifier): number => fitted.push(model as LogisticRegression)
      const all = { train: Int32Array.from(y, (_, row) => row), test: Int32Array.of(0) }
      new GridSearch(new LogisticRegression({ l1Ratio }), { C: Cs }, { cv: [all], scoring }).fitSync(X, y)
      Cs.forEach((C, i) => {
        const alone = new LogisticRegression({ C, l1Ratio }).fitSync(X, y)
        const { certificate, converged } = fitted[i]!
        t.true(converged, `C = ${C}`)
        t.true(Math.abs(certificate.objective / alone.certificate.objective - 1) <= 2e-9, `C = ${C}: ${certificate.objective} against ${alone.certificate.objective}`)
        const probabilities = alone.predictProbabilitiesSync(X).data
        const differences = fitted[i]!.predictProbabilitiesSync(X).data.map((p, j) => Math.abs(p - probabilities[j]!))
        t.true(Math.max(...differences) <= 1e-4, `C = ${C}: probabilities ${Math.max(...differences)} apart`)
      })
      const asynchronous: LogisticRegression[] = []
      await new GridSearch(new LogisticRegression({ l1Ratio }), { C: Cs }, { cv: [all], scoring: (model) => asynchronous.push(model as LogisticRegression) }).fit(X, y, { threads: 1 })
      asynchronous.forEach((model, i) => t.deepEqual(model.coefficients, fitted[i]!.coefficients))
    }
  }
})

test('a path: each model as if alone', async (t) => {
  const { X, y } = breastCancer
  const Cs = [0.01, 1, 100]
  for (const l1Ratio of [0, 0.5]) {
    const models = await fitPath(X, y, { Cs, l1Ratio })
    const sync = fitPathSync(X, y, { Cs, l1Ratio })
    Cs.forEach((C, i) => {
      const alone = new LogisticRegression({ C, l1Ratio }).fitSync(X, y)
      t.deepEqual(models[i]!.coefficients, alone.coefficients)
      t.deepEqual(sync[i]!.coefficients, alone.coefficients)
    })
  }
  t.deepEqual((await fitPath(X, y, { Cs: 3 })).map(({ options }) => options.C), [1e-4, 1, 1e4])
  t.is(fitPathSync(X, y).length, 10)
  for (const options of [{ Cs: 0 }, { Cs: [] }, { Cs: 'all' }, { C: 1 }, { Cs: [0] }, { depth: 1 }, { warmStart: true }]) {
    await t.throwsAsync(() => fitPath(X, y, options as never), { code: 'ERR_MANYCORE_OPTION' })
  }
})

test('LogisticRegressionCV is a grid search with the best model in it', async (t) => {
  const { X, y } = iris
  const options: LogisticRegressionCVOptions & { Cs: number[]; l1Ratios: number[] } = { Cs: [0.01, 1, 100], l1Ratios: [0, 1], cv: 3, scoring: 'negativeLogLoss' }
  const model = await new LogisticRegressionCV({ ...options, fitIntercept: true }).fit(X, y)
  const search = new GridSearch(new LogisticRegression(), { l1Ratio: options.l1Ratios, C: options.Cs }, { cv: 3, scoring: 'negativeLogLoss' }).fitSync(X, y)
  t.is(model.C, search.best.parameters['C'] as number)
  t.is(model.l1Ratio, search.best.parameters['l1Ratio'] as number)
  t.deepEqual(model.coefficients, search.best.model.coefficients)
  t.deepEqual(model.predictSync(X), search.best.model.predictSync(X))
  t.is(model.results.length, 6)
  t.true(model.converged)
  t.deepEqual(new LogisticRegressionCV(options).fitSync(X, y).coefficients, model.coefficients)
  t.throws(() => new LogisticRegressionCV().C, { code: 'ERR_MANYCORE_NOT_FITTED' })
  t.throws(() => new LogisticRegressionCV().predictSync(X), { code: 'ERR_MANYCORE_NOT_FITTED' })
  for (const bad of [{ C: 1 }, { Cs: [] }, { l1Ratios: 1 }, { l1Ratios: [2] }, { cv: 0 }, { scoring: 'x' }]) {
    t.throws(() => new LogisticRegressionCV(bad as never).fitSync(X, y), { code: 'ERR_MANYCORE_OPTION' })
  }
})

test('X of other element types keeps its type in the folds', (t) => {
  const { X, y } = iris
  const narrow = new Matrix(Float32Array.from(X.data) as MatrixData, X.rows, X.columns)
  const wide = new Matrix(Float64Array.from(narrow.data), X.rows, X.columns)
  t.deepEqual(crossValidateSync(scaled(), narrow, y, { scoring: 'negativeLogLoss' }).scores, crossValidateSync(scaled(), wide, y, { scoring: 'negativeLogLoss' }).scores)
})

test('the event loop turns during a search', async (t) => {
  const { X, y } = clusters(4000, 20, 2)
  let turns = 0
  const timer = setInterval(() => (turns += 1), 1)
  await new GridSearch(scaled(), { model__C: [0.01, 0.1, 1, 10] }).fit(X, y)
  clearInterval(timer)
  t.true(turns > 1)
})

test('a fitted search is its best model, and can be cross-validated itself', async (t) => {
  const { X, y } = breastCancer
  const search = new GridSearch(scaled(), { model__C: [0.01, 1] }, { cv: 3 })
  for (const name of ['predict', 'predictProbabilities', 'decisionFunction'] as const) {
    t.throws(() => search[`${name}Sync`](X), { code: 'ERR_MANYCORE_NOT_FITTED', message: new RegExp(`^${name}Sync: the search`) })
    await t.throwsAsync(() => search[name](X), { code: 'ERR_MANYCORE_NOT_FITTED', message: new RegExp(`^${name}: the search`) })
  }
  t.throws(() => search.classes, { code: 'ERR_MANYCORE_NOT_FITTED' })
  search.fitSync(X, y)
  const { model } = search.best
  t.deepEqual(search.classes, model.classes)
  for (const name of ['predict', 'predictProbabilities', 'decisionFunction'] as const) {
    t.deepEqual(search[`${name}Sync`](X), model[`${name}Sync`](X))
    t.deepEqual(await search[name](X), model[`${name}Sync`](X))
  }
  t.is(search.scoreSync(X, y), model.scoreSync(X, y))
  t.is(await search.score(X, y), model.scoreSync(X, y))
  // Nested: each fold searches on its own training rows.
  const nested = crossValidateSync(new GridSearch(scaled(), { model__C: [0.01, 1] }, { cv: 3 }), X, y, { cv: 3 })
  t.is(nested.scores.length, 3)
  t.true(nested.models.every(({ best }) => best.model !== model) && nested.scores.every((score) => score > 0.9))
})
