/** A pipeline goes through JSON with all its steps, without losing a bit. */
import test from 'ava'
import { GridSearch, LogisticRegression, LogisticRegressionCV, Pipeline, StandardScaler, type PipelineJSON } from 'manycore/models'
import { breastCancer, iris } from './support.ts'

const through = (pipeline: Pipeline): Pipeline => Pipeline.fromJSON(JSON.parse(JSON.stringify(pipeline)) as PipelineJSON)
const scaled = (): Pipeline => new Pipeline([['scale', new StandardScaler()], ['model', new LogisticRegression({ C: 0.5 })]])

test('fitted and unfitted', (t) => {
  const pipeline = scaled()
  t.deepEqual(through(pipeline).options, pipeline.options)
  t.throws(() => through(pipeline).predictSync(iris.X), { code: 'ERR_MANYCORE_NOT_FITTED' })
  for (const { X, y } of [breastCancer, iris]) {
    pipeline.fitSync(X, y)
    const copy = through(pipeline)
    t.deepEqual(copy.predictProbabilitiesSync(X), pipeline.predictProbabilitiesSync(X))
    t.deepEqual(copy.predictLogProbabilitiesSync(X), pipeline.predictLogProbabilitiesSync(X))
    t.deepEqual(copy.toJSON(), pipeline.toJSON())
    t.deepEqual(copy.fitSync(X, y).toJSON().fitted![0], pipeline.toJSON().fitted![0])
  }
})

test('the best of a search', (t) => {
  const { model } = new GridSearch(scaled(), { model__C: [0.1, 1] }, { cv: 3 }).fitSync(iris.X, iris.y).best
  t.deepEqual(through(model).predictSync(iris.X), model.predictSync(iris.X))
})

test('what is no pipeline is refused', (t) => {
  const json = scaled().fitSync(iris.X, iris.y).toJSON()
  const bad: unknown[] = [
    null, 'text', {}, { ...json, model: 'LogisticRegression' }, { ...json, version: 2 }, { ...json, steps: 5 }, { ...json, steps: [] }, { ...json, steps: [5] }, { ...json, steps: [['a', {}]] },
    { ...json, steps: [['a', { model: 'constructor' }]] }, { ...json, fitted: [] }, { ...json, fitted: 5 }, { ...json, fitted: [...json.fitted!].reverse() }, { ...json, fitted: undefined },
  ]
  for (const value of bad) t.regex((t.throws(() => Pipeline.fromJSON(value as never)) as { code?: string }).code ?? '', /^ERR_MANYCORE_(TYPE|SHAPE)$/)
  t.throws(() => new Pipeline([['model', new LogisticRegressionCV()]]).toJSON(), { code: 'ERR_MANYCORE_TYPE' })
  const scaler = new StandardScaler().fitSync(iris.X).toJSON()
  t.throws(() => StandardScaler.fromJSON({ ...scaler, fitted: { ...scaler.fitted!, scale: [0, 1, 1, 1] } }), { code: 'ERR_MANYCORE_RANGE' })
  t.throws(() => StandardScaler.fromJSON({ ...scaler, fitted: { ...scaler.fitted!, mean: ['NaN', 1, 1, 1] } }), { code: 'ERR_MANYCORE_NOT_FINITE' })
})
