/** The signal of everything that waits: an abort rejects with its reason and loses nothing, at whatever moment it comes. */
import { setImmediate, setTimeout } from 'node:timers/promises'
import { Barrier, BoundedSemaphore, Condition, Event, Lock, Pipe, Pool, Process, Queue, RLock, Semaphore, SimpleQueue, wait, type WaitOptions } from 'manycore/multiprocessing'
import test from 'ava'
import fc from 'fast-check'

type Messages = typeof import('./fixtures/messages.ts')
type Sync = typeof import('./fixtures/sync.ts')
const messages = new URL('./fixtures/messages.ts', import.meta.url)
const sync = new URL('./fixtures/sync.ts', import.meta.url)

interface Case {
  readonly call: (options: WaitOptions) => Promise<unknown>
  readonly blocking?: (options: WaitOptions) => unknown
  readonly end?: () => unknown
}

/** Each of them waits without end when it is called. */
const cases: Record<string, () => Case | Promise<Case>> = {
  'Queue.get': () => {
    const queue = new Queue()
    return { call: (options) => queue.get(options), blocking: (options) => queue.getSync(options) }
  },
  'Queue.put': () => {
    const queue = new Queue<unknown>({ maxSize: 1 })
    queue.putNowait(1)
    return { call: (options) => queue.put(new Int32Array(new SharedArrayBuffer(4)), options), blocking: (options) => queue.putSync(1, options) }
  },
  'Queue.join': () => {
    const queue = new Queue()
    queue.putNowait(1)
    return { call: (options) => queue.join(options), blocking: (options) => queue.joinSync(options) }
  },
  'SimpleQueue.get': () => {
    const queue = new SimpleQueue()
    return { call: (options) => queue.get(options), blocking: (options) => queue.getSync(options) }
  },
  'Connection.receive': () => {
    const [here, there] = Pipe()
    return { call: (options) => here.receive(options), blocking: (options) => here.receiveSync(options), end: () => there.close() }
  },
  'Connection.poll': () => {
    const [here, there] = Pipe()
    return { call: (options) => here.poll({ timeout: 1e9, ...options }), blocking: (options) => here.pollSync({ timeout: 1e9, ...options }), end: () => there.close() }
  },
  wait: () => {
    const [here] = Pipe()
    const never = new Promise(() => undefined)
    return { call: (options) => wait([here, new Queue(), never], options) }
  },
  'Lock.acquire': () => {
    const lock = new Lock()
    lock.tryAcquire()
    return { call: (options) => lock.acquire(options), blocking: (options) => lock.acquireSync({ timeout: 1e9, ...options }) }
  },
  'RLock.acquire': async () => {
    const lock = new RLock()
    const holder = new Process<Sync>(sync, 'dieHolding', [lock, new Event(), 'spin'])
    holder.start()
    while (lock.tryAcquire()) {
      lock.release()
      await setTimeout(1)
    }
    return { call: (options) => lock.acquire(options), blocking: (options) => lock.acquireSync(options), end: () => holder.terminate() }
  },
  'Semaphore.acquire': () => {
    const semaphore = new Semaphore(0)
    return { call: (options) => semaphore.acquire(options), blocking: (options) => semaphore.acquireSync(options) }
  },
  'Event.wait': () => {
    const event = new Event()
    return { call: (options) => event.wait(options), blocking: (options) => event.waitSync(options) }
  },
  'Condition.acquire': () => {
    const lock = new Lock()
    lock.tryAcquire()
    const condition = new Condition(lock)
    return { call: (options) => condition.acquire(options), blocking: (options) => condition.acquireSync(options) }
  },
  'Condition.wait': () => {
    const condition = new Condition()
    condition.tryAcquire()
    return { call: (options) => condition.wait(options), blocking: (options) => condition.waitSync(options) }
  },
  'Condition.waitFor': () => {
    const condition = new Condition()
    condition.tryAcquire()
    return { call: (options) => condition.waitFor(() => false, options), blocking: (options) => condition.waitForSync(() => false, options) }
  },
  'Barrier.wait': () => {
    const barrier = new Barrier(2)
    return {
      call: (options) => {
        barrier.reset()
        return barrier.wait(options)
      },
      blocking: (options) => barrier.waitSync(options),
    }
  },
  'Process.join': () => {
    const child = new Process<Messages>(messages, 'sleepOn', [{ value: 0 } as never])
    child.start()
    return { call: (options) => child.join(options), blocking: (options) => child.joinSync(options), end: () => child.terminate() }
  },
  'Pool.join': () => {
    const pool = new Pool<Messages>(messages, { processes: 1 })
    pool.apply('sleepOn', [{ value: 0 } as never]).catch(() => undefined)
    pool.close()
    return { call: (options) => pool.join(options), end: () => pool.terminate() }
  },
}

for (const [name, make] of Object.entries(cases)) {
  test(`${name}: an abort rejects with the signal's reason, before and during the wait; what is no signal is an error`, async (t) => {
    const { call, blocking, end } = await make()
    const reason = new Error(name)
    t.is(await call({ signal: AbortSignal.abort(reason) }).catch((error: unknown) => error), reason)
    if (blocking !== undefined) {
      try {
        blocking({ signal: AbortSignal.abort(reason) })
        t.fail('it waited')
      } catch (error) {
        t.is(error, reason)
      }
    }
    await t.throwsAsync(async () => call({ signal: {} as AbortSignal }), { code: 'ERR_MANYCORE_OPTION', message: /signal/ })
    for (const abort of [() => undefined, () => Promise.resolve(), () => setImmediate(), () => setTimeout(5)]) {
      const controller = new AbortController()
      const waiting = call({ signal: controller.signal }).then(() => 'resolved', (error: unknown) => error)
      await abort()
      controller.abort(reason)
      t.is(await waiting, reason)
    }
    await end?.()
  })
}

/** A pause of one of the lengths at which something else may come first. */
const pauses = fc.constantFrom('none', 'microtask', 'immediate', 'timer')
type Pause = 'none' | 'microtask' | 'immediate' | 'timer'

async function pause(how: Pause): Promise<void> {
  if (how === 'microtask') await Promise.resolve()
  else if (how === 'immediate') await setImmediate()
  else if (how === 'timer') await setTimeout(1)
}

test('gets that are aborted in any order between puts take no item with them', async (t) => {
  await fc.assert(fc.asyncProperty(fc.array(fc.record({ abort: fc.boolean(), first: pauses, second: pauses, shared: fc.boolean() }), { minLength: 1, maxLength: 12 }), async (steps) => {
    const queue = new Queue<unknown>()
    const got: unknown[] = []
    const waiting: Promise<unknown>[] = []
    for (const [i, { abort, first, second, shared }] of steps.entries()) {
      const controller = new AbortController()
      waiting.push(queue.get({ signal: controller.signal }).then((item) => got.push(typeof item === 'number' ? item : (item as Int32Array)[0]), () => undefined))
      await pause(first)
      const put = queue.put(shared ? new Int32Array(new SharedArrayBuffer(4)).fill(i) : i)
      await pause(second)
      if (abort) controller.abort()
      await put
    }
    const left = async (): Promise<void> => {
      while (queue.size() > 0) {
        const item = queue.getNowait()
        got.push(typeof item === 'number' ? item : (item as Int32Array)[0])
      }
    }
    // Those that are still waiting get what the aborted ones have left; then nothing waits.
    await setTimeout(2)
    await left()
    queue.close()
    await Promise.all(waiting)
    t.deepEqual(got.toSorted((a, b) => Number(a) - Number(b)), steps.map((_, i) => i))
  }), { numRuns: 150 })
})

test('puts that are aborted give their place back, and are in the queue or not, as they say', async (t) => {
  await fc.assert(fc.asyncProperty(fc.array(fc.record({ abort: fc.boolean(), take: fc.boolean(), first: pauses, second: pauses }), { minLength: 1, maxLength: 12 }), async (steps) => {
    const queue = new Queue<number>({ maxSize: 2 })
    const done: number[] = []
    const got: number[] = []
    const controllers: AbortController[] = []
    const waiting = steps.map(async ({ abort, take, first, second }, i) => {
      const controller = new AbortController()
      controllers.push(controller)
      const put = queue.put(i, { signal: controller.signal }).then(() => done.push(i), () => undefined)
      await pause(first)
      if (take && queue.size() > 0) got.push(queue.getNowait())
      await pause(second)
      if (abort) controller.abort()
      await put
    })
    await setTimeout(2)
    for (const controller of controllers) controller.abort()
    await Promise.all(waiting)
    while (queue.size() > 0) got.push(queue.getNowait())
    t.deepEqual(got.toSorted((a, b) => a - b), done.toSorted((a, b) => a - b))
    // Both places are there.
    queue.putNowait(0)
    queue.putNowait(0)
    t.throws(() => queue.putNowait(0), { code: 'ERR_MANYCORE_QUEUE_FULL' })
  }), { numRuns: 150 })
})

for (const [name, make] of [['Lock', () => new Lock()], ['BoundedSemaphore', () => new BoundedSemaphore(1)]] as const) {
  test(`${name}: an acquire that is aborted, at whatever moment, doesn't keep it, and wakes the next in its stead`, async (t) => {
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ abort: fc.boolean(), first: pauses, second: pauses }), { minLength: 1, maxLength: 10 }), async (steps) => {
      const lock = make()
      let inside = 0
      await lock.acquire()
      const waiting = steps.map(async ({ abort, first, second }) => {
        const controller = new AbortController()
        const work = lock.acquire({ signal: controller.signal }).then(async () => {
          t.is(++inside, 1)
          await pause(second)
          inside--
          lock.release()
        }, () => undefined)
        await pause(first)
        if (abort) controller.abort()
        await work
      })
      await pause(steps[0]?.second ?? 'none')
      lock.release()
      await Promise.all(waiting)
      t.true(lock.tryAcquire())
      t.false(lock.tryAcquire())
      lock.release()
    }), { numRuns: 150 })
  })
}

test('a lock between threads that abort at random is held by one at a time and free at the end', async (t) => {
  const lock = new Lock()
  const cell = new Int32Array(new SharedArrayBuffer(8))
  await using pool = new Pool<Sync>(sync, { processes: 2 })
  const counts = await Promise.all([pool.apply('countAborting', [lock, cell, 400]), pool.apply('countAborting', [lock, cell, 400])])
  t.is(cell[0], counts[0] + counts[1])
  t.true(lock.tryAcquire())
})

test('a queue between threads whose getters abort at random loses and doubles nothing', async (t) => {
  const from = new Queue<number>()
  const to = new Queue<number>()
  await using pool = new Pool<Messages>(messages, { processes: 3 })
  const getters = [pool.apply('getAborting', [from, to, 1]), pool.apply('getAborting', [from, to, 2])]
  await pool.apply('produce', [from, 0, 3000, 'async'])
  await from.put(-1)
  await from.put(-1)
  await Promise.all(getters)
  const seen = new Uint8Array(3000)
  for (let i = 0; i < 3000 + 2; i++) {
    const item = await to.get()
    if (item >= 0) seen[item]!++
  }
  t.true(seen.every((count) => count === 1))
  t.is(to.size(), 0)
})

test('in another process: an abort rejects with its reason, and neither a get takes an item with it nor is a put there', async (t) => {
  const full = new Queue<number>({ maxSize: 1 })
  await using pool = new Pool<Messages>(messages, { processes: 2, kind: 'process' })
  const empty = new Queue<number>()
  const first = pool.apply('abortEach', [empty])
  t.deepEqual(await first, ['the reason', 'resolved', 'the reason'])
  t.is(empty.getNowait(), 1)
  empty.taskDone()
  await empty.join()
  await full.put(7)
  const second = pool.apply('putAborted', [full])
  t.is(await second, 'the reason')
  t.is(full.getNowait(), 7)
  t.is(full.size(), 0)

  const from = new Queue<number>()
  const to = new Queue<number>()
  const getters = [pool.apply('getAborting', [from, to, 1]), pool.apply('getAborting', [from, to, 2])]
  for (let i = 0; i < 300; i++) {
    await from.put(i)
    if (i % 10 === 0) await setTimeout(1)
  }
  await from.put(-1)
  await from.put(-1)
  await Promise.all(getters)
  const seen = new Uint8Array(300)
  for (let i = 0; i < 300 + 2; i++) {
    const item = await to.get()
    if (item >= 0) seen[item]!++
  }
  t.true(seen.every((count) => count === 1))
})

test('Condition: who is aborted has the lock when it is told, and takes no notification from the others', async (t) => {
  const condition = new Condition(new Lock())
  const order: string[] = []
  const waiter = async (name: string, signal?: AbortSignal): Promise<void> => {
    await condition.acquire()
    try {
      order.push(`${name} ${await condition.wait({ signal })}`)
    } catch (error) {
      order.push(`${name} ${(error as Error).message}`)
    } finally {
      // Throws if it doesn't hold the lock.
      condition.release()
    }
  }
  const controller = new AbortController()
  const first = waiter('first', controller.signal)
  await setTimeout(1)
  const second = waiter('second')
  await setTimeout(1)
  await condition.acquire()
  controller.abort(new Error('enough'))
  await setTimeout(1)
  t.deepEqual(order, [])
  condition.release()
  await first
  await condition.acquire()
  condition.notify()
  condition.release()
  await second
  t.deepEqual(order, ['first enough', 'second true'])
})

test('Condition: a notification that came first is not lost by an abort', async (t) => {
  const condition = new Condition(new Lock())
  const controller = new AbortController()
  await condition.acquire()
  const waiting = condition.wait({ signal: controller.signal })
  await condition.acquire()
  condition.notify()
  controller.abort()
  condition.release()
  t.true(await waiting)
  condition.release()
})

test('Barrier: an abort breaks it for the others; one that comes after all have met changes nothing', async (t) => {
  const barrier = new Barrier(3)
  const controller = new AbortController()
  const other = barrier.wait()
  const aborted = barrier.wait({ signal: controller.signal })
  await setImmediate()
  controller.abort(new Error('enough'))
  await t.throwsAsync(aborted, { message: 'enough' })
  await t.throwsAsync(other, { code: 'ERR_MANYCORE_BROKEN_BARRIER' })
  t.true(barrier.broken)
  barrier.reset()
  const late = new AbortController()
  const all = [barrier.wait({ signal: late.signal }), barrier.wait(), barrier.wait()]
  late.abort()
  t.deepEqual((await Promise.all(all)).toSorted(), [0, 1, 2])
})

test('Process.join and Pool.join: the worker goes on after an abort or a time limit, and can be joined again', async (t) => {
  const cell = new Int32Array(new SharedArrayBuffer(4))
  const child = new Process<Messages>(messages, 'sleepOnCell', [cell])
  child.start()
  const pool = new Pool<Messages>(messages, { processes: 1 })
  const result = pool.apply('sleepOnCell', [cell])
  pool.close()
  await child.join({ timeout: 5 })
  await t.throwsAsync(pool.join({ timeout: 5 }), { code: 'ERR_MANYCORE_TIMEOUT' })
  for (const joined of [child, pool]) {
    const signal = AbortSignal.timeout(5)
    t.is(await joined.join({ signal }).catch((error: unknown) => error), signal.reason)
  }
  t.true(child.isAlive())
  Atomics.store(cell, 0, 1)
  Atomics.notify(cell, 0)
  await result
  await Promise.all([child.join(), pool.join()])
  t.is(child.exitCode, 0)
})
