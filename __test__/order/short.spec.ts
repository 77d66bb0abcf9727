/** The short ways of the kernels of order (src/dispatch/generated-order-doors.ts) give what the long way gives, which an option leads to: results, errors, and where they lie. */
import test from 'ava'
import * as manycore from 'manycore'
import type { NumericArray } from '../../src/common/arrays.ts'
import { hashOf, operands, types } from '../elementwise/rows.mjs'
import { backends, on } from '../support/backends.ts'

type Name = keyof typeof types
const functions = manycore as unknown as Record<string, (...parameters: unknown[]) => unknown>
const longWay = { threads: 1 }
const lengths = [0, 1, 2, 7, 8, 9, 16, 17, 24, 25, 40, 41, 48, 49, 64, 65, 112, 113, 144, 145, 256, 320, 321, 384, 385, 600, 2048, 2049, 4096, 4097]

/** What comes out, as text: indices and values by their hashes. */
function outcome(run: () => unknown): unknown {
  try {
    const result = run()
    return ArrayBuffer.isView(result) ? hashOf(result) : Object.values(result as object).map(hashOf)
  } catch (error) {
    const { name, code, argument, message } = error as Error & { code?: string; argument?: string }
    return { name, code, argument, message }
  }
}

/** Specials, numbers that repeat, and NaN; small enough that few sums leave their type. */
function numbers(type: Name, n: number, shared = false): NumericArray {
  const [x, y] = operands({ type, n, offset: n % 3, shared }) as [Float64Array, Float64Array]
  for (let i = 0; i < n; i++) if (i % 3 === 0) x[i] = y[(i * 7) % n]!
  return x as NumericArray
}

test('every type, with and without out', async (t) => {
  for (const type of Object.keys(types) as Name[]) {
    const Class = types[type] as unknown as new (n: number) => NumericArray
    for (const n of lengths) {
      const x = numbers(type, n, n % 2 === 1)
      const before = hashOf(x)
      for (const backend of backends) {
        for (const [name, ...more] of [['sort'], ['argSort'], ['cumulativeSum'], ...[0, 1, 3, 10, 16, 17, n, n + 1, -1, 1.5, '3'].map((k) => ['topK', k])] as [string, ...unknown[]][]) {
          const what = `${name} ${type} ${n} ${String(more)} ${backend}`
          const long = on(backend, () => outcome(() => functions[`${name}Sync`]!(x, ...more, longWay)))
          t.deepEqual(on(backend, () => outcome(() => functions[`${name}Sync`]!(x, ...more))), long, what)
          if (n % 5 === 0) t.deepEqual(await on(backend, () => functions[name]!(x, ...more) as Promise<unknown>).then((value) => outcome(() => value), (error: unknown) => outcome(() => { throw error })), long, what)
          if (name !== 'sort' && name !== 'cumulativeSum') continue
          t.deepEqual(on(backend, () => outcome(() => functions[`${name}Sync`]!(x, { out: new Class(n) }))), long, `${what} out`)
          t.deepEqual(on(backend, () => outcome(() => ((copy) => functions[`${name}Sync`]!(copy, { out: copy }))(x.slice()))), long, `${what} in place`)
          for (const out of [new Class(n + 1), new Uint8ClampedArray(n), null, [], new Proxy(new Class(n), {})]) {
            t.deepEqual(
              on(backend, () => outcome(() => functions[`${name}Sync`]!(x, { out: type === 'uint8clamped' && out instanceof Uint8ClampedArray ? null : out }))),
              on(backend, () => outcome(() => functions[`${name}Sync`]!(x, { out: type === 'uint8clamped' && out instanceof Uint8ClampedArray ? null : out, ...longWay }))), what)
          }
        }
      }
      t.is(hashOf(x), before)
    }
  }
})

test('a result that lies partly on the input is sorted as ever; sums out of range are named', (t) => {
  for (const type of Object.keys(types) as Name[]) {
    const Class = types[type] as unknown as { BYTES_PER_ELEMENT: number; new (buffer: ArrayBufferLike, offset: number, n: number): NumericArray }
    for (const n of [3, 40, 400]) {
      const make = (options: object) => {
        const buffer = numbers(type, n + 5).slice().buffer
        const [x, out] = [0, 3].map((at) => new Class(buffer, at * Class.BYTES_PER_ELEMENT, n))
        return outcome(() => functions['sortSync']!(x, { out, ...options }))
      }
      for (const backend of backends) t.deepEqual(on(backend, () => make({})), on(backend, () => make(longWay)), `${type} ${n} ${backend}`)
    }
  }
  for (const [Class, big] of [[Int8Array, 100], [Uint8Array, 200], [Uint8ClampedArray, 200], [Int16Array, 30_000], [Uint16Array, 60_000], [Int32Array, 2 ** 30], [Uint32Array, 2 ** 31]] as const) {
    for (const make of [() => Class.of(1, big, big, big), () => Class.of(big)]) {
      for (const options of [undefined, 'new', 'in place']) {
        const run = (more: object | undefined) => {
          const x = make()
          const out = options === undefined ? undefined : { out: options === 'new' ? new Class(x.length) : x }
          return outcome(() => functions['cumulativeSumSync']!(x, ...(out === undefined && more === undefined ? [] : [{ ...out, ...more }])))
        }
        for (const backend of backends) t.deepEqual(on(backend, () => run(undefined)), on(backend, () => run(longWay)), `${Class.name} ${options ?? ''}`)
      }
    }
  }
  t.deepEqual(outcome(() => functions['cumulativeSumSync']!(BigInt64Array.of(2n ** 62n, 2n ** 62n))), outcome(() => functions['cumulativeSumSync']!(BigInt64Array.of(2n ** 62n, 2n ** 62n), longWay)))
})

test('subclasses, proxies, memory that is gone or may change its size', (t) => {
  class Mine extends Float32Array {
    override slice(): never {
      throw new Error('not to be called')
    }
  }
  const resizable = () => new Float64Array(new (ArrayBuffer as unknown as new (n: number, options: object) => ArrayBuffer)(64, { maxByteLength: 128 }))
  const gone = () => {
    const view = new Int32Array(4)
    structuredClone(view.buffer, { transfer: [view.buffer] })
    return view
  }
  const inputs = [() => Mine.of(3, 1, 2), () => Buffer.from([3, 1, 2]), resizable, gone, () => new Proxy(new Int16Array(3), {}), () => [3, 1, 2], () => new DataView(new ArrayBuffer(8)), () => null, () => 'x']
  for (const input of inputs) {
    for (const [name, ...more] of [['sort'], ['argSort'], ['cumulativeSum'], ['topK', 2]] as [string, ...unknown[]][]) {
      t.deepEqual(outcome(() => functions[`${name}Sync`]!(input(), ...more)), outcome(() => functions[`${name}Sync`]!(input(), ...more, longWay)), `${name} ${input.toString()}`)
    }
  }
  const buffer = Buffer.from([3, 1, 2])
  t.deepEqual(functions['sortSync']!(buffer), Uint8Array.of(1, 2, 3))
  t.deepEqual([...buffer], [3, 1, 2])
})
