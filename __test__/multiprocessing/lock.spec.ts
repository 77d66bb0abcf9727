/** Lock and RLock: exclusion, time limits, owners, and what a dead holder leaves. */
import { Event, Lock, Pool, Process, RLock } from 'manycore/multiprocessing'
import test from 'ava'

type Tasks = typeof import('./fixtures/sync.ts')
const url = new URL('./fixtures/sync.ts', import.meta.url)
const pool = new Pool<Tasks>(url, { processes: 3 })
test.after.always(() => pool.terminate())

for (const Class of [Lock, RLock]) {
  test(`${Class.name}: no count is lost between threads, blocking and not`, async (t) => {
    const lock = new Class()
    const cell = new Int32Array(new SharedArrayBuffer(8))
    await Promise.all([pool.apply('countSync', [lock, cell, 3000]), pool.apply('countSync', [lock, cell, 3000]), pool.apply('count', [lock, cell, 500])])
    t.is(cell[0], 6500)
  })

  test(`${Class.name}: time limits give false, then the lock works on`, async (t) => {
    const lock = new Class()
    const held = new Event()
    const child = new Process<Tasks>(url, 'dieHolding', [lock, held, 'spin'])
    child.start()
    t.true(await held.wait())
    t.false(lock.tryAcquire())
    t.false(lock.acquireSync({ timeout: 5 }))
    t.false(await lock.acquire({ timeout: 5 }))
    t.false(await lock.acquire({ timeout: 0 }))
    child.terminate()
    await t.throwsAsync(lock.acquire(), { code: 'ERR_MANYCORE_OWNER_DIED' })
    t.true(await lock.acquire())
    lock.release()
  })

  for (const how of ['exit', 'return'] as const) {
    test(`${Class.name}: a holder that ends (${how}) is told of once, in every form`, async (t) => {
      for (const take of ['tryAcquire', 'acquireSync', 'acquire'] as const) {
        const lock = new Class()
        const child = new Process<Tasks>(url, 'dieHolding', [lock, new Event(), how])
        child.start()
        await child.join()
        await t.throwsAsync(async () => lock[take](), { code: 'ERR_MANYCORE_OWNER_DIED', message: /ended while it held the lock/ })
        t.true(lock.tryAcquire())
        lock.release()
      }
    })
  }

  test(`${Class.name}: a blocked main thread sees a holder killed by its exit`, (t) => {
    const lock = new Class()
    const held = new Event()
    const child = new Process<Tasks>(url, 'dieHolding', [lock, held, 'exit'])
    child.start()
    t.true(held.waitSync())
    t.throws(() => lock.acquireSync(), { code: 'ERR_MANYCORE_OWNER_DIED' })
    t.true(lock.acquireSync())
    lock.release()
  })

  test(`${Class.name}: only its holder may release it`, async (t) => {
    const lock = new Class()
    t.throws(() => lock.release(), { code: 'ERR_MANYCORE_TYPE', message: /release: this thread doesn't hold the lock/ })
    await lock.acquire()
    t.is(await pool.apply('releaseForeign', [lock as Lock]), 'ERR_MANYCORE_TYPE')
    t.false(await pool.apply('tryAcquire', [lock]))
    lock.release()
    t.throws(() => lock.release(), { code: 'ERR_MANYCORE_TYPE' })
  })

  test(`${Class.name}: bad options are refused`, async (t) => {
    const lock = new Class()
    await t.throwsAsync(lock.acquire({ timeout: -1 }), { code: 'ERR_MANYCORE_OPTION', message: /^timeout/ })
    t.throws(() => lock.acquireSync({ time: 1 } as never), { code: 'ERR_MANYCORE_OPTION', message: /"time"/ })
  })
}

test('Lock: asynchronous functions of one thread exclude each other', async (t) => {
  const lock = new Lock()
  const order: string[] = []
  const work = async (name: string) => {
    await lock.acquire()
    order.push(`${name} in`)
    await new Promise((resolve) => setImmediate(resolve))
    order.push(`${name} out`)
    lock.release()
  }
  await Promise.all([work('a'), work('b'), work('c')])
  for (let i = 0; i < order.length; i += 2) t.is(order[i]?.[0], order[i + 1]?.[0])
})

test('Lock: waiting for oneself for ever is an error, with a limit it is false', async (t) => {
  const lock = new Lock()
  await lock.acquire()
  t.throws(() => lock.acquireSync(), { code: 'ERR_MANYCORE_TYPE', message: /holds the lock already/ })
  t.false(lock.acquireSync({ timeout: 1 }))
  lock.release()
})

test('RLock: its holder may take it again and must release it as often', async (t) => {
  const lock = new RLock()
  t.deepEqual(await pool.apply('depth', [lock]), [true, true, true])
  t.true(await lock.acquire())
  t.true(lock.acquireSync())
  lock.release()
  t.false(await pool.apply('tryAcquire', [lock]))
  lock.release()
  t.true(lock.tryAcquire())
  lock.release()
})
