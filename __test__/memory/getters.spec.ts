/** Getters of options that take an array's memory away: the options are read once, before any array is looked at. */
import test from 'ava'
import * as manycore from 'manycore'
import { Matrix } from 'manycore'
import { backends, on } from '../support/backends.ts'

const functions = manycore as unknown as Record<string, (...parameters: unknown[]) => unknown>
const side = 20

type Call = (x: Float64Array) => unknown[]
const square = (x: Float64Array): Matrix => new Matrix(x.subarray(0, side * side), side, side)
const calls: Record<string, Call> = {
  sum: (x) => [x], dot: (x) => [x, x], min: (x) => [x], norm: (x) => [x], variance: (x) => [x], describe: (x) => [x], argMin: (x) => [x], add: (x) => [x, 1], exp: (x) => [x], clip: (x) => [x, 0, 1],
  astype: (x) => [x, 'int32'], sort: (x) => [x], argSort: (x) => [x], topK: (x) => [x, 2], cumulativeSum: (x) => [x], quantile: (x) => [x, 0.3], median: (x) => [x], histogram: (x) => [x],
  matmul: (x) => [square(x), square(x)], matvec: (x) => [square(x), x.subarray(0, side)], gram: (x) => [square(x)], covariance: (x) => [square(x)], choleskySolve: (x) => [square(x), new Float64Array(side)],
}
const optionNames = ['threads', 'timeout', 'signal', 'out', 'precision', 'axis', 'ddof', 'ord', 'bins', 'weights', 'transfer']

/** Positive definite, where it is taken for a matrix. */
const numbers = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => (i % (side + 1) === 0 ? 1000 : (i * 7) % 5))

test('an array that is lost while the options are read is refused, whichever read it is, or the result is right', async (t) => {
  for (const backend of backends) {
    for (const n of [side * side, 6000]) {
      for (const [name, parameters] of Object.entries(calls)) {
        const wanted = on(backend, () => functions[`${name}Sync`]!(...parameters(numbers(n))))
        for (const form of [`${name}Sync`, name]) {
          for (const option of optionNames) {
            for (let fatal = 1, reads = 0; fatal <= reads + 1 && fatal < 9; fatal++) {
              reads = 0
              const x = numbers(n)
              const options = {
                get [option]() {
                  if (++reads === fatal) structuredClone(x.buffer, { transfer: [x.buffer as ArrayBuffer] })
                  return undefined
                },
              }
              try {
                t.deepEqual(await on(backend, () => functions[form]!(...parameters(x), options)), wanted, `${form} ${option}`)
              } catch (error) {
                const { code } = error as { code?: string }
                t.true(code === 'ERR_MANYCORE_DETACHED' || code === 'ERR_MANYCORE_OPTION', `${form} ${option}: ${String(error)}`)
              }
            }
          }
        }
      }
    }
  }
})

test('an out that comes from a getter which takes the input away', async (t) => {
  for (const backend of backends) {
    for (const n of [8, 400, 20_000]) {
      for (const [name, ...more] of [['add', 1], ['exp'], ['sort'], ['cumulativeSum']] as const) {
        for (const form of [`${name}Sync`, name]) {
          const x = numbers(n)
          const options = {
            get out() {
              structuredClone(x.buffer, { transfer: [x.buffer as ArrayBuffer] })
              return new Float64Array(n)
            },
          }
          t.like(await t.throwsAsync(async () => on(backend, () => functions[form]!(x, ...more, options))), { code: 'ERR_MANYCORE_DETACHED', argument: 'x' } as never, form)
        }
      }
    }
  }
})

test('accessors of a class are options too', (t) => {
  class Own {
    get ddof(): number {
      return 1
    }
    get threads(): number {
      return 1
    }
  }
  t.is(manycore.varianceSync([1, 3], new Own()), 2)
  t.throws(() => manycore.sortSync(Float64Array.of(2, 1), { __proto__: { threads: 0 } } as never), { code: 'ERR_MANYCORE_OPTION' })
})
