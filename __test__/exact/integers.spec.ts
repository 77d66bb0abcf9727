/** Integer arrays are reduced exactly: against bigints, on every backend, in both forms, whatever the memory. */
import { readFileSync } from 'node:fs'
import test from 'ava'
import fc from 'fast-check'
import * as manycore from 'manycore'
import { backends, on } from '../support/backends.ts'
import { integers, nearest, total, type Integers } from './reference.ts'

const kinds = {
  int8: Int8Array, uint8: Uint8Array, uint8clamped: Uint8ClampedArray, int16: Int16Array, uint16: Uint16Array, int32: Int32Array, uint32: Uint32Array,
  bigint64: BigInt64Array, biguint64: BigUint64Array,
} as const
type Kind = keyof typeof kinds
const names = Object.keys(kinds) as Kind[]
const wide = (kind: Kind): boolean => kind.startsWith('big')

/** What the public functions must give. */
function truth(kind: Kind, x: Integers, y: Integers): Record<string, number | bigint> {
  const [a, b] = [integers(x), integers(y)]
  const n = BigInt(a.length)
  const value = (exact: bigint): number | bigint => (wide(kind) ? exact : nearest({ numerator: exact, denominator: 1n }))
  const sum = total(a)
  const squares = total(a.map((v) => v * v))
  const spread = n * squares - sum * sum
  return {
    sum: value(sum),
    sumOfSquares: value(squares),
    dot: value(total(a.map((v, i) => v * b[i]!))),
    ...(n === 0n ? {} : {
      mean: nearest({ numerator: sum, denominator: n }),
      variance: nearest({ numerator: spread, denominator: n * n }),
      min: value(a.reduce((p, q) => (q < p ? q : p))),
      max: value(a.reduce((p, q) => (q > p ? q : p))),
      argMin: a.indexOf(a.reduce((p, q) => (q < p ? q : p))),
      argMax: a.indexOf(a.reduce((p, q) => (q > p ? q : p))),
    }),
  }
}

type Call = (x: Integers, ...rest: unknown[]) => unknown

function operandsOf(name: string, x: Integers, y: Integers): [Integers, ...unknown[]] {
  return name === 'dot' ? [x, y] : [x]
}

/** A typed array of random elements in memory of a kind. */
function make(kind: Kind, n: number, next: () => number, memory: 'plain' | 'shared' | 'allocated' | 'resizable'): Integers {
  const Class = kinds[kind] as unknown as new (buffer: ArrayBufferLike, offset: number, length: number) => Integers
  const bytes = (n + 3) * kinds[kind].BYTES_PER_ELEMENT
  const Resizable = ArrayBuffer as unknown as new (length: number, options: { maxByteLength: number }) => ArrayBuffer
  const buffer = memory === 'shared' ? new SharedArrayBuffer(bytes) : memory === 'resizable' ? new Resizable(bytes, { maxByteLength: bytes + 8 })
    : memory === 'allocated' ? manycore.allocate('uint8', bytes).buffer : new ArrayBuffer(bytes)
  const all = new Uint8Array(buffer)
  for (let i = 0; i < all.length; i++) all[i] = next() * 256
  return new Class(buffer, kinds[kind].BYTES_PER_ELEMENT, n)
}

/** xorshift32 (Marsaglia 2003) */
function generator(seed: number): () => number {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

const lengths = [0, 1, 2, 3, 5, 100, 255, 256, 257, 1000, 4097, 65_537, 262_145]

for (const backend of backends) {
  for (const kind of names) {
    test(`${kind} on ${backend}: every reduction, memory and form`, async (t) => {
      t.timeout(120_000)
      for (const [turn, n] of lengths.entries()) {
        const memory = (['plain', 'shared', 'allocated', 'resizable'] as const)[turn % 4]!
        const next = generator(n + 7)
        const [x, y] = [make(kind, n, next, memory), make(kind, n, next, memory)]
        const before = x.slice()
        for (const [name, wanted] of Object.entries(truth(kind, x, y))) {
          const sync = manycore[`${name}Sync` as 'sumSync'] as Call
          const promised = manycore[name as 'sum'] as unknown as (x: Integers, ...rest: unknown[]) => Promise<unknown>
          const context = `${name} of ${n} in ${memory} memory`
          const parameters = operandsOf(name, x, y)
          t.is(on(backend, () => sync(...parameters)), wanted, context)
          for (const threads of [1, 2, 7]) {
            t.is(on(backend, () => sync(...parameters, { threads })), wanted, `${context}, ${threads} threads`)
            t.is(await on(backend, () => promised(...parameters, { threads })), wanted, `${context}, promised, ${threads} threads`)
          }
          t.is(on(backend, () => sync(...parameters, { timeout: 60_000 })), wanted, `${context}, with a time limit`)
        }
        t.deepEqual(x, before)
      }
    })
  }

  test(`extremes of every kind on ${backend}`, (t) => {
    for (const kind of names) {
      for (const [low, high] of [[0, 1], [1, 0]] as const) {
        const Class = kinds[kind] as unknown as { from(values: unknown[]): Integers; BYTES_PER_ELEMENT: number }
        const bits = 8 * Class.BYTES_PER_ELEMENT
        const signed = kind.includes('int') && !kind.includes('uint')
        const [least, most] = signed ? [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n] : [0n, 2n ** BigInt(bits) - 1n]
        const values = Array.from({ length: 70_001 }, (_, i) => (i % 2 === low ? least : i % 2 === high ? most : 0n))
        const x = Class.from(wide(kind) ? values : values.map(Number))
        const all = Class.from(values.map(() => (wide(kind) ? least || most : Number(least || most))))
        for (const array of [x, all]) {
          for (const [name, wanted] of Object.entries(truth(kind, array, array))) {
            const sync = manycore[`${name}Sync` as 'sumSync'] as Call
            t.is(on(backend, () => sync(...operandsOf(name, array, array))), wanted, `${kind} ${name}`)
          }
        }
      }
    }
  })

  test(`fractional and whole ddof on ${backend}`, (t) => {
    const x = Int32Array.of(7, -3, 2_000_000_000, 11, -2_000_000_000)
    const spread = 5n * total(integers(x).map((v) => v * v)) - total(integers(x)) ** 2n
    for (const [ddof, numerator, denominator] of [[0, 5n, 1n], [1, 4n, 1n], [0.5, 9n, 2n], [4.75, 1n, 4n]] as const) {
      const wanted = nearest({ numerator: spread * denominator, denominator: 5n * numerator })
      t.is(on(backend, () => manycore.varianceSync(x, { ddof })), wanted, `${ddof}`)
    }
    const code = 'ERR_MANYCORE_RANGE'
    t.throws(() => on(backend, () => manycore.varianceSync(x, { ddof: 5 })), { code })
    t.throws(() => on(backend, () => manycore.meanSync(new BigInt64Array(0))), { code })
    t.throws(() => on(backend, () => manycore.minSync(new Uint8Array(0))), { code })
  })

  test(`whatever the numbers on ${backend}`, (t) => {
    fc.assert(fc.property(fc.constantFrom(...names), fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { minLength: 1, maxLength: 40 }), (kind, values) => {
      const Class = kinds[kind] as unknown as { from(values: unknown[]): Integers }
      const x = Class.from(wide(kind) ? values : values.map((value) => Number(BigInt.asIntN(32, value))))
      const y = Class.from(wide(kind) ? values.toReversed() : values.map((value) => Number(BigInt.asIntN(32, value >> 20n))))
      for (const [name, wanted] of Object.entries(truth(kind, x, y))) {
        const sync = manycore[`${name}Sync` as 'sumSync'] as Call
        t.is(on(backend, () => sync(...operandsOf(name, x, y))), wanted, `${kind} ${name}`)
      }
    }), { numRuns: 300 })
  })
}

test('the sum of squares of 0 … 999 999', async (t) => {
  const x = Int32Array.from({ length: 1_000_000 }, (_, i) => i)
  for (const backend of backends) {
    t.is(on(backend, () => manycore.sumOfSquaresSync(x)), 333_332_833_333_500_000)
    t.is(await on(backend, () => manycore.sumOfSquares(x)), 333_332_833_333_500_000)
    t.is(on(backend, () => manycore.sumOfSquaresSync(BigInt64Array.from(x, BigInt))), 333_332_833_333_500_000n)
  }
})

test('minMax of every kind', async (t) => {
  for (const backend of backends) {
    for (const kind of names) {
      const x = make(kind, 300_001, generator(5), 'plain')
      const wanted = truth(kind, x, x)
      const pair = { min: wanted['min'], max: wanted['max'] }
      t.deepEqual(on(backend, () => manycore.minMaxSync(x)) as object, pair, `${kind} on ${backend}`)
      t.deepEqual((await on(backend, () => manycore.minMax(x))) as object, pair, `${kind} on ${backend}`)
    }
    t.deepEqual(on(backend, () => manycore.minMaxSync(BigInt64Array.of(2n ** 62n + 1n, -(2n ** 63n)))), { min: -(2n ** 63n), max: 2n ** 62n + 1n })
    // Numbers that one double stands for.
    t.is(on(backend, () => manycore.argMaxSync(BigInt64Array.of(2n ** 60n, 2n ** 60n + 1n, 2n ** 60n + 2n, 2n ** 60n + 2n))), 2)
  }
})

test('two types, two lengths', (t) => {
  const x = Int32Array.of(1, 2)
  t.throws(() => manycore.dotSync(x, Uint32Array.of(1, 2)), { code: 'ERR_MANYCORE_TYPE' })
  t.throws(() => manycore.dotSync(x, Int32Array.of(1)), { code: 'ERR_MANYCORE_SHAPE' })
  t.throws(() => manycore.sumSync(new DataView(new ArrayBuffer(8)) as unknown as Int32Array), { code: 'ERR_MANYCORE_TYPE' })
})

test('taken over, and given back with the result', async (t) => {
  for (const backend of backends) {
    const x = Int16Array.from({ length: 500_000 }, (_, i) => i % 100)
    const { result, x: back } = await on(backend, () => manycore.sum(x, { transfer: true }))
    t.is(x.length, 0)
    t.is(back.length, 500_000)
    t.is(result, 24_750_000)
    const big = BigInt64Array.of(2n ** 62n, 2n ** 62n)
    const pair = await on(backend, () => manycore.dot(big, BigInt64Array.of(4n, 4n), { transfer: true }))
    t.is(pair.result, 2n ** 65n)
  }
})

interface Case {
  name: string
  dtype: 'int32' | 'int64' | 'int8' | 'uint8'
  n: number
  data: string
  sum_exact: string
  sumsq_exact: string
}
const { cases } = JSON.parse(readFileSync(new URL('../fixtures/special/integers.json', import.meta.url), 'utf8')) as { cases: Case[] }

for (const item of cases) {
  test(`fixture ${item.name}`, (t) => {
    const repeated = /^(-?\d+) repeated \d+$/.exec(item.data)?.[1]
    const element = (i: number): bigint => (repeated === undefined ? BigInt(i) : BigInt(repeated))
    const values = Array.from({ length: item.n }, (_, i) => element(i))
    const big = item.dtype === 'int64'
    const x = big ? BigInt64Array.from(values) : { int32: Int32Array, int8: Int8Array, uint8: Uint8Array }[item.dtype as 'int32'].from(values.map(Number))
    const value = (text: string): number | bigint => (big ? BigInt(text) : Number(BigInt(text)))
    for (const backend of backends) {
      t.is(on(backend, () => manycore.sumSync(x)), value(item.sum_exact))
      t.is(on(backend, () => manycore.sumOfSquaresSync(x)), value(item.sumsq_exact))
      t.is(on(backend, () => manycore.dotSync(x, x)), value(item.sumsq_exact))
    }
  })
}
