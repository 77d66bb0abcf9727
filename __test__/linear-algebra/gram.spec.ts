/** gram and covariance: right, exactly symmetric, on each backend, with the same bits for any number of threads and in both forms. */
import test from 'ava'
import { covariance, covarianceSync, gram, gramSync, matmulSync, Matrix, type MatrixData } from 'manycore'
import { backends, on } from '../support/backends.ts'
import { matrix, numbers, shared, threadCounts, typeNames, worstError } from './support.ts'

/** [rows, columns]: narrow with several chunks of rows, around the tiles, wide. */
const shapes: readonly [number, number][] = [[0, 3], [3, 0], [1, 1], [5, 3], [2, 9], [300, 24], [513, 65], [40_001, 3], [7, 400]]

function transposed(x: Matrix<MatrixData>): Matrix<Float64Array> {
  const data = new Float64Array(x.rows * x.columns)
  for (let i = 0; i < x.rows; i++) for (let j = 0; j < x.columns; j++) data[j * x.rows + i] = x.data[i * x.columns + j]!
  return new Matrix(data, x.columns, x.rows)
}

/** Diagonal weights times x. */
function weighted(x: Matrix<MatrixData>, weights: ArrayLike<number>): Matrix<Float64Array> {
  const data = Float64Array.from(x.data)
  for (let at = 0; at < data.length; at++) data[at] = data[at]! * weights[Math.floor(at / x.columns)]!
  return new Matrix(data, x.rows, x.columns)
}

function isSymmetric(g: Matrix<Float64Array> | Matrix<Float32Array>): boolean {
  for (let i = 0; i < g.rows; i++) for (let j = 0; j < i; j++) if (!Object.is(g.get(i, j), g.get(j, i))) return false
  return true
}

for (const backend of backends) {
  test(`${backend}: small integers, exactly`, (t) => {
    t.deepEqual(on(backend, () => gramSync([[1, 2], [3, 4], [5, 6]])).toArray(), [[35, 44], [44, 56]])
    t.deepEqual(on(backend, () => gramSync([[1, 2], [3, 4], [5, 6]], { weights: [1, 0, -1] })).toArray(), [[-24, -28], [-28, -32]])
    t.deepEqual(on(backend, () => covarianceSync([[1, 2], [3, 8]])).toArray(), [[1, 3], [3, 9]])
    t.deepEqual(on(backend, () => covarianceSync([[1, 2], [3, 8]], { ddof: 1 })).toArray(), [[2, 6], [6, 18]])
    for (const type of typeNames) {
      for (const [n, p] of shapes) {
        const x = matrix(n, p, 1, type, true)
        const g = on(backend, () => gramSync(x))
        t.is(g.data.constructor, type === 'float32' ? Float32Array : Float64Array)
        t.is(worstError(transposed(x), x, g), 0, `${type} ${n} × ${p}`)
        t.true(isSymmetric(g))
        const weights = numbers('int8', n, 2)
        const h = on(backend, () => gramSync(x, { weights }))
        t.is(worstError(transposed(x), weighted(x, weights), h), 0, `${type} ${n} × ${p}, weighted`)
      }
    }
  })

  test(`${backend}: within the stated bound, the same bits for any number of threads, in any memory and both forms`, async (t) => {
    for (const [n, p] of [[90_000, 7], [3000, 130], [600, 401]] as const) {
      const x = matrix(n, p, 3)
      const weights = numbers('float64', n, 4)
      const g = on(backend, () => gramSync(x, { weights, threads: 1 }))
      t.true(worstError(transposed(x), weighted(x, weights), g) <= (n + Math.ceil(n / 256)) * 2 ** -53)
      t.true(isSymmetric(g))
      const c = on(backend, () => covarianceSync(x, { threads: 1 }))
      for (const threads of threadCounts) {
        for (const own of [x, shared(x)]) {
          t.deepEqual(on(backend, () => gramSync(own, { weights, threads })).data, g.data)
          t.deepEqual((await on(backend, () => gram(own, { weights, threads }))).data, g.data)
          t.deepEqual(on(backend, () => covarianceSync(own, { threads })).data, c.data)
          t.deepEqual((await on(backend, () => covariance(own, { threads }))).data, c.data)
        }
      }
    }
  })

  test(`${backend}: a large mean costs no digits`, (t) => {
    for (const [n, p] of [[1000, 3], [5000, 70], [700, 390]] as const) {
      const x = matrix(n, p, 5, 'float64', true)
      // Integers plus 2^30: exact, and so are their differences.
      const far = new Matrix(Float64Array.from(x.data, (value) => value + 2 ** 30), n, p)
      const near = on(backend, () => covarianceSync(x, { ddof: 1 }))
      const shifted = on(backend, () => covarianceSync(far, { ddof: 1 }))
      const scale = near.get(0, 0)
      t.true(near.data.every((value, at) => Math.abs(value - shifted.data[at]!) <= 1e-11 * scale), `${n} × ${p}`)
      const c = on(backend, () => covarianceSync(x))
      t.true(c.data.every((value, at) => Math.abs((value * n) / (n - 1) - near.data[at]!) <= 1e-14 * scale))
    }
  })

  test(`${backend}: transposed views, Float32, out`, async (t) => {
    const x = matrix(310, 70, 6, 'float64', true)
    const view = { data: transposed(x).data, shape: [310, 70], strides: [1, 310] }
    const wanted = on(backend, () => gramSync(x)).data
    t.deepEqual(on(backend, () => gramSync(view)).data, wanted)
    t.deepEqual(wanted, on(backend, () => matmulSync(transposed(x), x)).data)
    const out = new Matrix(new Float64Array(4900), 70, 70)
    t.is(on(backend, () => gramSync(view, { out })), out)
    t.deepEqual(out.data, wanted)
    t.is(await on(backend, () => covariance(view, { out })), out)
    t.deepEqual(out.data, on(backend, () => covarianceSync(x)).data)
    const narrow = new Matrix(Float32Array.from(x.data), 310, 70)
    t.deepEqual(on(backend, () => covarianceSync(narrow)).data, Float32Array.from(out.data))
  })
}

test('refused', async (t) => {
  const x = matrix(3, 2, 1)
  t.throws(() => gramSync(x, { weights: [1, 2] }), { code: 'ERR_MANYCORE_SHAPE', message: /X has 3 rows and there are 2 weights/ })
  await t.throwsAsync(gram(x, { weights: [1, 2] }), { code: 'ERR_MANYCORE_SHAPE' })
  t.throws(() => gramSync(x, { ddof: 1 } as never), { code: 'ERR_MANYCORE_OPTION' })
  t.throws(() => covarianceSync(x, { ddof: -1 }), { code: 'ERR_MANYCORE_OPTION' })
  t.throws(() => covarianceSync(x, { ddof: 3 }), { code: 'ERR_MANYCORE_RANGE', message: /more than 3 rows, got 3/ })
  await t.throwsAsync(covariance(matrix(0, 2, 1)), { code: 'ERR_MANYCORE_RANGE' })
  t.throws(() => covarianceSync(x, { out: matrix(3, 3, 1) as never }), { code: 'ERR_MANYCORE_SHAPE' })
})
