/** Reductions without a loop for a kind of array give what they give for a Float64Array of the same numbers. */
import test from 'ava'
import * as manycore from 'manycore'
import { range } from 'manycore'
import { backends, on } from '../support/backends.ts'
import { run, runtimes } from '../support/runtimes.ts'

type Call = (...parameters: unknown[]) => unknown
const library = manycore as unknown as Record<string, Call>

const asDoubles: readonly (readonly [string, object])[] = [
  ['argMin', {}], ['argMax', {}], ['minMax', {}], ['norm', {}], ['norm', { ord: 1 }], ['norm', { ord: Infinity }], ['product', {}], ['countNonzero', {}], ['hasNaN', {}],
  ['logSumExp', {}], ['describe', { ddof: 1 }],
]
const lengths = [1, 2, 100, 4097, 65_537, 200_003]

test('integers of up to 32 bits', async (t) => {
  for (const Class of [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array]) {
    for (const n of lengths) {
      // Integers of up to 20 bits: their norms are exact in double, as those of integers are.
      const x = Class.from(Array.from({ length: n }, (_, i) => (Math.imul(i + 1, 40_503) >>> 5) % 1000))
      const doubles = Float64Array.from(x)
      for (const [name, options] of asDoubles) {
        if (name === 'describe' && n === 1) continue
        for (const backend of backends) {
          const ofDoubles = on(backend, () => library[`${name}Sync`]!(doubles, options))
          // The mean and variance of integers are exact and then rounded, in describe as by themselves.
          const exact = () => ({ mean: library.meanSync!(x, undefined), variance: library.varianceSync!(x, options) })
          const wanted = name === 'describe' ? { ...(ofDoubles as object), ...exact() } : ofDoubles
          t.deepEqual(on(backend, () => library[`${name}Sync`]!(x, options)), wanted, `${name} of ${n} ${Class.name} on ${backend}`)
          t.deepEqual(await on(backend, () => library[name]!(x, options)), wanted, `${name} of ${n} ${Class.name} on ${backend}, promised`)
        }
      }
    }
  }
})

test('ranges', async (t) => {
  for (const x of [range(0.1, 7000, 0.1), range(-50, 90_000), range(10, -10, -0.5)]) {
    const doubles = Float64Array.from(x)
    for (const [name, options] of asDoubles) {
      for (const backend of backends) {
        const wanted = on(backend, () => library[`${name}Sync`]!(doubles, options))
        // The sum of squares of an exact range is exact.
        const near = (got: unknown): boolean => name === 'norm' && Math.abs((got as number) - (wanted as number)) <= 1e-13 * (wanted as number)
        for (const got of [on(backend, () => library[`${name}Sync`]!(x, options)), await on(backend, () => library[name]!(x, options))]) {
          if (!near(got)) t.deepEqual(got, wanted, `${name} on ${backend}`)
        }
      }
    }
  }
  t.pass()
})

test('the standard deviation of integers is the root of their variance', async (t) => {
  const x = Int16Array.from({ length: 70_000 }, (_, i) => Math.imul(i, 40_503) >>> 16)
  for (const backend of backends) {
    const wanted = Math.sqrt(on(backend, () => manycore.varianceSync(x, { ddof: 1 })))
    t.is(on(backend, () => manycore.standardDeviationSync(x, { ddof: 1 })), wanted)
    t.is(await on(backend, () => manycore.standardDeviation(x, { ddof: 1 })), wanted)
  }
  t.is(manycore.standardDeviationSync(range(7)), 2)
})

for (const runtime of runtimes) {
  test(`Float16Array on ${runtime.name}, where there is one`, async (t) => {
    t.timeout(120_000)
    const { code, stdout, stderr } = await run(runtime, new URL('float16.mjs', import.meta.url), [])
    t.is(code, 0, stderr)
    t.regex(stdout.trim(), /^(none|done)$/)
  })
}
