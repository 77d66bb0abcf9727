/** Workers that die: their tasks reject (or are run again), the others don't notice, the pool is whole again. */
import { Worker } from 'node:worker_threads'
import { Pool, range } from 'manycore/multiprocessing'
import test from 'ava'

type Tasks = typeof import('./fixtures/tasks.ts')
const url = new URL('./fixtures/tasks.ts', import.meta.url)
const quick = new URL('./fixtures/quick.js', import.meta.url)
type Quick = typeof import('./fixtures/quick.js')

test('process.exit in a task', async (t) => {
  await using pool = new Pool<Tasks>(url, { processes: 2 })
  const died = { code: 'ERR_MANYCORE_WORKER_DIED', name: 'WorkerDiedError' }
  for (const call of [() => pool.apply('exitNow', [3]), () => pool.map('exitAtFive', range(10)), () => pool.map('exitAtFive', new Set(range(10)))]) {
    const error = await t.throwsAsync<Error & { exitCode: number }>(call(), died)
    t.is(error?.exitCode, 3)
    t.is(await pool.apply('add', [1, 2]), 3)
  }
  t.true(pool.report().deaths >= 3)
})

test('calls that share a message with one that exits keep their results, and those behind it are run', async (t) => {
  await using pool = new Pool<Tasks>(url, { processes: 1 })
  await pool.apply('exitAtFive', [0])
  const settled = await Promise.allSettled(Array.from({ length: 100 }, (_, i) => pool.apply('exitAtFive', [i])))
  t.deepEqual(settled.flatMap(({ status }, i) => (status === 'rejected' ? [i] : [])), [5])
  t.true(settled.every((each, i) => each.status === 'rejected' || each.value === i))
})

test('a worker that runs out of memory', async (t) => {
  await using pool = new Pool<Tasks>(url, { processes: 1, resourceLimits: { maxOldGenerationSizeMb: 64 } })
  const error = await t.throwsAsync(pool.apply('eatHeap', []), { code: 'ERR_MANYCORE_WORKER_DIED', message: /memory/ })
  t.like(error?.cause, { code: 'ERR_WORKER_OUT_OF_MEMORY' })
  t.is(await pool.apply('add', [1, 2]), 3)
})

test('retries run it again, as often as they say', async (t) => {
  await using pool = new Pool<Tasks>(url, { processes: 2, retries: 2 })
  const attempts = new Int32Array(new SharedArrayBuffer(4))
  t.is(await pool.apply('dieOnce', [attempts]), 2)
  await t.throwsAsync(pool.apply('exitNow', [3]), { code: 'ERR_MANYCORE_WORKER_DIED' })
  const more = new Int32Array(new SharedArrayBuffer(4))
  t.deepEqual(await pool.map('dieOnce', [more]), [2])
})

test('random deaths: every call settles, results are right, the pool goes on', async (t) => {
  await using pool = new Pool<Quick>(quick, { processes: 2 })
  let died = 0
  for (let round = 0; round < 4; round++) {
    const settled = await Promise.allSettled(Array.from({ length: 200 }, (_, i) => pool.apply('sometimesDie', [i])))
    for (const [i, each] of settled.entries()) {
      if (each.status === 'fulfilled') t.is(each.value, i)
      else {
        died++
        t.is((each.reason as { code: string }).code, 'ERR_MANYCORE_WORKER_DIED')
      }
    }
  }
  t.true(died < 200)
  t.is(await pool.apply('square', [4]), 16)
})

test('a forever-failing module: a worker that exits during import breaks the pool instead of starting for ever', async (t) => {
  const pool = new Pool(new URL('data:text/javascript,process.exit(5)'), { processes: 2 })
  await t.throwsAsync(pool.apply('anything', []), { code: 'ERR_MANYCORE_WORKER_DIED', message: /exit code 5/ })
  t.is(pool.report().workers.length, 1)
  await pool.terminate()
})

test('a worker that is killed while it starts is replaced, in a pool that has never worked too', async (t) => {
  await using processes = new Pool<Tasks>(url, { processes: 1, kind: 'process' })
  const first = processes.apply('add', [1, 2])
  process.kill(processes.report().workers[0]?.id ?? 0, 'SIGKILL')
  t.is(await first, 3)
  t.is(processes.report().workers.length, 2)

  let started = 0
  const worker = (): Worker => {
    const thread = new Worker(new URL('./fixtures/serving.js', import.meta.url))
    if (started++ < 2) void thread.terminate()
    return thread
  }
  await using threads = new Pool<Quick>(import.meta.url, { processes: 1, worker })
  t.is(await threads.apply('square', [3]), 9)
  t.is(started, 3)
})

test('workers that are killed whenever they start break the pool', async (t) => {
  let started = 0
  const worker = (): Worker => {
    started++
    const thread = new Worker(new URL('./fixtures/serving.js', import.meta.url))
    void thread.terminate()
    return thread
  }
  await using pool = new Pool<Quick>(import.meta.url, { processes: 1, worker })
  await t.throwsAsync(pool.apply('square', [3]), { code: 'ERR_MANYCORE_WORKER_DIED', message: /before it could work/ })
  t.true(started > 1 && started < 10)
})
