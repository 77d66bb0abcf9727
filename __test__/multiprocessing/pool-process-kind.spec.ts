/** A pool of processes does the same. */
import { Pool, range } from 'manycore/multiprocessing'
import test from 'ava'

type Tasks = typeof import('./fixtures/tasks.ts')
const pool = new Pool<Tasks>(new URL('./fixtures/tasks.ts', import.meta.url), { processes: 2, kind: 'process' })
test.after.always(() => pool.terminate())

test.serial('maps, calls and batches', async (t) => {
  t.deepEqual(await pool.map('square', range(1000)), Float64Array.from({ length: 1000 }, (_, i) => i * i))
  t.deepEqual(await pool.map('square', Float32Array.of(1, 2)), Float64Array.of(1, 4))
  t.deepEqual(await pool.map('square', range(0)), new Float64Array(0))
  t.deepEqual(await pool.map('square', [1, 2]), [1, 4])
  t.deepEqual(await pool.map('increment', range(3)), Float64Array.of(1, 2, 3))
  t.deepEqual(await pool.map('oddOrWord', range(3)), ['even', 1, 'even'])
  t.deepEqual(await pool.starmap('add', [[1, 2]]), [3])
  t.is(await pool.apply('add', [1, 2]), 3)
  t.deepEqual(await pool.mapBatches('boundsOf', range(5), { batchSize: 3 }), [[0, 3, 1, 3], [3, 5, 1, 2]])
  t.is((await pool.apply('rangeTo', [4])).length, 4)
  let last: unknown
  await pool.mapBatches('sumOf', range(100), { batchSize: 30, onProgress: (progress) => (last = progress) })
  t.deepEqual(last, { done: 4, total: 4 })
})

test.serial('errors, deaths, limits', async (t) => {
  await t.throwsAsync(pool.map('failAtSeven', range(10)), { instanceOf: RangeError, name: 'TaskError', code: 'ERR_TASK' })
  await t.throwsAsync(pool.apply('uncloneable', [1]), { code: 'ERR_MANYCORE_CLONE', message: /^result\.inner\.callback/ })
  await t.throwsAsync(pool.apply('echo', [() => 1]), { code: 'ERR_MANYCORE_CLONE', message: /^args\[0\]/ })
  const error = await t.throwsAsync<Error & { exitCode: number }>(pool.apply('exitNow', [3]), { code: 'ERR_MANYCORE_WORKER_DIED' })
  t.is(error?.exitCode, 3)
  await t.throwsAsync(pool.apply('spin', [], { timeout: 50 }), { code: 'ERR_MANYCORE_TIMEOUT' })
  t.is(await pool.apply('add', [1, 2]), 3)
})

test.serial('an idle process that is killed from outside costs no call', async (t) => {
  await using alone = new Pool<Tasks>(new URL('./fixtures/tasks.ts', import.meta.url), { processes: 1, kind: 'process' })
  t.is(await alone.apply('add', [1, 2]), 3)
  process.kill(alone.report().workers[0]?.id ?? 0, 'SIGKILL')
  // Nobody has seen it end yet.
  t.is(await alone.apply('add', [3, 4]), 7)
  t.is(alone.report().deaths, 0)
  t.is(alone.report().workers.length, 2)
})

test.serial('close, then join', async (t) => {
  const last = pool.apply('add', [3, 4])
  pool.close()
  await pool.join()
  t.is(await last, 7)
  t.true(pool.report().workers.every(({ state }) => state === 'ended'))
})
