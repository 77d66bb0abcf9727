/** Aborts and time limits: the caller gets its answer at once, a worker in the middle of it is replaced. */
import { Pool, range } from 'manycore/multiprocessing'
import test from 'ava'

type Tasks = typeof import('./fixtures/tasks.ts')
const pool = new Pool<Tasks>(new URL('./fixtures/tasks.ts', import.meta.url), { processes: 2 })
test.after.always(() => pool.terminate())

const calls = {
  apply: (options: { signal?: AbortSignal; timeout?: number }) => pool.apply('spin', [], options),
  'map of numbers': (options: { signal?: AbortSignal; timeout?: number }) => pool.map('spinAtThree', range(10), options),
  'map of values': (options: { signal?: AbortSignal; timeout?: number }) => pool.map('spinAtThree', new Set(range(10)), options),
  imap: async (options: { signal?: AbortSignal; timeout?: number }) => {
    for await (const x of pool.imap('spinAtThree', range(10), options)) t3(x)
  },
}

function t3(x: number): void {
  if (x === 3) throw new Error('three has no result')
}

for (const [name, call] of Object.entries(calls)) {
  test.serial(`${name}: an abort in a loop rejects with its reason, and the pool works on`, async (t) => {
    const controller = new AbortController()
    const running = call({ signal: controller.signal })
    const reason = new Error('no longer wanted')
    setTimeout(() => controller.abort(reason), 50)
    t.is(await running.then(() => undefined, (error: unknown) => error), reason)
    t.is(await pool.apply('add', [1, 2]), 3)
  })

  test.serial(`${name}: a time limit rejects with TIMEOUT, and the pool works on`, async (t) => {
    await t.throwsAsync(call({ timeout: 50 }), { code: 'ERR_MANYCORE_TIMEOUT', name: 'TimeoutError', message: /50 ms/ })
    t.is(await pool.apply('add', [1, 2]), 3)
  })

  test.serial(`${name}: aborted before the call, nothing runs`, async (t) => {
    const reason = { any: 'value' }
    t.is(await call({ signal: AbortSignal.abort(reason) }).then(() => undefined, (error: unknown) => error), reason)
  })
}

test.serial('an abort of a waiting call leaves the running one alone', async (t) => {
  await using single = new Pool<Tasks>(new URL('./fixtures/tasks.ts', import.meta.url), { processes: 1 })
  const flag = new Int32Array(new SharedArrayBuffer(4))
  const running = single.apply('waitFor', [flag])
  const controller = new AbortController()
  const waiting = single.apply('add', [1, 2], { signal: controller.signal })
  controller.abort('gone')
  t.is(await waiting.catch((reason: unknown) => reason), 'gone')
  Atomics.store(flag, 0, 1)
  Atomics.notify(flag, 0)
  t.is(typeof (await running), 'number')
  t.is(single.report().workers.length, 1)
})

test.serial('the time limit counts from the start of a task, not from the call', async (t) => {
  await using single = new Pool<Tasks>(new URL('./fixtures/tasks.ts', import.meta.url), { processes: 1 })
  const flag = new Int32Array(new SharedArrayBuffer(4))
  const first = single.apply('waitFor', [flag])
  const second = single.apply('add', [1, 2], { timeout: 2000 })
  // Longer in the queue than its limit would allow on a worker, were it not for the worker's start.
  await new Promise((resolve) => setTimeout(resolve, 2500))
  Atomics.store(flag, 0, 1)
  Atomics.notify(flag, 0)
  await first
  t.is(await second, 3)
})

test.serial('a time limit longer than timers can be set for is none', async (t) => {
  const flag = new Int32Array(new SharedArrayBuffer(4))
  const calls = [pool.apply('waitFor', [flag], { timeout: 1e12 }), pool.apply('waitFor', [flag], { timeout: Infinity })]
  // A timer set for too long fires after a millisecond: this is later, and no more is proved.
  await new Promise((resolve) => setTimeout(resolve, 20))
  Atomics.store(flag, 0, 1)
  Atomics.notify(flag, 0)
  await t.notThrowsAsync(Promise.all(calls))
})

test.serial('bad limits and signals are refused', async (t) => {
  for (const timeout of [-1, Number.NaN, '5']) {
    await t.throwsAsync(pool.apply('add', [1, 2], { timeout: timeout as number }), { code: 'ERR_MANYCORE_OPTION', message: /^timeout/ })
    await t.throwsAsync(pool.map('square', range(3), { timeout: timeout as number }), { code: 'ERR_MANYCORE_OPTION' })
  }
  await t.throwsAsync(pool.apply('add', [1, 2], { signal: {} as never }), { code: 'ERR_MANYCORE_OPTION', message: /^signal/ })
})
