/** Models of a search start from each other's optimum and from those of the folds before: they must be no worse for it. */
import test from 'ava'
import { foretold } from '../../src/models/chains.ts'
import { fitModelsSync, state } from '../../src/models/fit-all.ts'
import { FoldMemory } from '../../src/models/fold-memory.ts'
import { LogisticRegression } from '../../src/models/logistic-regression.ts'
import { StratifiedKFold } from '../../src/models/selection/folds.ts'
import { takeLabels, takeRows } from '../../src/models/selection/rows.ts'
import { breastCancer, iris, objectiveOf } from './support.ts'

test('a path that is a cubic in log C is foretold exactly, and one that is too far from what is known along its tangent', (t) => {
  const at = (u: number) => ({ logC: u, optimum: Float64Array.of(2 - u + 3 * u * u - u ** 3, 5), tangent: Float64Array.of(-1 + 6 * u - 3 * u * u, 0) })
  const ahead = foretold([at(0.5), at(1.5)], Math.exp(2.25))
  t.true(Math.abs(ahead[0]! - at(2.25).optimum[0]!) < 1e-12)
  t.true(Math.abs(ahead[1]! - 5) < 1e-12)
  const far = foretold([at(1.4), at(1.5)], Math.exp(2.5))
  t.true(Math.abs(far[0]! - (at(1.5).optimum[0]! + at(1.5).tangent[0]!)) < 1e-12)
  t.true(Math.abs(foretold([at(0)], Math.exp(5))[0]! - (2 - 2)) < 1e-12, 'no farther than 2')
})

test('the memory of folds is their mean, and of other coefficients there is none', (t) => {
  const memory = new FoldMemory(true)
  t.is(memory.of(0, 2), undefined)
  memory.take(0, Float64Array.of(1, 2))
  memory.take(0, Float64Array.of(3, 5))
  t.deepEqual(memory.of(0, 2), Float64Array.of(2, 3.5))
  t.is(memory.of(0, 3), undefined)
  t.is(memory.of(1, 2), undefined)
  memory.take(0, Float64Array.of(1, 2, 3))
  t.deepEqual(memory.of(0, 3), Float64Array.of(1, 2, 3))
})

for (const [name, { X, y }] of Object.entries({ breastCancer, iris })) {
  for (const polish of [false, true]) {
    test(`models of a search are within the tolerance, ${polish ? 'and beyond where digits tell' : 'no more where labels are all that counts'} (${name})`, (t) => {
      const memory = new FoldMemory(polish)
      const Cs = [30, 1e-3, 0.02, 0.5, 2, 1e4]
      for (const { train } of new StratifiedKFold({ splits: 3, shuffle: true, seed: 1 }).split(X, y)) {
        const [rows, labels] = [takeRows(X, train), takeLabels(y, train)]
        const models = Cs.map((C) => new LogisticRegression({ C }))
        fitModelsSync(models, rows, labels, undefined, memory)
        for (const model of models) {
          const exact = new LogisticRegression({ C: model.options.C, tol: 1e-14 }).fitSync(rows, labels)
          const [got, best] = [model, exact].map((fitted) => objectiveOf(rows, labels as Int32Array, model.classes.length, fitted.coefficients, fitted.intercepts, model.options.C!)) as [number, number]
          t.true(got / best - 1 <= (polish ? 1e-12 : 1e-9), `C = ${model.options.C}: ${got} against ${best}`)
          t.true(model.converged)
          t.true(Math.abs(model[state]!.certificate.objective / got - 1) <= 1e-9, 'what the certificate says')
        }
      }
    })
  }
}
