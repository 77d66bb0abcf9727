/** SharedMemory and ShareableList between threads, of the kind that is the default here and of kind 'thread'. */
import { randomUUID } from 'node:crypto'
import { Event, Pool, Process, ShareableList, SharedMemory, Value } from 'manycore/multiprocessing'
import test from 'ava'

type Tasks = typeof import('./fixtures/memory.ts')
const url = new URL('./fixtures/memory.ts', import.meta.url)
const pool = new Pool<Tasks>(url, { processes: 2 })
test.after.always(() => pool.terminate())

const filled = (n: number, kind?: 'thread') => {
  const memory = SharedMemory.create(8 * n, { kind })
  new Float64Array(memory.buffer).forEach((_, i, all) => (all[i] = i))
  return memory
}

for (const kind of [undefined, 'thread'] as const) {
  const of = kind ?? 'default'

  test(`${of}: sent as an argument, found by name`, async (t) => {
    const memory = filled(1000, kind)
    t.is(memory.bytes, 8000)
    t.is(await pool.apply('sum', [memory]), 499_500)
    t.is(await pool.apply('sumNamed', [memory.name]), 499_500)
    // A thread that is started later, and one that never heard of it.
    await using later = new Pool<Tasks>(url, { processes: 1 })
    t.is(await later.apply('sumNamed', [memory.name]), 499_500)
    const late = filled(10, kind)
    t.is(await pool.apply('sumNamed', [late.name]), 45)
  })

  test(`${of}: made in a worker, found here, even while the worker is blocked`, async (t) => {
    const [name, made, done] = [randomUUID(), new Event(), new Event()]
    const child = new Process<Tasks>(url, 'makeAndBlock', [name, made, done, kind])
    child.start()
    await made.wait()
    t.is(new Float64Array(SharedMemory.attach(name).buffer)[0], 7)
    done.set()
    await child.join()
    // This thread holds it now.
    t.is(await pool.apply('sumNamed', [name]), 7)
  })

  test(`${of}: names: EXISTS, NOT_FOUND, unlink, used again`, async (t) => {
    const name = randomUUID()
    const memory = SharedMemory.create(8, { name, kind })
    t.throws(() => SharedMemory.create(8, { name, kind }), { code: 'ERR_MANYCORE_EXISTS' })
    await t.throwsAsync(pool.apply('makeNamed', [name, 1, kind]), { code: 'ERR_MANYCORE_EXISTS' })
    t.is(await pool.apply('errorOf', [name]), 'attached')
    memory.unlink()
    t.is(await pool.apply('errorOf', [name]), 'ERR_MANYCORE_NOT_FOUND')
    t.throws(() => SharedMemory.attach(name), { code: 'ERR_MANYCORE_NOT_FOUND' })
    const again = SharedMemory.create(16, { name, kind })
    new Float64Array(again.buffer)[1] = 3
    t.is(await pool.apply('sumNamed', [name]), 3)
    memory.unlink()
    t.is(SharedMemory.attach(name).bytes, 16)
    again.close()
    t.throws(() => again.buffer, { code: 'ERR_MANYCORE_CLOSED' })
    t.throws(() => SharedMemory.create(-1, { kind }), { code: 'ERR_MANYCORE_OPTION' })
    t.throws(() => SharedMemory.create(1, { name: '', kind }), { code: 'ERR_MANYCORE_TYPE' })
  })
}

test('a thread that has attached and closed holds the memory no longer than its name lasts', async (t) => {
  await using one = new Pool<Tasks>(url, { processes: 1 })
  const memory = SharedMemory.create(8, { kind: 'thread' })
  await one.apply('attachAndClose', [memory.name])
  memory.close()
  t.is(await one.apply('errorOf', [memory.name]), 'attached')
  memory.unlink()
  t.true(await one.apply('letsGo'))
})

test('to a process it can’t go, and the error says what can be done', async (t) => {
  const child = new Process<Tasks>(url, 'sum', [SharedMemory.create(8, { kind: 'thread' })], { kind: 'process' })
  t.throws(() => child.start(), { code: 'ERR_MANYCORE_CLONE', message: /create it with { kind: 'process' }/ })
})

test('ShareableList: every kind of item, from another thread by name', async (t) => {
  const values = [1.5, -(2n ** 63n), true, 'héllo \u{1f600} \ud800', new Uint8Array([1, 2, 3]), null, '', false]
  const list = new ShareableList(values)
  t.deepEqual([...list], values)
  t.is(list.length, 8)
  await pool.apply('setItem', [list.name, 3, 'short'])
  await pool.apply('setItem', [list.name, -1, 42])
  t.deepEqual([list.get(3), list.get(7), list.get(-2)], ['short', 42, ''])
  const seen = new Value('i', 0)
  t.is(await pool.apply('lengthOf', [list, seen]), 8)
  t.deepEqual([...ShareableList.attach(list.name)], [...list])
  list.memory.unlink()
  t.throws(() => ShareableList.attach(list.name), { code: 'ERR_MANYCORE_NOT_FOUND' })
})

test('ShareableList: too long a value is refused and its neighbours are intact', async (t) => {
  const list = new ShareableList(['before', 'x', 'after'])
  list.set(1, 'abcdefgh')
  t.throws(() => list.set(1, 'abcdefghi'), { code: 'ERR_MANYCORE_RANGE', message: /at most 8 bytes, the room of item 1/ })
  await t.throwsAsync(pool.apply('setItem', [list.name, 1, 'much too long']), { code: 'ERR_MANYCORE_RANGE' })
  t.deepEqual([...list], ['before', 'abcdefgh', 'after'])
  list.set(1, 2n)
  t.is(list.get(1), 2n)
  t.throws(() => list.get(3), { code: 'ERR_MANYCORE_RANGE' })
  t.throws(() => list.set(0, {} as never), { code: 'ERR_MANYCORE_TYPE' })
  t.throws(() => new ShareableList([2n ** 63n]), { code: 'ERR_MANYCORE_RANGE' })
  t.throws(() => ShareableList.attach(SharedMemory.create(64).name), { code: 'ERR_MANYCORE_TYPE' })
})

for (const kind of [undefined, 'thread'] as const) {
  test(`ShareableList of kind ${kind ?? 'default'}: count and index, and a use after close`, (t) => {
    const list = new ShareableList([1, 'a', 1n, true, null, NaN, -0, Uint8Array.of(1, 2), 1], { kind })
    t.is(list.count(1), 2)
    t.is(list.count(true), 1)
    t.is(list.count(1n), 1)
    t.is(list.count(NaN), 1)
    t.is(list.count(0), 1)
    t.is(list.count(Uint8Array.of(1, 2)), 1)
    t.is(list.count('b'), 0)
    t.is(list.index('a'), 1)
    t.is(list.index(null), 4)
    t.is(list.index(Uint8Array.of(1, 2)), 7)
    t.throws(() => list.index(Uint8Array.of(1)), { code: 'ERR_MANYCORE_NOT_FOUND' })
    list.memory.unlink()
    list.memory.close()
    for (const use of [() => list.get(0), () => list.set(0, 1), () => list.length, () => [...list], () => list.count(1), () => list.index(1)]) {
      t.throws(use, { code: 'ERR_MANYCORE_CLOSED' })
    }
  })
}
