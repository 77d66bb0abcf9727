/** Queue and SimpleQueue: nothing lost or doubled, limits, time limits, what travels, joining and closing. */
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { once } from 'node:events'
import { Matrix } from 'manycore'
import { Lock, Pipe, Pool, Process, Queue, range, SimpleQueue, Value, wait } from 'manycore/multiprocessing'
import test from 'ava'
import { someoneGets } from '../support/getters.ts'

type Tasks = typeof import('./fixtures/messages.ts')
const url = new URL('./fixtures/messages.ts', import.meta.url)

for (const [name, maxSize] of [['unbounded', 0], ['of at most 64', 64]] as const) {
  test(`4 producers × 4 consumers × 100 000, ${name}: none lost, none doubled`, async (t) => {
    const each = 25_000
    const queue = new Queue<number>({ maxSize })
    const seen = new Uint8Array(new SharedArrayBuffer(4 * each))
    await using pool = new Pool<Tasks>(url, { processes: 8 })
    const consumers = [0, 1, 2, 3].map((i) => pool.apply('consume', [queue, seen, i % 2 === 0 ? 'sync' : 'async']))
    await Promise.all([0, 1, 2, 3].map((i) => pool.apply('produce', [queue, i * each, each, i % 2 === 0 ? 'sync' : 'async'])))
    for (const _ of consumers) await queue.put(-1)
    const counts = await Promise.all(consumers)
    t.is(counts.reduce((sum, count) => sum + count, 0), 4 * each)
    t.true(seen.every((count) => count === 1))
    t.is(queue.size(), 0)
  })
}

test('one producer’s items keep their order; unbounded grows by segments and uses them again', (t) => {
  const queue = new Queue<number>()
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 50_000; i++) queue.putNowait(i)
    t.is(queue.size(), 50_000)
    for (let i = 0; i < 50_000; i++) if (queue.getNowait() !== i) return t.fail(`item ${i}`)
  }
  return t.is(queue.size(), 0)
})

test('items of every size, mixed, larger than a segment, too', (t) => {
  const queue = new Queue<Uint8Array | string>()
  const sizes = [0, 1, 7, 8, 9, 65_000, 65_536, 70_000, 1_000_000, 3, 200_000, 65_512, 65_520]
  for (let round = 0; round < 5; round++) {
    for (const size of sizes) queue.putSync(new Uint8Array(size).fill(size % 251))
    queue.putSync('é'.repeat(40_000))
    for (const size of sizes) {
      const item = queue.getSync() as Uint8Array
      t.is(item.length, size)
      t.true(item.every((byte) => byte === size % 251))
    }
    t.is((queue.getSync() as string).length, 40_000)
  }
})

test('a full queue: Nowait errors, time limits; a failed put takes no place', async (t) => {
  const queue = new Queue<number>({ maxSize: 2 })
  queue.putSync(1)
  await queue.put(2)
  t.throws(() => queue.putNowait(3), { code: 'ERR_MANYCORE_QUEUE_FULL', message: /2 items/ })
  t.throws(() => queue.putSync(3, { timeout: 5 }), { code: 'ERR_MANYCORE_TIMEOUT', name: 'TimeoutError' })
  await t.throwsAsync(queue.put(3, { timeout: 5 }), { code: 'ERR_MANYCORE_TIMEOUT' })
  t.is(queue.getSync(), 1)
  const put = queue.put(4)
  t.is(await queue.get(), 2)
  await put
  t.is(await queue.get(), 4)
  t.is(queue.size(), 0)
  t.is(queue.maxSize, 2)
})

test('a put that can’t be cloned leaves nothing in the queue', async (t) => {
  const queue = new Queue<unknown>({ maxSize: 1 })
  await t.throwsAsync(queue.put({ deep: [() => 1] }), { code: 'ERR_MANYCORE_CLONE', message: /^item\.deep\[0\]/ })
  t.throws(() => queue.putSync(Symbol('x')), { code: 'ERR_MANYCORE_CLONE' })
  t.is(queue.size(), 0)
  queue.putNowait('free')
})

test('an empty queue: Nowait errors and time limits', async (t) => {
  const queue = new Queue()
  t.throws(() => queue.getNowait(), { code: 'ERR_MANYCORE_QUEUE_EMPTY' })
  t.throws(() => queue.getSync({ timeout: 5 }), { code: 'ERR_MANYCORE_TIMEOUT' })
  await t.throwsAsync(queue.get({ timeout: 5 }), { code: 'ERR_MANYCORE_TIMEOUT' })
  const got = queue.get()
  queue.putNowait('late')
  t.is(await got, 'late')
})

const values = () => [
  0, -0, Number.NaN, 'text', '', null, undefined, true, 10n, [1, [2]], { a: { b: 1 } }, new Map([[1, new Set([2])]]), new Date(5), new Float64Array([1, 2]), new Error('message'), new ArrayBuffer(3),
  { text: 'ü\ud800 \u2028', list: [1, null, { z: [] }] }, [undefined], { a: undefined }, { toJSON: 1 }, JSON.parse('{"__proto__": 1}'), Object.assign([1], { extra: 2 }), [1e300, -1.5e-300],
]

test('values come out as they went in', async (t) => {
  const queue = new Queue()
  for (const value of values()) {
    await queue.put(value)
    t.deepEqual(await queue.get(), value)
  }
})

test('ranges, matrices, shared memory, locks and queues go through, there and back', async (t) => {
  const there = new Queue()
  const back = new Queue()
  const child = new Process<Tasks>(url, 'echoQueue', [there, back, 5])
  child.start()
  const shared = new Int32Array(new SharedArrayBuffer(4))
  const lock = new Lock()
  const inner = new Queue()
  await there.put({ range: range(3), matrix: new Matrix(new Float64Array(4), 2, 2) })
  await there.put(shared)
  await there.put([lock])
  await there.put(inner)
  await there.put('plain')
  const first = (await back.get()) as { range: unknown; matrix: unknown }
  t.deepEqual(first.range, range(3))
  t.true(first.matrix instanceof Matrix)
  ;((await back.get()) as Int32Array)[0] = 9
  t.is(shared[0], 9)
  const [copy] = (await back.get()) as [Lock]
  t.true(copy.tryAcquire())
  t.false(lock.tryAcquire())
  copy.release()
  const innerCopy = (await back.get()) as Queue
  innerCopy.putNowait('inside')
  t.is(inner.getNowait(), 'inside')
  t.is(await back.get(), 'plain')
  await child.join()
})

test('a port is moved', async (t) => {
  const queue = new Queue<MessagePort>()
  const { port1, port2 } = new MessageChannel()
  const child = new Process<Tasks>(url, 'postThrough', [queue])
  child.start()
  await queue.put(port2, { transfer: [port2] })
  t.deepEqual(await once(port1, 'message'), ['through'])
  port1.close()
  await child.join()
})

test('shared memory, with both sides blocked', async (t) => {
  const there = new Queue()
  const back = new Queue()
  const child = new Process<Tasks>(url, 'echoQueueSync', [there, back, 2])
  child.start()
  const shared = new Int32Array(new SharedArrayBuffer(4))
  there.putSync({ shared })
  there.putSync(range(2))
  ;(back.getSync() as { shared: Int32Array }).shared[0] = 5
  t.is(shared[0], 5)
  t.deepEqual(back.getSync(), range(2))
  await child.join()
})

test('moved buffers are gone here', async (t) => {
  const queue = new Queue<Uint8Array>()
  const bytes = new Uint8Array([1, 2, 3])
  await queue.put(bytes, { transfer: [bytes.buffer] })
  t.is(bytes.length, 0)
  t.deepEqual([...(await queue.get())], [1, 2, 3])
})

test('join waits for taskDone of every item', async (t) => {
  const queue = new Queue<number>()
  const sum = new Value('i', 0)
  await queue.join()
  for (let i = 1; i <= 100; i++) await queue.put(i)
  await t.throwsAsync(queue.join({ timeout: 5 }), { code: 'ERR_MANYCORE_TIMEOUT' })
  await using pool = new Pool<Tasks>(url, { processes: 2 })
  const calls = [pool.apply('work', [queue, sum, 50]), pool.apply('work', [queue, sum, 50])]
  await queue.join()
  t.is(sum.value, 5050)
  await Promise.all(calls)
  queue.joinSync()
  t.throws(() => queue.taskDone(), { code: 'ERR_MANYCORE_RANGE', message: /more often/ })
})

test('close: what is in it can be got, then CLOSED; who waits is told', async (t) => {
  const queue = new Queue<number>({ maxSize: 1 })
  await queue.put(1)
  const blocked = queue.put(2)
  queue.close()
  await t.throwsAsync(blocked, { code: 'ERR_MANYCORE_CLOSED' })
  await t.throwsAsync(queue.put(3), { code: 'ERR_MANYCORE_CLOSED' })
  t.throws(() => queue.putNowait(3), { code: 'ERR_MANYCORE_CLOSED' })
  t.is(await queue.get(), 1)
  await t.throwsAsync(queue.get(), { code: 'ERR_MANYCORE_CLOSED' })
  t.throws(() => queue.getNowait(), { code: 'ERR_MANYCORE_CLOSED' })
  const other = new Queue()
  const got = other.get()
  other.close()
  await t.throwsAsync(got, { code: 'ERR_MANYCORE_CLOSED' })
})

test('a getter that dies while it waits takes nothing with it', async (t) => {
  const queue = new Queue()
  const child = new Process<Tasks>(url, 'dieGetting', [queue])
  child.start()
  await someoneGets(queue)
  child.terminate()
  await child.join()
  const got = queue.get()
  await queue.put('kept')
  t.is(await got, 'kept')
})

test('SimpleQueue', async (t) => {
  const queue = new SimpleQueue<unknown>()
  t.true(queue.empty())
  const from = new Queue()
  await using pool = new Pool<Tasks>(url, { processes: 1 })
  const call = pool.apply('echoQueue', [from, queue, 2])
  await from.put('a')
  await from.put('b')
  await call
  t.false(queue.empty())
  t.deepEqual([queue.getSync(), await queue.get()], ['a', 'b'])
  await t.throwsAsync(queue.get({ timeout: 1 }), { code: 'ERR_MANYCORE_TIMEOUT' })
  queue.putSync(1)
  t.deepEqual(await wait([queue], { timeout: 1000 }), [queue])
})

test('bad options are refused', async (t) => {
  t.throws(() => new Queue({ maxSize: -1 }), { code: 'ERR_MANYCORE_OPTION', message: /^maxSize/ })
  t.throws(() => new Queue({ size: 1 } as never), { code: 'ERR_MANYCORE_OPTION' })
  await t.throwsAsync(new Queue().put(1, { timeout: 'x' as never }), { code: 'ERR_MANYCORE_OPTION' })
  await t.throwsAsync(new Queue().get({ wait: 1 } as never), { code: 'ERR_MANYCORE_OPTION' })
})

test('shared references and cycles within an item are kept', async (t) => {
  const queue = new Queue<Record<string, unknown>>()
  const part = { x: 1 }
  const item: Record<string, unknown> = { a: part, b: part }
  await queue.put(item)
  const first = await queue.get()
  t.is(first['a'], first['b'])
  item['self'] = item
  await queue.put(item)
  const second = await queue.get()
  t.is(second['self'], second)
})

test('a put that fails leaves what it would have moved or given away as it was', async (t) => {
  const queue = new Queue<unknown>({ maxSize: 1 })
  queue.putNowait('first')
  const [here, there] = Pipe<string>()
  const buffer = new ArrayBuffer(8)
  const inner = new Queue<number>()
  const item = { here, inner, buffer }
  await t.throwsAsync(queue.put(item, { timeout: 5, transfer: [buffer] }), { code: 'ERR_MANYCORE_TIMEOUT' })
  t.throws(() => queue.putSync(item, { timeout: 5, transfer: [buffer] }), { code: 'ERR_MANYCORE_TIMEOUT' })
  t.throws(() => queue.putNowait(item, { transfer: [buffer] }), { code: 'ERR_MANYCORE_QUEUE_FULL' })
  const controller = new AbortController()
  const aborted = queue.put(item, { signal: controller.signal, transfer: [buffer] })
  controller.abort(new Error('no more'))
  await t.throwsAsync(aborted, { message: 'no more' })
  t.is(buffer.byteLength, 8)
  t.false(here.closed)
  there.send('still there')
  t.is(await here.receive({ timeout: 5000 }), 'still there')
  const put = queue.put(item, { transfer: [buffer] })
  t.is(await queue.get(), 'first')
  await put
  t.true(here.closed)
  t.is(buffer.byteLength, 0)
  there.send('moved on')
  const got = (await queue.get()) as typeof item
  t.is(await got.here.receive({ timeout: 5000 }), 'moved on')
  got.inner.putNowait(1)
  t.is(inner.getNowait(), 1)
  queue.putNowait('last')
  const closed = queue.put(got)
  queue.close()
  await t.throwsAsync(closed, { code: 'ERR_MANYCORE_CLOSED' })
  t.false(got.here.closed)
})

test('a getter of an item that uses the queue it is put into is told so', (t) => {
  const queue = new Queue<unknown>()
  const { port1, port2 } = new MessageChannel()
  const item = { port1, get other(): void { return queue.putNowait(1) } }
  t.throws(() => queue.putNowait(item, { transfer: [port1] }), { code: 'ERR_MANYCORE_TYPE', message: /getter/ })
  while (queue.size() > 0) t.is(queue.getNowait(), 1)
  port2.close()
})
