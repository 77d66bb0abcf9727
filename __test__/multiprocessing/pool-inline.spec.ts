/** Pool.inline, and pools whose workers the user starts. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { Pool, range, Value } from 'manycore/multiprocessing'
import test from 'ava'
import { root } from '../../scripts/toolchain.mjs'

test('a function by its text: map, starmap, imap, apply, batches', async (t) => {
  await using pool = Pool.inline((x: number) => x * x, { processes: 2 })
  t.deepEqual(await pool.map(range(5)), new Float64Array([0, 1, 4, 9, 16]))
  t.deepEqual(await pool.map([3, 4]), [9, 16])
  t.is(await pool.apply([5]), 25)
  const streamed: number[] = []
  for await (const y of pool.imap([1, 2, 3])) streamed.push(y)
  t.deepEqual(streamed, [1, 4, 9])
  await using add = Pool.inline((a: number, b: number) => a + b, { processes: 1 })
  t.deepEqual(await add.starmap([[1, 2], [3, 4]]), [3, 7])
  await using sum = Pool.inline((batch: Float64Array) => batch.reduce((total, x) => total + x, 0), { processes: 1 })
  t.deepEqual(await sum.mapBatches(new Float64Array([1, 2, 3]), { batchSize: 2 }), [3, 3])
})

test('functions of every form, with functions inside', async (t) => {
  const object = {
    method(x: number) {
      const inner = (y: number) => y + 1
      return inner(x)
    },
    async later(x: number) {
      return x + 2
    },
  }
  function declared(x: number) {
    return x + 3
  }
  await using method = Pool.inline(object.method, { processes: 1 })
  await using later = Pool.inline(object.later, { processes: 1, kind: 'process' })
  await using plain = Pool.inline(declared, { processes: 1 })
  t.deepEqual([await method.apply([1]), await later.apply([1]), await plain.apply([1])], [2, 3, 4])
})

test('a free variable is named when it is reached; other errors stay what they are', async (t) => {
  const outside = 3
  await using pool = Pool.inline((x: number) => (x > 1 ? x * outside : x), { processes: 1 })
  t.is(await pool.apply([1]), 1)
  await t.throwsAsync(pool.apply([2]), { code: 'ERR_MANYCORE_TYPE', message: /uses outside, which is not there in a worker/ })
  await t.throwsAsync(pool.map([1, 2, 3]), { code: 'ERR_MANYCORE_TYPE', message: /outside/ })
  await using failing = Pool.inline(() => { throw new RangeError('mine') }, { processes: 1 })
  await t.throwsAsync(failing.apply([]), { instanceOf: RangeError, message: 'mine' })
})

test('what has no text of its own is refused', (t) => {
  for (const fn of [Math.sqrt, Math.max.bind(Math, 1), Map, TextEncoder, 'x => x']) t.throws(() => Pool.inline(fn as () => number), { code: 'ERR_MANYCORE_TYPE', message: /^fn/ })
})

test('workers from a factory', async (t) => {
  const make = () => new Worker(new URL('./fixtures/serving.js', import.meta.url))
  await using pool = new Pool<{ square(x: number): number; fail(): never; die(): never; add(value: Value<'i'>, n: number): number }>(import.meta.url, { processes: 2, worker: make })
  t.deepEqual(await pool.map('square', range(1000)), Float64Array.from({ length: 1000 }, (_, i) => i * i))
  await t.throwsAsync(pool.apply('fail', []), { instanceOf: RangeError, message: 'on purpose' })
  await t.throwsAsync(pool.apply('die', []), { code: 'ERR_MANYCORE_WORKER_DIED' })
  t.is(await pool.apply('square', [3]), 9)
  const counter = new Value('i', 1)
  t.is(await pool.apply('add', [counter, 2]), 3)
  await t.throwsAsync(pool.apply('nothing' as 'fail', []), { code: 'ERR_MANYCORE_NOT_FOUND' })
})

test('serve belongs into a worker', async (t) => {
  const program = "import { serve } from 'manycore/multiprocessing'; try { serve({}) } catch ({ code }) { console.log(code) }"
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { cwd: root })
  t.is(stdout, 'ERR_MANYCORE_TYPE\n')
})

test('a factory that gives no worker is an error that says so', async (t) => {
  for (const given of [undefined, null, 5, {}]) {
    const pool = new Pool(new URL('./fixtures/quick.js', import.meta.url), { processes: 1, worker: () => given as unknown as Worker })
    await t.throwsAsync(pool.apply('square', [1]), { code: 'ERR_MANYCORE_TYPE', message: /^worker: expected a function that gives a Worker/ })
    await pool.terminate()
  }
})
