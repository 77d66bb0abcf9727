/** Which class counts as positive, and what searches call their scores: as scikit-learn has both. Values by scikit-learn 1.9.1. */
import test from 'ava'
import { crossValidateSync, LogisticRegression, metrics, trainTestSplit } from 'manycore/models'
import { breastCancer, iris } from './support.ts'

test('the label 1 is the positive one', (t) => {
  const [yTrue, yPredicted] = [[1, 5, 5, 1, 1, 1, 1, 5, 1], [5, 1, 1, 1, 1, 1, 5, 1, 1]]
  t.is(metrics.precision(yTrue, yPredicted), 4 / 7)
  t.is(metrics.recall(yTrue, yPredicted), 4 / 6)
  t.is(metrics.precision(yTrue, yPredicted, { positiveLabel: 5 }), 0)
  t.is(metrics.precision([1n, 2n, 1n], [1n, 1n, 1n]), 2 / 3)
  t.is(metrics.recall([true, false], [true, true]), 1)
  // The higher label, as scikit-learn has it for the order of scores; without a label 1 for all.
  t.is(metrics.rocAuc([1, 2, 2], [0.1, 0.2, 0.3]), 1)
  t.is(metrics.averagePrecision([1, 2, 2], [0.9, 0.2, 0.3]), 1)
  t.is(metrics.recall(['no', 'yes'], ['yes', 'yes']), 1)
})

test('one class that is not the positive one', (t) => {
  for (const metric of [metrics.precision, metrics.recall, metrics.f1]) {
    t.is(metric([0, 0], [0, 0]), 0)
    t.is(metric([0, 0], [0, 0], { zeroDivision: 1 }), 1)
    t.is(metric([false], [false]), 0)
    t.is(metric([-1, -1], [-1, -1]), 0)
    t.is(metric([1, 1], [1, 1]), 1)
    t.is(metric([0], [0], { positiveLabel: 1 }), 0)
  }
  t.true(Math.abs(metrics.brierScore([0, 0], [0.1, 0.3]) - (0.1 ** 2 + 0.3 ** 2) / 2) < 1e-15)
  t.true(Math.abs(metrics.logLoss([0, 0], [0.1, 0.3]) + (Math.log(0.9) + Math.log(0.7)) / 2) < 1e-15)
  t.throws(() => metrics.rocAuc([0, 0], [0.1, 0.3]), { code: 'ERR_MANYCORE_CLASSES' })
})

test('shares of nothing that are NaN are left out of means', (t) => {
  t.is(metrics.precision([0, 1, 2], [0, 0, 0], { average: 'macro', zeroDivision: NaN }), 1 / 3)
  t.is(metrics.precision([0, 1, 2], [0, 0, 0], { average: 'macro' }), 1 / 9)
})

test('scores by the names of scikit-learn', (t) => {
  const names = [
    'accuracy', 'balancedAccuracy', 'averagePrecision', 'negBrierScore', 'negLogLoss', 'f1', 'f1Micro', 'f1Macro', 'f1Weighted', 'precision', 'recall', 'rocAuc', 'matthewsCorrcoef',
  ] as const
  const { scores } = crossValidateSync(new LogisticRegression(), breastCancer.X, breastCancer.y, { scoring: names, cv: 3 })
  for (const name of names) t.true(scores[name].every(Number.isFinite), name)
  t.deepEqual(scores.negLogLoss, crossValidateSync(new LogisticRegression(), breastCancer.X, breastCancer.y, { scoring: 'negativeLogLoss', cv: 3 }).scores)
  const ofThree = crossValidateSync(new LogisticRegression(), iris.X, iris.y, { scoring: ['rocAucOvr', 'rocAucOvrWeighted', 'rocAucOvo', 'rocAucOvoWeighted'], cv: 3 })
  t.true(Object.values(ofThree.scores).flat().every((score) => score > 0.9))
})

test('a fold without the positive class has a score', (t) => {
  const X = Array.from({ length: 12 }, (_, i) => [i])
  const y = [0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0]
  const folds = [{ train: Int32Array.from([0, 1, 2, 3, 4, 5, 6, 7]), test: Int32Array.from([8]) }]
  const { scores } = crossValidateSync(new LogisticRegression({ C: 1e-9 }), X, y, { scoring: ['precision', 'recall', 'f1'], cv: folds })
  for (const [score] of Object.values(scores)) t.true(score === 0)
})

test('trainTestSplit names what is wrong with y', (t) => {
  t.throws(() => trainTestSplit([[1], [2]], undefined as never), { code: 'ERR_MANYCORE_TYPE' })
  t.throws(() => trainTestSplit([[1], [2]], 'ab' as never), { code: 'ERR_MANYCORE_TYPE' })
})
