/** Data without an optimum are told from data with one, without hanging and without infinite coefficients. */
import test from 'ava'
import { LogisticRegression, Matrix } from 'manycore/models'
import { backends, on } from '../support/backends.ts'
import { clusters, truthCase } from './support.ts'

const { X, y } = truthCase('separable_unpenalised')

for (const backend of backends) {
  const fit = (...[X, y, C = Infinity, maxIterations]: [Matrix<Float64Array>, readonly number[] | Int32Array, number?, number?]): LogisticRegression =>
    on(backend, () => new LogisticRegression({ C, maxIterations }).fitSync(X, y))

  test(`separable classes without a penalty (${backend})`, (t) => {
    const model = fit(X as Matrix, y)
    t.false(model.converged)
    t.true(model.certificate.separated)
    t.true(model.iterations < 30)
    t.true(model.coefficients.data.every(Number.isFinite))
    t.true(model.intercepts.every(Number.isFinite))
    t.is(on(backend, () => model.scoreSync(X, y)), 1)
  })

  test(`separable classes with a penalty have an optimum (${backend})`, (t) => {
    for (const C of [1, 1e4, 1e8]) {
      const model = fit(X as Matrix, y, C)
      t.true(model.converged)
      t.false(model.certificate.separated)
    }
  })

  test(`a penalty below the smallest numbers still ends with finite coefficients (${backend})`, (t) => {
    const model = fit(X as Matrix, y, 1e300)
    t.true(model.iterations <= 200)
    t.true(model.coefficients.data.every(Number.isFinite))
  })

  test(`classes that touch in some rows only (${backend})`, (t) => {
    // Rows at 0 are of both classes; all others are on their class's side.
    const column = [-2, -1, 0, 0, 0, 1, 2, 3]
    const model = fit(new Matrix(Float64Array.from(column), column.length, 1), [0, 0, 0, 1, 0, 1, 1, 1])
    t.true(model.certificate.separated)
    t.false(model.converged)
    t.true(model.coefficients.data.every(Number.isFinite))
  })

  test(`a column that gives away a few rows of one class (${backend})`, (t) => {
    const base = clusters(400, 2, 2)
    const data = new Float64Array(400 * 3)
    for (let i = 0; i < 400; i++) data.set([base.X.get(i, 0), base.X.get(i, 1), base.y[i] === 1 && i % 40 === 1 ? 1 : 0], i * 3)
    const model = fit(new Matrix(data, 400, 3), base.y)
    t.true(model.certificate.separated)
    t.false(model.converged)
    const without = fit(base.X, base.y)
    t.false(without.certificate.separated)
    t.true(without.converged)
  })

  test(`one of three classes stands apart (${backend})`, (t) => {
    const base = clusters(300, 2, 2)
    const X = new Matrix(new Float64Array(303 * 2), 303, 2)
    X.data.set(base.X.data)
    X.data.set([50, 50, 51, 50, 50, 51], 600)
    const model = fit(X, [...base.y, 2, 2, 2])
    t.true(model.certificate.separated)
    t.false(model.converged)
    t.true(model.coefficients.data.every(Number.isFinite))
  })

  test(`fewer rows than columns are separable (${backend})`, (t) => {
    const { X, y } = truthCase('wide_20x200_C1')
    const model = fit(X as Matrix, y)
    t.true(model.certificate.separated)
    t.true(model.coefficients.data.every(Number.isFinite))
  })

  test(`nearly separable is not separable (${backend})`, (t) => {
    const { X, y } = truthCase('iris_versicolor_virginica_unpenalised')
    t.false(fit(X as Matrix, y).certificate.separated)
    t.false(fit(X as Matrix, y, Infinity, 2).certificate.separated)
  })
}
