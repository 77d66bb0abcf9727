/** Whole workflows as scikit-learn carries them out: split, scale, fit, measure; and a search by cross-validation. */
import { readFileSync } from 'node:fs'
import test, { type ExecutionContext } from 'ava'
import { fitAllSync, LogisticRegression, Matrix, metrics, StandardScaler, StratifiedKFold, trainTestSplit, type MatrixData } from 'manycore/models'
import { breastCancer } from './support.ts'

interface Workflow {
  fits: {
    random_state: number
    test_size: number
    C: number
    standard_scaler: boolean
    test_correct: number
    log_loss: number
    roc_auc: number
    confusion: number[][]
    intercept: number[]
    coef_first3: number[][]
  }[]
  grid: { Cs: number[]; cv: number; neg_log_loss: number[][]; accuracy: number[][]; best_C_log_loss: number }[]
}

const known = JSON.parse(readFileSync(new URL('../fixtures/metrics/workflow.json', import.meta.url), 'utf8')) as Workflow
const close = (t: ExecutionContext, value: number, expected: number, name: string): void => {
  t.true(Math.abs(value - expected) <= 1e-8 * Math.max(1, Math.abs(expected)), `${name}: ${value} against ${expected}`)
}

for (const fit of known.fits) {
  test(`split, ${fit.standard_scaler ? 'scale, ' : ''}fit with C = ${fit.C}, measure`, (t) => {
    const { XTrain, XTest, yTrain, yTest } = trainTestSplit(breastCancer.X, breastCancer.y, { testSize: fit.test_size, seed: fit.random_state })
    const scaler = new StandardScaler().fitSync(XTrain)
    const [train, test] = fit.standard_scaler ? [scaler.transformSync(XTrain), scaler.transformSync(XTest)] : [XTrain, XTest]
    const model = new LogisticRegression({ C: fit.C, tol: 0 }).fitSync(train, yTrain)
    t.is(Math.round(model.scoreSync(test, yTest) * yTest.length), fit.test_correct)
    t.deepEqual(metrics.confusionMatrix(yTest, model.predictSync(test)).toArray(), fit.confusion)
    const probabilities = model.predictProbabilitiesSync(test)
    close(t, metrics.logLoss(yTest, probabilities), fit.log_loss, 'log loss')
    close(t, metrics.rocAuc(yTest, probabilities), fit.roc_auc, 'roc auc')
    close(t, model.intercepts[0]!, fit.intercept[0]!, 'intercept')
    fit.coef_first3[0]!.forEach((w, j) => close(t, model.coefficients.get(0, j), w, `coefficient ${j}`))
  })
}

test('a search over C by stratified folds, scaled within each fold', (t) => {
  const { Cs, cv, neg_log_loss: losses, accuracy, best_C_log_loss: best } = known.grid[0]!
  const { X, y } = breastCancer
  const take = (rows: Int32Array): Matrix<MatrixData> => new Matrix(Float64Array.from({ length: rows.length * 30 }, (_, at) => X.get(rows[Math.floor(at / 30)]!, at % 30)), rows.length, 30)
  const totals = Cs.map(() => 0)
  ;Array.from(new StratifiedKFold({ splits: cv }).split(X, y)).forEach(({ train, test }, fold) => {
    const scaler = new StandardScaler().fitSync(take(train))
    const models = fitAllSync(Cs.map((C) => new LogisticRegression({ C })), scaler.transformSync(take(train)), train.map((row) => y[row]!))
    const held = scaler.transformSync(take(test))
    const truth = test.map((row) => y[row]!)
    models.forEach((model, i) => {
      const loss = metrics.logLoss(truth, model.predictProbabilitiesSync(held))
      close(t, -loss, losses[i]![fold]!, `log loss of C = ${Cs[i]} in fold ${fold}`)
      close(t, model.scoreSync(held, truth), accuracy[i]![fold]!, `accuracy of C = ${Cs[i]} in fold ${fold}`)
      totals[i]! += loss
    })
  })
  t.is(Cs[totals.indexOf(Math.min(...totals))], best)
})
