/** What map gives: order, kinds of items and results, both lanes. */
import { Pool, range } from 'manycore/multiprocessing'
import test from 'ava'

type Tasks = typeof import('./fixtures/tasks.ts')
const pool = new Pool<Tasks>(new URL('./fixtures/tasks.ts', import.meta.url), { processes: 2 })
test.after.always(() => pool.terminate())

const squares = (n: number): number[] => Array.from({ length: n }, (_, i) => i * i)

test('a range gives a Float64Array, in order', async (t) => {
  t.deepEqual(await pool.map('square', range(1000)), Float64Array.from(squares(1000)))
  t.deepEqual(await pool.map('square', range(3, 0, -1)), Float64Array.of(9, 4, 1))
})

test('typed arrays of every kind, at an offset, over shared memory or not; the input stays as it was', async (t) => {
  for (const Type of [Float64Array, Float32Array, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array]) {
    const whole = Type.from([9, 1, 2, 3, 9])
    t.deepEqual(await pool.map('square', whole.subarray(1, 4)), Float64Array.of(1, 4, 9), Type.name)
    t.deepEqual([...whole], [9, 1, 2, 3, 9])
  }
  const shared = new Float64Array(new SharedArrayBuffer(32), 8, 3)
  shared.set([1, 2, 3])
  t.deepEqual(await pool.map('square', shared), Float64Array.of(1, 4, 9))
  t.deepEqual(await pool.map('square', Buffer.from([1, 2])), Float64Array.of(1, 4))
})

test('a string is an iterable of its characters, and a function without arguments needs none', async (t) => {
  t.deepEqual(await pool.map('echo', 'añ\u{1f600}'), ['a', 'ñ', '\u{1f600}'])
  t.is(typeof (await pool.apply('whichThread')), 'number')
})

test('an array of numbers gives an array, with all that a number can be', async (t) => {
  const special = [0, -0, Number.NaN, Infinity, -Infinity, 5e-324, 2 ** 53]
  t.deepEqual(await pool.map('square', [1, 2, 3]), [1, 4, 9])
  t.deepEqual(await pool.map('echo', special), special)
})

test('bigints', async (t) => {
  t.deepEqual(await pool.map('negate', BigInt64Array.of(1n, -2n)), [-1n, 2n])
  t.deepEqual(await pool.map('negate', [1n, 2n ** 70n]), [-1n, -(2n ** 70n)])
})

test('nothing gives nothing', async (t) => {
  t.deepEqual(await pool.map('square', []), [])
  t.deepEqual(await pool.map('square', range(0)), new Float64Array(0))
  t.deepEqual(await pool.map('square', new Float32Array(0)), new Float64Array(0))
  t.deepEqual(await pool.map('square', new Set<number>()), [])
})

test('values: tuples, objects, strings, undefined', async (t) => {
  t.deepEqual(await pool.map('doubled', [['a', 10], ['b', 20], ['c', 30]]), [['a', 20], ['b', 40], ['c', 60]])
  const values = [{ a: [1, { b: new Map([[1, new Set([2])]]) }] }, 'text', undefined, null, new Date(0), /x/g]
  t.deepEqual(await pool.map('echo', values), values)
})

test('a function that gives other things than numbers now and then: an array', async (t) => {
  t.deepEqual(await pool.map('oddOrWord', range(6)), ['even', 1, 'even', 3, 'even', 5])
  t.deepEqual(await pool.map('oddOrWord', [1, 3, 5]), [1, 3, 5])
})

test('functions that wait, always or sometimes', async (t) => {
  t.deepEqual(await pool.map('increment', range(100)), Float64Array.from({ length: 100 }, (_, i) => i + 1))
  t.deepEqual(await pool.map('increment', ['a' as never, 1]), ['a1' as never, 2])
  t.deepEqual(await pool.map('onlySomeWait', range(5)), Float64Array.of(-0, 1, 2, -3, 4))
  t.deepEqual(await pool.map('onlySomeWait', new Set([0, 1, 2, 3])), [-0, 1, 2, -3])
})

test('a range is an item, and a result, nested too', async (t) => {
  const [first, second] = await pool.map('echo', [range(3), { deep: [range(1, 9, 2)] }])
  t.deepEqual([...(first as ReturnType<typeof range>)], [0, 1, 2])
  t.deepEqual((second as { deep: ReturnType<typeof range>[] }).deep.map((each) => [...each]), [[1, 3, 5, 7]])
  t.deepEqual((await pool.apply('rangeTo', [4])).length, 4)
})

test('starmap spreads each item', async (t) => {
  t.deepEqual(await pool.starmap('add', [[1, 2], [3, 4]]), [3, 7])
  t.deepEqual(await pool.starmap('add', new Map([[1, 2], [5, 6]])), [3, 11])
})

test('starmap names the item that is no list of arguments', async (t) => {
  const starmap = (items: Iterable<unknown>) => pool.starmap('add', items as Iterable<[number, number]>)
  await t.throwsAsync(starmap([[1, 2], 3]), { instanceOf: TypeError, code: 'ERR_MANYCORE_TYPE', message: /^items\[1\]: expected an array of arguments, got 3/ })
  await t.throwsAsync(starmap(new Set([[1, 2], [3, 4], null])), { code: 'ERR_MANYCORE_TYPE', message: /^items\[2\]/ })
  await t.throwsAsync(starmap(Float64Array.of(1)), { code: 'ERR_MANYCORE_TYPE', message: /^items\[0\]/ })
})

test('several maps and calls at once don’t mix', async (t) => {
  const [a, b, c, d] = await Promise.all([
    pool.map('square', range(5000)),
    pool.map('cube', range(5000)),
    pool.map('echo', Array.from({ length: 500 }, (_, i) => `${i}`)),
    Promise.all(Array.from({ length: 500 }, (_, i) => pool.apply('add', [i, 1]))),
  ])
  t.true(a.every((x, i) => x === i * i))
  t.true(b.every((x, i) => x === i * i * i))
  t.true(c.every((x, i) => x === `${i}`))
  t.true(d.every((x, i) => x === i + 1))
})

test('no task runs on the caller’s thread', async (t) => {
  const { threadId } = await import('node:worker_threads')
  const seen = [await pool.apply('whichThread', []), ...(await pool.map('whichThread', range(50)))]
  t.false(seen.includes(threadId))
})

test('inputs larger than a part that is copied at once, while workers compute, in chunks that end anywhere', async (t) => {
  const n = 100_003
  const numbers = Array.from({ length: n }, (_, i) => i % 1000)
  const squares = numbers.map((x) => x * x)
  for (const chunkSize of ['auto', 7001, 65_537, n, 2 * n] as const) {
    t.deepEqual(await pool.map('square', numbers, { chunkSize }), squares)
    t.deepEqual(await pool.map('square', Float64Array.from(numbers), { chunkSize }), Float64Array.from(squares))
    t.deepEqual(await pool.map('square', Int16Array.from(numbers), { chunkSize }), Float64Array.from(squares))
  }
  const counted = Float64Array.from({ length: n }, (_, i) => i)
  for (const batchSize of [1000, 32_769, 65_536, n - 1, n + 1]) {
    const ends = Array.from({ length: Math.ceil(n / batchSize) }, (_, k) => [k * batchSize, Math.min(n, (k + 1) * batchSize) - 1])
    t.deepEqual(await pool.mapBatches('endsOf', counted, { batchSize }), ends as [number, number][])
  }
})

test('results that take the place of their elements meet every element first, whatever the function gives', async (t) => {
  const n = 70_001
  const counted = Float64Array.from({ length: n }, (_, i) => i)
  const before = counted.slice()
  const words = Array.from(counted, (x) => (x % 2 === 1 ? x : 'even'))
  const waited = counted.map((x) => (x % 3 === 0 ? -x : x))
  for (const chunkSize of ['auto', 7001] as const) {
    t.deepEqual(await pool.map('oddOrWord', counted, { chunkSize }) as never, words)
    t.deepEqual(await pool.map('oddOrWord', [...counted], { chunkSize }), words)
    t.deepEqual(await pool.map('onlySomeWait', counted, { chunkSize }) as never, waited)
    t.deepEqual(await pool.map('onlySomeWait', [...counted], { chunkSize }), [...waited])
  }
  t.deepEqual(counted, before)
})
