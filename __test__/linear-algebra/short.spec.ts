/** Short calls of linear algebra are computed in place, without a description of the call: the bits and errors of the long way, which a call with options takes. */
import test from 'ava'
import { choleskySolve, choleskySolveSync, covariance, covarianceSync, gram, gramSync, Matrix, matmul, matmulSync, matvec, matvecSync, setBackend } from 'manycore'
import { backends } from '../support/backends.ts'

const classes = [Float64Array, Float32Array] as const
type Class = (typeof classes)[number]

/** Numbers of many sizes, some of them special. */
function numbers(Class: Class, n: number, seed: number, special = 0): Float64Array | Float32Array {
  const out = new Class(n)
  let state = seed
  for (let i = 0; i < n; i++) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    out[i] = (state / 1_073_741_824 - 1) * 2 ** ((state % 13) - 6)
    if (special > 0 && state % special === 0) out[i] = [0, -0, Infinity, -Infinity, NaN, 5e-324, 1e308][state % 7]!
  }
  return out
}

const matrix = (Class: Class, rows: number, columns: number, seed: number, special = 0): Matrix<Float64Array> =>
  new Matrix(numbers(Class, rows * columns, seed, special) as Float64Array, rows, columns)

/** Symmetric and, but for wild ones, definite. */
function definite(Class: Class, n: number, seed: number): Matrix<Float64Array> {
  const half = matrix(Class, n, n, seed)
  const out = new Class(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = i === j ? n : 0
      for (let k = 0; k < n; k++) sum += half.data[i * n + k]! * half.data[j * n + k]!
      out[i * n + j] = sum
    }
  }
  return new Matrix(out as Float64Array, n, n)
}

const bitsOf = (value: unknown): unknown => {
  const data = (value instanceof Matrix ? value.data : value) as Float64Array
  // The sign and payload of NaN are free.
  return [data.constructor.name, value instanceof Matrix ? [value.rows, value.columns] : data.length, Array.from(data, (x) => (Object.is(x, -0) ? '-0' : String(x)))]
}

const sides = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 16, 17, 24, 33, 47, 48, 49, 63, 64, 65]

for (const backend of backends) {
  test.serial(`the bits of the long way, ${backend}`, async (t) => {
    setBackend(backend)
    const same = async (short: unknown, long: unknown, promised: Promise<unknown>, what: string): Promise<void> => {
      t.deepEqual(bitsOf(short), bitsOf(long), what)
      t.deepEqual(bitsOf(await promised), bitsOf(long), what)
    }
    for (const Class of classes) {
      for (const special of [0, 17]) {
        for (const rows of sides) {
          for (const columns of [1, 2, 3, 5, 8, 10, 21, 40, rows]) {
            const what = `${Class.name} ${rows} × ${columns}`
            const [A, x] = [matrix(Class, rows, columns, rows + 1, special), numbers(Class, columns, 7, special) as Float64Array]
            await same(matvecSync(A, x), matvecSync(A, x, {}), matvec(A, x), `matvec ${what}`)
            await same(gramSync(A), gramSync(A, {}), gram(A), `gram ${what}`)
            await same(covarianceSync(A), covarianceSync(A, {}), covariance(A), `covariance ${what}`)
            const B = matrix(Class, columns, (rows % 7) + 1, 3, special)
            await same(matmulSync(A, B), matmulSync(A, B, {}), matmul(A, B), `matmul ${what}`)
          }
          const [D, b] = [definite(Class, rows, rows), numbers(Class, rows, 5, special) as Float64Array]
          await same(choleskySolveSync(D, b), choleskySolveSync(D, b, {}), choleskySolve(D, b), `choleskySolve ${Class.name} ${rows}`)
        }
      }
      const long = matrix(Class, 700, 3, 1)
      await same(gramSync(long), gramSync(long, {}), gram(long), 'gram of many rows')
      await same(covarianceSync(long), covarianceSync(long, {}), covariance(long), 'covariance of many rows')
    }
  })

  test.serial(`products into a matrix at hand, packed or not, ${backend}`, (t) => {
    setBackend(backend)
    for (const Class of classes) {
      for (const special of [0, 17]) {
        for (const rows of [6, 8, 9, 20, 31, 64, 65]) {
          for (const [depth, columns] of [[1, 8], [7, 31], [64, 64], [33, 24], [256, 20], [257, 9]] as const) {
            const what = `${Class.name} ${rows} × ${columns} × ${depth}`
            const [A, B] = [matrix(Class, rows, depth, rows + 1, special), matrix(Class, depth, columns, 3, special)]
            const standing = new Class(columns * depth)
            for (let d = 0; d < depth; d++) for (let j = 0; j < columns; j++) standing[j * depth + d] = B.data[d * columns + j]!
            // Columns one after the other: always packed.
            const wanted = bitsOf(matmulSync(A, { data: standing as Float64Array, shape: [depth, columns], strides: [1, depth] }, { threads: 2 }))
            const out = matrix(Class, rows, columns, 1)
            t.is(matmulSync(A, B, { out }), out)
            t.deepEqual(bitsOf(out), wanted, what)
            t.deepEqual(bitsOf(matmulSync(A, B)), wanted, what)
            t.deepEqual(bitsOf(matmulSync(A, B, { threads: 2 })), wanted, what)
          }
        }
        const square = matrix(Class, 40, 40, 9, special)
        const wanted = bitsOf(matmulSync(square, square))
        t.deepEqual(bitsOf(matmulSync(square, square, { out: square })), wanted)
      }
      t.throws(() => matmulSync(matrix(Class, 40, 40, 1), matrix(Class, 40, 40, 1), { out: matrix(Class, 41, 40, 1) }), { code: 'ERR_MANYCORE_SHAPE' })
    }
    t.throws(() => matmulSync(matrix(Float64Array, 40, 40, 1), matrix(Float64Array, 40, 40, 1), { out: matrix(Float32Array, 40, 40, 1) }), { code: 'ERR_MANYCORE_TYPE' })
  })

  test.serial(`products with a vector into an array at hand, ${backend}`, (t) => {
    setBackend(backend)
    for (const Class of classes) {
      for (const special of [0, 17]) {
        for (const [rows, columns] of [[1, 3000], [40, 40], [181, 181], [182, 182], [3000, 2]] as const) {
          const [A, x] = [matrix(Class, rows, columns, rows, special), numbers(Class, columns, 7, special) as Float64Array]
          const wanted = bitsOf(matvecSync(A, x, { threads: 2 }))
          const out = new Class(rows)
          t.is(matvecSync(A, x, { out }), out)
          t.deepEqual(bitsOf(out), wanted, `${Class.name} ${rows} × ${columns}`)
        }
        const [square, x] = [matrix(Class, 60, 60, 9, special), numbers(Class, 60, 7, special) as Float64Array]
        const wanted = bitsOf(matvecSync(square, x))
        t.deepEqual(bitsOf(matvecSync(square, x, { out: x })), wanted)
        const [again, row] = [matrix(Class, 60, 60, 9, special), numbers(Class, 60, 7, special) as Float64Array]
        t.deepEqual(bitsOf(matvecSync(again, row, { out: again.data.subarray(60, 120) })), wanted)
      }
      t.throws(() => matvecSync(matrix(Class, 40, 40, 1), numbers(Class, 40, 1) as Float64Array, { out: new Class(41) }), { code: 'ERR_MANYCORE_SHAPE' })
    }
    t.throws(() => matvecSync(matrix(Float64Array, 40, 40, 1), new Float64Array(40), { out: new Float32Array(40) }), { code: 'ERR_MANYCORE_TYPE' })
  })

  test.serial(`errors, mixed types and other arrays as ever, ${backend}`, (t) => {
    setBackend(backend)
    for (const Class of classes) {
      const A = matrix(Class, 3, 3, 1)
      const wrong = new Matrix(Class.of(1, 2, 3, 2, 1, 4, 3, 4, 9) as Float64Array, 3, 3)
      t.like(t.throws(() => choleskySolveSync(wrong, Class.of(1, 2, 3))), { code: 'ERR_MANYCORE_RANGE', message: t.throws(() => choleskySolveSync(wrong, Class.of(1, 2, 3), {})).message })
      t.throws(() => matvecSync(A, new Class(4)), { code: 'ERR_MANYCORE_SHAPE' })
      t.throws(() => matmulSync(A, matrix(Class, 4, 3, 1)), { code: 'ERR_MANYCORE_SHAPE' })
      t.throws(() => choleskySolveSync(A, new Class(4)), { code: 'ERR_MANYCORE_SHAPE' })
      t.throws(() => choleskySolveSync(matrix(Class, 3, 4, 1), new Class(3)), { code: 'ERR_MANYCORE_SHAPE' })
    }
    t.true(matmulSync(matrix(Float64Array, 2, 2, 1), matrix(Float32Array, 2, 2, 1)).data instanceof Float64Array)
    t.true(matvecSync(matrix(Float32Array, 2, 2, 1), numbers(Float64Array, 2, 1)) instanceof Float64Array)
    t.deepEqual([...matvecSync(new Matrix(Int8Array.of(1, 2, 3, 4), 2, 2), Int8Array.of(1, 1))], [3, 7])
    t.is(matmulSync(new Matrix(new Float64Array(0), 0, 3), matrix(Float64Array, 3, 2, 1)).rows, 0)
    const gone = matrix(Float64Array, 2, 2, 1)
    structuredClone(gone.data.buffer, { transfer: [gone.data.buffer as ArrayBuffer] })
    for (const call of [() => gramSync(gone), () => matvecSync(gone, new Float64Array(2)), () => covarianceSync(gone), () => choleskySolveSync(gone, new Float64Array(2))]) {
      t.throws(call, { code: 'ERR_MANYCORE_DETACHED' })
    }
  })
}
