/** The accuracies of many models at once are those of each by itself. */
import test from 'ava'
import { crossValidateSync, GridSearch, LogisticRegression, Matrix, metrics, StratifiedKFold, type Classifier, type Features, type Labels } from 'manycore/models'
import { takeLabels, takeRows } from '../../src/models/selection/rows.ts'
import { backends, on } from '../support/backends.ts'
import { breastCancer, iris } from './support.ts'

/** What the metric says, for which no model is looked at together with others. */
const byItself = (model: Classifier, X: Features, y: Labels): number => metrics.accuracy(y, model.predictSync(X))

const grid = { C: [1e-4, 0.01, 1, 1e4], fitIntercept: [true, false] }
const numbers = Array.from(breastCancer.y as Int32Array)

for (const backend of backends) {
  for (const [name, y] of Object.entries<Labels>({
    'numbers': numbers, 'a typed array': breastCancer.y, 'odd numbers': numbers.map((k) => 7 - 4 * k), 'strings': numbers.map((k) => (k === 1 ? 'benign' : 'malignant')),
    'booleans': numbers.map((k) => k === 1), 'bigints': numbers.map(BigInt),
  })) {
    test(`${name} (${backend})`, async (t) => {
      const { X } = breastCancer
      const search = (scoring: 'accuracy' | typeof byItself) => new GridSearch(new LogisticRegression(), grid, { cv: 4, scoring })
      const one = on(backend, () => search('accuracy').fitSync(X, y))
      const other = on(backend, () => search(byItself).fitSync(X, y))
      t.deepEqual(one.results.map(({ scores }) => scores), other.results.map(({ scores }) => scores))
      const promised = await on(backend, () => search('accuracy').fit(X, y))
      t.deepEqual(promised.results.map(({ scores }) => scores), one.results.map(({ scores }) => scores))
    })
  }
}

test('rows of a class that a model does not know are missed', (t) => {
  const rows = Int32Array.from({ length: 100 }, (_, i) => i)
  const [X, y] = [takeRows(iris.X, Int32Array.from(rows, (i) => i + 50)), takeLabels(iris.y, Int32Array.from(rows, (i) => i + 50))]
  const train = rows.filter((i) => i % 2 === 0)
  const test = Int32Array.from({ length: 50 }, (_, i) => 2 * i + 1)
  const labels = Array.from(y as Int32Array, (label, i) => (i % 2 === 1 && i < 20 ? 5 : label))
  const { scores } = crossValidateSync(new LogisticRegression(), X, labels, { cv: [{ train, test }] })
  const model = new LogisticRegression().fitSync(takeRows(X, train), takeLabels(labels, train))
  t.deepEqual(scores, [metrics.accuracy(takeLabels(labels, test), model.predictSync(takeRows(X, test)))])
})

test('test rows that hold no numbers are refused, as by predict', (t) => {
  const { X, y } = breastCancer
  const data = Float64Array.from(X.data as Float64Array)
  const [fold] = new StratifiedKFold({ splits: 4 }).split(X, y)
  data[fold!.test[3]! * X.columns + 2] = NaN
  t.throws(() => crossValidateSync(new LogisticRegression(), new Matrix(data, X.rows, X.columns), y, { cv: [fold!] }), { code: 'ERR_MANYCORE_NOT_FINITE' })
})
