/** A matrix whose memory changes its size, and an `out` on the memory of an input that nobody can tell by its buffer. */
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import test from 'ava'
import * as manycore from 'manycore'
import { Matrix } from 'manycore'
import { backends, on } from '../support/backends.ts'

const functions = manycore as unknown as Record<string, (...parameters: unknown[]) => unknown>

/** 4 × 2 numbers in memory that may grow to twice the size. */
function resizable(): { buffer: ArrayBuffer & { resize(bytes: number): void }; matrix: Matrix } {
  const buffer = new (ArrayBuffer as unknown as new (bytes: number, options: object) => ArrayBuffer & { resize(bytes: number): void })(64, { maxByteLength: 128 })
  const data = new Float64Array(buffer)
  data.set([1, 2, 3, 4, 5, 6, 7, 9])
  return { buffer, matrix: new Matrix(data, 4, 2) }
}

const calls: readonly [name: string, argument: string, more: (matrix: Matrix) => unknown[]][] = [
  ['sum', 'x', () => []], ['sum', 'x', () => [{ axis: 0 }]], ['mean', 'x', () => [{ precision: 'exact' }]], ['dot', 'x', (matrix) => [matrix]], ['median', 'x', () => []], ['quantile', 'x', () => [[0.1, 0.7], { axis: 1 }]],
  ['argMax', 'x', () => [{ axis: 1 }]], ['sort', 'x', () => []], ['topK', 'x', () => [2]], ['add', 'x', () => [1]], ['exp', 'x', () => []], ['multiply', 'x', (matrix) => [matrix]], ['astype', 'x', () => ['float32']],
  ['gram', 'X', () => []], ['covariance', 'X', () => []], ['matvec', 'A', () => [[1, 2]]], ['matmul', 'A', () => [[[1, 2], [3, 4]]]],
]

test('a matrix whose memory has gone, in part or as a whole, is refused', async (t) => {
  for (const bytes of [32, 0]) {
    for (const backend of backends) {
      for (const [name, argument, more] of calls) {
        const { buffer, matrix } = resizable()
        buffer.resize(bytes)
        const errors = [
          t.throws(() => on(backend, () => functions[`${name}Sync`]!(matrix, ...more(matrix)))),
          await t.throwsAsync(async () => on(backend, () => functions[name]!(matrix, ...more(matrix)))),
        ] as unknown as { code: string; argument: string }[]
        for (const error of errors) t.deepEqual([error?.code, error?.argument], ['ERR_MANYCORE_DETACHED', argument], name)
      }
      const { buffer, matrix: out } = resizable()
      buffer.resize(bytes)
      const whole = new Matrix(new Float64Array(8), 4, 2)
      for (const call of [() => manycore.addSync(whole, 1, { out }), () => manycore.matmulSync(whole, [[1, 2], [3, 4]], { out })]) {
        t.like(t.throws(() => on(backend, call)), { code: 'ERR_MANYCORE_DETACHED', argument: 'out' } as never)
      }
      t.like(t.throws(() => out.get(3, 1)), { code: 'ERR_MANYCORE_DETACHED' } as never)
      for (const read of [() => out.row(3), () => out.toArray()]) t.like(t.throws(read), { code: 'ERR_MANYCORE_DETACHED' } as never)
    }
  }
})

test('a matrix whose memory has grown is what it was', async (t) => {
  for (const backend of backends) {
    for (const [name, , more] of calls) {
      const { buffer, matrix } = resizable()
      const wanted = on(backend, () => functions[`${name}Sync`]!(matrix, ...more(matrix)))
      buffer.resize(128)
      t.deepEqual(on(backend, () => functions[`${name}Sync`]!(matrix, ...more(matrix))), wanted, name)
      t.deepEqual(await on(backend, () => functions[name]!(matrix, ...more(matrix))), wanted, name)
    }
    const { buffer, matrix: out } = resizable()
    buffer.resize(128)
    t.is(on(backend, () => manycore.matmulSync([[1, 0], [0, 1], [1, 1], [2, 2]], [[1, 2], [3, 4]], { out })), out)
    t.deepEqual(Array.from(out.data.subarray(0, 9)), [1, 2, 3, 4, 4, 6, 8, 12, 0])
    const { buffer: more, matrix } = resizable()
    more.resize(128)
    const { result } = (await on(backend, () => manycore.median(matrix, { axis: 0, transfer: true }))) as unknown as { result: Float64Array }
    t.deepEqual(result, Float64Array.of(4, 5))
  }
})

/** Another SharedArrayBuffer on the same memory, as it comes in a message. */
function again(buffer: SharedArrayBuffer): SharedArrayBuffer {
  const { port1, port2 } = new MessageChannel()
  port1.postMessage(buffer)
  const { message } = receiveMessageOnPort(port2) as { message: SharedArrayBuffer }
  port1.close()
  return message
}

test('an out on the memory of an input by way of another buffer', async (t) => {
  const n = 64
  const buffer = new SharedArrayBuffer(8 * (n * n + 8))
  const same = again(buffer)
  t.not(same, buffer)
  const x = new Float64Array(buffer, 0, n * n)
  const fill = (): Float64Array => x.map((_, i) => (x[i] = ((i * 7919) % 101) - 50))
  const copy = fill()
  const A = new Matrix(x, n, n)
  for (const backend of backends) {
    for (const size of [8, 100, n * n]) {
      const part = x.subarray(0, size)
      for (const [name, ...more] of [['add', 1], ['exp'], ['cumulativeSum']] as const) {
        const sync = on(backend, () => functions[`${name}Sync`]!(copy.subarray(0, size), ...more))
        for (const form of [`${name}Sync`, name]) {
          fill()
          t.deepEqual(await on(backend, () => functions[form]!(part, ...more, { out: new Float64Array(same, 0, size) })), sync, `${form} in place`)
          fill()
          const shifted = new Float64Array(same, 8, size)
          t.like(await t.throwsAsync(async () => on(backend, () => functions[form]!(part, ...more, { out: shifted }))), { code: 'ERR_MANYCORE_OPTION', argument: 'out' } as never)
          t.deepEqual(x.slice(), copy, 'a refused call leaves the memory as it was')
        }
      }
      fill()
      const range = manycore.range(size)
      t.deepEqual(on(backend, () => manycore.addSync(range, part, { out: new Float64Array(same, 0, size) })), manycore.addSync(range, copy.subarray(0, size)))
    }
    const wanted = on(backend, () => manycore.matmulSync(new Matrix(copy, n, n), new Matrix(copy, n, n)))
    const vector = on(backend, () => manycore.matvecSync(new Matrix(copy, n, n), copy.subarray(0, n)))
    for (const form of ['Sync', '']) {
      fill()
      const product = (await on(backend, () => functions[`matmul${form}`]!(A, A, { out: new Matrix(new Float64Array(same, 8, n * n), n, n) }))) as Matrix
      t.deepEqual(product.data, wanted.data)
      fill()
      t.deepEqual(await on(backend, () => functions[`matvec${form}`]!(A, x.subarray(0, n), { out: new Float64Array(same, 8 * n, n) })), vector)
    }
  }
})
