/** What elementwise functions give, where they write it, and what they refuse, on each backend and in both forms. */
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import * as manycore from 'manycore'
import { Matrix, allocate, range } from 'manycore'
import { backends, on } from '../support/backends.ts'
import { hashOf } from './rows.mjs'

type Functions = Record<string, (...parameters: unknown[]) => unknown>
const functions = manycore as unknown as Functions

/** The same call in both forms on both backends. */
async function everywhere(t: ExecutionContext, name: string, parameters: () => unknown[], check: (result: unknown, parameters: unknown[]) => void): Promise<void> {
  for (const backend of backends) {
    const first = parameters()
    check(on(backend, () => functions[`${name}Sync`]!(...first)), first)
    const second = parameters()
    check(await on(backend, () => functions[name]!(...second)), second)
  }
  t.pass()
}

async function refused(t: ExecutionContext, name: string, parameters: () => unknown[], code: string, argument?: string): Promise<void> {
  for (const backend of backends) {
    const errors = [
      t.throws(() => on(backend, () => functions[`${name}Sync`]!(...parameters()))),
      await t.throwsAsync(() => on(backend, () => functions[name]!(...parameters()) as Promise<unknown>)),
    ] as unknown as { code: string; argument?: string; message: string }[]
    for (const error of errors) {
      t.is(error?.code, `ERR_MANYCORE_${code}`, error?.message)
      if (argument !== undefined) t.is(error?.argument, argument)
    }
  }
}

/** Equal to the bit, without printing tens of thousands of numbers when they aren't. */
function same(t: ExecutionContext, got: unknown, wanted: ArrayLike<number>): void {
  t.is(hashOf(got), hashOf(wanted))
}

const long = 50_000
const numbers = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => (i % 1001) / 7 - 50)

test('a number, an array, a range and an array of numbers as operands', async (t) => {
  const add = (x: unknown, y: unknown, wanted: number[]) => everywhere(t, 'add', () => [x, y], (result) => t.deepEqual(result, Float64Array.from(wanted)))
  await add([1, 2, 3], 4, [5, 6, 7])
  await add([1, 2, 3], [10, 20, 30], [11, 22, 33])
  await add(range(1, 4), 0.5, [1.5, 2.5, 3.5])
  await add(range(3), range(10, 40, 10), [10, 21, 32])
  await add(Float64Array.of(1, 2), range(2), [1, 3])
  await add([], [], [])
  await add(range(0), 1, [])
})

test('a long range is written out where the result goes, also beside the other operand', async (t) => {
  const wanted = Float64Array.from({ length: long }, (_, i) => 3 + i * 0.5 + (2 - i))
  await everywhere(t, 'add', () => [range(3, 3 + long / 2, 0.5), range(2, 2 - long, -1)], (result) => same(t, result, wanted))
  await everywhere(
    t, 'add',
    () => {
      const y = Float64Array.from({ length: long }, (_, i) => 2 - i)
      return [range(3, 3 + long / 2, 0.5), y, { out: y }]
    },
    (result, [, y]) => {
      t.is(result, y)
      same(t, result, wanted)
    },
  )
  await everywhere(t, 'astype', () => [range(long), 'int32'], (result) => same(t, result, Int32Array.from({ length: long }, (_, i) => i)))
})

test('a Matrix gives a Matrix of its shape', async (t) => {
  const matrix = () => new Matrix(Float32Array.of(1, 2, 3, 4, 5, 6), 2, 3)
  const check = (wanted: number[], Class: new (values: number[]) => unknown = Float32Array) => (result: unknown) => {
    t.true(result instanceof Matrix)
    const { rows, columns, data } = result as Matrix
    t.deepEqual([rows, columns], [2, 3])
    t.deepEqual(data, new Class(wanted) as never)
  }
  await everywhere(t, 'multiply', () => [matrix(), matrix()], check([1, 4, 9, 16, 25, 36]))
  await everywhere(t, 'scale', () => [matrix(), 2], check([2, 4, 6, 8, 10, 12]))
  await everywhere(t, 'astype', () => [matrix(), 'int8'], check([1, 2, 3, 4, 5, 6], Int8Array as never))
  await everywhere(t, 'divide', () => [new Matrix(Int16Array.of(1, 2, 3, 4, 5, 6), 2, 3), 2], check([0.5, 1, 1.5, 2, 2.5, 3], Float64Array as never))
  await everywhere(
    t, 'abs',
    () => {
      const out = matrix()
      return [new Matrix(Float32Array.of(-1, 2, -3, 4, -5, 6), 2, 3), { out }]
    },
    (result, [, options]) => t.is(result, (options as { out: Matrix }).out as never),
  )
  await refused(t, 'add', () => [matrix(), new Matrix(new Float32Array(6), 3, 2)], 'SHAPE', 'y')
  await refused(t, 'add', () => [matrix(), new Float32Array(6)], 'SHAPE', 'y')
  await refused(t, 'exp', () => [matrix(), { out: new Matrix(new Float32Array(6), 3, 2) }], 'SHAPE', 'out')
  await refused(t, 'exp', () => [matrix(), { out: new Float32Array(6) }], 'TYPE', 'out')
})

test('integers give doubles where their type could not hold the result', async (t) => {
  await everywhere(t, 'divide', () => [Int32Array.of(1, -2, 0), 4], (result) => t.deepEqual(result, Float64Array.of(0.25, -0.5, 0)))
  await everywhere(t, 'power', () => [Uint8Array.of(2, 3, 255), -1], (result) => t.deepEqual(result, Float64Array.of(0.5, 1 / 3, 1 / 255)))
  await everywhere(t, 'sqrt', () => [BigUint64Array.of(4n, 2n ** 62n)], (result) => t.deepEqual(result, Float64Array.of(2, 2 ** 31)))
  await everywhere(t, 'divide', () => [BigInt64Array.of(7n, -9n), 2n], (result) => t.deepEqual(result, Float64Array.of(3.5, -4.5)))
  await everywhere(t, 'power', () => [BigInt64Array.of(4n, 9n), 0.5], (result) => t.deepEqual(result, Float64Array.of(2, 3)))
})

test('bigints are exact up to the ends of their types', async (t) => {
  const max = 2n ** 63n - 1n
  await everywhere(t, 'subtract', () => [BigInt64Array.of(-1n, max), max], (result) => t.deepEqual(result, BigInt64Array.of(-max - 1n, 0n)))
  await everywhere(t, 'add', () => [BigUint64Array.of(5n, 2n ** 64n - 1n), -5n], (result) => t.deepEqual(result, BigUint64Array.of(0n, 2n ** 64n - 6n)))
  await everywhere(t, 'multiply', () => [BigInt64Array.of(2n ** 31n, -3n), BigInt64Array.of(2n ** 31n, 7n)], (result) => t.deepEqual(result, BigInt64Array.of(2n ** 62n, -21n)))
  await everywhere(t, 'axpy', () => [2n ** 40n, BigInt64Array.of(2n ** 22n), BigInt64Array.of(12345n)], (result) => t.deepEqual(result, BigInt64Array.of(2n ** 62n + 12345n)))
  await everywhere(t, 'clip', () => [BigUint64Array.of(0n, 9n, 2n ** 64n - 1n), 1n, 2n ** 63n], (result) => t.deepEqual(result, BigUint64Array.of(1n, 9n, 2n ** 63n)))
  await everywhere(t, 'abs', () => [BigInt64Array.of(-max, 3n)], (result) => t.deepEqual(result, BigInt64Array.of(max, 3n)))
  await refused(t, 'add', () => [BigInt64Array.of(max), 1n], 'RANGE')
  await refused(t, 'abs', () => [BigInt64Array.of(-max - 1n)], 'RANGE')
  await refused(t, 'multiply', () => [BigUint64Array.of(2n ** 40n), BigUint64Array.of(2n ** 40n)], 'RANGE')
})

test('an integer result beyond its type is an error that says where, from any number of threads', async (t) => {
  for (const [Class, big] of [[Int8Array, 100], [Uint8ClampedArray, 200], [Uint16Array, 40_000], [Int32Array, 2 ** 30], [Uint32Array, 2 ** 31]] as const) {
    for (const [first, second] of [[3, 7], [20_000, 45_000], [49_999, 49_999]] as const) {
      const make = () => {
        const x = new Class(long)
        x[first] = x[second] = big
        return x
      }
      for (const backend of backends) {
        for (const threads of [1, 2, 7]) {
          const messages = [
            t.throws(() => on(backend, () => functions['multiplySync']!(make(), make(), { threads })))?.message,
            (await t.throwsAsync(() => on(backend, () => functions['multiply']!(make(), make(), { threads }) as Promise<unknown>)))?.message,
          ]
          for (const message of messages) t.regex(message ?? '', new RegExp(`^multiply: the result at index ${first} is beyond`))
        }
      }
    }
  }
  await refused(t, 'scale', () => [Int8Array.of(64), 2], 'RANGE')
  await refused(t, 'subtract', () => [Uint8Array.of(1), Uint8Array.of(2)], 'RANGE')
  await refused(t, 'abs', () => [Int16Array.of(-32768)], 'RANGE')
  await refused(t, 'axpy', () => [1e300, Int32Array.of(1), Int32Array.of(1)], 'RANGE')
  await everywhere(t, 'axpy', () => [1e300, Int32Array.of(0), Int32Array.of(1)], (result) => t.deepEqual(result, Int32Array.of(1)))
  await everywhere(t, 'abs', () => [Int16Array.of(-32767)], (result) => t.deepEqual(result, Int16Array.of(32767)))
})

test('clip', async (t) => {
  await everywhere(t, 'clip', () => [Float64Array.of(-1, -0, 0.5, NaN, 9, Infinity), 0, 1], (result) => t.deepEqual(result, Float64Array.of(0, -0, 0.5, NaN, 1, 1)))
  await everywhere(t, 'clip', () => [Uint8Array.of(0, 7, 255), 1.5, 99.9], (result) => t.deepEqual(result, Uint8Array.of(2, 7, 99)))
  await everywhere(t, 'clip', () => [Int32Array.of(-5, 7), -Infinity, Infinity], (result) => t.deepEqual(result, Int32Array.of(-5, 7)))
  await refused(t, 'clip', () => [Float64Array.of(1), 2, 1], 'RANGE', 'high')
  await refused(t, 'clip', () => [Float64Array.of(1), NaN, 1], 'RANGE', 'low')
  await refused(t, 'clip', () => [Uint8Array.of(1), 300, 400], 'RANGE')
  await refused(t, 'clip', () => [Uint8Array.of(1), 0.2, 0.8], 'RANGE')
  await refused(t, 'clip', () => [Uint8Array.of(1), 0n, 1n], 'TYPE', 'low')
  await refused(t, 'clip', () => [BigInt64Array.of(1n), 0, 1], 'TYPE', 'low')
})

test('astype', async (t) => {
  const to = (x: unknown, type: string, wanted: unknown) => everywhere(t, 'astype', () => [x, type], (result) => t.deepEqual(result, wanted))
  await to(Float64Array.of(1.9, -1.9, -0.5, 127.9), 'int8', Int8Array.of(1, -1, 0, 127))
  await to(Float64Array.of(-0.9, 255.99), 'uint8', Uint8Array.of(0, 255))
  await to(Float64Array.of(-3, 0.5, 1.5, 300, Infinity), 'uint8clamped', Uint8ClampedArray.of(0, 0, 2, 255, 255))
  await to(Float64Array.of(2 ** 62, -(2 ** 63)), 'bigint64', BigInt64Array.of(2n ** 62n, -(2n ** 63n)))
  await to(BigUint64Array.of(2n ** 64n - 1n, 1n), 'float64', Float64Array.of(2 ** 64, 1))
  await to(BigInt64Array.of(-1n, 300n), 'uint8clamped', Uint8ClampedArray.of(0, 255))
  await to(BigInt64Array.of(5n), 'biguint64', BigUint64Array.of(5n))
  await to(Int32Array.of(16_777_217), 'float32', Float32Array.of(16_777_216))
  await to(Float64Array.of(1e300, NaN), 'float32', Float32Array.of(Infinity, NaN))
  await to(Uint16Array.of(1, 65_535), 'int32', Int32Array.of(1, 65_535))
  await to([1, 2], 'float64', Float64Array.of(1, 2))
  for (const [x, type] of [
    [[NaN], 'int32'], [[128], 'int8'], [[-1], 'uint8'], [[NaN], 'uint8clamped'], [[2 ** 63], 'bigint64'], [[-1], 'biguint64'], [[Infinity], 'biguint64'],
    [BigInt64Array.of(-1n), 'biguint64'], [BigInt64Array.of(128n), 'int8'], [Int16Array.of(-1), 'uint32'],
  ] as const) await refused(t, 'astype', () => [x, type], 'RANGE')
  await refused(t, 'astype', () => [[1], 'float'], 'TYPE', 'type')
  await refused(t, 'astype', () => [[1], undefined], 'TYPE', 'type')
})

test('out is written and comes back; x and y may be it', async (t) => {
  for (const n of [5, long]) {
    const [x, y] = [numbers(n), numbers(n).reverse()]
    const wanted = x.map((value, i) => value + y[i]!)
    for (const place of ['x', 'y', 'other'] as const) {
      await everywhere(
        t, 'add',
        () => {
          const [a, b] = [x.slice(), y.slice()]
          return [a, b, { out: { x: a, y: b, other: new Float64Array(n) }[place] }]
        },
        (result, [, , options]) => {
          t.is(result, (options as { out: unknown }).out)
          same(t, result, wanted)
        },
      )
    }
  }
  const shared = () => {
    const x = allocate('float64', long, { shared: true })
    x.set(numbers(long))
    return x
  }
  await everywhere(t, 'scale', () => { const x = shared(); return [x, 2, { out: x }] }, (result) => same(t, result, numbers(long).map((v) => 2 * v)))
  await everywhere(t, 'multiply', () => { const x = numbers(long); return [x, x, { out: x }] }, (result) => same(t, result, numbers(long).map((v) => v * v)))
})

test('out of another type, of another length or partly on an input is refused', async (t) => {
  const x = numbers(10)
  await refused(t, 'exp', () => [x, { out: new Float32Array(10) }], 'TYPE', 'out')
  await refused(t, 'exp', () => [x, { out: [1, 2] }], 'TYPE', 'out')
  await refused(t, 'exp', () => [x, { out: new Float64Array(9) }], 'SHAPE', 'out')
  await refused(t, 'exp', () => [x.subarray(0, 8), { out: x.subarray(1, 9) }], 'OPTION', 'out')
  await refused(t, 'add', () => [new Float64Array(8), x.subarray(0, 8), { out: x.subarray(2, 10) }], 'OPTION', 'out')
  await refused(t, 'add', () => { const a = x.subarray(0, 8); return [a, x.subarray(2, 10), { out: a }] }, 'OPTION', 'out')
  await refused(t, 'astype', () => [new Float32Array(x.buffer, 0, 10), 'float64', { out: x }], 'OPTION', 'out')
  await everywhere(t, 'add', () => { const z = new Float64Array(16); return [z.subarray(0, 8), 1, { out: z.subarray(8) }] }, (result) => t.deepEqual(result, new Float64Array(8).fill(1)))
})

test('operands of other types and shapes are refused', async (t) => {
  await refused(t, 'add', () => [Float64Array.of(1), Float32Array.of(1)], 'TYPE', 'y')
  await refused(t, 'add', () => [Float32Array.of(1), [1]], 'TYPE', 'y')
  await refused(t, 'add', () => [Float64Array.of(1, 2), Float64Array.of(1)], 'SHAPE', 'y')
  await refused(t, 'add', () => [range(3), [1]], 'SHAPE', 'y')
  await refused(t, 'add', () => [Float64Array.of(1), 1n], 'TYPE', 'y')
  await refused(t, 'add', () => [BigInt64Array.of(1n), 1], 'TYPE', 'y')
  await refused(t, 'add', () => [Int32Array.of(1), 0.5], 'RANGE', 'y')
  await refused(t, 'add', () => [Int32Array.of(1), NaN], 'RANGE', 'y')
  await refused(t, 'add', () => [BigInt64Array.of(1n), 2n ** 70n], 'RANGE', 'y')
  await refused(t, 'add', () => [Float64Array.of(1), undefined], 'TYPE', 'y')
  await refused(t, 'add', () => [Float64Array.of(1), '2'], 'TYPE', 'y')
  await refused(t, 'scale', () => [Float64Array.of(1), Float64Array.of(2)], 'TYPE', 'factor')
  await refused(t, 'axpy', () => ['2', Float64Array.of(1), Float64Array.of(1)], 'TYPE', 'a')
  for (const x of [undefined, null, 5, 'abc', {}, new DataView(new ArrayBuffer(8)), ['a']]) await refused(t, 'exp', () => [x], 'TYPE')
  await refused(t, 'exp', () => [numbers(3), { thread: 1 }], 'OPTION', 'thread')
  await refused(t, 'exp', () => [numbers(3), { timeout: 0 }], 'TIMEOUT')
  await refused(t, 'exp', () => [structuredClone(new ArrayBuffer(8)) && detached()], 'DETACHED', 'x')
})

function detached(): Float64Array {
  const view = numbers(8)
  structuredClone(view.buffer, { transfer: [view.buffer as ArrayBuffer] })
  return view
}

test('explain knows the elementwise functions', (t) => {
  for (const name of ['add', 'scale', 'axpySync', 'clip', 'expSync', 'astype']) {
    for (const x of [numbers(4), new Uint8Array(4), new BigInt64Array(4)]) t.true(manycore.explain(name, x).microseconds >= 0)
    t.is(manycore.explain(name, numbers(4)).route, 'inline')
  }
  if (backends.includes('native')) t.is(on('native', () => manycore.explain('expSync', new Float64Array(1e6), { threads: 1 }).route), 'serial')
})

test('an aborted call rejects with the reason', async (t) => {
  for (const backend of backends) {
    const controller = new AbortController()
    const promise = on(backend, () => manycore.power(numbers(2_000_000), 1.5, { signal: controller.signal }))
    controller.abort('enough')
    t.is(await promise.then(() => 'done', (reason: unknown) => reason), 'enough')
    t.is(t.throws(() => on(backend, () => manycore.expSync(numbers(3), { signal: AbortSignal.abort(new Error('no')) })))?.message, 'no')
  }
})

test('a buffer that is transferred meanwhile is an error', async (t) => {
  for (const backend of backends) {
    for (const lost of ['x', 'out'] as const) {
      const views = { x: numbers(3_000_000), out: new Float64Array(3_000_000) }
      const promise = on(backend, () => manycore.power(views.x, 1.5, { out: views.out }))
      setImmediate(() => structuredClone(views[lost].buffer, { transfer: [views[lost].buffer as ArrayBuffer] }))
      const error = (await t.throwsAsync(promise)) as (Error & { code?: string; argument?: string }) | undefined
      t.is(error?.code, 'ERR_MANYCORE_DETACHED')
      t.is(error?.argument, lost)
    }
  }
})

test('transfer takes the inputs over and hands them back', async (t) => {
  for (const backend of backends) {
    const [x, y] = [numbers(200_000), numbers(200_000)]
    const promise = on(backend, () => manycore.add(x, y, { transfer: true }))
    t.is(x.length + y.length, 0)
    const given = await promise
    for (const back of [given.x, given.y]) same(t, back, numbers(200_000))
    same(t, given.result, numbers(200_000).map((value) => value + value))
    const once = await on(backend, () => manycore.add(given.x, 1, { transfer: true }))
    t.deepEqual(Object.keys(once).sort(), ['result', 'x'])
    const place = await on(backend, () => manycore.exp(once.x, { transfer: true, out: once.x }))
    t.is(place.result.buffer, place.x.buffer)
    same(t, place.result, manycore.expSync(numbers(200_000)))
    await t.throwsAsync(on(backend, () => manycore.exp([1, 2] as never, { transfer: true })), { code: 'ERR_MANYCORE_NOT_TRANSFERABLE' } as never)
    await t.throwsAsync(on(backend, () => manycore.exp(allocate('float64', 3, { shared: true }), { transfer: true })), { code: 'ERR_MANYCORE_NOT_TRANSFERABLE' } as never)
  }
})

test('wild numbers: both backends, whole and in parts, in place and apart', (t) => {
  const doubles = fc.float64Array({ minLength: 0, maxLength: 700 })
  const names = ['exp', 'expm1', 'log', 'log1p', 'sigmoid', 'tanh', 'sqrt', 'abs'] as const
  fc.assert(
    fc.property(doubles, fc.constantFrom(...names), fc.nat(700), (x, name, cut) => {
      const sync = manycore[`${name}Sync`] as (x: Float64Array, options?: object) => Float64Array
      const first = on(backends[0]!, () => sync(x))
      const at = Math.min(cut, x.length)
      for (const backend of backends) {
        same(t, on(backend, () => sync(x, { threads: 1 })), first)
        same(t, on(backend, () => Float64Array.of(...sync(x.subarray(0, at), {}), ...sync(x.subarray(at), {}))), first)
        const copy = x.slice()
        same(t, on(backend, () => sync(copy, { out: copy })), first)
      }
    }),
    { numRuns: 150 },
  )
})

test('wild powers: both backends, and a number as an array of it', (t) => {
  fc.assert(
    fc.property(fc.float64Array({ maxLength: 200 }), fc.double(), (x, y) => {
      const answers = backends.flatMap((backend) => on(backend, () => [manycore.powerSync(x, y, {}), manycore.powerSync(x, x.map(() => y), {})]))
      for (const answer of answers) same(t, answer, answers[0]!)
    }),
    { numRuns: 200 },
  )
})

test('integers against bigints', (t) => {
  const bounded = fc.int32Array({ minLength: 1, maxLength: 300 })
  fc.assert(
    fc.property(bounded, fc.integer({ min: -(2 ** 31), max: 2 ** 32 }), fc.constantFrom('add', 'subtract', 'multiply'), (x, y, name) => {
      const exact = Array.from(x, (value) => {
        const [a, b] = [BigInt(value), BigInt(y)]
        return name === 'add' ? a + b : name === 'subtract' ? a - b : a * b
      })
      const wrong = exact.findIndex((value) => value < -(2n ** 31n) || value > 2n ** 31n - 1n)
      for (const backend of backends) {
        const run = () => on(backend, () => functions[`${name}Sync`]!(x, y) as Int32Array)
        if (wrong >= 0) t.regex(t.throws(run)?.message ?? '', new RegExp(`at index ${wrong} `))
        else t.deepEqual(Array.from(run(), BigInt), exact)
      }
    }),
    { numRuns: 200 },
  )
})
