/** `describe` of integers: its mean and variance are those of `mean` and `variance`, exact and rounded once. */
import test from 'ava'
import { describe, describeSync, Matrix, maxSync, meanSync, minSync, norm, varianceSync } from 'manycore'
import { backends, on } from '../support/backends.ts'

const kinds = {
  Int8Array: (n: number) => Int8Array.from({ length: n }, (_, i) => (i * 37) % 251),
  Uint16Array: (n: number) => Uint16Array.from({ length: n }, (_, i) => i * 7919),
  Int32Array: (n: number) => Int32Array.from({ length: n }, (_, i) => Math.imul(i, 2_654_435_761)),
  BigInt64Array: (n: number) => BigInt64Array.from({ length: n }, (_, i) => BigInt(i) * BigInt(i) * 1_234_567n - 2n ** 60n),
}

for (const backend of backends) {
  test(`${backend}: exact in both forms, for any length and threads`, async (t) => {
    for (const [name, make] of Object.entries(kinds)) {
      for (const n of [1, 2, 300, 5000, 70_001]) {
        const x = make(n)
        for (const options of [{}, { ddof: n > 1 ? 1 : 0, threads: 2 }]) {
          const wanted = { count: n, mean: meanSync(x), variance: varianceSync(x, options), min: Number(minSync(x)), max: Number(maxSync(x)) }
          const sync = on(backend, () => describeSync(x, options))
          t.like(sync, wanted, `${name} ${n}`)
          t.deepEqual(await on(backend, () => describe(x, options)), sync)
        }
      }
    }
    const matrix = new Matrix(Int32Array.from({ length: 600 }, (_, i) => i * i * 977), 30, 20)
    for (const axis of [0, 1] as const) {
      const { mean, variance } = on(backend, () => describeSync(matrix, { axis }))
      t.deepEqual([mean, variance], [meanSync(matrix, { axis }), varianceSync(matrix, { axis })])
    }
  })
}

test('promise forms reject where an option throws', async (t) => {
  const options = { get ord(): 2 { throw new Error('read') } }
  await t.throwsAsync(() => { const pending = norm([1], options); t.true(pending instanceof Promise); return pending }, { message: 'read' })
})
