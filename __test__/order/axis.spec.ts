/** Quantiles and medians along an axis: every row and column has what it has as an array of its own, in both forms, on any number of threads. */
import test from 'ava'
import { histogram, histogramSync, Matrix, median, medianSync, quantile, quantileSync, type AxisMatrix, type CallOptions, type Probabilities } from 'manycore'
import { backends, on } from '../support/backends.ts'
import { difference, numbers, placed, threadCounts, typeNames, type AnyArray } from './support.ts'

const places = [0, 0.3, 0.5, 1]
const shapes = [[1, 1], [1, 9], [9, 1], [7, 5], [33, 20], [3000, 11], [11, 3000]] as const

type Elements = AxisMatrix['data']

function matrix(type: (typeof typeNames)[number], rows: number, columns: number, shared: boolean): AxisMatrix {
  return new Matrix(placed(numbers(type, rows * columns, type.startsWith('float') ? 'special' : 'wide', rows + columns), 1, shared) as Elements, rows, columns)
}

function vectors({ data, rows, columns }: AxisMatrix, axis: 0 | 1): AnyArray[] {
  if (axis === 1) return Array.from({ length: rows }, (_, i) => data.slice(i * columns, (i + 1) * columns) as AnyArray)
  const Class = data.constructor as Float64ArrayConstructor
  return Array.from({ length: columns }, (_, j) => Class.from({ length: rows }, (_, i) => data[i * columns + j]!))
}

for (const backend of backends) {
  for (const type of typeNames.filter((type) => !type.startsWith('big'))) {
    test(`${backend}, ${type}: rows and columns`, async (t) => {
      for (const [turn, [rows, columns]] of shapes.entries()) {
        const x = matrix(type, rows, columns, turn % 2 === 0)
        const before = x.data.slice()
        for (const axis of [0, 1] as const) {
          const items = vectors(x, axis)
          const medians = on(backend, () => items.map((item) => medianSync(item)))
          const thirds = on(backend, () => items.map((item) => quantileSync(item, 0.3)))
          const several = on(backend, () => items.map((item) => quantileSync(item, places)))
          for (const threads of rows * columns < 1000 ? [1] : threadCounts) {
            const options = { axis, threads }
            const what = `${rows} × ${columns} axis ${axis} threads ${threads}`
            for (const got of [on(backend, () => medianSync(x, options)), await on(backend, () => median(x, options))]) t.is(difference(got, medians), undefined, what)
            for (const got of [on(backend, () => quantileSync(x, 0.3, options)), await on(backend, () => quantile(x, 0.3, options))]) t.is(difference(got, thirds), undefined, what)
            for (const got of [on(backend, () => quantileSync(x, places, options)), await on(backend, () => quantile(x, places, options))]) {
              t.deepEqual([got.rows, got.columns], [places.length, items.length])
              for (const k of places.keys()) t.is(difference(got.row(k), several.map((item) => item[k]!)), undefined, what)
            }
          }
        }
        t.is(difference(x.data, before), undefined)
      }
    })
  }

  test(`${backend}: columns and rows that are long by themselves`, async (t) => {
    for (const [rows, columns] of [[200_000, 2], [2, 200_000]] as const) {
      for (const shared of [false, true]) {
        const x = matrix('float64', rows, columns, shared)
        for (const axis of [0, 1] as const) {
          const wanted = on(backend, () => quantileSync(x, 0.25, { axis }))
          t.is(difference(await on(backend, () => quantile(x, 0.25, { axis })), wanted), undefined)
          t.is(difference(await on(backend, () => quantile(x, 0.25, { axis, threads: 2 })), wanted), undefined)
        }
      }
    }
  })

  test(`${backend}: no rows, no columns`, (t) => {
    const none = (rows: number, columns: number): AxisMatrix => new Matrix(new Float64Array(0), rows, columns)
    t.deepEqual(on(backend, () => medianSync(none(3, 0), { axis: 0 })), new Float64Array(0))
    t.deepEqual(on(backend, () => quantileSync(none(0, 3), [0.5, 1], { axis: 1 })).rows, 2)
    t.throws(() => on(backend, () => medianSync(none(0, 3), { axis: 0 })), { code: 'ERR_MANYCORE_RANGE' })
    t.throws(() => on(backend, () => quantileSync(none(3, 0), 0.5, { axis: 1 })), { code: 'ERR_MANYCORE_RANGE' })
  })

  test(`${backend}: what is refused`, async (t) => {
    const x = new Matrix(Float64Array.of(1, 2, 3, 4, 5, 6), 2, 3)
    const refused = async (parameters: readonly [unknown, unknown, object], code: string): Promise<void> => {
      const [input, q, options] = parameters as [AxisMatrix, Probabilities, CallOptions & { axis: 0 | 1 }]
      t.throws(() => on(backend, () => quantileSync(input, q, options)), { code: `ERR_MANYCORE_${code}` })
      await t.throwsAsync(on(backend, () => quantile(input, q, options)), { code: `ERR_MANYCORE_${code}` })
    }
    await refused([x, [0.5], { axis: 2 }], 'OPTION')
    await refused([x, [0.5], { axis: '0' }], 'OPTION')
    await refused([x, [0.5], { axis: 0, bins: 3 }], 'OPTION')
    await refused([x.data, [0.5], { axis: 0 }], 'TYPE')
    await refused([[1, 2], [0.5], { axis: 0 }], 'TYPE')
    await refused([x, [1.5], { axis: 0 }], 'RANGE')
    await refused([x, 'a', { axis: 0 }], 'TYPE')
    await refused([x, [0.5], { axis: 0, timeout: 0 }], 'TIMEOUT')
    const histogramOptions = { axis: 0 } as object
    t.throws(() => histogramSync(x, histogramOptions), { code: 'ERR_MANYCORE_OPTION', message: /axis/ })
    await t.throwsAsync(histogram(x, histogramOptions), { code: 'ERR_MANYCORE_OPTION', message: /axis/ })
    await t.throwsAsync(on(backend, () => median(x, { axis: 0, signal: AbortSignal.abort(new Error('enough')) })), { message: 'enough' })
  })

  test(`${backend}: a buffer that goes away, a signal and a time limit meanwhile`, async (t) => {
    for (const [rows, columns] of [[1000, 400], [200_000, 3]] as const) {
      for (const axis of rows > 1000 ? ([0] as const) : ([0, 1] as const)) {
        const make = (): AxisMatrix => matrix('float64', rows, columns, false)
        const going = make()
        const outcome = on(backend, () => median(going, { axis }))
        structuredClone(going.data.buffer, { transfer: [going.data.buffer as ArrayBuffer] })
        await t.throwsAsync(outcome, { code: 'ERR_MANYCORE_DETACHED' })
        const controller = new AbortController()
        const aborted = on(backend, () => median(make(), { axis, signal: controller.signal }))
        controller.abort(new Error('enough'))
        await t.throwsAsync(aborted, { message: 'enough' })
        await t.throwsAsync(on(backend, () => median(make(), { axis, timeout: 1e-3 })), { code: 'ERR_MANYCORE_TIMEOUT' })
      }
    }
  })
}
