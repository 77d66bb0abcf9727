/** X in all its forms: the same numbers, the same bits. */
import test from 'ava'
import { LogisticRegression, Matrix, StandardScaler, type MatrixData } from 'manycore/models'
import { backends, on } from '../support/backends.ts'
import { clusters, numbers } from './support.ts'

const next = numbers(11)
const whole = Float64Array.from({ length: 300 * 7 }, () => Math.floor(next() * 100))
const y = Int32Array.from({ length: 300 }, (_, i) => Number(whole[7 * i]! + whole[7 * i + 1]! > 60 + 80 * next()))
const types = [Float64Array, Float32Array, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array]

for (const backend of backends) {
  for (const Type of types) {
    test(`${Type.name} (${backend})`, async (t) => {
      const wide = new Matrix(whole, 300, 7)
      const X = new Matrix(Type.from(whole) as MatrixData, 300, 7)
      const known = on(backend, () => new LogisticRegression().fitSync(wide, y))
      const models = [on(backend, () => new LogisticRegression().fitSync(X, y)), await on(backend, () => new LogisticRegression().fit(X, y))]
      for (const model of models) {
        t.deepEqual(model.coefficients, known.coefficients)
        t.deepEqual(model.certificate.objective, known.certificate.objective)
        t.deepEqual(on(backend, () => model.predictProbabilitiesSync(X)), known.predictProbabilitiesSync(wide))
        t.deepEqual(await on(backend, () => model.predictProbabilities(X)), known.predictProbabilitiesSync(wide))
      }
      t.deepEqual(on(backend, () => new StandardScaler().fitTransformSync(X)), on(backend, () => new StandardScaler().fitTransformSync(wide)))
    })
  }

  test(`strides, offsets and orders of { data, shape, strides } (${backend})`, (t) => {
    const wide = new Matrix(whole, 300, 7)
    const known = on(backend, () => new LogisticRegression().fitSync(wide, y)).coefficients
    const column = Float64Array.from({ length: 2100 }, (_, at) => wide.get(at % 300, Math.floor(at / 300)))
    const spread = new Float64Array(3 + 300 * 16)
    for (let i = 0; i < 300; i++) for (let j = 0; j < 7; j++) spread[3 + 16 * i + 2 * j] = wide.get(i, j)
    const backwards = Float64Array.from(whole).reverse()
    const forms = [
      { data: whole, shape: [300, 7] },
      { data: column, shape: [300, 7], strides: [1, 300] },
      { data: column, shape: [300, 7], order: 'column-major' },
      { data: spread, shape: [300, 7], strides: [16, 2], offset: 3 },
      { data: backwards, shape: [300, 7], strides: [-7, -1], offset: 2099 },
      { data: Array.from(whole), shape: [300, 7], stride: [7, 1] },
      { data: Int32Array.from(column), shape: [300, 7], strides: [1, 300] },
    ]
    for (const X of forms) {
      const model = on(backend, () => new LogisticRegression().fitSync(X as never, y))
      t.deepEqual(model.coefficients, known)
      t.deepEqual(model.predictSync(X as never), model.predictSync(wide))
    }
  })
}

test('a large Float32 X: in both forms the bits of the same numbers in double', async (t) => {
  const { X, y: labels } = clusters(30_000, 9, 2)
  const narrow = new Matrix(Float32Array.from(X.data), X.rows, X.columns)
  const wide = new Matrix(Float64Array.from(narrow.data), X.rows, X.columns)
  const known = new LogisticRegression().fitSync(wide, labels)
  t.deepEqual(new LogisticRegression().fitSync(narrow, labels).coefficients, known.coefficients)
  t.deepEqual((await new LogisticRegression().fit(narrow, labels)).coefficients, known.coefficients)
  t.deepEqual(known.predictProbabilitiesSync(narrow), known.predictProbabilitiesSync(wide))
  t.deepEqual(await known.predictProbabilities(narrow), known.predictProbabilitiesSync(wide))
})
