/** Semaphores and Event. */
import { BoundedSemaphore, Event, Pool, Process, Semaphore, Value } from 'manycore/multiprocessing'
import test from 'ava'

type Tasks = typeof import('./fixtures/sync.ts')
const url = new URL('./fixtures/sync.ts', import.meta.url)
const pool = new Pool<Tasks>(url, { processes: 4 })
test.after.always(() => pool.terminate())

for (const Class of [Semaphore, BoundedSemaphore]) {
  test(`${Class.name}: lets in as many as it says, and all in the end`, async (t) => {
    const semaphore = new Class(2)
    const [inside, most] = [new Value('i', 0), new Value('i', 0)]
    await Promise.all([1, 2, 3, 4].map(() => pool.apply('useSemaphore', [semaphore, inside, most, 400])))
    t.is(inside.value, 0)
    t.true(most.value <= 2)
    t.deepEqual([semaphore.tryAcquire(), semaphore.tryAcquire(), semaphore.tryAcquire()], [true, true, false])
  })
}

test('time limits and waking', async (t) => {
  const semaphore = new Semaphore(0)
  t.false(semaphore.acquireSync({ timeout: 1 }))
  t.false(await semaphore.acquire({ timeout: 1 }))
  const got = semaphore.acquire()
  semaphore.release()
  t.true(await got)
})

const forms = {
  acquire: (semaphore: Semaphore) => semaphore.acquire({ timeout: 2000 }),
  acquireSync: async (semaphore: Semaphore) => semaphore.acquireSync({ timeout: 2000 }),
  tryAcquire: async (semaphore: Semaphore) => semaphore.tryAcquire(),
}
for (const [form, acquire] of Object.entries(forms)) {
  test(`the places of a thread that ends without releasing them are reported once, then free: ${form}`, async (t) => {
    const semaphore = new BoundedSemaphore(2)
    const child = new Process<Tasks>(url, 'endWithPlaces', [semaphore, 2])
    child.start()
    await child.join()
    await t.throwsAsync(acquire(semaphore), { code: 'ERR_MANYCORE_OWNER_DIED', message: /2 places/ })
    t.deepEqual([semaphore.tryAcquire(), semaphore.tryAcquire(), semaphore.tryAcquire()], [true, true, false])
    semaphore.release()
    semaphore.release()
    t.throws(() => semaphore.release(), { code: 'ERR_MANYCORE_RANGE' })
  })
}

test('a place that somebody else has released is owed by nobody, nor is a signal', async (t) => {
  const [lent, signal] = [new Semaphore(1), new Semaphore(0)]
  signal.release()
  for (const semaphore of [lent, signal]) {
    const child = new Process<Tasks>(url, 'endWithPlaces', [semaphore, 1])
    child.start()
    await child.join()
    if (semaphore === lent) lent.release()
    t.is(semaphore.tryAcquire(), semaphore === lent)
    t.false(await semaphore.acquire({ timeout: 1 }))
  }
})

test('a BoundedSemaphore refuses a release too many, here and in a worker; a Semaphore grows', async (t) => {
  const bounded = new BoundedSemaphore(1)
  t.throws(() => bounded.release(), { code: 'ERR_MANYCORE_RANGE', message: /bound of 1/ })
  const back = await pool.apply('echo', [bounded as unknown]) as BoundedSemaphore
  t.throws(() => back.release(), { code: 'ERR_MANYCORE_RANGE' })
  t.true(back.tryAcquire())
  t.false(bounded.tryAcquire())
  const semaphore = new Semaphore()
  semaphore.release()
  t.deepEqual([semaphore.tryAcquire(), semaphore.tryAcquire(), semaphore.tryAcquire()], [true, true, false])
  t.throws(() => new Semaphore(-1), { code: 'ERR_MANYCORE_OPTION' })
})

test('Event: all who wait go on; clear; time limits', async (t) => {
  const event = new Event()
  t.false(event.isSet())
  t.false(event.waitSync({ timeout: 1 }))
  t.false(await event.wait({ timeout: 1 }))
  const waiting = [pool.apply('waitFor', [event, 'sync']), pool.apply('waitFor', [event, 'async']), event.wait()]
  await pool.apply('setEvent', [event])
  t.deepEqual(await Promise.all(waiting), [true, true, true])
  t.true(event.isSet())
  t.true(event.waitSync())
  event.clear()
  t.false(event.isSet())
  t.false(await pool.apply('waitFor', [event, 'sync', 1]))
})

test('Event: who waits sees a set even if it is cleared at once', async (t) => {
  const event = new Event()
  const waiting = event.wait()
  event.set()
  event.clear()
  t.true(await waiting)
})
