/** sort and argSort: the one order, on both backends, for every type, thread count, place in memory and form. */
import test from 'ava'
import fc from 'fast-check'
import { argSort, argSortSync, Matrix, range, sort, sortSync } from 'manycore'
import { backends, on } from '../support/backends.ts'
import { difference, naiveArgSort, numbers, placed, specials, threadCounts, typeNames, types, type AnyArray } from './support.ts'

const lengths = [0, 1, 2, 3, 24, 25, 255, 257, 1000, 5000, 32_769, 70_001]
const kinds = ['wide', 'few', 'rising', 'special'] as const

const sorted = (x: AnyArray): AnyArray => (x.slice() as Float64Array).sort() as AnyArray

for (const backend of backends) {
  for (const type of typeNames) {
    test(`${backend}, ${type}: sorted like the standard's sort`, (t) => {
      for (const n of lengths) {
        for (const kind of kinds) {
          const x = numbers(type, n, kind, n + 7)
          const before = x.slice()
          const expected = sorted(x)
          for (const threads of n < 1000 ? [1] : threadCounts) {
            const result = on(backend, () => sortSync(x, { threads })) as AnyArray
            t.is(result.constructor, types[type])
            t.is(difference(result, expected), undefined, `${n} ${kind}, ${threads} threads`)
          }
          t.is(difference(x, before), undefined, 'x is as it was')
        }
      }
    })

    test(`${backend}, ${type}: indices, stable`, (t) => {
      for (const n of lengths) {
        for (const kind of n > 5000 ? ['wide' as const] : kinds) {
          const x = numbers(type, n, kind, n + 3)
          const expected = naiveArgSort(x)
          for (const threads of n < 1000 ? [1] : threadCounts) {
            const indices = on(backend, () => argSortSync(x, { threads }))
            t.true(indices instanceof Uint32Array)
            t.is(difference(indices, expected), undefined, `${n} ${kind}, ${threads} threads`)
          }
        }
      }
    })

    test(`${backend}, ${type}: promise forms, over any memory`, async (t) => {
      for (const n of [10, 70_000]) {
        const x = numbers(type, n, 'wide', 5)
        const expected = sorted(x)
        const expectedIndices = on(backend, () => argSortSync(x))
        for (const offset of [0, 3]) {
          for (const shared of [false, true]) {
            const y = placed(x, offset, shared)
            t.is(difference(await on(backend, () => sort(y)), expected), undefined)
            t.is(difference(await on(backend, () => argSort(y)), expectedIndices), undefined)
            const out = placed(new types[type](n) as AnyArray, offset, shared) as never
            t.is(await on(backend, () => sort(x, { out })), out)
            t.is(difference(out, expected), undefined)
            t.is(on(backend, () => sortSync(y, { out: y as never })), y, 'in place')
            t.is(difference(y, expected), undefined)
          }
        }
      }
    })
  }

  test(`${backend}: zeros, infinities and NaN of any sign`, (t) => {
    const x = new Float64Array([...specials, ...specials])
    new BigUint64Array(x.buffer)[3] = 0xfff8_0000_0000_0001n
    const expected = [-Infinity, -Infinity, -Number.MAX_VALUE, -Number.MAX_VALUE, -1, -1, -5e-324, -5e-324, -0, -0, 0, 0]
    for (const copies of [1, 3000]) {
      const many = new Float64Array(x.length * copies)
      for (let i = 0; i < many.length; i++) many[i] = x[i % x.length]!
      const result = Array.from(on(backend, () => sortSync(many)))
      t.is(result.filter((value) => Number.isNaN(value)).length, 3 * copies)
      t.true(result.slice(-3 * copies).every((value) => Number.isNaN(value)))
      if (copies === 1) t.is(difference(result.slice(0, 12), expected), undefined)
      const indices = on(backend, () => argSortSync(many))
      t.is(difference(Array.from(indices, (i) => many[i]!), result), undefined)
      t.is(difference(indices, naiveArgSort(many)), undefined)
    }
  })

  test(`${backend}: what is no typed array`, (t) => {
    on(backend, () => {
      t.deepEqual(sortSync([3, 1, 2]), new Float64Array([1, 2, 3]))
      t.deepEqual(sortSync(range(5, 0, -2)), new Float64Array([1, 3, 5]))
      t.deepEqual(sortSync(new Matrix(new Int16Array([4, 3, 2, 1]), 2, 2)), new Int16Array([1, 2, 3, 4]))
      t.deepEqual(argSortSync([3, 1, 2]), new Uint32Array([1, 2, 0]))
    })
  })

  test(`${backend}: any doubles`, (t) => {
    fc.assert(
      fc.property(fc.float64Array({ maxLength: 600 }), fc.integer({ min: 1, max: 60 }), (some, repeats) => {
        const x = new Float64Array(some.length * repeats)
        for (let i = 0; i < x.length; i++) x[i] = some[(i * 7) % some.length]!
        on(backend, () => {
          t.is(difference(sortSync(x), sorted(x)), undefined)
          t.is(difference(argSortSync(x), naiveArgSort(x)), undefined)
        })
      }),
      { numRuns: 40 },
    )
  })

  test(`${backend}: an abort, a time limit, and the next call`, async (t) => {
    const x = numbers('float64', 3_000_000, 'wide')
    const controller = new AbortController()
    const reason = new Error('enough')
    const calls = Array.from({ length: 3 }, () => on(backend, () => sort(x, { signal: controller.signal })))
    // At once: by the next turn of the event loop, threads of the core may be through with the first.
    controller.abort(reason)
    const outcomes = await Promise.allSettled(calls)
    for (const outcome of outcomes) t.is(outcome.status === 'rejected' ? outcome.reason : undefined, reason)
    // Not by `throwsAsync`, which would print the three million indices of a call that was in time after all.
    const late = await on(backend, () => argSort(x, { timeout: 1 })).catch((error: { code?: string }) => error.code)
    t.true(late === 'ERR_MANYCORE_TIMEOUT')
    t.is((await on(backend, () => sort(new Float64Array([2, 1]))))[0], 1)
  })
}

test('errors', async (t) => {
  const x = new Float64Array([2, 1])
  const code = (body: () => unknown) => (t.throws(body) as Error & { code?: string }).code
  for (const call of [sortSync, argSortSync]) {
    for (const wrong of [undefined, null, 5, 'abc', {}, new DataView(new ArrayBuffer(8)), ['a'], [1, null]]) t.is(code(() => call(wrong as never)), 'ERR_MANYCORE_TYPE')
    t.is(code(() => call(x, { axis: 1 } as never)), 'ERR_MANYCORE_OPTION')
    t.is(code(() => call(x, { timeout: 0 })), 'ERR_MANYCORE_TIMEOUT')
    const gone = new Float64Array(8)
    structuredClone(gone.buffer, { transfer: [gone.buffer] })
    t.is(code(() => call(gone)), 'ERR_MANYCORE_DETACHED')
  }
  t.is(code(() => sortSync(x, { out: new Float32Array(2) as never })), 'ERR_MANYCORE_TYPE')
  t.is(code(() => sortSync(x, { out: new Float64Array(3) })), 'ERR_MANYCORE_SHAPE')
  for (const call of [sort, argSort] as ((x: never) => Promise<unknown>)[]) {
    const error = (await t.throwsAsync(call('abc' as never))) as { code?: string }
    t.is(error.code, 'ERR_MANYCORE_TYPE')
  }
})

test('a buffer that goes while it is copied: an error', async (t) => {
  const x = numbers('float64', 2_000_000, 'wide')
  const pending = sort(x as Float64Array)
  structuredClone(x.buffer, { transfer: [x.buffer as ArrayBuffer] })
  t.is(((await t.throwsAsync(pending)) as { code?: string }).code, 'ERR_MANYCORE_DETACHED')
})
