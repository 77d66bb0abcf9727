/** topK: the first k of the falling order, on both backends, for every type, thread count and form. */
import test from 'ava'
import fc from 'fast-check'
import { topK, topKSync } from 'manycore'
import { backends, on } from '../support/backends.ts'
import { compare, difference, numbers, placed, threadCounts, typeNames, types, type AnyArray } from './support.ts'

/** Falling, equal numbers by rising index: by the standard's stable sort. */
function naive(x: AnyArray): number[] {
  return Array.from(x as Float64Array, (_, i) => i).sort((i, j) => compare(x[j]!, x[i]!))
}

for (const backend of backends) {
  for (const type of typeNames) {
    test(`${backend}, ${type}: the largest first, equal ones by rising index`, async (t) => {
      for (const n of [0, 1, 2, 100, 3000, 40_001]) {
        for (const kind of ['wide', 'few', 'rising', 'special'] as const) {
          const x = numbers(type, n, kind, n + 1)
          const order = naive(x)
          for (const k of new Set([0, 1, 7, n >> 1, n].map((k) => Math.min(k, n)))) {
            for (const threads of n < 30_000 ? [1] : threadCounts) {
              const { values, indices } = on(backend, () => topKSync(x, k, { threads }))
              t.is(values.constructor, types[type])
              t.true(indices instanceof Uint32Array)
              t.is(difference(indices, order.slice(0, k)), undefined, `${n} ${kind} ${k} ${threads}`)
              t.is(difference(values, Array.from(indices, (i) => x[i]!)), undefined, `${n} ${kind} ${k} ${threads}`)
            }
            const later = await on(backend, () => topK(placed(x, 3, kind === 'wide'), k))
            t.is(difference(later.indices, order.slice(0, k)), undefined)
            t.is(difference(later.values, Array.from(order.slice(0, k), (i) => x[i]!)), undefined)
          }
        }
      }
    })
  }

  test(`${backend}: any doubles`, (t) => {
    fc.assert(
      fc.property(fc.float64Array({ maxLength: 400 }), fc.nat(400), (x, k) => {
        const order = naive(x)
        t.is(difference(on(backend, () => topKSync(x, Math.min(k, x.length))).indices, order.slice(0, k)), undefined)
      }),
      { numRuns: 200 },
    )
  })
}

test('errors', async (t) => {
  const code = (body: () => unknown) => (t.throws(body) as Error & { code?: string }).code
  for (const wrong of [undefined, 'abc', {}, ['a']]) t.is(code(() => topKSync(wrong as never, 1)), 'ERR_MANYCORE_TYPE')
  for (const k of [-1, 1.5, NaN, 4]) t.is(code(() => topKSync([1, 2, 3], k)), 'ERR_MANYCORE_RANGE')
  for (const k of [undefined, '1', 2n, Symbol('k')]) for (const x of [[1, 2, 3], Float64Array.of(1, 2, 3)]) t.is(code(() => topKSync(x, k as never)), 'ERR_MANYCORE_TYPE')
  t.is(code(() => topKSync([1], 1, { largest: false } as never)), 'ERR_MANYCORE_OPTION')
  t.is(((await t.throwsAsync(topK([1], 2))) as { code?: string }).code, 'ERR_MANYCORE_RANGE')
  t.deepEqual(topKSync([1, 3, 2], 2), { values: new Float64Array([3, 2]), indices: new Uint32Array([1, 2]) })
})
