/** What a failing task tells its caller; what can't be cloned is named; the pool goes on. */
import { Pool, range } from 'manycore/multiprocessing'
import test from 'ava'

type Tasks = typeof import('./fixtures/tasks.ts')
const url = new URL('./fixtures/tasks.ts', import.meta.url)
const pool = new Pool<Tasks>(url, { processes: 2 })
test.after.always(() => pool.terminate())

for (const [where, call] of [
  ['apply', () => pool.apply('failAtSeven', [7])],
  ['map of numbers', () => pool.map('failAtSeven', range(10))],
  ['map of values', () => pool.map('failAtSeven', new Set(range(10)))],
] as const) {
  test(`${where}: class, name, fields, code, cause and both stacks`, async (t) => {
    const error = await t.throwsAsync<Error & { detail: unknown }>(call(), { message: 'seven', code: 'ERR_TASK', name: 'TaskError' })
    t.true(error instanceof RangeError)
    t.deepEqual(error?.detail, { seen: 7 })
    t.true(error?.cause instanceof TypeError)
    t.like(error?.cause, { message: 'below' })
    const stack = error?.stack ?? ''
    const remote = stack.indexOf('tasks.ts')
    const here = stack.indexOf('pool-errors.spec.ts')
    t.true(stack.startsWith('TaskError: seven') && remote > 0 && here > remote, stack)
    t.notRegex(stack, /lane-worker|pool\/worker/)
  })
}

test('an error of a function whose calls are short shows who awaits it', async (t) => {
  for (let i = 0; i < 100; i++) await pool.apply('failAtSeven', [8])
  const call = pool.apply('failAtSeven', [7])
  const whoAwaits = async (): Promise<number> => await call
  const stack = await whoAwaits().then(String, (error: Error) => error.stack ?? '')
  t.regex(stack, /^TaskError: seven[^]*tasks\.ts[^]*\(in a worker of [^]*pool-errors\.spec\.ts/)
  t.notRegex(stack, /multiprocessing.pool.pool/)
})

test('something thrown that is no error arrives as it was', async (t) => {
  t.is(await pool.apply('throwString', []).catch((thrown: unknown) => thrown), 'not an error')
})

test('two tasks that fail with a megabyte of message', async (t) => {
  const [a, b] = await Promise.allSettled([pool.apply('failWithMegabyte', ['a']), pool.apply('failWithMegabyte', ['b'])])
  t.is(a.status === 'rejected' && (a.reason as Error).message.length, 1_000_000)
  t.is(b.status === 'rejected' && (b.reason as Error).message, 'b'.repeat(1_000_000))
})

test('an item that can’t be cloned is named, 20 times in a row', async (t) => {
  const items = ['fine', 1, { deep: [{ callback: () => 1 }] }]
  for (let i = 0; i < 20; i++) {
    await t.throwsAsync(pool.map('echo', items, { chunkSize: 1 + (i % 4) }), { code: 'ERR_MANYCORE_CLONE', message: /^items\[2\]\.deep\[0\]\.callback can't be sent/ })
    await t.throwsAsync(pool.apply('echo', [Symbol('s')]), { code: 'ERR_MANYCORE_CLONE', message: /^args\[0\]/ })
  }
  t.deepEqual(await pool.map('echo', ['fine']), ['fine'])
})

test('a bad one among calls that share a message fails alone', async (t) => {
  const calls = Array.from({ length: 300 }, (_, i) => pool.apply('echo', [i === 200 ? () => 1 : i]))
  const settled = await Promise.allSettled(calls)
  t.deepEqual(settled.flatMap(({ status }, i) => (status === 'rejected' ? [i] : [])), [200])
})

test('a result that can’t be cloned is named, 20 times in a row', async (t) => {
  for (let i = 0; i < 20; i++) {
    await t.throwsAsync(pool.apply('uncloneable', [i]), { code: 'ERR_MANYCORE_CLONE', message: /^result\.inner\.callback can't be sent/ })
    await t.throwsAsync(pool.map('uncloneable', range(5)), { code: 'ERR_MANYCORE_CLONE', message: /^result\.inner\.callback/ })
    await t.throwsAsync(pool.map('uncloneable', new Set([1])), { code: 'ERR_MANYCORE_CLONE', message: /^result\.inner\.callback/ })
  }
  t.is(await pool.apply('add', [1, 2]), 3)
})

test('no such function, no such module', async (t) => {
  await t.throwsAsync(pool.apply('nope' as never, [] as never), { code: 'ERR_MANYCORE_NOT_FOUND', message: /exports no function "nope".*square/ })
  await t.throwsAsync(pool.map('nope' as never, range(3) as never), { code: 'ERR_MANYCORE_NOT_FOUND' })
  const lost = new Pool(new URL('./fixtures/nowhere.ts', import.meta.url), { processes: 1 })
  await t.throwsAsync(lost.map('square', range(3)), { code: 'ERR_MANYCORE_NOT_FOUND', message: /nowhere\.ts/ })
  await t.throwsAsync(lost.apply('square', [1]), { code: 'ERR_MANYCORE_NOT_FOUND' })
})

test('an initializer that fails breaks the pool once, without starting workers again and again', async (t) => {
  const starts = new Int32Array(new SharedArrayBuffer(4))
  const broken = new Pool<Tasks>(url, { processes: 2, initializer: 'failToPrepare', initializerArgs: [starts] })
  const all = await Promise.allSettled([broken.apply('add', [1, 2]), broken.map('square', range(9)), broken.apply('add', [3, 4])])
  t.deepEqual(all.map((each) => each.status === 'rejected' && (each.reason as Error).message), Array.from({ length: 3 }, () => 'no preparation'))
  await t.throwsAsync(broken.apply('add', [1, 2]), { name: 'TaskError', code: 'ERR_TASK' })
  await broken.terminate()
  t.true((starts[0] ?? 0) <= 2)
})

test('an initializer runs once in each worker, before its first task', async (t) => {
  const prepared = new Pool<Tasks>(url, { processes: 2, initializer: 'prepare', initializerArgs: [3] })
  const seen = await Promise.all(Array.from({ length: 20 }, () => prepared.apply('preparedBy', [])))
  t.deepEqual(new Set(seen), new Set([3]))
  await prepared.terminate()
})

test('a CommonJS module gives what it exports, and nothing that every object has', async (t) => {
  const common = new Pool(new URL('./fixtures/common.cjs', import.meta.url), { processes: 1 })
  t.is(await common.apply('twice', [4]), 8)
  for (const name of ['toString', 'constructor', '__proto__', 'hasOwnProperty']) {
    await t.throwsAsync(common.apply(name), { code: 'ERR_MANYCORE_NOT_FOUND', message: /exports twice$/ })
  }
  await common.terminate()
})
