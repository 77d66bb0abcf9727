/** What reductions refuse, and what they give for nothing, NaN and infinities; on each backend and in both forms. */
import test from 'ava'
import * as manycore from 'manycore'
import { backends, on } from '../support/backends.ts'

type Sync = (x: Float64Array | Float32Array | number[], options?: object) => unknown
type Promised = (x: Float64Array, options?: object) => Promise<unknown>

const functions = manycore as unknown as Record<string, Sync>
const sync = (name: string): Sync => functions[`${name}Sync`]!
const promised = (name: string): Promised => functions[name] as unknown as Promised

const ofNothing = { norm: 0, product: 1, countNonzero: 0, hasNaN: false, logSumExp: -Infinity }
const refusingNothing = ['standardDeviation', 'minMax', 'argMin', 'argMax', 'describe']
const names = [...Object.keys(ofNothing), ...refusingNothing]

for (const backend of backends) {
  test(`nothing, ${backend}`, async (t) => {
    const empty = new Float64Array(0)
    for (const [name, wanted] of Object.entries(ofNothing)) {
      t.is(on(backend, () => sync(name)(empty)), wanted, name)
      t.is(await on(backend, () => promised(name)(empty)), wanted, name)
    }
    t.is(on(backend, () => sync('norm')(empty, { ord: 1 })), 0)
    t.is(on(backend, () => sync('norm')(empty, { ord: Infinity })), 0)
    for (const name of refusingNothing) {
      t.throws(() => on(backend, () => sync(name)(empty)), { instanceOf: RangeError, code: 'ERR_MANYCORE_RANGE' }, name)
      await t.throwsAsync(on(backend, () => promised(name)(empty)), { code: 'ERR_MANYCORE_RANGE' }, name)
    }
  })

  test(`NaN and infinities, ${backend}`, (t) => {
    const give = (name: string, x: number[], options?: object): unknown => on(backend, () => sync(name)(Float64Array.from(x), options))
    for (const n of [3, 5000]) {
      const rest = Array.from({ length: n }, () => 0)
      for (const ord of [1, 2, Infinity]) {
        t.is(give('norm', [Infinity, ...rest], { ord }), Infinity)
        t.is(give('norm', [-Infinity, ...rest], { ord }), Infinity)
        t.is(give('norm', [Infinity, ...rest, NaN], { ord }), NaN)
        t.is(give('norm', [...rest], { ord }), 0)
      }
      t.is(give('logSumExp', [-Infinity, ...rest.map(() => -Infinity)]), -Infinity)
      t.is(give('logSumExp', [-Infinity, ...rest, Infinity]), Infinity)
      t.is(give('logSumExp', [Infinity, ...rest, Infinity, NaN]), NaN)
      t.is(give('hasNaN', [...rest, NaN]), true)
      t.is(give('countNonzero', [...rest, NaN, -0, Infinity]), 2)
      t.is(give('argMin', [...rest, NaN, -1, NaN]), n)
      t.is(give('argMax', [...rest, -0, 0]), 0)
      t.is(give('argMin', [0, ...rest, -0]), 0)
      t.is(give('argMin', rest.map(() => Infinity)), 0)
      t.is(give('argMax', rest.map(() => -Infinity)), 0)
      t.deepEqual(give('minMax', [...rest, -0, NaN]), { min: NaN, max: NaN })
      const constant = give('describe', rest.map(() => 2)) as Record<string, number>
      t.deepEqual(constant, { count: n, mean: 2, variance: 0, skewness: NaN, kurtosis: NaN, min: 2, max: 2 })
      const infinite = give('describe', [...rest, Infinity]) as Record<string, number>
      t.deepEqual([infinite.mean, infinite.variance, infinite.min, infinite.max], [Infinity, NaN, 0, Infinity])
    }
  })

  test(`norms that no sum of squares can hold, ${backend}`, (t) => {
    const give = (x: number[]): number => on(backend, () => manycore.normSync(Float64Array.from(x)))
    t.is(give([3 * 2 ** 700, 4 * 2 ** 700]), 5 * 2 ** 700)
    t.is(give([3 * 2 ** -700, 4 * 2 ** -700]), 5 * 2 ** -700)
    t.is(give([5e-324]), 5e-324)
    t.is(give([1e-200, 1]), 1)
    t.is(give([...Array.from({ length: 5000 }, () => 1e-300), 3 * 2 ** 1000, 4 * 2 ** 1000]), 5 * 2 ** 1000)
    t.is(give(Array.from({ length: 2 ** 14 }, () => 2 ** 1000)), 2 ** 1007)
    t.is(give([1.7e308, 1.7e308]), Infinity)
  })

  test(`options and inputs that are refused, ${backend}`, async (t) => {
    const x = Float64Array.of(1, 2, 3)
    for (const name of names) {
      t.throws(() => on(backend, () => sync(name)(x, { axes: 1 })), { code: 'ERR_MANYCORE_OPTION' }, name)
      t.throws(() => on(backend, () => sync(name)(x, { threads: 0 })), { code: 'ERR_MANYCORE_OPTION' }, name)
      t.throws(() => on(backend, () => sync(name)('abc' as unknown as number[])), { code: 'ERR_MANYCORE_TYPE' }, name)
      t.throws(() => on(backend, () => sync(name)(x, { timeout: 0 })), { code: 'ERR_MANYCORE_TIMEOUT' }, name)
      await t.throwsAsync(on(backend, () => promised(name)(x, { signal: AbortSignal.abort(new Error('enough')) })), { message: 'enough' }, name)
    }
    for (const ord of [0, 3, -Infinity, NaN]) t.throws(() => on(backend, () => sync('norm')(x, { ord })), { instanceOf: RangeError, code: 'ERR_MANYCORE_OPTION' })
    t.throws(() => on(backend, () => sync('norm')(x, { ord: '1' })), { instanceOf: TypeError, code: 'ERR_MANYCORE_OPTION' })
    for (const name of ['standardDeviation', 'describe']) {
      t.throws(() => on(backend, () => sync(name)(x, { ddof: -1 })), { code: 'ERR_MANYCORE_OPTION' })
      t.throws(() => on(backend, () => sync(name)(x, { ddof: 3 })), { code: 'ERR_MANYCORE_RANGE' })
    }
  })

  test(`transfer, number arrays, and both forms alike, ${backend}`, async (t) => {
    for (const name of names) {
      for (const n of [4, 200_000]) {
        const values = Array.from({ length: n }, (_, i) => Math.fround(Math.sin(i) / 3))
        const wanted = on(backend, () => sync(name)(Float64Array.from(values)))
        t.deepEqual(on(backend, () => sync(name)(values)), wanted, name)
        t.deepEqual(on(backend, () => sync(name)(Float32Array.from(values))), wanted, name)
        const x = Float64Array.from(values)
        const { result, x: back } = (await on(backend, () => promised(name)(x, { transfer: true, threads: 2 }))) as { result: unknown; x: Float64Array }
        t.deepEqual(result, wanted, name)
        t.is(x.length, 0)
        t.is(back.length, n)
      }
    }
  })
}
