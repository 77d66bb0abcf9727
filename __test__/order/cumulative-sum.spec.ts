/** cumulativeSum: the order of the document for floats, exact for integers, on both backends, any thread count, form and memory. */
import test from 'ava'
import fc from 'fast-check'
import { cumulativeSum, cumulativeSumSync, Matrix, range } from 'manycore'
import { backends, on } from '../support/backends.ts'
import { difference, numbers, placed, threadCounts, types, type AnyArray, type TypeName } from './support.ts'

const lengths = [0, 1, 2, 100, 4095, 4096, 4097, 16_385, 65_537, 200_003]

/** docs/order-of-arithmetic.md, word by word. */
function byTheDocument(x: Float64Array | Float32Array): Float64Array | Float32Array {
  const out = x.slice()
  let before = 0
  for (let block = 0; block < x.length; block += 4096) {
    let running = 0
    for (let i = block; i < Math.min(x.length, block + 4096); i++) {
      running += x[i]!
      out[i] = before + running
    }
    before += running
  }
  return out
}

/** Integers of a type whose sums stay in its range: steps between random levels. */
function integers(type: TypeName, n: number): AnyArray {
  const levels = numbers(type.startsWith('big') ? 'int32' : 'uint8', n, 'wide', n)
  const signed = !type.includes('u')
  const x = new types[type](n)
  let level = 0
  for (let i = 0; i < n; i++) {
    const next = Math.abs(Number(levels[i])) >> 1
    // Types without a sign can only rise, and not far.
    const step = signed ? next - level : i < 100 ? next & 1 : 0
    x[i] = (type.startsWith('big') ? BigInt(step) : step) as never
    level += step
  }
  return x
}

for (const backend of backends) {
  for (const type of ['float64', 'float32'] as const) {
    test(`${backend}, ${type}: the order of the document`, async (t) => {
      for (const n of lengths) {
        for (const kind of ['wide', 'special'] as const) {
          const x = numbers(type, n, kind, n) as Float64Array
          const before = x.slice()
          const expected = byTheDocument(x)
          for (const threads of threadCounts) {
            const result = on(backend, () => cumulativeSumSync(x, { threads }))
            t.is(result.constructor, types[type])
            t.is(difference(result, expected), undefined, `${n} ${kind} ${threads}`)
          }
          t.is(difference(x, before), undefined)
          for (const shared of [false, true]) {
            const y = placed(x, 3, shared)
            t.is(difference(await on(backend, () => cumulativeSum(y)), expected), undefined)
            t.is(on(backend, () => cumulativeSumSync(y, { out: y })), y)
            t.is(difference(y, expected), undefined, 'in place')
          }
        }
      }
    })
  }

  for (const type of Object.keys(types).filter((name) => name.includes('int')) as TypeName[]) {
    test(`${backend}, ${type}: exact, and an error beyond the range`, async (t) => {
      for (const n of lengths) {
        const x = integers(type, n)
        let sum = 0n
        const expected = Array.from(x as Float64Array, (value) => (sum += BigInt(value)))
        for (const threads of threadCounts) {
          const result = on(backend, () => cumulativeSumSync(x, { threads })) as AnyArray
          t.is(result.constructor, types[type])
          t.is(difference(Array.from(result as Float64Array, BigInt), expected), undefined, `${n} ${threads}`)
        }
        t.is(difference(Array.from((await on(backend, () => cumulativeSum(placed(x, 1, true)))) as Float64Array, BigInt), expected), undefined)
      }
      for (const at of [1, 4095, 4096, 70_001]) {
        const x = new types[type](100_000)
        const most = type === 'bigint64' ? 2n ** 63n - 1n : type === 'biguint64' ? 2n ** 64n - 1n : 2 ** (8 * x.BYTES_PER_ELEMENT - (type.includes('u') ? 0 : 1)) - 1
        x[0] = most as never
        x[at] = x[99_999] = (type.startsWith('big') ? 1n : 1) as never
        for (const threads of threadCounts) {
          const error = t.throws(() => on(backend, () => cumulativeSumSync(x as AnyArray, { threads }))) as Error & { code?: string }
          t.is(error.code, 'ERR_MANYCORE_RANGE')
          t.true(error.message.includes(`first ${at + 1} elements`), error.message)
        }
        t.is(((await t.throwsAsync(on(backend, () => cumulativeSum(x as AnyArray)))) as { code?: string }).code, 'ERR_MANYCORE_RANGE')
      }
    })
  }

  test(`${backend}: any doubles, and what is no typed array`, (t) => {
    on(backend, () => {
      fc.assert(
        fc.property(fc.float64Array({ maxLength: 300 }), fc.integer({ min: 1, max: 40 }), (some, repeats) => {
          const x = new Float64Array(some.length * repeats)
          for (let i = 0; i < x.length; i++) x[i] = some[i % some.length]!
          t.is(difference(cumulativeSumSync(x), byTheDocument(x)), undefined)
        }),
        { numRuns: 60 },
      )
      t.deepEqual(cumulativeSumSync([1, 2, 3]), new Float64Array([1, 3, 6]))
      t.deepEqual(cumulativeSumSync(range(4)), new Float64Array([0, 1, 3, 6]))
      t.deepEqual(cumulativeSumSync(new Matrix(new Int8Array([1, 2, 3, 4]), 2, 2)), new Int8Array([1, 3, 6, 10]))
      t.deepEqual(cumulativeSumSync([-0, -0]), new Float64Array([0, 0]))
    })
  })
}

test('errors', (t) => {
  const code = (body: () => unknown) => (t.throws(body) as Error & { code?: string }).code
  for (const wrong of [undefined, 'abc', {}, ['a']]) t.is(code(() => cumulativeSumSync(wrong as never)), 'ERR_MANYCORE_TYPE')
  t.is(code(() => cumulativeSumSync([1], { axis: 0 } as never)), 'ERR_MANYCORE_OPTION')
  t.is(code(() => cumulativeSumSync(new Int8Array(2), { out: new Int16Array(2) as never })), 'ERR_MANYCORE_TYPE')
  t.is(code(() => cumulativeSumSync(new Int8Array(2), { out: new Int8Array(1) })), 'ERR_MANYCORE_SHAPE')
  const memory = Float64Array.from({ length: 10 }, (_, i) => i)
  for (const start of [0, 2]) t.is(code(() => cumulativeSumSync(memory.subarray(1, 9), { out: memory.subarray(start, start + 8) })), 'ERR_MANYCORE_OPTION')
  t.deepEqual(memory, Float64Array.from({ length: 10 }, (_, i) => i))
  cumulativeSumSync(memory.subarray(1, 4), { out: memory.subarray(1, 4) })
  t.deepEqual(memory.subarray(0, 5), new Float64Array([0, 1, 3, 6, 4]))
})
