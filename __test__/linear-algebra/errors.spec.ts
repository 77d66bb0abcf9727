/** What linear algebra refuses, before any work; time limits, aborts, and memory that goes away during a call. */
import test from 'ava'
import { matmul, matmulSync, Matrix, matvec, matvecSync } from 'manycore'
import { backends, on } from '../support/backends.ts'
import { matrix } from './support.ts'

const a = matrix(2, 3, 1)
const vector = Float64Array.of(1, 2, 3)

const refused: [string, () => unknown, () => Promise<unknown>, string, string][] = [
  ['inner dimensions that differ', () => matmulSync(a, a), () => matmul(a, a), 'SHAPE', 'A has 3 columns and B has 2 rows'],
  ['a vector of another length', () => matvecSync(a, [1, 2]), () => matvec(a, [1, 2]), 'SHAPE', 'A has 3 columns and x has 2 elements'],
  ['a vector as matrix', () => matmulSync(vector as never, a), () => matmul(vector as never, a), 'SHAPE', 'A: expected a matrix'],
  ['no matrix', () => matmulSync(a, 5 as never), () => matmul(a, 5 as never), 'TYPE', 'B'],
  ['bigints', () => matvecSync(a, new BigInt64Array(3)), () => matvec(a, new BigInt64Array(3)), 'TYPE', 'x'],
  ['an unknown option', () => matmulSync(a, a, { transpose: true } as never), () => matmul(a, a, { transpose: true } as never), 'OPTION', 'transpose'],
  ['an out of another shape', () => matmulSync(a, matrix(3, 2, 1), { out: new Matrix(new Float64Array(6), 3, 2) }), () => matmul(a, matrix(3, 2, 1), { out: new Matrix(new Float64Array(6), 3, 2) }), 'SHAPE', 'the result is 2 × 2 and out is 3 × 2'],
  ['an out of another type', () => matmulSync(a, matrix(3, 2, 1), { out: new Matrix(new Float32Array(4), 2, 2) }), () => matmul(a, matrix(3, 2, 1), { out: new Matrix(new Float32Array(4), 2, 2) }), 'TYPE', 'a Float64Array'],
  ['an out that is no Matrix', () => matmulSync(a, matrix(3, 2, 1), { out: new Float64Array(4) as never }), () => matmul(a, matrix(3, 2, 1), { out: new Float64Array(4) as never }), 'TYPE', 'a Matrix'],
  ['an out of another length', () => matvecSync(a, vector, { out: new Float64Array(3) }), () => matvec(a, vector, { out: new Float64Array(3) }), 'SHAPE', 'the result has 2 elements and out has 3'],
]

for (const [name, sync, promise, code, text] of refused) {
  test(`refused: ${name}`, async (t) => {
    const thrown = t.throws(sync as () => never, { code: `ERR_MANYCORE_${code}` })
    t.true(thrown!.message.includes(text), thrown!.message)
    const rejected = await t.throwsAsync(promise, { code: `ERR_MANYCORE_${code}` })
    t.is(rejected!.message, thrown!.message)
  })
}

const big = matrix(1200, 1200, 2)

for (const backend of backends) {
  test.serial(`${backend}: signals and time limits`, async (t) => {
    const reason = new Error('no more')
    const controller = new AbortController()
    const pending = on(backend, () => matmul(big, big, { signal: controller.signal }))
    // At once: by the next turn of the event loop, a machine with many cores may be through with it.
    controller.abort(reason)
    t.true((await pending.catch((error: unknown) => error)) === reason)
    t.throws(() => on(backend, () => matmulSync(a, matrix(3, 1, 1), { signal: controller.signal })), { message: 'no more' })
    await t.throwsAsync(on(backend, () => matmul(big, big, { timeout: 1 })), { code: 'ERR_MANYCORE_TIMEOUT' })
    t.throws(() => on(backend, () => matmulSync(big, big, { timeout: 1 })), { code: 'ERR_MANYCORE_TIMEOUT' })
    t.throws(() => on(backend, () => matmulSync(a, matrix(3, 1, 1), { timeout: 0 })), { code: 'ERR_MANYCORE_TIMEOUT' })
  })

  test.serial(`${backend}: memory that is transferred during the call is an error or a right answer`, async (t) => {
    const wanted = on(backend, () => matvecSync(big, big.row(0)))
    for (const delay of ['at once', 'a turn later']) {
      const own = new Matrix(big.data.slice() as Float64Array, 1200, 1200)
      const pending = on(backend, () => matvec(own, big.row(0).slice()))
      const transfer = (): void => void structuredClone(own.data.buffer, { transfer: [own.data.buffer as ArrayBuffer] })
      if (delay === 'at once') transfer()
      else setImmediate(transfer)
      const outcome = await pending.catch((error: { code?: string }) => error.code)
      if (typeof outcome === 'string') t.is(outcome, 'ERR_MANYCORE_DETACHED')
      else t.deepEqual(outcome, wanted)
    }
  })
}

test('detached matrices are refused', (t) => {
  const data = new Float64Array(4)
  const gone = new Matrix(data, 2, 2)
  structuredClone(data.buffer, { transfer: [data.buffer] })
  t.throws(() => matmulSync(gone, gone), { code: 'ERR_MANYCORE_DETACHED' })
})
