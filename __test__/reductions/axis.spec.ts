/** Reductions of matrices: whole, and along either axis, where every row and column has the bits of the vector that it is. */
import test from 'ava'
import * as manycore from 'manycore'
import { Matrix, setThreads } from 'manycore'
import { backends, on } from '../support/backends.ts'
import { hex } from '../conformance/rows.mjs'

type Floats = Float64Array | Float32Array
type Call = (x: unknown, options?: object) => unknown

const functions = manycore as unknown as Record<string, Call>

/** Public names with their options; `dot` gets its second operand below. */
const reductions: readonly (readonly [name: string, options: object])[] = [
  ['sum', {}], ['sumOfSquares', {}], ['dot', {}], ['mean', {}], ['variance', { ddof: 0.5 }], ['standardDeviation', {}], ['min', {}], ['max', {}], ['minMax', {}],
  ['argMin', {}], ['argMax', {}], ['norm', {}], ['norm', { ord: 1 }], ['norm', { ord: Infinity }], ['product', {}], ['countNonzero', {}], ['hasNaN', {}],
  ['logSumExp', {}], ['describe', {}],
]

const shapes = [[1, 1], [1, 20], [20, 1], [3, 5], [33, 7], [65, 8], [50, 19], [4100, 3], [3, 4100], [70_000, 2], [300, 400]] as const

function matrix(Class: Float64ArrayConstructor | Float32ArrayConstructor, rows: number, columns: number, shared: boolean, seed: number): Matrix<Floats> {
  const bytes = (rows * columns + 1) * Class.BYTES_PER_ELEMENT
  const buffer = (shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes)) as ArrayBuffer
  const data = new Class(buffer, Class.BYTES_PER_ELEMENT, rows * columns)
  let state = seed
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const unit = state / 2 ** 32
    data[i] = unit < 0.01 ? -0 : unit < 0.02 ? 0 : unit < 0.0205 ? NaN : unit < 0.021 ? Infinity : unit * 4 - 2
  }
  return new Matrix(data, rows, columns)
}

const column = ({ data, rows, columns }: Matrix<Floats>, j: number): Floats =>
  (data.constructor as Float64ArrayConstructor).from({ length: rows }, (_, i) => data[i * columns + j]!)

const call = (name: string, x: unknown, y: unknown, options: object): unknown =>
  name.startsWith('dot') ? (functions[name] as unknown as (x: unknown, y: unknown, options: object) => unknown)(x, y, options) : functions[name]!(x, options)

/** Item `i` of what a reduction along an axis gave. */
function item(result: unknown, i: number): unknown {
  if (ArrayBuffer.isView(result)) return (result as Float64Array)[i]
  return Object.fromEntries(Object.entries(result as Record<string, number | Float64Array>).map(([name, values]) => [name, typeof values === 'number' ? values : values[i]]))
}

for (const backend of backends) {
  for (const Class of [Float64Array, Float32Array]) {
    test.serial(`every row and column of ${Class.name}, ${backend}`, async (t) => {
      on(backend, () => setThreads(3))
      for (const [turn, [rows, columns]] of shapes.entries()) {
        const x = matrix(Class, rows, columns, turn % 2 === 1, turn + 1)
        const y = matrix(Class, rows, columns, turn % 2 === 1, turn + 100)
        for (const [name, own] of reductions) {
          if (rows * columns > 100_000 && name === 'logSumExp' && backend === 'workers') continue
          for (const axis of [0, 1] as const) {
            const items = axis === 0 ? columns : rows
            const vector = (m: Matrix<Floats>, i: number): Floats => (axis === 0 ? column(m, i) : m.row(i))
            const some = Array.from({ length: items }, (_, i) => i).filter((i) => items < 50 || i % 37 === 0 || i === items - 1)
            const wanted = on(backend, () => some.map((i) => hex(call(`${name}Sync`, vector(x, i), vector(y, i), own))))
            for (const threads of [1, 3]) {
              const options = { ...own, axis, threads }
              const blocking = on(backend, () => call(`${name}Sync`, x, y, options))
              t.is(firstDifference(some.map((i) => hex(toNumber(item(blocking, i), name))), wanted), undefined, `${name} ${JSON.stringify(options)} of ${rows} × ${columns}`)
              const promised = await (on(backend, () => call(name, x, y, options)) as Promise<unknown>)
              t.is(firstDifference(toPlain(promised), toPlain(blocking)), undefined, `${name} ${JSON.stringify(options)} of ${rows} × ${columns}, promise form`)
            }
          }
          const whole = on(backend, () => call(`${name}Sync`, x, y, own))
          t.is(hex(whole), hex(on(backend, () => call(`${name}Sync`, x.data, y.data, own))), `${name} of all elements`)
        }
      }
    })
  }

  test.serial(`types of results, ${backend}`, (t) => {
    const x = new Matrix(Float64Array.of(1, NaN, 3, -4, 5, 0), 2, 3)
    const give = (name: string, axis: 0 | 1): unknown => on(backend, () => functions[`${name}Sync`]!(x, { axis }))
    // Through arrays of numbers: typed arrays differ by the bits of their NaNs.
    t.deepEqual([...(give('sum', 0) as Float64Array)], [-3, NaN, 3])
    t.true(give('max', 1) instanceof Float64Array)
    t.deepEqual([...(give('max', 1) as Float64Array)], [NaN, 5])
    t.deepEqual(give('argMax', 1), Int32Array.of(1, 1))
    t.deepEqual(give('argMin', 0), Int32Array.of(1, 0, 1))
    t.deepEqual(give('hasNaN', 0), Uint8Array.of(0, 1, 0))
    t.deepEqual(give('countNonzero', 1), Float64Array.of(3, 2))
    const { min, max } = give('minMax', 0) as { min: Float64Array; max: Float64Array }
    t.deepEqual([[...min], [...max]], [[-4, NaN, 0], [1, NaN, 3]])
    t.deepEqual((give('describe', 1) as { count: number; mean: Float64Array }).count, 3)
  })

  test.serial(`matrices of integers, exactly, ${backend}`, async (t) => {
    for (const Class of [Int8Array, Uint16Array, Int32Array]) {
      const x = new Matrix(new Class(Array.from({ length: 40 * 7 }, (_, i) => (i * i * 31) % 120)), 40, 7)
      for (const [name, own] of reductions) {
        for (const axis of [0, 1] as const) {
          const items = axis === 0 ? 7 : 40
          const vector = (i: number): ArrayLike<number> => (axis === 0 ? new Class(Array.from({ length: 40 }, (_, k) => x.get(k, i))) : x.row(i))
          const blocking = on(backend, () => call(`${name}Sync`, x, x, { ...own, axis }))
          t.is(firstDifference(toPlain(await on(backend, () => call(name, x, x, { ...own, axis }))), toPlain(blocking)), undefined, `${name} ${Class.name} axis ${axis}`)
          for (let i = 0; i < items; i++) {
            t.is(hex(toNumber(item(blocking, i), name)), hex(on(backend, () => call(`${name}Sync`, vector(i), vector(i), own))), `${name} ${Class.name} axis ${axis} item ${i}`)
          }
        }
        t.is(hex(on(backend, () => call(`${name}Sync`, x, x, own))), hex(on(backend, () => call(`${name}Sync`, x.data, x.data, own))))
      }
    }
  })

  test.serial(`matrices without rows or columns, ${backend}`, (t) => {
    const none = (rows: number, columns: number): Matrix => new Matrix(new Float64Array(0), rows, columns)
    const give = (name: string, x: Matrix, axis: 0 | 1): unknown => on(backend, () => functions[`${name}Sync`]!(x, { axis }))
    t.deepEqual(give('sum', none(0, 3), 0), new Float64Array(3))
    t.deepEqual(give('product', none(0, 2), 0), Float64Array.of(1, 1))
    t.deepEqual(give('sum', none(0, 3), 1), new Float64Array(0))
    t.deepEqual(give('minMax', none(3, 0), 0), { min: new Float64Array(0), max: new Float64Array(0) })
    t.throws(() => give('min', none(0, 3), 0), { code: 'ERR_MANYCORE_RANGE' })
    t.deepEqual(give('min', none(0, 3), 1), new Float64Array(0))
  })

  test.serial(`what is refused, ${backend}`, async (t) => {
    const x = new Matrix(Float64Array.of(1, 2, 3, 4, 5, 6), 2, 3)
    const { sum, sumSync, dotSync } = manycore as unknown as Record<'sum' | 'sumSync' | 'dotSync', (...all: unknown[]) => unknown>
    const refused = (body: () => unknown, code: string): unknown => t.throws(() => on(backend, body), { code: `ERR_MANYCORE_${code}` })
    refused(() => sumSync(x, { axis: 2 }), 'OPTION')
    refused(() => sumSync(x, { axis: '0' }), 'OPTION')
    refused(() => sumSync(x, { axis: null }), 'OPTION')
    refused(() => sumSync(x.data, { axis: 0 }), 'TYPE')
    refused(() => sumSync([1, 2], { axis: 0 }), 'TYPE')
    refused(() => sumSync(x, { axis: 0, timeout: 0 }), 'TIMEOUT')
    refused(() => dotSync(x, new Matrix(x.data, 3, 2), { axis: 0 }), 'SHAPE')
    refused(() => dotSync(x, x.data, { axis: 0 }), 'TYPE')
    refused(() => dotSync(x, new Matrix(Float32Array.from(x.data), 2, 3), { axis: 1 }), 'TYPE')
    refused(() => functions.varianceSync!(x, { axis: 0, ddof: 2 }), 'RANGE')
    await t.throwsAsync(on(backend, () => sum(x, { axis: 0, signal: AbortSignal.abort(new Error('enough')) })) as Promise<unknown>, { message: 'enough' })
    const moved = new Matrix(new Float64Array(6), 2, 3)
    structuredClone(moved.data.buffer, { transfer: [moved.data.buffer as ArrayBuffer] })
    refused(() => sumSync(moved, { axis: 0 }), 'DETACHED')
  })

  test.serial(`transfer, and a buffer that goes away meanwhile, ${backend}`, async (t) => {
    const make = (): Matrix => new Matrix(Float64Array.from({ length: 3_000_000 }, (_, i) => i % 1000), 3000, 1000)
    const wanted = on(backend, () => manycore.sumSync(make(), { axis: 0 }))
    const x = make()
    const { result, x: back } = await on(backend, () => manycore.sum(x, { axis: 0, transfer: true }))
    t.deepEqual(result, wanted)
    t.is(x.data.length, 0)
    t.deepEqual([back.rows, back.columns, back.data.length], [3000, 1000, 3_000_000])
    const going = make()
    const outcome = on(backend, () => manycore.describe(going, { axis: 1 }))
    structuredClone(going.data.buffer, { transfer: [going.data.buffer as ArrayBuffer] })
    await t.throwsAsync(outcome, { code: 'ERR_MANYCORE_DETACHED' })
  })
}

/** Arrays as objects of numbers, for `hex`. */
function toPlain(result: unknown): unknown {
  if (ArrayBuffer.isView(result)) return { ...(result as Float64Array) }
  return typeof result === 'object' ? Object.fromEntries(Object.entries(result!).map(([name, value]) => [name, toPlain(value)])) : result
}

/** Truth values stand as numbers in arrays. */
function toNumber(value: unknown, name: string): unknown {
  return name === 'hasNaN' ? value === 1 : value
}

/** Where two results differ first. A test that compared them as texts would tell the difference of all bits, for which ava needs minutes and gigabytes. */
function firstDifference(x: unknown, y: unknown): string | undefined {
  if (typeof x !== 'object' || typeof y !== 'object') return typeof x === typeof y && (typeof x === 'number' ? Object.is(x, y) : x === y) ? undefined : `${String(x)} and ${String(y)}`
  for (const key of new Set([...Object.keys(x!), ...Object.keys(y!)])) {
    const found = firstDifference((x as Record<string, unknown>)[key], (y as Record<string, unknown>)[key])
    if (found !== undefined) return `at ${key}: ${found}`
  }
  return undefined
}
