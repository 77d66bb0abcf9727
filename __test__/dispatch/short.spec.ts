/** The short doors (src/dispatch/short.ts) give what the long way gives, bit for bit, which calls with options go; and leave alone what is none of theirs. */
import vm from 'node:vm'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import * as manycore from 'manycore'
import { explain, range } from 'manycore'
import { backends, on } from '../support/backends.ts'

type Call = (...args: unknown[]) => unknown
const functions = manycore as unknown as Record<string, Call>

const ofOne = ['sum', 'sumOfSquares', 'mean', 'variance', 'standardDeviation', 'min', 'max', 'minMax', 'argMin', 'argMax', 'norm', 'product', 'countNonzero', 'hasNaN', 'logSumExp', 'describe', 'median', 'histogram']
const Floats = [Float64Array, Float32Array]
const Integers = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array]
const BigInts = [BigInt64Array, BigUint64Array]
type View = Float64Array | Int32Array | BigInt64Array

/** All lengths that have a way of their own, and some beyond each limit. */
const lengths = [...Array.from({ length: 132 }, (_, i) => i), 159, 160, 161, 191, 192, 193, 255, 256, 257, 300, 383, 511, 512, 513, 600, 1023, 1024, 1025, 1536, 1537, 2048, 2049, 4095, 4096, 4097, 4100]

function outcome(call: () => unknown): unknown {
  try {
    return call()
  } catch (error) {
    return { code: (error as { code: string }).code, message: (error as Error).message }
  }
}

/** Every function of one array, and the dot product, by both ways and in both forms. */
async function alike(t: ExecutionContext, x: unknown, y: unknown, what: string, promises = true): Promise<void> {
  for (const q of [0, 0.3, 0.5, 1]) t.deepEqual(outcome(() => functions['quantileSync']!(x, q)), outcome(() => functions['quantileSync']!(x, q, {})), `quantile ${q} of ${what}`)
  for (const options of [{ range: [-10, 20] }, { bins: 3 }, { bins: 100, range: [0, 1] }, { range: [-0, 5], bins: 7 }]) {
    t.deepEqual(outcome(() => functions['histogramSync']!(x, options)), outcome(() => functions['histogramSync']!(x, { ...options, threads: 1 })), `histogram of ${what}`)
  }
  for (const name of [...ofOne, 'dot']) {
    const args = name === 'dot' ? [x, y] : [x]
    const wanted = outcome(() => functions[`${name}Sync`]!(...args, name === 'histogram' ? { threads: 1 } : {}))
    t.deepEqual(outcome(() => functions[`${name}Sync`]!(...args)), wanted, `${name} of ${what}`)
    if (!promises) continue
    const promised = await (functions[name]!(...args) as Promise<unknown>).catch((error: unknown) => outcome(() => { throw error }))
    t.deepEqual(promised, wanted, `${name} of ${what}, promised`)
  }
}

const specials = [0, -0, NaN, Infinity, -Infinity, 1e308, -1e308, 5e-324, 1, -1]
const kinds: Record<string, (i: number) => number> = {
  plain: (i) => Math.sin(i * 12.9898) * 100,
  specials: (i) => specials[(i * 7 + (i >> 3)) % specials.length]!,
  zeros: (i) => (i % 5 === 3 ? -0 : 0),
  'only −0': () => -0,
  infinities: (i) => (i % 9 === 4 ? -Infinity : i % 9 === 5 ? Infinity : i),
  'a NaN at the end': (i) => (i % 40 === 39 ? NaN : i),
  large: (i) => Math.cos(i * 78.233) * 2 ** 31,
  'close to each other': (i) => 1e9 + (i % 3),
}

for (const backend of backends) {
  test(`floats of every length, ${backend}`, async (t) => {
    for (const Class of Floats) {
      for (const [kind, make] of Object.entries(kinds)) {
        for (const n of lengths) {
          const x = (Class as Float64ArrayConstructor).from({ length: n }, (_, i) => make(i))
          await on(backend, () => alike(t, x, x.slice().reverse(), `${n} ${kind} in ${Class.name}`, n % 31 === 1))
        }
      }
    }
  })

  test(`integers of every length, ${backend}`, async (t) => {
    for (const Class of Integers) {
      for (const kind of ['plain', 'large', 'close to each other']) {
        for (const n of lengths.filter((n) => n < 40 || n > 120 || n % 8 < 2)) {
          const x = (Class as Int32ArrayConstructor).from({ length: n }, (_, i) => kinds[kind]!(i))
          await on(backend, () => alike(t, x, x.slice().reverse(), `${n} ${kind} in ${Class.name}`, n % 31 === 1))
        }
      }
    }
    for (const Class of BigInts) {
      for (const unit of [7n, 2n ** 31n + 1n, 2n ** 62n + 3n, 2n ** 64n - 1n]) {
        for (const n of lengths.filter((n) => n % 16 < 2)) {
          const x = (Class as BigInt64ArrayConstructor).from(Array.from({ length: n }, (_, i) => unit * (i % 3 === 2 ? -1n : 1n) + BigInt(i)))
          await on(backend, () => alike(t, x, x, `${n} of ${unit} in ${Class.name}`, false))
          t.is(functions['sumSync']!(x), x.reduce((a, b) => a + b, 0n))
        }
      }
    }
  })

  test(`arrays of other kinds, ${backend}`, async (t) => {
    class Sub extends Float64Array {}
    class Liar extends Float64Array {
      override get length(): number {
        return 3
      }
    }
    for (const n of [1, 4, 7, 9, 17, 33, 100, 300]) {
      const plain = Float64Array.from({ length: n }, (_, i) => Math.sin(i) * 10)
      const bytes = plain.byteLength
      const foreign = vm.runInNewContext('(values) => Float64Array.from(values)')(Array.from(plain)) as Float64Array
      const resizable = new Float64Array(new ArrayBuffer(bytes, { maxByteLength: bytes + 80 } as never))
      const growable = new Float64Array(new (SharedArrayBuffer as unknown as new (n: number, o: object) => SharedArrayBuffer)(bytes, { maxByteLength: bytes + 80 }))
      const shared = new Float64Array(new SharedArrayBuffer(bytes + 8), 8)
      const part = new Float64Array(new ArrayBuffer(bytes + 16), 8, n)
      for (const view of [resizable, growable, shared, part]) view.set(plain)
      for (const x of [new Sub(plain), foreign, resizable, growable, shared, part]) {
        for (const name of ofOne) {
          t.deepEqual(on(backend, () => functions[`${name}Sync`]!(x)), on(backend, () => functions[`${name}Sync`]!(plain)), `${name} of ${n}`)
          t.deepEqual(await on(backend, () => functions[name]!(x)), on(backend, () => functions[`${name}Sync`]!(plain)), `${name} of ${n}`)
        }
        t.is(on(backend, () => functions['dotSync']!(x, plain)), on(backend, () => functions['dotSync']!(plain, plain)))
      }
      // A view that follows its buffer: the length at the call counts.
      ;(resizable.buffer as unknown as { resize(n: number): void }).resize(bytes + 8)
      t.is(on(backend, () => functions['argMaxSync']!(resizable)), on(backend, () => functions['argMaxSync']!(Float64Array.of(...plain, 0))))
      // Its own length is what an array has, whatever it says.
      t.notThrows(() => on(backend, () => functions['sumSync']!(new Liar(plain))))
    }
  })
}

test('what is none of an array’s elements is refused as before', async (t) => {
  const x = Float64Array.of(1, 2, 3)
  const detached = Float64Array.of(1, 2, 3)
  structuredClone(detached.buffer, { transfer: [detached.buffer] })
  const shrunk = new Float64Array(new ArrayBuffer(24, { maxByteLength: 48 } as never), 8)
  ;(shrunk.buffer as unknown as { resize(n: number): void }).resize(4)
  const strange = [new Proxy(x, {}), detached, shrunk, new DataView(x.buffer), x.buffer, null, undefined, 5, 'x', {}, { length: 3 }, Object.create(x), new Float64Array(0), new Int32Array(0), new BigInt64Array(0), [1, 2], [1, 'x'], range(5), range(0)]
  for (const input of strange) await alike(t, input, input, String(Object.prototype.toString.call(input)))
  for (const y of [Float32Array.of(1, 2, 3), Float64Array.of(1, 2), undefined, null, [1, 2, 3], new Proxy(x, {}), Int32Array.of(1, 2, 3)]) {
    t.deepEqual(outcome(() => functions['dotSync']!(x, y)), outcome(() => functions['dotSync']!(x, y, {})))
    t.deepEqual(outcome(() => functions['dotSync']!(Int32Array.of(1, 2, 3), y)), outcome(() => functions['dotSync']!(Int32Array.of(1, 2, 3), y, {})))
  }
  t.throws(() => functions['sumSync']!(x, null), { code: 'ERR_MANYCORE_OPTION' })
  t.throws(() => functions['minSync']!(new Float64Array(0)), { code: 'ERR_MANYCORE_RANGE' })
  t.throws(() => functions['sumSync']!(detached), { code: 'ERR_MANYCORE_DETACHED' })
  t.is(functions['varianceSync']!(x, { ddof: 1 }), 1)
  t.is((functions['describeSync']!(x, { ddof: 1 }) as { variance: number }).variance, 1)
})

test('integers whose sums of products leave the doubles are exact all the same', (t) => {
  const large = Int32Array.from({ length: 700 }, (_, i) => 2 ** 31 - 1 - i)
  const exact = (x: Int32Array, y: Int32Array): number => Number(Array.from(x).reduce((sum, value, i) => sum + BigInt(value) * BigInt(y[i]!), 0n))
  for (const n of [1, 2, 3, 30, 64, 700]) {
    const x = large.subarray(0, n)
    t.is(manycore.sumOfSquaresSync(x), exact(x, x))
    const y = Int32Array.from(x, (value, i) => (i % 2 === 0 ? -value : value))
    t.is(manycore.dotSync(x, y), exact(x, y))
  }
})

test('wild input', (t) => {
  const numbers = fc.array(fc.oneof(fc.double(), fc.constantFrom(...specials)), { minLength: 1, maxLength: 150 })
  fc.assert(fc.property(numbers, fc.constantFrom<{ from(values: number[]): unknown }>(...Floats, ...Integers), (values, Class) => {
    const x = Class.from(values) as View
    for (const name of ofOne) t.deepEqual(outcome(() => functions[`${name}Sync`]!(x)), outcome(() => functions[`${name}Sync`]!(x, {})), name)
    return true
  }), { numRuns: 300 })
})

test('explain says what the doors do', (t) => {
  if (!backends.includes('native')) return t.pass() // without a native core there is one way only
  const route = (name: string, x: unknown, ...rest: unknown[]): string => on('native', () => explain(`${name}Sync`, x as never, ...rest).route)
  for (const name of ['sum', 'mean', 'min', 'variance', 'countNonzero', 'argMax', 'norm', 'product', 'hasNaN', 'dot']) {
    t.is(route(name, new Int32Array(1000)), ['sum', 'mean', 'min', 'countNonzero', 'dot'].includes(name) ? 'serial' : 'inline', name)
    t.is(route(name, new Int32Array(40)), 'inline', name)
    t.is(route(name, new Uint8Array(1_000_000)), name === 'dot' || name === 'sum' ? route(name, new Uint8Array(1_000_000), {}) : route(name, new Uint8Array(1_000_000)), name)
  }
  t.is(route('sum', new BigInt64Array(1000)), 'inline')
  t.is(route('sum', new Float64Array(1000)), 'serial')
  t.is(route('sum', new Float64Array(32_768)), 'serial')
  t.is(route('sum', new Float64Array(100)), 'inline')
})
