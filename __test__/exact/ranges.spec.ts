/** Ranges are reduced without being written out: exactly where their elements need no rounding, else as a Float64Array of them would be. */
import test from 'ava'
import fc from 'fast-check'
import * as manycore from 'manycore'
import { range, type Range } from 'manycore'
import { backends, on } from '../support/backends.ts'
import { add, nearest, ratioOf, sumOf, total, type Ratio } from './reference.ts'

const product = (a: Ratio, b: Ratio): Ratio => ({ numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator })

/** What an exact range must give, from its elements one by one. */
function truth(x: Range, y: Range, ddof: number): Record<string, number> {
  const [a, b] = [[...x].map(ratioOf), [...y].map(ratioOf)]
  const n = BigInt(a.length)
  const sum = sumOf(a)
  const squares = sumOf(a.map((v) => product(v, v)))
  const divide = (value: Ratio, by: Ratio): Ratio => ({ numerator: value.numerator * by.denominator, denominator: value.denominator * by.numerator })
  const square = product(sum, sum)
  const spread = add({ numerator: n * squares.numerator, denominator: squares.denominator }, { numerator: -square.numerator, denominator: square.denominator })
  const left = add({ numerator: n, denominator: 1n }, { numerator: -ratioOf(ddof).numerator, denominator: ratioOf(ddof).denominator })
  return {
    sum: nearest(sum),
    sumOfSquares: nearest(squares),
    dot: nearest(sumOf(a.map((v, i) => product(v, b[i]!)))),
    mean: nearest(divide(sum, { numerator: n, denominator: 1n })),
    variance: nearest(divide(spread, product({ numerator: n, denominator: 1n }, left))),
    min: Math.min(...x),
    max: Math.max(...x),
  }
}

type Call = (...parameters: unknown[]) => unknown

async function both(name: string, parameters: unknown[]): Promise<unknown[]> {
  const library = manycore as unknown as Record<string, Call>
  return [library[`${name}Sync`]!(...parameters), await library[name]!(...parameters)]
}

test('closed forms', async (t) => {
  const ranges = [
    range(1), range(10), range(1_000), range(5, -500, -7), range(-300, 300), range(0, 100, 0.25), range(-7.5, 90, 1.5), range(2 ** 40, 2 ** 40 + 900, 3),
    range(2 ** 52, 2 ** 52 + 700), range(-(2 ** 52), -(2 ** 52) + 700), range(2 ** -1060, 2 ** -1060 * 600, 2 ** -1060), range(0, 2 ** 900, 2 ** 892),
  ]
  for (const x of ranges) {
    const y = range(3, 3 + 2 * x.length, 2)
    for (const ddof of [0, 1, 0.5]) {
      if (x.length <= ddof) continue
      for (const [name, wanted] of Object.entries(truth(x, y, ddof))) {
        const parameters = name === 'dot' ? [x, y] : name === 'variance' ? [x, { ddof }] : [x]
        for (const got of await both(name, parameters)) t.is(got, wanted, `${name} of range(${x.start}, ${x.stop}, ${x.step})`)
      }
    }
  }
})

test('of any integers', (t) => {
  const integer = fc.integer({ min: -(2 ** 31), max: 2 ** 31 })
  fc.assert(fc.property(integer, fc.integer({ min: 1, max: 60 }), fc.oneof(fc.integer({ min: 1, max: 9 }), integer), fc.integer({ min: -60, max: 60 }), (start, n, stride, power) => {
    const step = (stride || 1) * 2 ** power
    const x = range(start * 2 ** power, start * 2 ** power + (n - 0.5) * step, step)
    const y = range(n)
    for (const [name, wanted] of Object.entries(truth(x, y, 0))) {
      const sync = (manycore as unknown as Record<string, Call>)[`${name}Sync`]!
      t.is(name === 'dot' ? sync(x, y) : sync(x), wanted, `${name} of range(${x.start}, ${x.stop}, ${x.step})`)
    }
  }), { numRuns: 300 })
})

test('longer than could ever be written out', (t) => {
  const n = 2 ** 52
  const count = BigInt(n)
  t.is(manycore.sumSync(range(n)), Number((count * (count - 1n)) / 2n))
  t.is(manycore.sumOfSquaresSync(range(n)), Number(((count - 1n) * count * (2n * count - 1n)) / 6n))
  t.is(manycore.varianceSync(range(n)), nearest({ numerator: count * count - 1n, denominator: 12n }))
  t.is(manycore.meanSync(range(n)), (n - 1) / 2)
  t.is(manycore.maxSync(range(0.1, 1e12, 0.1)), range(0.1, 1e12, 0.1).at(-1)!)
  t.is(manycore.sumOfSquaresSync(range(1_000_000)), 333_332_833_333_500_000)
})

test('fractions are what a Float64Array of them is, bit for bit', async (t) => {
  for (const x of [range(0, 1, 0.1), range(0, 10_000, 0.07), range(5, -4000, -0.01), range(2 ** 53, 2 ** 53 + 8000, 3)]) {
    const array = Float64Array.from(x)
    const other = range(1, 1 + x.length * 0.3, 0.3).slice(0, x.length)
    for (const backend of backends) {
      for (const name of ['sum', 'sumOfSquares', 'dot', 'mean', 'variance', 'min', 'max']) {
        const wanted = on(backend, () => (manycore as unknown as Record<string, Call>)[`${name}Sync`]!(array, ...(name === 'dot' ? [Float64Array.from(other)] : [])))
        for (const got of await on(backend, () => both(name, name === 'dot' ? [x, other] : [x]))) t.is(got, wanted, `${name} on ${backend}`)
      }
      // A range beside an array, either way round.
      const wanted = on(backend, () => manycore.dotSync(array, Float64Array.from(other)))
      t.is(on(backend, () => manycore.dotSync(x, Float64Array.from(other))), wanted)
      t.is(await on(backend, () => manycore.dot(array, other)), wanted)
    }
  }
})

test('what has no answer', async (t) => {
  t.is(manycore.sumSync(range(0)), 0)
  t.is(total([]), 0n)
  t.is(manycore.dotSync(range(0), range(0)), 0)
  t.throws(() => manycore.meanSync(range(0)), { code: 'ERR_MANYCORE_RANGE' })
  t.throws(() => manycore.minSync(range(0)), { code: 'ERR_MANYCORE_RANGE' })
  t.throws(() => manycore.varianceSync(range(1), { ddof: 1 }), { code: 'ERR_MANYCORE_RANGE' })
  t.throws(() => manycore.dotSync(range(3), range(4)), { code: 'ERR_MANYCORE_SHAPE' })
  t.throws(() => manycore.dotSync(range(3), Float32Array.of(1, 2, 3)), { code: 'ERR_MANYCORE_TYPE' })
  await t.throwsAsync(async () => manycore.sum(range(3) as never, { transfer: true }), { code: 'ERR_MANYCORE_NOT_TRANSFERABLE' })
  const reason = new Error('stop')
  t.throws(() => manycore.sumSync(range(3), { signal: AbortSignal.abort(reason) }), { is: reason })
})
