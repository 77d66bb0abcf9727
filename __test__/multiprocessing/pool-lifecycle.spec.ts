/** Opening, closing, recycling: what a pool does with its workers and its queue. */
import { cpuCount, Pool, range, transfer } from 'manycore/multiprocessing'
import test from 'ava'
import { untilCalm } from './fixtures/quick.js'

type Tasks = typeof import('./fixtures/tasks.ts')
type Quick = typeof import('./fixtures/quick.js')
const url = new URL('./fixtures/tasks.ts', import.meta.url)
const quick = new URL('./fixtures/quick.js', import.meta.url)

test('no worker before the first call, no more than there is work for', async (t) => {
  await using pool = new Pool<Quick>(quick, { processes: 4 })
  t.is(pool.report().workers.length, 0)
  t.is(await pool.apply('square', [3]), 9)
  t.is(pool.report().workers.length, 1)
  await pool.apply('square', [4])
  t.is(pool.report().workers.length, 1)
})

test('close finishes the queue, refuses more, and join waits for the end', async (t) => {
  const pool = new Pool<Quick>(quick, { processes: 2 })
  await t.throwsAsync(pool.join(), { code: 'ERR_MANYCORE_CLOSED' })
  const calls = Array.from({ length: 100 }, (_, i) => pool.apply('later', [i]))
  const map = pool.map('square', range(1000))
  pool.close()
  await t.throwsAsync(pool.apply('square', [1]), { code: 'ERR_MANYCORE_CLOSED', name: 'ClosedError' })
  await t.throwsAsync(pool.map('square', [1]), { code: 'ERR_MANYCORE_CLOSED' })
  await t.throwsAsync(pool.imap('square', [1]).next(), { code: 'ERR_MANYCORE_CLOSED' })
  await pool.join()
  t.deepEqual(await Promise.all(calls), Array.from({ length: 100 }, (_, i) => i))
  t.is((await map).length, 1000)
  t.true(pool.report().workers.every(({ state, exitCode }) => state === 'ended' && exitCode === 0), JSON.stringify(pool.report().workers))
  await pool.join()
})

test('close and join of a pool that never worked', async (t) => {
  const pool = new Pool<Quick>(quick)
  pool.close()
  await t.notThrowsAsync(pool.join())
  await pool.terminate()
})

test('join doesn’t wait for what a task left behind', async (t) => {
  const pool = new Pool<Quick>(quick, { processes: 1 })
  await pool.apply('stayAlive', [])
  pool.close()
  await pool.join()
  t.is(pool.report().workers[0]?.state, 'ended')
  t.is(pool.report().workers[0]?.exitCode, 0)
})

test('who asks one call after the other finds the worker awake, and its timers too; both sleep afterwards', async (t) => {
  await using pool = new Pool<Quick>(quick, { processes: 1 })
  for (let i = 0; i < 500; i++) t.is(await pool.apply('square', [i]), i * i)
  await t.throwsAsync(pool.apply('sometimesDie', [Symbol('no') as never]), { code: 'ERR_MANYCORE_CLONE' })
  for (let ticks = 0; ticks < 5; ) ticks = await pool.apply('ticksSince')
  let fired = false
  setTimeout(() => { fired = true }, 1)
  while (!fired) await pool.apply('square', [2])
  t.true(await pool.apply('untilCalm'))
  t.true(await untilCalm())
})

test('terminate with 10 000 calls waiting rejects all of them', async (t) => {
  const pool = new Pool<Tasks>(url, { processes: 2 })
  const never = new Int32Array(new SharedArrayBuffer(4))
  const calls = Array.from({ length: 10_000 }, () => pool.apply('waitFor', [never]))
  const settled = Promise.allSettled(calls)
  await pool.terminate()
  t.true((await settled).every((each) => each.status === 'rejected' && (each.reason as { code: string }).code === 'ERR_MANYCORE_CLOSED'))
  await t.throwsAsync(pool.apply('add', [1, 2]), { code: 'ERR_MANYCORE_CLOSED' })
  await pool.terminate()
})

test('100 000 calls at once', async (t) => {
  await using pool = new Pool<Quick>(quick, { processes: 2 })
  const results = await Promise.all(Array.from({ length: 100_000 }, (_, i) => pool.apply('square', [i])))
  t.true(results.every((x, i) => x === i * i))
})

test('maxTasksPerChild 1: a new worker for each task', async (t) => {
  await using pool = new Pool<Quick>(quick, { processes: 2, maxTasksPerChild: 1 })
  for (let i = 0; i < 5; i++) t.is(await pool.apply('square', [i]), i * i)
  t.is(pool.report().workers.length, 5)
  t.deepEqual(await pool.map('square', range(6), { chunkSize: 2 }), Float64Array.of(0, 1, 4, 9, 16, 25))
  t.true(pool.report().workers.length >= 8)
  t.deepEqual(await pool.map('square', new Set([1, 2, 3]), { chunkSize: 1 }), [1, 4, 9])
  t.true(pool.report().workers.length >= 11)
  t.true(pool.report().workers.every(({ tasks }) => tasks <= 1))
})

test('concurrency: one worker serves several tasks that wait', async (t) => {
  await using pool = new Pool<Tasks>(url, { processes: 1, concurrency: 3 })
  const flag = new Int32Array(new SharedArrayBuffer(4))
  const waiting = [pool.apply('waitFor', [flag]), pool.apply('waitFor', [flag])]
  t.is(await pool.apply('add', [1, 2]), 3)
  Atomics.store(flag, 0, 1)
  Atomics.notify(flag, 0)
  t.is(new Set(await Promise.all(waiting)).size, 1)
})

test('maxQueue refuses the call too many', async (t) => {
  await using pool = new Pool<Tasks>(url, { processes: 1, maxQueue: 2 })
  const flag = new Int32Array(new SharedArrayBuffer(4))
  await pool.apply('add', [1, 2])
  const running = [pool.apply('waitFor', [flag]), pool.apply('waitFor', [flag]), pool.apply('waitFor', [flag])]
  await t.throwsAsync(pool.apply('add', [1, 2]), { code: 'ERR_MANYCORE_QUEUE_FULL' })
  Atomics.store(flag, 0, 1)
  Atomics.notify(flag, 0)
  await Promise.all(running)
  t.is(await pool.apply('add', [1, 2]), 3)
})

test('maxQueue counts from the start only the calls that no worker is for', async (t) => {
  for (const maxQueue of [0, 1]) {
    await using pool = new Pool<Tasks>(url, { processes: 2, maxQueue })
    const taken = Array.from({ length: 2 + maxQueue }, () => pool.apply('add', [1, 2]))
    await t.throwsAsync(pool.apply('add', [1, 2]), { code: 'ERR_MANYCORE_QUEUE_FULL' })
    t.deepEqual(await Promise.all(taken), taken.map(() => 3))
  }
})

test('buffers move by transfer', async (t) => {
  await using pool = new Pool<Tasks>(url, { processes: 1 })
  const buffer = new ArrayBuffer(8)
  t.is(await pool.apply('transferredLength', [buffer], { transfer: [buffer] }), 8)
  t.is(buffer.byteLength, 0)
  const other = new ArrayBuffer(16)
  t.deepEqual(await pool.map('transferredLength', [transfer(other, [other])]), [16])
  t.is(other.byteLength, 0)
})

test('report tells calls, times and workers', async (t) => {
  await using pool = new Pool<Quick>(quick, { processes: 2 })
  await pool.map('square', range(100))
  await pool.apply('square', [2])
  const report = pool.report()
  t.is(report.processes, 2)
  t.is(report.deaths, 0)
  t.is(report.functions['square']?.calls, 101)
  t.true((report.functions['square']?.wallMilliseconds ?? 0) > 0)
  t.regex(report.functions['square']?.advice ?? '', /plain loop/)
  t.true(report.workers.some((worker) => worker.startMilliseconds > 0))
})

test('options are checked before anything starts', (t) => {
  const make = (options: unknown) => () => new Pool(quick, options as never)
  const refused = { code: 'ERR_MANYCORE_OPTION' }
  for (const processes of [0, -1, 1.5, Number.NaN, 'all', 2000]) t.throws(make({ processes }), { ...refused, message: /^processes/ })
  t.throws(make({ maxTasksPerChild: 0 }), { ...refused, message: /^maxTasksPerChild/ })
  t.throws(make({ concurrency: 0 }), { ...refused, message: /^concurrency/ })
  t.throws(make({ retries: -1 }), { ...refused, message: /^retries/ })
  t.throws(make({ kind: 'fork' }), { ...refused, message: /^kind/ })
  t.throws(make({ worker: 1 }), { ...refused, message: /^worker/ })
  t.throws(make({ env: 1 }), { ...refused, message: /^env/ })
  t.throws(make({ process: 2 }), { ...refused, message: /process/ })
  t.throws(() => new Pool('tasks.js'), { code: 'ERR_MANYCORE_TYPE', message: /^url/ })
  t.is(new Pool(quick, { processes: 'leave-one' }).report().processes, Math.max(1, cpuCount() - 1))
})
