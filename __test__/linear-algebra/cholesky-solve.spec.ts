/** choleskySolve: small residuals, the failing pivot named, on each backend, with the same bits for any number of threads and in both forms. */
import test from 'ava'
import { choleskySolve, choleskySolveSync, gramSync, Matrix, range } from 'manycore'
import { backends, on } from '../support/backends.ts'
import { matrix, numbers, shared, threadCounts, worstError } from './support.ts'

/** XᵀX + n·1 of small integers: exact, and well conditioned. */
function definite(n: number, seed: number): Matrix<Float64Array> {
  const a = gramSync(matrix(n + 2, n, seed, 'float64', true)) as Matrix<Float64Array>
  for (let i = 0; i < n; i++) a.data[i * n + i]! += 5 * n
  return a
}

const sizes: readonly [number, number][] = [[1, 1], [2, 3], [5, 1], [63, 2], [64, 1], [65, 70], [129, 5], [300, 1], [4, 0]]

for (const backend of backends) {
  test(`${backend}: small systems, exactly`, (t) => {
    t.deepEqual([...on(backend, () => choleskySolveSync([[4, 2], [2, 5]], [8, 8]))], [1.5, 1])
    t.deepEqual(on(backend, () => choleskySolveSync([[4, 0], [0, 16]], [[8, 4], [16, 32]])).toArray(), [[2, 1], [1, 2]])
    t.deepEqual([...on(backend, () => choleskySolveSync(new Matrix(new Float64Array(0), 0, 0), new Float64Array(0)))], [])
    t.deepEqual([...on(backend, () => choleskySolveSync([[4, 0], [0, 16]], range(8, 17, 8)))], [2, 1])
  })

  test(`${backend}: residuals at rounding level; threads, memory and form can't be seen`, async (t) => {
    for (const [n, m] of sizes) {
      const a = definite(n, n)
      const b = matrix(n, m, 2)
      const x = on(backend, () => choleskySolveSync(a, b, { threads: 1 }))
      t.deepEqual([x.rows, x.columns], [n, m])
      const product = new Float64Array(n * m)
      for (let at = 0; at < n * m; at++) product[at] = b.data[at]!
      t.true(worstError(a, x, { data: product }) <= 8 * n * 2 ** -53, `${n}, ${m}: ${worstError(a, x, { data: product })}`)
      for (const threads of threadCounts) {
        t.deepEqual(on(backend, () => choleskySolveSync(shared(a), shared(b), { threads })).data, x.data)
        t.deepEqual((await on(backend, () => choleskySolve(a, b, { threads }))).data, x.data)
      }
      if (m !== 1) continue
      const vector = on(backend, () => choleskySolveSync(a, b.data))
      t.deepEqual(vector, x.data as Float64Array)
    }
  })

  test(`${backend}: only the upper triangle is read; transposed and strided views; out over b`, async (t) => {
    for (const n of [6, 150]) {
      const a = definite(n, 3)
      const b = numbers('float64', n, 4) as Float64Array
      const wanted = on(backend, () => choleskySolveSync(a, b))
      const upper = new Matrix(a.data.slice(), n, n)
      for (let i = 0; i < n; i++) upper.data.fill(NaN, i * n, i * n + i)
      t.deepEqual(on(backend, () => choleskySolveSync(upper, b)), wanted)
      t.deepEqual(on(backend, () => choleskySolveSync({ data: a.data, shape: [n, n], strides: [1, n] }, b)), wanted)
      const columns = Float64Array.from({ length: 2 * n }, (_, at) => b[Math.floor(at / 2)]!)
      const both = on(backend, () => choleskySolveSync(a, { data: columns, shape: [n, 2], strides: [2, 1] }))
      t.true(both.data.every((value, at) => Math.abs(value - wanted[Math.floor(at / 2)]!) <= 1e-14))
      for (const form of [choleskySolveSync, choleskySolve]) {
        const own = b.slice()
        t.is(await on(backend, () => form(a, own, { out: own })), own)
        t.deepEqual(own, wanted)
      }
      const narrow = on(backend, () => choleskySolveSync(new Matrix(Float32Array.from(a.data), n, n), Float32Array.from(b)))
      t.true(narrow instanceof Float32Array)
      t.true(narrow.every((value, i) => Math.abs(value - wanted[i]!) <= 1e-6))
    }
  })

  test(`${backend}: what is not positive definite is refused by its pivot`, async (t) => {
    for (const n of [1, 5, 64, 130]) {
      for (const pivot of new Set([0, n >> 1, n - 1])) {
        for (const bad of [-1, 0, NaN, Infinity]) {
          const a = definite(n, 5)
          a.data[pivot * n + pivot] = bad
          const message = new RegExp(`pivot ${pivot} `)
          t.throws(() => on(backend, () => choleskySolveSync(a, new Float64Array(n))), { code: 'ERR_MANYCORE_RANGE', message })
          await t.throwsAsync(on(backend, () => choleskySolve(a, new Float64Array(n))), { code: 'ERR_MANYCORE_RANGE', message })
        }
      }
    }
    t.throws(() => on(backend, () => choleskySolveSync([[1, 2], [2, 4]], [1, 1])), { code: 'ERR_MANYCORE_RANGE', message: /pivot 1 / })
  })
}

test('shapes that do not fit', async (t) => {
  const a = definite(3, 1)
  t.throws(() => choleskySolveSync(matrix(2, 3, 1), [1, 2]), { code: 'ERR_MANYCORE_SHAPE', message: /A is 2 × 3, which is not square/ })
  t.throws(() => choleskySolveSync(a, [1, 2]), { code: 'ERR_MANYCORE_SHAPE', message: /A is 3 × 3 and b has 2 elements/ })
  t.throws(() => choleskySolveSync(a, [[1], [2]]), { code: 'ERR_MANYCORE_SHAPE', message: /A is 3 × 3 and b has 2 rows/ })
  await t.throwsAsync(choleskySolve(a, [1, 2]), { code: 'ERR_MANYCORE_SHAPE' })
  t.throws(() => choleskySolveSync(a, [1, 2, 3], { out: new Float64Array(2) }), { code: 'ERR_MANYCORE_SHAPE' })
  t.throws(() => choleskySolveSync(a, new BigInt64Array(3)), { code: 'ERR_MANYCORE_TYPE' })
})
