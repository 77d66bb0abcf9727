/** The numbers are those of the definition, on both backends, for any thread count, length, form and place in memory. */
import test from 'ava'
import fc from 'fast-check'
import { allocate, random } from 'manycore'
import { backends, on } from '../support/backends.ts'
import * as reference from './reference.ts'

/** Known answers of Random123 (its kat_vectors, threefry4x32 20): counter, key, block. */
const known = [
  ['00000000 00000000 00000000 00000000', '00000000 00000000 00000000 00000000', '9c6ca96a e17eae66 fc10ecd4 5256a7d8'],
  ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff ffffffff ffffffff', '2a881696 57012287 f6c7446e a16a6732'],
  ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0 082efa98 ec4e6c89', '59cd1dbb b8879579 86b5d00c ac8b6d84'],
] as const

/** Equal bytes: quicker than looking at elements. */
function same(x: ArrayBufferView, y: ArrayBufferView): boolean {
  const bytes = (view: ArrayBufferView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
  return Buffer.compare(bytes(x), bytes(y)) === 0
}

test('the reference gives the known answers', (t) => {
  const words = (text: string): bigint[] => text.split(' ').map((word) => BigInt(`0x${word}`))
  for (const [counter, key, block] of known) t.deepEqual(reference.threefry(words(counter), words(key)), words(block))
})

test('what users have in their results never changes', (t) => {
  const places = [0, 1, 16, 100]
  const at = (x: ArrayLike<number>): number[] => places.map((i) => x[i]!)
  t.deepEqual(at(random.uniformSync(101, { seed: 42 })), [0.6892402817767898, 0.9578612314393379, 0.706212841879413, 0.8615475569756914])
  t.deepEqual(at(random.normalSync(101, { seed: 42 })), [0.0861294544611478, 0.6222404529146441, 1.6522581801538025, 1.5836834225145737])
  t.deepEqual(at(random.integersSync(0, 1_000_000, 101, { seed: 42 })), [618_770, 170_707, 501_201, 338_213])
  t.deepEqual([...random.permutationSync(8, { seed: 42 })], [4, 1, 7, 0, 6, 3, 5, 2])
  // Word 0 and 1 of the zero block of the zero key.
  t.is(random.uniformSync(1, { seed: 0 })[0], (0x9c6ca96a - (0x9c6ca96a % 32) + (0xe17eae66 - (0xe17eae66 % 64)) / 2 ** 27) / 2 ** 32)
})

const lengths = [0, 1, 15, 16, 17, 31, 32, 33, 64, 65, 200]
const seeds = [0, 1, -1, 2 ** 40 + 5, Number.MIN_SAFE_INTEGER, 2n ** 127n + 3n, -(2n ** 127n)] as const
const far = [16_383, 16_384, 16_385, 70_000, 123_456]

for (const backend of backends) {
  test(`${backend}: uniform, normal and integers by definition`, (t) => {
    for (const seed of seeds) {
      for (const n of lengths) {
        const indices = Array.from({ length: n }, (_, i) => i)
        t.deepEqual([...on(backend, () => random.uniformSync(n, { seed }))], indices.map((i) => reference.uniform(seed, i)))
        t.deepEqual([...on(backend, () => random.uniformSync(n, { seed, type: 'float32' }))], indices.map((i) => reference.uniformFloat(seed, i)))
        t.deepEqual([...on(backend, () => random.normalSync(n, { seed }))], indices.map((i) => reference.normal(seed, i)))
        t.deepEqual([...on(backend, () => random.integersSync(-3, 100, n, { seed }))], indices.map((i) => Number(reference.integer(seed, -3n, 100n, i))))
      }
    }
  })

  test(`${backend}: far elements, stretched and shifted`, (t) => {
    const uniform = on(backend, () => random.uniformSync(130_000, { seed: 7, low: -2, high: 5 }))
    const normal = on(backend, () => random.normalSync(130_000, { seed: 7, mean: 3, standardDeviation: 0.5 }))
    const narrow = on(backend, () => random.normalSync(130_000, { seed: 7, mean: 3, standardDeviation: 0.5, type: 'float32' }))
    for (const i of far) {
      t.is(uniform[i], -2 + 7 * reference.uniform(7, i))
      t.is(normal[i], 3 + 0.5 * reference.normal(7, i))
      t.is(narrow[i], Math.fround(normal[i]!))
    }
  })

  test(`${backend}: integers of every type and width`, (t) => {
    const cases = [
      ['int8', -128n, 128n], ['uint8', 250n, 256n], ['int16', -5n, 5n], ['uint16', 0n, 65536n], ['int32', -(2n ** 31n), 2n ** 31n], ['uint32', 0n, 3n * 2n ** 30n],
      ['float64', -(2n ** 52n), 2n ** 52n], ['float64', 2n ** 50n, 2n ** 50n + 6n], ['float64', 0n, 2n ** 32n], ['float64', -5n, 2n ** 32n], ['float64', 0n, 2n ** 53n],
      ['bigint64', -(2n ** 63n), 2n ** 63n], ['bigint64', -(2n ** 63n), 7n], ['biguint64', 2n ** 63n, 2n ** 63n + 10n], ['biguint64', 0n, 2n ** 64n - 1n],
    ] as const
    for (const [type, low, high] of cases) {
      const [from, to] = type.startsWith('big') || high > BigInt(Number.MAX_SAFE_INTEGER) ? [low, high] : [Number(low), Number(high)]
      const result = on(backend, () => random.integersSync(from, to, 100, { seed: 11, type }))
      const values = Array.from(result, (value: number | bigint) => BigInt(value))
      t.deepEqual(values, values.map((_, i) => reference.integer(11, low, high, i)), `${type} ${low} ${high}`)
    }
    t.deepEqual([...random.integersSync(4, 5, 3)], [4, 4, 4], 'a single integer')
  })

  test(`${backend}: permutations by definition`, (t) => {
    for (const n of [0, 1, 2, 3, 64, 65, 1000, 33_000]) {
      t.true(same(on(backend, () => random.permutationSync(n, { seed: 5 })), reference.permutation(5, n)), `${n}`)
    }
  })

  test(`${backend}: neither threads nor form nor length can be seen`, async (t) => {
    const n = 300_001
    const seed = 99
    const kinds: Record<string, readonly [(n: number, options: object) => ArrayBufferView, (n: number, options: object) => Promise<ArrayBufferView>]> = {
      uniform: [random.uniformSync, random.uniform], normal: [random.normalSync, random.normal],
      integers: [(n: number, options: object) => random.integersSync(0, 1e9, n, options), (n: number, options: object) => random.integers(0, 1e9, n, options)],
      permutation: [random.permutationSync, random.permutation],
    }
    for (const [name, [sync, promise]] of Object.entries(kinds)) {
      const expected = on('workers', () => sync(n, { seed, threads: 1 }))
      for (const threads of [1, 2, 3, 7]) {
        t.true(same(on(backend, () => sync(n, { seed, threads })), expected), `${name} ${threads}`)
        t.true(same(await on(backend, () => promise(n, { seed, threads, timeout: 60_000 })), expected), `${name} ${threads}`)
      }
      t.true(same(on(backend, () => sync(n, { seed, timeout: 60_000 })), expected))
      if (name !== 'permutation') t.true(same(await on(backend, () => promise(5001, { seed })), (expected as Float64Array).slice(0, 5001)), 'a longer result begins with a shorter one')
    }
  })

  test(`${backend}: into memory of any kind, at any offset`, async (t) => {
    const n = 100_003
    const options = { seed: 4, low: 2, high: 3 } as const
    const expected = random.uniformSync(n, options)
    const buffers = [new ArrayBuffer(8 * n + 64), new SharedArrayBuffer(8 * n + 64), allocate('float64', n + 8).buffer]
    for (const buffer of buffers) {
      for (const offset of [0, 1, 3]) {
        const whole = new Float64Array(buffer).fill(-1)
        const out = new Float64Array(buffer, 8 * offset, n)
        t.is(on(backend, () => random.uniformSync(n, { ...options, out })), out)
        t.true(same(out, expected))
        out.fill(0)
        t.is(await on(backend, () => random.uniform(n, { ...options, out })), out)
        t.true(same(out, expected))
        t.true(whole.slice(0, offset).every((x) => x === -1) && whole.slice(offset + n).every((x) => x === -1), 'nothing beside it is touched')
      }
    }
    const narrow = new Int16Array(1000)
    t.is(on(backend, () => random.integersSync(-5, 5, 1000, { out: narrow, seed: 1 })), narrow)
    t.deepEqual([...narrow], [...random.integersSync(-5, 5, 1000, { seed: 1 })])
  })
}

test('any range, seed and length: both backends agree, and all numbers are in range', (t) => {
  const double = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 })
  t.notThrows(() => fc.assert(
    fc.property(double, double, fc.bigInt({ min: -(2n ** 127n), max: 2n ** 128n - 1n }), fc.integer({ min: 0, max: 300 }), (a, b, seed, n) => {
      const [low, high] = a < b ? [a, b] : [b, a]
      if (low === high) return true
      const results = backends.map((backend) => on(backend, () => random.uniformSync(n, { low, high, seed })))
      const inRange = results[0]!.every((x) => x >= low && x < high)
      return inRange && results.every((result) => result.every((x, i) => Object.is(x, results[0]![i])))
    }),
    { numRuns: 500 },
  ))
  t.notThrows(() => fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 2 ** 32 }), fc.maxSafeInteger(), fc.integer({ min: 0, max: 200 }), (low, count, seed, n) => {
      const high = low + count
      if (!Number.isSafeInteger(high)) return true
      const results = backends.map((backend) => on(backend, () => random.integersSync(low, high, n, { seed, type: 'float64' })))
      const inRange = results[0]!.every((x) => x >= low && x < high && Number.isInteger(x))
      return inRange && results.every((result) => result.every((x, i) => x === results[0]![i]))
    }),
    { numRuns: 500 },
  ))
})

test('floats stay below the upper end and not below the lower one, whatever rounding does', (t) => {
  for (const backend of backends) {
    // 0.1 and 0.3 are no floats; between 1 and the double after 1 + 2^-22 there are few.
    for (const [low, high] of [[0.1, 0.3], [1, 1 + 2 ** -22 + 2 ** -52], [-1, -1 + 2 ** -23], [-1e-45, 1e-45]] as const) {
      const values = on(backend, () => random.uniformSync(2000, { low, high, seed: 8, type: 'float32' }))
      t.true(values.every((x) => x >= low && x < high), `${low} ${high}`)
    }
    t.deepEqual([...new Set(on(backend, () => random.uniformSync(500, { low: 1, high: 1 + 2 ** -52, seed: 1 })))], [1])
  }
})

test('numbers and bigints are one kind of seed; without a seed all calls differ', (t) => {
  t.deepEqual(random.uniformSync(9, { seed: -7 }), random.uniformSync(9, { seed: -7n }))
  t.deepEqual(random.uniformSync(9, { seed: 2 ** 52 }), random.uniformSync(9, { seed: 2n ** 52n }))
  const firsts = Array.from({ length: 200 }, () => random.uniformSync(1)[0])
  t.is(new Set(firsts).size, 200)
})
