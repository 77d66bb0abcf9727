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
  // Where only classes without rows are left there is nothing to weight by.
  t.is(metrics.precision([-3], [2], { average: 'weighted', zeroDivision: NaN }), 0)
  t.is(metrics.classificationReport([-3], [2], { zeroDivision: NaN }).weighted.precision, 0)
})

test('average precision of more than two classes', (t) => {
  const yTrue = [0, 1, 2, 2, 1, 0, 2]
  const scores = [[0.5, 0.3, 0.2], [0.4, 0.4, 0.2], [0.1, 0.3, 0.6], [0.5, 0.2, 0.3], [0.2, 0.6, 0.2], [0.3, 0.3, 0.4], [0.2, 0.5, 0.3]]
  const sampleWeight = [1, 2, 1, 3, 1, 0.5, 2]
  const close = (got: number, wanted: number): void => void t.true(Math.abs(got - wanted) < 1e-14, `${got} instead of ${wanted}`)
  close(metrics.averagePrecision(yTrue, scores), 0.7222222222222222)
  for (const [average, plain, weighted] of [
    ['macro', 0.7222222222222222, 0.6376068376068377], ['weighted', 0.738095238095238, 0.7791208791208791], ['micro', 0.657142857142857, 0.5706736353077817],
  ] as const) {
    close(metrics.averagePrecision(yTrue, scores, { average }), plain)
    close(metrics.averagePrecision(yTrue, scores, { average, sampleWeight }), weighted)
  }
  const each = metrics.averagePrecision(yTrue, scores, { average: null }) as Float64Array
  ;[0.5, 0.8333333333333334, 0.8333333333333334].forEach((wanted, k) => close(each[k]!, wanted))
  close(metrics.averagePrecision(yTrue, scores, { positiveLabel: 0 }), 0.5)
  t.throws(() => metrics.averagePrecision(yTrue, scores, { average: 'samples' as never }), { code: 'ERR_MANYCORE_OPTION' })
  t.throws(() => metrics.averagePrecision([0, 1], [[0.1, 0.2, 0.7], [0.3, 0.3, 0.4]], { classes: [0, 1, 2] }), { code: 'ERR_MANYCORE_CLASSES' })
})

test('the area under the curve of all classes pooled', (t) => {
  const scores = [
    [0.3186051472718815, 0.5916565680901946, 0.08973828463792391], [0.5633954788214076, 0.18519425773892373, 0.2514102634396686], [0.46331078464824343, 0.22905132153024005, 0.30763789382151646],
    [0.02089053115964342, 0.5711827132148403, 0.40792675562551634], [0.23198402839841684, 0.554702073152752, 0.2133138984488311], [0.4577769257967349, 0.13530646452325268, 0.4069166096800124],
    [0.16729683202816176, 0.21569457099657058, 0.6170085969752678],
  ]
  const yTrue = [0, 1, 2, 2, 1, 0, 2]
  const options = { multiClass: 'ovr', average: 'micro' } as const
  t.true(Math.abs(metrics.rocAuc(yTrue, scores, options) - 0.6836734693877551) < 1e-14)
  t.true(Math.abs(metrics.rocAuc(yTrue, scores, { ...options, sampleWeight: [1, 2, 0.5, 1, 3, 1, 2] }) - 0.7222222222222222) < 1e-14)
  t.is(metrics.rocAuc([0, 1, 1], [0.1, 0.2, 0.3], { average: 'micro' }), 1)
  t.throws(() => metrics.rocAuc(yTrue, scores, { multiClass: 'ovo', average: 'micro' }), { code: 'ERR_MANYCORE_OPTION' })
  t.throws(() => metrics.rocAuc(yTrue, scores, { multiClass: 'ovr', average: 'samples' as never }), { code: 'ERR_MANYCORE_OPTION' })
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
  const ranked = crossValidateSync(new LogisticRegression(), iris.X, iris.y, { scoring: 'averagePrecision', cv: 3 }).scores
  ;[0.76827519, 0.76283928, 0.76718313].forEach((wanted, fold) => t.true(Math.abs(ranked[fold]! - wanted) < 1e-6, String(ranked[fold])))
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
