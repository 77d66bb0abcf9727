/** matmul and matvec: right, for every shape, stride and type, on each backend, with the same bits for any number of threads and in both forms. */
import test from 'ava'
import fc from 'fast-check'
import { allocate, matmul, matmulSync, Matrix, matvec, matvecSync, range } from 'manycore'
import { backends, on } from '../support/backends.ts'
import { matrix, numbers, shared, threadCounts, typeNames, worstError } from './support.ts'

/** [rows, columns, depth] around the sizes of slivers, tiles and blocks. */
const shapes: readonly [number, number, number][] = [
  [0, 3, 2], [3, 0, 2], [2, 3, 0], [1, 1, 1], [2, 2, 2], [1, 9, 40], [9, 1, 40], [7, 23, 25], [8, 24, 16], [9, 25, 17], [3, 5, 300], [64, 64, 64], [65, 63, 257], [193, 97, 129], [31, 481, 33],
  [100, 7, 1025],
]

for (const backend of backends) {
  test(`${backend}: small integers, exactly`, (t) => {
    t.deepEqual(on(backend, () => matmulSync([[1, 2], [3, 4]], [[5, 6], [7, 8]])).toArray(), [[19, 22], [43, 50]])
    t.deepEqual([...on(backend, () => matvecSync([[1, 2], [3, 4]], [5, 6]))], [17, 39])
    t.deepEqual([...on(backend, () => matvecSync([[1, 2], [3, 4]], range(1, 3)))], [5, 11])
    t.deepEqual(on(backend, () => matmulSync(matrix(2, 0, 1), matrix(0, 2, 1))).toArray(), [[0, 0], [0, 0]])
    for (const type of typeNames) {
      for (const [m, n, k] of shapes) {
        const a = matrix(m, k, 1, type, true)
        const b = matrix(k, n, 2, type, true)
        const c = on(backend, () => matmulSync(a, b))
        t.is(c.data.constructor, type === 'float32' ? Float32Array : Float64Array)
        t.deepEqual([c.rows, c.columns], [m, n])
        t.is(worstError(a, b, c), 0, `${type} ${m} × ${n} × ${k}`)
        const x = matrix(k, 1, 3, type, true)
        const y = on(backend, () => matvecSync(a, x.data))
        t.is(worstError(a, x, { data: y }), 0, `${type} ${m} × ${k}`)
      }
    }
  })

  test(`${backend}: within the stated bound, the same bits for any number of threads and in any memory`, async (t) => {
    for (const [m, n, k] of [[150, 170, 520], [33, 700, 64], [3, 2, 4000]] as const) {
      const a = matrix(m, k, 3)
      const b = matrix(k, n, 4)
      const c = on(backend, () => matmulSync(a, b, { threads: 1 }))
      const bound = (k + Math.ceil(k / 256)) * 2 ** -53
      t.true(worstError(a, b, c) <= bound, `${m} × ${n} × ${k}: ${worstError(a, b, c)}`)
      const [p, q] = [shared(a), shared(b)]
      for (const threads of threadCounts) {
        t.deepEqual(on(backend, () => matmulSync(a, b, { threads })).data, c.data)
        t.deepEqual(on(backend, () => matmulSync(p, q, { threads })).data, c.data)
        t.deepEqual((await on(backend, () => matmul(a, b, { threads }))).data, c.data)
        t.deepEqual((await on(backend, () => matmul(p, q, { threads }))).data, c.data)
      }
    }
    const a = matrix(3001, 211, 5)
    const x = numbers('float64', 211, 6)
    const y = on(backend, () => matvecSync(a, x, { threads: 1 }))
    t.true(worstError(a, new Matrix(x, 211, 1), { data: y }) <= 211 * 2 ** -53)
    for (const threads of threadCounts) {
      t.deepEqual(on(backend, () => matvecSync(shared(a), x, { threads })), y)
      t.deepEqual(await on(backend, () => matvec(a, x, { threads })), y)
    }
  })

  test(`${backend}: strided and transposed views`, async (t) => {
    for (const [m, n, k] of [[3, 4, 2], [70, 65, 260]] as const) {
      const a = matrix(m, k, 7, 'float64', true)
      const b = matrix(k, n, 8, 'float64', true)
      const wanted = on(backend, () => matmulSync(a, b)).data
      const transposed = (x: typeof a): { data: typeof x.data; shape: number[]; strides: number[] } => {
        const data = new Float64Array(x.rows * x.columns)
        for (let i = 0; i < x.rows; i++) for (let j = 0; j < x.columns; j++) data[j * x.rows + i] = x.get(i, j)
        return { data, shape: [x.rows, x.columns], strides: [1, x.rows] }
      }
      const spread = (x: typeof a): { data: typeof x.data; shape: number[]; strides: number[]; offset: number } => {
        const data = new Float64Array(5 + x.rows * x.columns * 6)
        for (let i = 0; i < x.rows; i++) for (let j = 0; j < x.columns; j++) data[5 + i * x.columns * 6 + j * 3] = x.get(i, j)
        return { data, shape: [x.rows, x.columns], strides: [6 * x.columns, 3], offset: 5 }
      }
      const backwards = { data: a.data.slice().reverse() as Float64Array, shape: [m, k], strides: [-k, -1], offset: m * k - 1 }
      for (const left of [a, transposed(a), spread(a), backwards, a.toArray()]) {
        for (const right of [b, transposed(b), spread(b)]) {
          t.deepEqual(on(backend, () => matmulSync(left, right)).data, wanted)
          t.deepEqual((await on(backend, () => matmul(left, right))).data, wanted)
        }
        const column = on(backend, () => matvecSync(left, b.data.slice(0, k)))
        t.deepEqual(column, on(backend, () => matmulSync(a, new Matrix(b.data.slice(0, k), k, 1))).data)
      }
    }
  })

  test(`${backend}: out, also over an operand`, async (t) => {
    for (const n of [3, 120]) {
      const a = matrix(n, n, 9)
      const b = matrix(n, n, 10)
      const wanted = on(backend, () => matmulSync(a, b)).data
      const outs = [new Float64Array(n * n), new Float64Array(new SharedArrayBuffer(8 * n * n)), allocate('float64', n * n), new Float64Array(n * n + 3).subarray(3)]
      for (const data of outs) {
        const out = new Matrix(data.fill(NaN), n, n)
        t.is(on(backend, () => matmulSync(a, b, { out })), out)
        t.deepEqual(data, wanted)
        data.fill(NaN)
        t.is(await on(backend, () => matmul(a, b, { out })), out)
        t.deepEqual(data, wanted)
      }
      for (const form of [matmulSync, matmul]) {
        const own = new Matrix(a.data.slice() as Float64Array, n, n)
        t.is(await on(backend, () => form(own, b, { out: own })), own)
        t.deepEqual(own.data, wanted)
      }
      const y = new Float64Array(n)
      t.is(on(backend, () => matvecSync(a, b.row(0), { out: y })), y)
      const z = b.row(0).slice() as Float64Array
      t.is(await on(backend, () => matvec(a, z, { out: z })), z)
      t.deepEqual(z, y)
    }
  })

  test(`${backend}: Float32 in, Float32 out, each entry rounded once`, (t) => {
    const a = matrix(70, 300, 11, 'float32')
    const b = matrix(300, 33, 12, 'float32')
    const wide = on(backend, () => matmulSync(new Matrix(Float64Array.from(a.data), 70, 300), b))
    t.true(wide.data instanceof Float64Array)
    t.deepEqual(on(backend, () => matmulSync(a, b)).data, Float32Array.from(wide.data))
    const y = on(backend, () => matvecSync(a, b.data.slice(0, 300)))
    t.true(y instanceof Float32Array)
  })

  test(`${backend}: NaN and infinities go where they belong`, (t) => {
    for (const n of [4, 70]) {
      const a = matrix(n, n, 13)
      a.data[n + 1] = NaN
      a.data[2 * n + 3] = Infinity
      const c = on(backend, () => matmulSync(a, matrix(n, n, 14)))
      for (let i = 0; i < n; i++) t.is(c.row(i).every((value) => Number.isFinite(value)), i !== 1 && i !== 2, `row ${i}`)
    }
  })

  test(`${backend}: like the naive product for any shape`, (t) => {
    t.notThrows(() => fc.assert(fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 50 }), fc.nat(), (m, n, k, seed) => {
      const a = matrix(m, k, seed, 'float64', true)
      const b = matrix(k, n, seed + 1, 'int8', true)
      return worstError(a, b, on(backend, () => matmulSync(a, b))) === 0
    }), { numRuns: 60 }))
  })
}

test('both backends agree within 1e-10 of |A|·|B|', (t) => {
  const a = matrix(120, 700, 15)
  const b = matrix(700, 90, 16)
  for (const backend of backends) t.true(worstError(a, b, on(backend, () => matmulSync(a, b))) <= 0.5e-10)
})
