/** Barrier: meeting, action, time limits, abort, reset, and a party that dies. */
import { Barrier, Pool, Process, SharedArray } from 'manycore/multiprocessing'
import test from 'ava'

type Tasks = typeof import('./fixtures/sync.ts')
const url = new URL('./fixtures/sync.ts', import.meta.url)
const pool = new Pool<Tasks>(url, { processes: 3 })
test.after.always(() => pool.terminate())

const until = async (reached: () => boolean) => {
  while (!reached()) await new Promise((resolve) => setImmediate(resolve))
}

test('nobody goes on before all have come, a hundred times; each gets an index of its own', async (t) => {
  const barrier = new Barrier(3)
  const log = new SharedArray('i', 100)
  const indices = await Promise.all([1, 2, 3].map(() => pool.apply('meet', [barrier, 100, log])))
  for (let round = 0; round < 100; round++) t.deepEqual(indices.map((each) => each[round]).sort(), [0, 1, 2])
  t.is(barrier.waiting, 0)
})

test('the action runs once a meeting, on its maker’s thread, before anybody goes on', async (t) => {
  let calls = 0
  const barrier = new Barrier(2, { action: () => calls++ })
  t.deepEqual((await Promise.all([pool.apply('meetOnce', [barrier]), barrier.wait()])).sort(), [0, 1])
  t.is(calls, 1)
  // Here without the maker among the parties.
  t.deepEqual((await Promise.all([pool.apply('meetOnce', [barrier]), pool.apply('meetOnce', [barrier])])).sort(), [0, 1])
  t.is(calls, 2)
})

test('an action that throws breaks the barrier', async (t) => {
  const barrier = new Barrier(2, { action: () => { throw new RangeError('no') } })
  const [first, second] = await Promise.allSettled([barrier.wait(), barrier.wait()])
  t.is((first as PromiseRejectedResult).reason.code, 'ERR_MANYCORE_BROKEN_BARRIER')
  t.is((second as PromiseRejectedResult).reason.message, 'no')
  t.true(barrier.broken)
})

test('a time limit breaks it for all, until reset', async (t) => {
  const barrier = new Barrier(3, { timeout: 20 })
  const calls = [barrier.wait(), pool.apply('meetOnce', [barrier, 60_000])]
  await t.throwsAsync(calls[0] as Promise<number>, { code: 'ERR_MANYCORE_BROKEN_BARRIER' })
  t.is(await calls[1], 'ERR_MANYCORE_BROKEN_BARRIER')
  t.true(barrier.broken)
  t.throws(() => barrier.waitSync(), { code: 'ERR_MANYCORE_BROKEN_BARRIER' })
  barrier.reset()
  t.false(barrier.broken)
  t.deepEqual((await Promise.all([1, 2, 3].map(() => barrier.wait({ timeout: 60_000 })))).sort(), [0, 1, 2])
})

test('abort and reset', async (t) => {
  const barrier = new Barrier(2)
  let call = pool.apply('meetOnce', [barrier])
  await until(() => barrier.waiting === 1)
  barrier.abort()
  t.is(await call, 'ERR_MANYCORE_BROKEN_BARRIER')
  t.true(barrier.broken)
  barrier.reset()
  call = pool.apply('meetOnce', [barrier])
  await until(() => barrier.waiting === 1)
  barrier.reset()
  t.is(await call, 'ERR_MANYCORE_BROKEN_BARRIER')
  t.false(barrier.broken)
  t.deepEqual((await Promise.all([barrier.wait(), barrier.wait()])).sort(), [0, 1])
})

test('a party that dies while it waits breaks it', async (t) => {
  const barrier = new Barrier(3)
  const child = new Process<Tasks>(url, 'waitAtBarrierSync', [barrier])
  child.start()
  await until(() => barrier.waiting === 1)
  const call = barrier.wait()
  child.terminate()
  await t.throwsAsync(call, { code: 'ERR_MANYCORE_BROKEN_BARRIER' })
})

test('a party that died before the last one came is no party', async (t) => {
  for (const form of ['sync', 'async'] as const) {
    const barrier = new Barrier(2)
    const child = new Process<Tasks>(url, form === 'sync' ? 'waitAtBarrierSync' : 'meetOnce', [barrier])
    child.start()
    await until(() => barrier.waiting === 1)
    child.terminate()
    await child.join()
    await t.throwsAsync(barrier.wait(), { code: 'ERR_MANYCORE_BROKEN_BARRIER' })
    t.true(barrier.broken)
    barrier.reset()
    t.deepEqual((await Promise.all([barrier.wait(), barrier.wait()])).sort(), [0, 1])
  }
})

test('one party never waits; bad arguments are refused', async (t) => {
  t.is(await new Barrier(1).wait(), 0)
  t.is(new Barrier(1).waitSync(), 0)
  t.throws(() => new Barrier(0), { code: 'ERR_MANYCORE_OPTION', message: /^parties/ })
  t.throws(() => new Barrier(1, { action: 1 as never }), { code: 'ERR_MANYCORE_OPTION', message: /^action/ })
})
