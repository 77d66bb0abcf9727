/** Metrics against scikit-learn's, and by their definitions. */
import { readFileSync } from 'node:fs'
import test, { type ExecutionContext } from 'ava'
import { Matrix, metrics } from 'manycore/models'

interface MetricsCase {
  y: number[]
  proba: number[][]
  pred: number[]
  sample_weight: number[]
  confusion: number[][]
  [name: string]: number | number[] | number[][]
}

const { cases } = JSON.parse(readFileSync(new URL('../fixtures/metrics/metrics.json', import.meta.url), 'utf8')) as { cases: MetricsCase[] }

const close = (t: ExecutionContext, value: number, expected: unknown, name: string): void => {
  t.true(Math.abs(value - (expected as number)) <= 1e-12 * Math.abs(expected as number), `${name}: ${value} against ${String(expected)}`)
}

for (const known of cases) {
  const { y, pred, proba, sample_weight: sampleWeight } = known
  const classes = known.confusion.length

  test(`${classes} classes: labels`, (t) => {
    close(t, metrics.accuracy(y, pred), known['accuracy'], 'accuracy')
    close(t, metrics.accuracy(y, pred, { sampleWeight }), known['accuracy_weighted'], 'weighted accuracy')
    close(t, metrics.balancedAccuracy(y, pred), known['balanced_accuracy'], 'balanced accuracy')
    t.deepEqual(metrics.confusionMatrix(y, pred).toArray(), known.confusion)
    close(t, metrics.matthewsCorrelation(y, pred), known['mcc'], 'mcc')
    close(t, metrics.cohenKappa(y, pred), known['kappa'], 'kappa')
    for (const average of ['macro', 'micro', 'weighted'] as const) {
      const expected = known[`prf_${average}`] as number[]
      close(t, metrics.precision(y, pred, { average }), expected[0], `precision ${average}`)
      close(t, metrics.recall(y, pred, { average }), expected[1], `recall ${average}`)
      close(t, metrics.f1(y, pred, { average }), expected[2], `f1 ${average}`)
    }
    const report = metrics.classificationReport(y, pred)
    close(t, report.accuracy, known['accuracy'], 'report: accuracy')
    close(t, report.macro.f1, (known['prf_macro'] as number[])[2], 'report: macro')
    close(t, report.weighted.precision, (known['prf_weighted'] as number[])[0], 'report: weighted')
    t.is(report.classes.length, classes)
    t.is(String(report).split('\n').length, classes + 4)
  })

  test(`${classes} classes: probabilities`, (t) => {
    close(t, metrics.logLoss(y, proba), known['log_loss'], 'log loss')
    if (classes === 2) {
      const second = proba.map((row) => row[1]!)
      for (const scores of [proba, second, Float64Array.from(second)]) {
        close(t, metrics.logLoss(y, scores), known['log_loss'], 'log loss')
        close(t, metrics.rocAuc(y, scores), known['roc_auc'], 'roc auc')
        close(t, metrics.rocAuc(y, scores, { sampleWeight }), known['roc_auc_weighted'], 'weighted roc auc')
        close(t, metrics.averagePrecision(y, scores), known['average_precision'], 'average precision')
        close(t, metrics.brierScore(y, scores), known['brier'], 'brier')
      }
    } else {
      const matrix = Matrix.from(proba)
      close(t, metrics.rocAuc(y, matrix, { multiClass: 'ovr' }), known['roc_auc_ovr'], 'ovr')
      close(t, metrics.rocAuc(y, matrix, { multiClass: 'ovo' }), known['roc_auc_ovo'], 'ovo')
    }
  })

  test(`${classes} classes: integer weights are repeated rows`, (t) => {
    const rows = y.flatMap((_, i) => new Array<number>(sampleWeight[i]!).fill(i))
    const truth = rows.map((i) => y[i]!)
    const guess = rows.map((i) => pred[i]!)
    const p = rows.map((i) => proba[i]!)
    for (const name of ['accuracy', 'balancedAccuracy', 'matthewsCorrelation', 'cohenKappa'] as const) close(t, metrics[name](y, pred, { sampleWeight }), metrics[name](truth, guess), name)
    for (const name of ['precision', 'recall', 'f1'] as const) {
      close(t, metrics[name](y, pred, { sampleWeight, average: 'macro' }), metrics[name](truth, guess, { average: 'macro' }), name)
    }
    close(t, metrics.logLoss(y, proba, { sampleWeight }), metrics.logLoss(truth, p), 'log loss')
    close(t, metrics.brierScore(y, proba, { sampleWeight }), metrics.brierScore(truth, p), 'brier')
    close(t, metrics.rocAuc(y, proba, { sampleWeight, multiClass: 'ovr' }), metrics.rocAuc(truth, p, { multiClass: 'ovr' }), 'roc auc')
  })
}

test('labels of every kind', (t) => {
  const { y, pred } = cases[0]!
  const expected = metrics.f1(y, pred)
  const kinds: ((labels: number[]) => readonly (string | boolean | bigint)[] | Int8Array)[] = [
    (labels) => labels.map((label) => ['no', 'yes'][label]!),
    (labels) => labels.map((label) => label === 1),
    (labels) => labels.map(BigInt),
    (labels) => Int8Array.from(labels),
  ]
  for (const kind of kinds) t.is(metrics.f1(kind(y), kind(pred)), expected)
  t.is(metrics.f1(y, pred, { positiveLabel: 0 }), metrics.f1(y.map((label) => 1 - label), pred.map((label) => 1 - label)))
})

test('a value a class', (t) => {
  // Class 0: 2 of 3 found, 2 of 2 right; class 1: 1 of 2 found, 1 of 3 right; class 5 was never there.
  const truth = [0, 0, 0, 1, 1]
  const guess = [0, 0, 1, 1, 5]
  t.deepEqual([...metrics.precision(truth, guess, { average: null })], [1, 1 / 2, 0])
  t.deepEqual([...metrics.recall(truth, guess, { average: null })], [2 / 3, 1 / 2, 0])
  t.deepEqual([...metrics.recall(truth, guess, { average: null, zeroDivision: 1 })], [2 / 3, 1 / 2, 1])
  t.deepEqual(metrics.confusionMatrix(truth, guess).toArray(), [[2, 1, 0], [0, 1, 1], [0, 0, 0]])
})

test('costly confusions', (t) => {
  const truth = [0, 1, 2, 2]
  const guess = [0, 1, 2, 0]
  // Linear: seen 2 of expected (by chance) (1·(0·2+1·1+2·1) + 1·(1·2+0+1·1) + 2·(2·2+1·1+0)) / 4 = (3 + 3 + 10) / 4 = 4.
  t.is(metrics.cohenKappa(truth, guess, { weights: 'linear' }), 1 - 2 / 4)
  // Quadratic: seen 4 of (1·(0+1+4) + 1·(2+0+1) + 2·(8+1+0)) / 4 = 26 / 4.
  t.is(metrics.cohenKappa(truth, guess, { weights: 'quadratic' }), 1 - 4 / 6.5)
})

test('certain mistakes cost much, not infinitely much', (t) => {
  t.is(metrics.logLoss([0, 1], [1, 0]), -Math.log(Number.EPSILON))
  t.true(metrics.logLoss([0, 1], [0, 1]) < 1e-15)
})

test('classes that yTrue lacks can be named', (t) => {
  const proba = [[0.7, 0.2, 0.1], [0.2, 0.2, 0.6]]
  t.is(metrics.logLoss([0, 2], proba, { classes: [0, 1, 2] }), -(Math.log(0.7) + Math.log(0.6)) / 2)
  t.throws(() => metrics.logLoss([0, 2], proba), { code: 'ERR_MANYCORE_SHAPE' })
})

const bad: [string, () => unknown, string][] = [
  ['unequal lengths', () => metrics.accuracy([0, 1], [0]), 'SHAPE'],
  ['nothing', () => metrics.accuracy([], []), 'RANGE'],
  ['labels of two types', () => metrics.accuracy([0, 1], ['0', '1']), 'TYPE'],
  ['continuous predictions', () => metrics.accuracy([0, 1], [0.3, 0.7]), 'CLASSES'],
  ['an unknown option', () => metrics.accuracy([0, 1], [0, 1], { weight: [1, 1] } as never), 'OPTION'],
  ['weights of another length', () => metrics.accuracy([0, 1], [0, 1], { sampleWeight: [1] }), 'SHAPE'],
  ['no average for three classes', () => metrics.f1([0, 1, 2], [0, 1, 2]), 'CLASSES'],
  ['an average that is none', () => metrics.f1([0, 1], [0, 1], { average: 'mean' as never }), 'OPTION'],
  ['a positive label that is none', () => metrics.f1([0, 1], [0, 1], { positiveLabel: 5 }), 'OPTION'],
  ['roc auc of one class', () => metrics.rocAuc([1, 1], [0.3, 0.7]), 'CLASSES'],
  ['roc auc of three classes without a way', () => metrics.rocAuc([0, 1, 2], [[1, 0, 0], [0, 1, 0], [0, 0, 1]]), 'OPTION'],
  ['a list for three classes', () => metrics.logLoss([0, 1, 2], [0.1, 0.2, 0.3]), 'SHAPE'],
  ['scores that are NaN', () => metrics.rocAuc([0, 1], [NaN, 1]), 'NOT_FINITE'],
  ['probabilities above 1', () => metrics.logLoss([0, 1], [0.5, 1.5]), 'RANGE'],
  ['scores of another length', () => metrics.rocAuc([0, 1], [0.5]), 'SHAPE'],
  ['kappa by another distance', () => metrics.cohenKappa([0, 1], [0, 1], { weights: 'cubic' as never }), 'OPTION'],
]

for (const [name, attempt, code] of bad) {
  test(`refused: ${name}`, (t) => {
    t.throws(attempt as () => never, { code: `ERR_MANYCORE_${code}` })
  })
}

test('labels of very many values, where a confusion matrix would be larger than memory', (t) => {
  const yTrue = Int32Array.from({ length: 200_000 }, (_, i) => i)
  const yPredicted = yTrue.map((label) => (label % 4 === 0 ? label + 1 : label))
  t.is(metrics.accuracy(yTrue, yPredicted), 0.75)
  t.is(metrics.balancedAccuracy(yTrue, yPredicted), 0.75)
  t.is(metrics.recall(yTrue, yPredicted, { average: 'macro' }), 0.75)
  t.is(metrics.precision(yTrue, yPredicted, { average: 'macro' }), 0.625)
  t.true(Math.abs(metrics.matthewsCorrelation(yTrue, yPredicted) - 0.75) < 1e-5)
  t.is(metrics.classificationReport(yTrue, yTrue).macro.f1, 1)
  t.throws(() => metrics.confusionMatrix(yTrue, yPredicted), { code: 'ERR_MANYCORE_RANGE' })
})

test('all hits give exactly 1 with any weights', (t) => {
  const y = Int32Array.from({ length: 1000 }, (_, i) => (i * 7919) % 13)
  const sampleWeight = Float64Array.from(y, (_, i) => 1 / (i + 3))
  for (const metric of [metrics.accuracy, metrics.balancedAccuracy]) t.is(metric(y, y, { sampleWeight }), 1)
  for (const metric of [metrics.precision, metrics.recall, metrics.f1]) t.is(metric(y, y, { sampleWeight, average: 'micro' }), 1)
})

test('average precision: rows without weight above all others are no rows', (t) => {
  const y = [0, 1, 0, 1, 1, 0]
  const scores = [0.9, 0.9, 0.8, 0.7, 0.3, 0.2]
  const sampleWeight = [0, 0, 1, 2, 0.5, 1]
  t.is(metrics.averagePrecision(y, scores, { sampleWeight }), metrics.averagePrecision(y.slice(2), scores.slice(2), { sampleWeight: sampleWeight.slice(2) }))
})

test('weighted means over classes: one without weight has no part in them, as in scikit-learn', (t) => {
  const y = [0, 1, 2, 0, 1, 2, 0, 1]
  const scores = [[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.1, 0.2, 0.7], [0.3, 0.4, 0.3], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6], [0.5, 0.2, 0.3], [0.3, 0.3, 0.4]]
  const sampleWeight = [1, 2, 0, 1, 0.5, 0, 3, 1]
  t.true(Math.abs(metrics.rocAuc(y, scores, { multiClass: 'ovr', average: 'weighted', sampleWeight }) - 0.888235294117647) < 1e-14)
  t.true(Math.abs(metrics.averagePrecision(y, scores, { average: 'weighted', sampleWeight }) - 0.8694638694638696) < 1e-14)
  t.throws(() => metrics.rocAuc(y, scores, { multiClass: 'ovr', sampleWeight }), { code: 'ERR_MANYCORE_CLASSES' })
  t.throws(() => metrics.averagePrecision(y, scores, { sampleWeight }), { code: 'ERR_MANYCORE_CLASSES' })
})
