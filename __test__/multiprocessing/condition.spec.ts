/** Condition: exactly as many wake as were notified, and nobody is lost. */
import { Condition, Lock, Pool, Value } from 'manycore/multiprocessing'
import test from 'ava'

type Tasks = typeof import('./fixtures/sync.ts')
const newPool = () => new Pool<Tasks>(new URL('./fixtures/sync.ts', import.meta.url), { processes: 4 })

const until = async (reached: () => boolean) => {
  while (!reached()) await new Promise((resolve) => setImmediate(resolve))
}

const under = async (condition: Condition, what: () => void) => {
  await condition.acquire()
  what()
  condition.release()
}

for (const [whose, condition] of [['its own lock', new Condition()], ['a given lock', new Condition(new Lock())]] as const) {
  test(`notify wakes exactly n (${whose})`, async (t) => {
    await using pool = newPool()
    const [waiting, woken] = [new Value('i', 0), new Value('i', 0)]
    const calls = (['sync', 'async', 'sync', 'async'] as const).map((form) => pool.apply('waitCondition', [condition, waiting, woken, form]))
    await until(() => waiting.value === 4)
    await under(condition, () => condition.notify())
    await until(() => woken.value === 1)
    await under(condition, () => condition.notify(2))
    await until(() => woken.value === 3)
    // Were a fourth awake, it would have been counted while this thread held the lock in between.
    await under(condition, () => t.is(woken.value, 3))
    await under(condition, () => condition.notifyAll())
    t.deepEqual(await Promise.all(calls), [true, true, true, true])
    t.is(woken.value, 4)
  })
}

test('a waiter whose time ran out takes no notification away', async (t) => {
  await using pool = newPool()
  const condition = new Condition()
  const [waiting, woken] = [new Value('i', 0), new Value('i', 0)]
  t.false(await pool.apply('waitCondition', [condition, waiting, woken, 'sync', 1]))
  t.false(await pool.apply('waitCondition', [condition, waiting, woken, 'async', 1]))
  const call = pool.apply('waitCondition', [condition, waiting, woken, 'sync'])
  await until(() => waiting.value === 3)
  await under(condition, () => condition.notify())
  t.true(await call)
})

test('waitFor looks again after each notification, with the lock held', async (t) => {
  await using pool = newPool()
  const condition = new Condition()
  const value = new Value('i', 0)
  const calls = (['sync', 'async', 'sync'] as const).map((form) => pool.apply('waitForThree', [condition, value, form]))
  for (let i = 0; i < 3; i++) {
    await under(condition, () => {
      value.add(1)
      condition.notifyAll()
    })
  }
  t.deepEqual(await Promise.all(calls), [[true, 3], [true, 3], [true, 3]])
})

test('waitFor gives what the predicate gave last', async (t) => {
  const condition = new Condition()
  await t.throwsAsync(condition.waitFor(() => true), { code: 'ERR_MANYCORE_TYPE', message: /^waitFor: this thread doesn't hold/ })
  t.throws(() => condition.waitForSync(() => true), { code: 'ERR_MANYCORE_TYPE', message: /^waitForSync/ })
  await condition.acquire()
  let calls = 0
  t.is(await condition.waitFor(() => ++calls && 'there'), 'there')
  t.is(condition.waitForSync(() => 7), 7)
  t.is(calls, 1)
  t.is(await condition.waitFor(async () => 0, { timeout: 5 }), 0)
  t.is(condition.waitForSync(() => undefined, { timeout: 5 }), undefined)
  t.is(condition.waitForSync(() => '', { timeout: 0 }), '')
  await t.throwsAsync(condition.waitFor(() => { throw new RangeError('no') }), { message: 'no' })
  await t.throwsAsync(condition.waitFor(5 as never), { code: 'ERR_MANYCORE_TYPE', message: /^predicate/ })
  await t.throwsAsync(condition.waitFor(() => true, { time: 1 } as never), { code: 'ERR_MANYCORE_OPTION' })
  t.true(condition.tryAcquire())
  condition.release()
  condition.release()
  t.throws(() => condition.release(), { code: 'ERR_MANYCORE_TYPE' })
})

test('without the lock, waiting and notifying are errors', async (t) => {
  const condition = new Condition()
  await t.throwsAsync(condition.wait(), { code: 'ERR_MANYCORE_TYPE', message: /^wait: this thread doesn't hold/ })
  t.throws(() => condition.waitSync(), { code: 'ERR_MANYCORE_TYPE' })
  t.throws(() => condition.notify(), { code: 'ERR_MANYCORE_TYPE' })
  t.throws(() => condition.notifyAll(), { code: 'ERR_MANYCORE_TYPE' })
  t.throws(() => new Condition({} as never), { code: 'ERR_MANYCORE_TYPE', message: /^lock/ })
  condition.acquireSync()
  t.throws(() => condition.notify(0), { code: 'ERR_MANYCORE_OPTION' })
  condition.release()
})

test('an RLock held twice is given up whole and comes back as deep', async (t) => {
  const condition = new Condition()
  condition.acquireSync()
  condition.acquireSync()
  const waited = condition.wait({ timeout: 1000 })
  // The other half of this thread gets in meanwhile.
  await condition.acquire()
  condition.notify()
  condition.release()
  t.true(await waited)
  condition.release()
  condition.release()
  t.throws(() => condition.release(), { code: 'ERR_MANYCORE_TYPE' })
})
