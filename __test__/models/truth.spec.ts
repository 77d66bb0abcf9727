/** Fits against optima that were computed in 220-bit arithmetic: fixtures/README.md says how. */
import test from 'ava'
import { LogisticRegression } from 'manycore/models'
import { backends, on } from '../support/backends.ts'
import { objectiveOf, relativeDifference, truthCases, type TruthCase } from './support.ts'

for (const backend of backends) {
  for (const truth of truthCases) {
    if (truth.expected.finite_optimum === false) continue
    const fit = (tol?: number): LogisticRegression =>
      on(backend, () => new LogisticRegression({ ...truth.options, tol }).fitSync(truth.X, truth.y, { sampleWeight: truth.sampleWeight }))

    test(`${truth.name}: default options reach the optimum (${backend})`, (t) => {
      const model = fit()
      t.true(model.converged)
      t.false(model.certificate.separated)
      const { objective } = truth.expected
      t.true(Math.abs(model.certificate.objective - objective) <= 1e-9 * objective, `${model.certificate.objective} against ${objective}`)
      // The offset of 1e8 costs eight of sixteen digits in scores of the columns as they came, so a little of the objective.
      const slack = truth.name.startsWith('offset') ? 1e-7 : 1e-9
      const recomputed = plainObjective(truth, model)
      t.true(Math.abs(recomputed - objective) <= slack * objective, `${recomputed} against ${objective}`)
    })

    test(`${truth.name}: tol 0 gives the coefficients (${backend})`, (t) => {
      const model = fit(0)
      t.true(model.converged)
      t.is(model.certificate.ridge, 0)
      t.true(relativeDifference(model.coefficients.data, truth.expected.coef.flat()) <= truth.tight)
      if (truth.options.fitIntercept === false) t.deepEqual([...model.intercepts], model.coefficients.toArray().map(() => 0))
      else {
        truth.expected.intercept.forEach((expected, k) => {
          t.true(Math.abs(model.intercepts[k]! - expected) <= truth.tight * Math.max(1, Math.abs(expected)), `intercept ${k}`)
        })
      }
      const hits = on(backend, () => model.scoreSync(truth.X, truth.y)) * truth.X.rows
      t.is(Math.round(hits), truth.expected.train_correct)
    })

    test(`${truth.name}: predictions of the first rows (${backend})`, (t) => {
      const model = fit(0)
      const { decision_function, predict_proba } = truth.expected.first_rows
      const scores = on(backend, () => model.decisionFunctionSync(truth.X))
      const list = scores instanceof Float64Array ? scores : scores.data
      const expected = decision_function.flat()
      // Scores near 1e8-sized columns lose eight digits; the fixture's are of the exact coefficients.
      const absolute = truth.name.startsWith('offset') ? 1e-6 : 1e-9
      expected.forEach((score, i) => t.true(Math.abs(list[i]! - score) <= absolute * Math.max(1, Math.abs(score)), `score ${i}: ${list[i]} against ${score}`))
      const probabilities = on(backend, () => model.predictProbabilitiesSync(truth.X))
      predict_proba.flat().forEach((p, i) => t.true(Math.abs(probabilities.data[i]! - p) <= absolute, `probability ${i}`))
    })

    // For more than two classes ours leaves out the directions that change no probability.
    if (truth.expected.coef.length === 1) {
      test(`${truth.name}: the condition estimate has the right order of magnitude (${backend})`, (t) => {
        const { conditionEstimate } = fit().certificate
        t.true(conditionEstimate > truth.kappa / 3 && conditionEstimate < truth.kappa * 1.05, `${conditionEstimate} against ${truth.kappa}`)
      })
    }
  }
}

function plainObjective({ X, y, sampleWeight, options }: TruthCase, model: LogisticRegression): number {
  const classes = model.classes
  const indices = Array.from(y, (label) => classes.indexOf(label))
  const counts = classes.map((_, k) => indices.filter((index) => index === k).length)
  const weights = indices.map((k, i) => (sampleWeight?.[i] ?? 1) * (options.classWeight === 'balanced' ? y.length / (classes.length * counts[k]!) : 1))
  return objectiveOf(X, indices, classes.length, model.coefficients, model.intercepts, options.C ?? 1, weights, options.l1Ratio)
}
