/** The short ways of elementwise functions (src/dispatch/generated-map-doors.ts) give what the long way gives, which an option leads to: bits, errors, and where results lie. */
import { runInNewContext } from 'node:vm'
import test from 'ava'
import * as manycore from 'manycore'
import type { NumericArray } from '../../src/common/arrays.ts'
import { backends, on } from '../support/backends.ts'
import { applies, argumentsOf, calls, hashOf, numberOf, operands, types } from './rows.mjs'

type Sync = (...parameters: unknown[]) => NumericArray
const functions = manycore as unknown as Record<string, Sync>
const longWay = { threads: 1 }

/** Both sides of 64 bytes of every type, of the limits of native calls, and of the memory in which operands are widened. */
const lengths = [0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 21, 22, 33, 64, 65, 113, 114, 170, 171, 257, 512, 513, 600]
const fewLengths = [0, 1, 8, 9, 17, 65, 114, 600]

/** Result or error, comparable. */
function outcome(run: () => unknown): unknown {
  try {
    const result = run()
    return ArrayBuffer.isView(result) ? hashOf(result) : result
  } catch (error) {
    const { name, code, argument, message } = error as Error & { code?: string; argument?: string }
    return { name, code, argument, message }
  }
}

/** The call twice, each with arguments of its own. */
function same(t: { deepEqual(a: unknown, b: unknown, message?: string): void }, name: string, make: () => unknown[], what: string): void {
  const sync = functions[`${name}Sync`]!
  for (const backend of backends) {
    const short = make()
    const long = make()
    const withOut = typeof short.at(-1) === 'object' && short.at(-1) !== null && 'out' in (short.at(-1) as object)
    const wanted = withOut ? [...long.slice(0, -1), { ...(long.at(-1) as object), ...longWay }] : [...long, longWay]
    t.deepEqual(on(backend, () => outcome(() => sync(...short))), on(backend, () => outcome(() => sync(...wanted))), `${name} ${what} ${backend}`)
    // What was written, and what must not have been.
    short.forEach((value, index) => ArrayBuffer.isView(value) && t.deepEqual(hashOf(value), hashOf(long[index]), `${name} ${what} ${backend}, argument ${index}`))
  }
}

test('every function and type, with and without out', (t) => {
  for (const type of Object.keys(types) as (keyof typeof types)[]) {
    for (const [call, row] of Object.entries(calls)) {
      if (!applies(row as never, type)) continue
      const { name } = row
      for (const n of ['float64', 'int8'].includes(type) ? lengths : fewLengths) {
        for (const [offset, shared] of n % 2 === 0 ? [[0, false]] as const : [[1, false], [3, true]] as const) {
          const make = () => argumentsOf(row as never, type, ...(operands({ type, n, offset, shared }) as [unknown, unknown]))
          same(t, name, make, `${call} ${type} ${n}`)
          const result = outcome(() => functions[`${name}Sync`]!(...make()))
          if (typeof result !== 'string' || n % 5 > 1) continue
          const Out = (globalThis as never)[result.slice(0, result.indexOf('('))] as new (n: number) => NumericArray
          same(t, name, () => [...make(), { out: new Out(n) }], `${call} ${type} ${n} out`)
        }
      }
    }
  }
})

test('astype between all types', (t) => {
  for (const type of Object.keys(types) as (keyof typeof types)[]) {
    for (const wanted of Object.keys(types) as (keyof typeof types)[]) {
      for (const n of [1, 8, 9, 65, 423, 500]) {
        const x = (most: number) => {
          const [view] = operands({ type, n, offset: 0, shared: false }) as [Float64Array]
          for (let i = 0; i < n; i++) view[i] = numberOf(type)(type.startsWith('float') && i % 7 === 3 ? (i % 30) - 0.5 : i % most) as number
          return view
        }
        const what = `${type} to ${wanted} ${n}`
        for (const most of [100, 1e6]) {
          same(t, 'astype', () => [x(most), wanted], what)
          same(t, 'astype', () => [x(most), wanted, { out: new types[wanted](n) }], what)
        }
        same(t, 'astype', () => ((view) => [view, wanted, { out: view }])(x(100)), what)
        same(t, 'astype', () => ((view) => [view.subarray(1), wanted, { out: new types[wanted](view.buffer as never, 0, Math.min(n - 1, Math.floor(view.byteLength / types[wanted].BYTES_PER_ELEMENT))) }])(x(100)), what)
        same(t, 'astype', () => [operands({ type, n, offset: 1, shared: true })[0], wanted], what)
      }
    }
  }
  for (const wanted of ['', 'double', undefined, 5, 'toString', 'length']) same(t, 'astype', () => [new Float64Array(3), wanted], String(wanted))
  same(t, 'astype', () => [[1, 2], 'int8'], 'array')
})

test('in place, and results that lie partly on an operand', (t) => {
  for (const type of Object.keys(types) as (keyof typeof types)[]) {
    const Class = types[type] as unknown as { BYTES_PER_ELEMENT: number; new (buffer: ArrayBufferLike, offset: number, n: number): NumericArray }
    const two = numberOf(type)(2)
    for (const n of [1, 8, 9, 40, 200, 600]) {
      const filled = (buffer: ArrayBufferLike): void => (new Class(buffer, 0, buffer.byteLength / Class.BYTES_PER_ELEMENT) as Uint8Array).forEach((_, i, all) => (all[i] = numberOf(type)(i % 3) as number))
      for (const Buffer of [ArrayBuffer, SharedArrayBuffer]) {
        const view = (buffer: ArrayBufferLike, at: number) => new Class(buffer, at * Class.BYTES_PER_ELEMENT, n)
        const memory = () => {
          const buffer = new Buffer((2 * n + 8) * Class.BYTES_PER_ELEMENT)
          filled(buffer)
          return buffer
        }
        for (const [xAt, yAt, outAt] of [[0, 0, 0], [0, n, 0], [0, n, n], [0, 1, 0], [0, 1, 1], [0, n, 1], [1, n + 2, 0], [2, n + 4, n + 3], [0, 0, n], [3, 1, 2]] as const) {
          const what = `${type} ${n} ${Buffer.name} ${xAt} ${yAt} ${outAt}`
          same(t, 'add', () => ((buffer) => [view(buffer, xAt), view(buffer, yAt), { out: view(buffer, outAt) }])(memory()), what)
          same(t, 'add', () => ((buffer) => [view(buffer, xAt), two, { out: view(buffer, outAt) }])(memory()), what)
          // Operands that are the very views.
          same(t, 'multiply', () => ((x) => [x, x, { out: x }])(view(memory(), xAt)), what)
          same(t, 'axpy', () => ((buffer, x) => [two, x, view(buffer, yAt), { out: x }])(...((buffer) => [buffer, view(buffer, xAt)] as const)(memory())), what)
          same(t, 'divide', () => ((buffer) => [view(buffer, xAt), { out: new Float64Array(buffer, 0, 1) }])(memory()), what)
        }
      }
    }
  }
  // A result of doubles on the memory of integers.
  same(t, 'sqrt', () => ((buffer) => [new Uint32Array(buffer, 0, 4), { out: new Float64Array(buffer, 0, 4) }])(new ArrayBuffer(64)), 'over x')
  same(t, 'sqrt', () => ((buffer) => [new Uint32Array(buffer, 0, 4), { out: new Float64Array(buffer, 32, 4) }])(new ArrayBuffer(64)), 'beside x')
})

test('what is refused, as the long way refuses it', (t) => {
  for (const type of Object.keys(types) as (keyof typeof types)[]) {
    const Class = types[type] as unknown as { from(values: unknown[]): NumericArray }
    const make = (...values: number[]) => Class.from(values.map((value) => numberOf(type)(value)))
    const odd = [0.5, NaN, Infinity, -Infinity, 1e300, -0, 2 ** 31, 2 ** 63, -1, 5n, -5n, 2n ** 63n, 2n ** 64n, -(2n ** 63n) - 1n, 'x', null, undefined, true, {}, [1, 2, 3], [1], new Map()]
    for (const value of odd) {
      for (const name of ['add', 'subtract', 'multiply', 'divide', 'power', 'scale']) same(t, name, () => [make(1, 2, 3), value], `${type} ${String(value)}`)
      same(t, 'axpy', () => [value, make(1, 2, 3), make(1, 2, 3)], `${type} ${String(value)}`)
      same(t, 'axpy', () => [value, make(1, 2, 3), value], `${type} ${String(value)}`)
      for (const other of [numberOf(type)(2), value]) {
        same(t, 'clip', () => [make(1, 2, 3), value, other], `${type} ${String(value)} to ${String(other)}`)
        same(t, 'clip', () => [make(1, 2, 3), other, value], `${type} ${String(other)} to ${String(value)}`)
      }
    }
    for (const wrong of Object.keys(types) as (keyof typeof types)[]) {
      const Other = types[wrong] as unknown as { from(values: unknown[]): NumericArray }
      for (const n of [2, 3]) {
        const y = () => Other.from([1, 2, 3].slice(0, n).map((value) => numberOf(wrong)(value)))
        for (const name of ['add', 'divide']) same(t, name, () => [make(1, 2, 3), y()], `${type} and ${wrong} ${n}`)
        for (const name of ['abs', 'exp', 'sqrt']) same(t, name, () => [make(1, 2, 3), { out: y() }], `${type} into ${wrong} ${n}`)
      }
    }
    same(t, 'multiply', () => [make(1, 100, 100), make(1, 100, 100)], type)
    same(t, 'subtract', () => [make(1, 0, 0), make(0, 100, 100)], type)
    same(t, 'scale', () => [make(1, 100, 100), numberOf(type)(100), { out: make(1, 1, 1) }], type)
  }
  // The first result that doesn't fit is named also where those before have been overwritten by then.
  for (const name of ['add', 'scale']) same(t, name, () => ((x) => [x, 100, { out: x }])(Int8Array.of(1, 1, 20, 100, 5)), 'in place')
  for (const name of ['abs', 'exp']) for (const options of [null, 5, [], {}, { out: undefined }, { out: null }, { more: 1 }, { out: new Float64Array(3), more: 1 }]) {
    t.deepEqual(outcome(() => functions[`${name}Sync`]!(new Float64Array(3), options)), outcome(() => functions[`${name}Sync`]!(new Float64Array(3).subarray(), options)))
  }
})

test('subclasses, proxies, other realms, memory that is gone or may change its size', (t) => {
  class Mine extends Float32Array {}
  const foreign = runInNewContext('Int16Array.of(1, 2, 3)') as Int16Array
  const resizable = (Class: typeof Float64Array | typeof Int32Array) => {
    const buffer = new (ArrayBuffer as unknown as new (n: number, options: object) => ArrayBuffer)(64, { maxByteLength: 128 })
    return [new Class(buffer), new Class(buffer, 8, 2)]
  }
  same(t, 'exp', () => [Mine.of(1, 2, 3)], 'subclass')
  t.is(functions['absSync']!(Mine.of(1, 2)).constructor, Float32Array)
  same(t, 'add', () => [Buffer.from([1, 2, 3]), 5], 'Buffer')
  same(t, 'add', () => [foreign, foreign], 'other realm')
  t.true(functions['addSync']!(foreign, 1) instanceof Int16Array)
  for (const Class of [Float64Array, Int32Array]) for (const view of [0, 1]) {
    same(t, 'add', () => [resizable(Class)[view], 5], 'resizable')
    same(t, 'abs', () => [resizable(Class)[view], { out: new Class(view === 0 ? 64 / Class.BYTES_PER_ELEMENT : 2) }], 'resizable')
  }
  for (const Class of [Float64Array, Float32Array, Int8Array, BigInt64Array]) {
    const gone = () => {
      const view = new Class(4)
      structuredClone(view.buffer, { transfer: [view.buffer] })
      return view
    }
    same(t, 'abs', () => [gone()], Class.name)
    same(t, 'abs', () => [new Class(4), { out: gone() }], Class.name)
    same(t, 'add', () => [new Class(4), gone()], Class.name)
    same(t, 'abs', () => [new Proxy(new Class(4), {})], Class.name)
    same(t, 'add', () => [new Class(4), new Proxy(new Class(4), {})], Class.name)
    same(t, 'abs', () => [new Class(4), { out: new Proxy(new Class(4), {}) }], Class.name)
  }
  t.pass()
})
