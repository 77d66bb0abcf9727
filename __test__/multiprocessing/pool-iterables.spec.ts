/** Inputs that are read as they are needed: any iterable, also one that fails or never ends. */
import { Pool, range } from 'manycore/multiprocessing'
import test from 'ava'

type Tasks = typeof import('./fixtures/tasks.ts')
const pool = new Pool<Tasks>(new URL('./fixtures/tasks.ts', import.meta.url), { processes: 2 })
test.after.always(() => pool.terminate())

interface Log {
  read: number
  closed: boolean
}

function* numbers(log: Log, end = Infinity): Generator<number> {
  try {
    while (log.read < end) yield log.read++
  } finally {
    log.closed = true
  }
}

async function* slowly(log: Log, end = Infinity): AsyncGenerator<number> {
  for (const x of numbers(log, end)) {
    await Promise.resolve()
    yield x
  }
}

test('generators, Sets, Maps and asynchronous ones', async (t) => {
  t.deepEqual(await pool.map('square', numbers({ read: 0, closed: false }, 5)), [0, 1, 4, 9, 16])
  t.deepEqual(await pool.map('square', slowly({ read: 0, closed: false }, 5)), [0, 1, 4, 9, 16])
  t.deepEqual(await pool.map('square', slowly({ read: 0, closed: false }, 0)), [])
  t.deepEqual(await pool.map('square', new Set([3, 2])), [9, 4])
  t.deepEqual(await pool.map('echo', 'ab' as never), ['a', 'b'])
  t.deepEqual(await pool.map('echo', 7 as never).catch((error: { code: string }) => error.code), 'ERR_MANYCORE_TYPE')
})

test('one that throws at the first or the seventh item rejects with its error', async (t) => {
  for (const last of [0, 6]) {
    const failing = function* (): Generator<number> {
      yield* range(last)
      throw new RangeError(`at ${last}`)
    }
    const failingLater = async function* (): AsyncGenerator<number> {
      yield* range(last)
      throw new RangeError(`at ${last}`)
    }
    await t.throwsAsync(pool.map('square', failing()), { instanceOf: RangeError, message: `at ${last}` })
    await t.throwsAsync(pool.map('square', failingLater()), { instanceOf: RangeError, message: `at ${last}` })
    await t.throwsAsync(drain(pool.imap('square', failing())), { message: `at ${last}` })
    await t.throwsAsync(drain(pool.imapUnordered('square', failingLater())), { message: `at ${last}` })
  }
})

async function drain<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const each of source) all.push(each)
  return all
}

test('imap keeps order, imapUnordered keeps all', async (t) => {
  const squares = Array.from({ length: 50 }, (_, i) => i * i)
  for (const chunkSize of [1, 3, 100, 'auto'] as const) {
    t.deepEqual(await drain(pool.imap('square', range(50), { chunkSize })), squares)
    t.deepEqual((await drain(pool.imapUnordered('square', range(50), { chunkSize }))).toSorted((a, b) => a - b), squares)
  }
  t.deepEqual(await drain(pool.imap('square', [])), [])
})

test('an endless input is read a little ahead only, and closed', async (t) => {
  for (const items of [numbers, slowly]) {
    const log: Log = { read: 0, closed: false }
    let taken = 0
    for await (const square of pool.imap('square', items(log))) {
      t.is(square, taken * taken)
      taken++
      t.true(log.read <= taken + 2 * 2 + 2, `read ${log.read} after ${taken}`)
      if (taken === 50) break
    }
    // An asynchronous generator closes at its next step.
    await new Promise((resolve) => setImmediate(resolve))
    t.true(log.closed)
  }
})

test('imap gives the results before an error, then the error', async (t) => {
  for (const chunkSize of [1, 3, 5]) {
    const seen: number[] = []
    const run = async (): Promise<void> => {
      for await (const x of pool.imap('failAtSeven', range(100), { chunkSize })) seen.push(x)
    }
    await t.throwsAsync(run(), { message: 'seven' })
    t.deepEqual(seen, [0, 1, 2, 3, 4, 5, 6])
  }
})

test('a map that fails closes its input', async (t) => {
  const log: Log = { read: 0, closed: false }
  await t.throwsAsync(pool.map('failAtSeven', numbers(log)), { message: 'seven' })
  t.true(log.closed)
})

test('iterators written by hand: a return that gives no promise, or throws, and a next that gives no object', async (t) => {
  for (const end of [() => ({ done: true }), () => { throw new Error('return') }, () => 5]) {
    const endless = { [Symbol.asyncIterator]: () => ({ next: () => ({ done: false, value: 3 }), return: end }) } as unknown as AsyncIterable<number>
    for await (const nine of pool.imap('square', endless)) {
      t.is(nine, 9)
      break
    }
    await t.throwsAsync(pool.map('failAtSeven', { [Symbol.asyncIterator]: () => ({ next: () => ({ done: false, value: 7 }), return: end }) } as unknown as AsyncIterable<number>), { message: 'seven' })
  }
  for (const symbol of [Symbol.iterator, Symbol.asyncIterator]) {
    for (const result of [5, undefined, null, 'done']) {
      await t.throwsAsync(pool.map('square', { [symbol]: () => ({ next: () => result }) } as unknown as Iterable<number>), { code: 'ERR_MANYCORE_TYPE', message: /^items: its iterator's next\(\) gave/ })
    }
  }
})
