/**
 * Tuning a logistic regression on the breast-cancer data: set a part aside to test on, search C and the share of the L1 penalty by stratified cross-validation with the
 * scaling inside the folds, and compare the metrics of the best model with those of the untuned one on rows that neither has seen.
 *
 *     node dist/examples/tune-logistic.js
 */
import { Matrix } from 'manycore'
import { GridSearch, LogisticRegression, metrics, Pipeline, StandardScaler, StratifiedKFold, trainTestSplit } from 'manycore/models'
import { loadBreastCancer } from './breast-cancer.ts'
import { isProgram } from './entry.ts'

export const grid = {
  model__l1Ratio: [0, 0.5, 1],
  model__C: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
}

export async function tuneLogistic({ print = true } = {}) {
  const { x, y, rows, columns } = loadBreastCancer()
  const { XTrain, XTest, yTrain, yTest } = trainTestSplit(new Matrix(x, rows, columns), y, { testSize: 0.25, stratify: true, seed: 7 })
  const pipeline = new Pipeline([
    ['scale', new StandardScaler()],
    ['model', new LogisticRegression()],
  ])

  const start = performance.now()
  const search = new GridSearch(pipeline, grid, { cv: new StratifiedKFold({ splits: 5, shuffle: true, seed: 7 }), scoring: 'negativeLogLoss' })
  await search.fit(XTrain, yTrain)
  const seconds = (performance.now() - start) / 1000
  const fits = search.results.length * 5 + 1

  const untuned = await pipeline.fit(XTrain, yTrain)
  const compared = [
    { name: 'untuned', model: untuned },
    { name: 'tuned', model: search.best.model },
  ].map(({ name, model }) => {
    const labels = model.predictSync(XTest)
    const probabilities = model.predictProbabilitiesSync(XTest)
    const { coefficients, converged } = model.step('model') as LogisticRegression
    return {
      name,
      accuracy: metrics.accuracy(yTest, labels),
      f1: metrics.f1(yTest, labels),
      rocAuc: metrics.rocAuc(yTest, probabilities),
      logLoss: metrics.logLoss(yTest, probabilities),
      /** Coefficients that aren't 0. */
      columns: coefficients.data.filter((w) => w !== 0).length,
      converged,
    }
  })
  const parameters = search.best.parameters as { model__C: number; model__l1Ratio: number }
  if (print) {
    console.log(`${search.results.length} combinations × 5 folds: ${fits} fits in ${(seconds * 1000).toFixed(0)} ms`)
    console.log(`best: C = ${parameters.model__C}, l1Ratio = ${parameters.model__l1Ratio}, mean log loss ${(-search.best.score).toFixed(4)}`)
    console.table(compared)
  }
  return { rows, testRows: yTest.length, combinations: search.results.length, fits, seconds, C: parameters.model__C, l1Ratio: parameters.model__l1Ratio, meanLogLoss: -search.best.score, compared }
}

if (isProgram(import.meta.url)) void tuneLogistic()
