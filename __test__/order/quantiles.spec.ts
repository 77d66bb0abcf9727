/** quantile, median and histogram: NumPy's answers, naive answers, the same bits on both backends and any thread count. */
import test from 'ava'
import fc from 'fast-check'
import { histogram, histogramSync, Matrix, median, medianSync, quantile, quantileSync, range, topKSync, type HistogramOptions } from 'manycore'
import vectors from '../vectors/order.json' with { type: 'json' }
import { backends, on } from '../support/backends.ts'
import { compare, difference, numbers, placed, threadCounts, typeNames, type AnyArray } from './support.ts'

const places = [0, 0.001, 0.25, 0.5, 2 / 3, 0.99, 1]
const lengths = [1, 2, 3, 25, 1000, 32_769, 100_003]

/** By the definition, on sorted numbers. */
function naiveQuantiles(x: AnyArray): Float64Array {
  const sorted = Array.from(x as Float64Array, Number).sort(compare)
  return Float64Array.from(places, (q) => {
    if (Number.isNaN(sorted.at(-1))) return NaN
    const h = (x.length - 1) * q
    const t = h - Math.floor(h)
    const [a, b] = [sorted[Math.floor(h)]! + 0, sorted[Math.ceil(h)]! + 0]
    if (t === 0 || a === b) return a
    if (!Number.isFinite(b - a)) return a * (1 - t) + b * t
    return t < 0.5 ? a + (b - a) * t : b - (b - a) * (1 - t)
  })
}

/** By the definition, with the edges of the result. */
function naiveCounts(x: AnyArray, edges: Float64Array): number[] {
  const counts = new Array<number>(edges.length - 1).fill(0)
  for (const each of x) {
    const value = Number(each)
    for (let i = 0; i < counts.length; i++) {
      const right = i === counts.length - 1 ? value <= edges[i + 1]! : value < edges[i + 1]!
      if (value >= edges[i]! && right) counts[i]!++
    }
  }
  return counts
}

for (const backend of backends) {
  test(`${backend}: NumPy's quantiles, medians and histograms, bit for bit`, (t) => {
    on(backend, () => {
      for (const { name, values, probabilities, quantiles, median: middle, histograms } of vectors) {
        const x = new Float64Array(values)
        t.is(difference(quantileSync(x, probabilities), quantiles), undefined, name)
        t.is(medianSync(x), middle, name)
        for (const { options, counts, edges } of histograms) {
          const result = histogramSync(x, options as { bins: number; range: [number, number] })
          t.is(difference(result.counts, counts), undefined, `${name} ${JSON.stringify(options)}`)
          t.is(difference(result.edges, edges), undefined, `${name} ${JSON.stringify(options)}`)
        }
      }
    })
  })

  for (const type of typeNames) {
    test(`${backend}, ${type}: quantiles of any thread count, form and memory`, async (t) => {
      for (const n of lengths) {
        for (const kind of ['wide', 'few', 'rising'] as const) {
          const x = numbers(type, n, kind, n)
          const expected = naiveQuantiles(x)
          for (const threads of n < 30_000 ? [1] : threadCounts) {
            t.is(difference(on(backend, () => quantileSync(x, places, { threads })), expected), undefined, `${n} ${kind} ${threads}`)
          }
          t.is(on(backend, () => quantileSync(x, places[1]!)), expected[1]!)
          t.is(difference([await on(backend, () => median(placed(x, 1, kind === 'few')))], [on(backend, () => medianSync(x))]), undefined)
          t.is(difference(await on(backend, () => quantile(placed(x, 3, kind === 'few'), places)), expected), undefined)
        }
      }
    })

    test(`${backend}, ${type}: histograms of any thread count, form and memory`, async (t) => {
      for (const n of [0, 1, 3, 500, 40_003]) {
        // One large bigint is no extent: half to each side is the same double.
        const x = numbers(type, n, n === 1 ? 'few' : 'wide', n)
        for (const options of [{}, { bins: 3 }, { bins: 50, range: [0, 100] }, { bins: [-1e3, -1, 0, 0, 60, 1e9] }] as HistogramOptions[]) {
          const result = on(backend, () => histogramSync(x, options))
          if (n <= 500 || !('bins' in options)) t.is(difference(result.counts, naiveCounts(x, result.edges)), undefined, `${n}`)
          for (const threads of threadCounts) {
            const other = await on(backend, () => histogram(placed(x, 1, threads === 2), { ...options, threads }))
            t.is(difference(other.counts, result.counts), undefined)
            t.is(difference(other.edges, result.edges), undefined)
          }
        }
      }
    })
  }

  test(`${backend}: NaN, infinities and zeros`, (t) => {
    on(backend, () => {
      for (const copies of [1, 20_000]) {
        const x = new Float64Array(4 * copies)
        for (let i = 0; i < x.length; i++) x[i] = [-0, 1, -Infinity, Infinity][i % 4]!
        t.is(quantileSync(x, 0), -Infinity)
        t.is(quantileSync(x, 1), Infinity)
        t.is(quantileSync(x, copies === 1 ? 1 / 3 : 0.35), 0)
        t.is(difference(quantileSync(new Float64Array(x.length).fill(-0), [0, 0.5]), [0, 0]), undefined)
        x[x.length >> 1] = NaN
        t.true(Number.isNaN(quantileSync(x, 0)))
        t.true(Number.isNaN(medianSync(x)))
        const { counts } = histogramSync(x, { bins: 1, range: [-1, 2] })
        t.is(counts[0], x.filter((value) => value === 0 || value === 1).length)
      }
      t.true(Number.isNaN(medianSync([-Infinity, Infinity])))
      t.is(quantileSync([1, Infinity], 0), 1)
      t.is(quantileSync([1, Infinity], 0.5), Infinity)
      t.is(medianSync([1e308, 1.5e308]), 1.25e308)
    })
  })

  test(`${backend}: what is no typed array`, (t) => {
    on(backend, () => {
      t.is(medianSync([3, 1, 2, 10]), 2.5)
      t.is(medianSync(range(101)), 50)
      t.is(quantileSync(new Matrix(new Int16Array([4, 3, 2, 1]), 2, 2), 1), 4)
      t.deepEqual(quantileSync([1, 2], new Float64Array([0.5])), new Float64Array([1.5]))
      t.deepEqual(quantileSync([1, 2], []), new Float64Array(0))
      t.deepEqual(histogramSync([0, 1, 2], { bins: Float32Array.of(0, 1, 2) }), histogramSync([0, 1, 2], { bins: [0, 1, 2] }))
      t.deepEqual(histogramSync([0, 1, 2], { range: Int8Array.of(0, 2) }), histogramSync([0, 1, 2], { range: [0, 2] }))
      t.deepEqual(histogramSync([0, 1, 1, 2], { bins: 2 }), { counts: new Float64Array([1, 3]), edges: new Float64Array([0, 1, 2]) })
      t.deepEqual(histogramSync([]), histogramSync([], { range: [0, 1] }))
    })
  })

  test(`${backend}: any doubles, any probability`, (t) => {
    const finite = fc.double({ noNaN: true, min: -1e6, max: 1e6 })
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 1, maxLength: 300 }), fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (values, probabilities) => {
        const x = new Float64Array(values)
        t.is(difference(on(backend, () => quantileSync(x, probabilities)), on('workers', () => quantileSync(x, probabilities))), undefined)
      }),
      { numRuns: 200 },
    )
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 300 }), fc.integer({ min: 1, max: 100 }), (values, bins) => {
        const x = new Float64Array(values)
        if (Math.max(...values) - Math.min(...values) < 1e-6) return
        const { counts, edges } = on(backend, () => histogramSync(x, { bins }))
        t.is(difference(counts, naiveCounts(x, edges)), undefined)
        t.is(counts.reduce((a, b) => a + b), x.length)
      }),
      { numRuns: 100 },
    )
  })
}

test('errors', async (t) => {
  const x = new Float64Array([2, 1])
  const code = (body: () => unknown) => (t.throws(body) as Error & { code?: string }).code
  for (const call of [(v: never) => quantileSync(v, 0.5), (v: never) => medianSync(v), (v: never) => histogramSync(v)]) {
    for (const wrong of [undefined, null, 5, 'abc', {}, ['a']]) t.is(code(() => call(wrong as never)), 'ERR_MANYCORE_TYPE')
  }
  for (const q of [-0.1, 1.1, NaN, [0.5, 2]]) t.is(code(() => quantileSync(x, q as number)), 'ERR_MANYCORE_RANGE')
  for (const q of [undefined, '1', ['a'], new Uint8Array(1)]) t.is(code(() => quantileSync(x, q as never)), 'ERR_MANYCORE_TYPE')
  t.is(code(() => quantileSync([], 0.5)), 'ERR_MANYCORE_RANGE')
  t.is(code(() => medianSync(new Int8Array(0))), 'ERR_MANYCORE_RANGE')
  t.is(code(() => medianSync(x, { axis: 0 } as never)), 'ERR_MANYCORE_TYPE')
  for (const bins of [0, -1, 1.5, NaN, '3', [1], [2, 1], [0, NaN], {}]) t.is(code(() => histogramSync(x, { bins: bins as never })), 'ERR_MANYCORE_OPTION')
  for (const ends of [5, [1], [2, 1], [0, Infinity], ['a', 1], [NaN, 1]]) t.is(code(() => histogramSync(x, { range: ends as never })), 'ERR_MANYCORE_OPTION')
  for (const backend of backends) {
    on(backend, () => {
      for (const value of [NaN, Infinity, -Infinity]) t.is(code(() => histogramSync([1, value])), 'ERR_MANYCORE_NOT_FINITE')
      t.is(code(() => histogramSync([1, 1 + 2 ** -52], { bins: 5 })), 'ERR_MANYCORE_RANGE')
    })
    const error = (await t.throwsAsync(on(backend, () => histogram([1, NaN])))) as { code?: string }
    t.is(error.code, 'ERR_MANYCORE_NOT_FINITE')
  }
  for (const call of [median('abc' as never), quantile(x, 3), histogram(x, { bins: 0 })]) t.truthy(((await t.throwsAsync(call)) as { code?: string }).code)
})

test('few numbers are counted and picked at once: as by the long way, which options of a call take', (t) => {
  const outcome = (body: () => unknown): unknown => {
    try {
      return body()
    } catch (error) {
      return (error as { code?: string }).code
    }
  }
  const ranges = [undefined, [0, 1], [-0, 5], [-3, -0], [1, 1], [0, 1e308], [-1e308, 1e308], [0, 5e-324], [2, 1], [0, NaN]] as const
  for (const backend of backends) {
    for (const type of typeNames) {
      for (const n of [1, 2, 17, 300]) {
        for (const kind of ['few', 'wide', 'special'] as const) {
          const x = numbers(type, n, kind === 'special' && !type.startsWith('float') ? 'few' : kind, n)
          for (const ends of ranges) {
            for (const bins of [undefined, 1, 7, 100]) {
              const options = { ...(ends === undefined ? {} : { range: ends as unknown as [number, number] }), ...(bins === undefined ? {} : { bins }) }
              const [short, long] = [options, { ...options, threads: 1 }].map((options) => on(backend, () => outcome(() => histogramSync(x, options))))
              t.deepEqual(short, long, `${type} ${n} ${kind} ${JSON.stringify(options)}`)
            }
          }
          for (const k of [0, 1, Math.min(n, 16)]) t.deepEqual(on(backend, () => topKSync(x, k)), on(backend, () => topKSync(x, k, { threads: 1 })), `${type} ${n} ${k}`)
        }
      }
    }
  }
})
