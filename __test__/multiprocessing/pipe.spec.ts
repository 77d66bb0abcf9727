/** Pipe, Connection and wait. */
import { type Connection, Lock, Pipe, Pool, Process, Queue, Value, wait, waitSync } from 'manycore/multiprocessing'
import test from 'ava'

type Tasks = typeof import('./fixtures/messages.ts')
const url = new URL('./fixtures/messages.ts', import.meta.url)

for (const form of ['sync', 'async'] as const) {
  test(`both ways, and an end (${form})`, async (t) => {
    const [here, there] = Pipe<string>()
    const child = new Process<Tasks>(url, 'upper', [there, form])
    child.start()
    for (const text of ['hello', 'from', 'here']) here.send(text)
    if (form === 'sync') t.deepEqual([here.receiveSync(), here.receiveSync(), here.receiveSync()], ['HELLO', 'FROM', 'HERE'])
    else t.deepEqual([await here.receive(), await here.receive(), await here.receive()], ['HELLO', 'FROM', 'HERE'])
    here.close()
    await child.join()
    t.is(child.exitCode, 0)
    t.throws(() => here.send('x'), { code: 'ERR_MANYCORE_CLOSED' })
    t.throws(() => there.send('x'), { code: 'ERR_MANYCORE_CLOSED', message: /sent to another thread/ })
    t.true(there.closed)
  })
}

test('what was sent before the other thread ended is received, then END_OF_FILE', async (t) => {
  const [here, there] = Pipe()
  const child = new Process<Tasks>(url, 'sendAndEnd', [there, [1, 'two', { three: 3 }]])
  child.start()
  await child.join()
  t.deepEqual([here.receiveSync(), await here.receive(), await here.receive()], [1, 'two', { three: 3 }])
  t.true(here.pollSync())
  await t.throwsAsync(here.receive(), { code: 'ERR_MANYCORE_END_OF_FILE' })
  t.throws(() => here.receiveSync(), { code: 'ERR_MANYCORE_END_OF_FILE' })
  t.throws(() => here.send(1), { code: 'ERR_MANYCORE_CLOSED' })
})

test('poll and time limits', async (t) => {
  const [a, b] = Pipe<number>()
  t.false(await a.poll())
  t.false(a.pollSync())
  t.false(await a.poll({ timeout: 5 }))
  await t.throwsAsync(a.receive({ timeout: 5 }), { code: 'ERR_MANYCORE_TIMEOUT' })
  t.throws(() => a.receiveSync({ timeout: 5 }), { code: 'ERR_MANYCORE_TIMEOUT' })
  const polled = a.poll({ timeout: 60_000 })
  b.send(1)
  b.send(2)
  t.true(await polled)
  t.true(a.pollSync())
  t.deepEqual([await a.receive(), a.receiveSync()], [1, 2])
  const waiting = a.receive()
  a.close()
  await t.throwsAsync(waiting, { code: 'ERR_MANYCORE_CLOSED' })
  await t.throwsAsync(b.receive(), { code: 'ERR_MANYCORE_END_OF_FILE' })
})

test('an end that has been sent and has come back is another object; the old one can’t be used, nor waited for', async (t) => {
  const [here, there] = Pipe<unknown>()
  const [a, b] = Pipe<string>()
  here.send(b)
  const back = (await there.receive()) as typeof b
  t.true(b.closed)
  t.false(back.closed)
  back.send('through')
  t.is(await a.receive(), 'through')
  t.throws(() => b.send('x'), { code: 'ERR_MANYCORE_CLOSED', message: /sent to another thread/ })
  await t.throwsAsync(b.receive({ timeout: 0 }), { code: 'ERR_MANYCORE_CLOSED' })
  t.throws(() => waitSync([b], { timeout: 0 }), { code: 'ERR_MANYCORE_CLOSED' })
  const waiting = wait([a])
  a.close()
  await t.throwsAsync(waiting, { code: 'ERR_MANYCORE_CLOSED' })
})

test('an end in a message that can’t be sent stays here', async (t) => {
  const unsendable = () => undefined
  const [carrier] = Pipe<unknown>()
  const attempts: Record<string, (end: Connection) => unknown> = {
    send: (end) => carrier.send([end, unsendable]),
    put: (end) => new Queue().put([end, unsendable]),
    thread: (end) => new Process(url, 'upper', [end, unsendable] as never).start(),
    process: (end) => new Process(url, 'upper', [end, unsendable] as never, { kind: 'process' }).start(),
    refused: (end) => carrier.send([end, new Process(url, 'upper')]),
    pool: async (end) => {
      await using pool = new Pool(url, { processes: 1 })
      await pool.map('upper', [[end, unsendable]] as never)
    },
  }
  for (const [name, attempt] of Object.entries(attempts)) {
    const [here, there] = Pipe<string>()
    await t.throwsAsync(async () => attempt(there as Connection), { code: 'ERR_MANYCORE_CLONE' }, name)
    t.false(there.closed, name)
    here.send('in')
    there.send('out')
    t.is(await here.receive(), 'out', name)
    t.is(await there.receive(), 'in', name)
  }
})

test('one way: the first receives, the second sends', async (t) => {
  const [receiver, sender] = Pipe({ duplex: false })
  sender.send('x')
  t.is(await receiver.receive(), 'x')
  t.throws(() => receiver.send('y'), { code: 'ERR_MANYCORE_TYPE', message: /only receives/ })
  await t.throwsAsync(sender.receive(), { code: 'ERR_MANYCORE_TYPE', message: /only sends/ })
  await t.throwsAsync(sender.poll(), { code: 'ERR_MANYCORE_TYPE', message: /only sends/ })
  t.throws(() => Pipe({ duplex: 1 as never }), { code: 'ERR_MANYCORE_OPTION' })
})

test('a connection through a connection, with messages that were there already', async (t) => {
  const [here, there] = Pipe<Connection<string>>()
  const [inner, innerThere] = Pipe<string>()
  inner.send('before')
  t.true(await innerThere.poll())
  const child = new Process<Tasks>(url, 'passOn', [there])
  child.start()
  here.send(innerThere)
  t.is(await inner.receive(), 'from afar')
  await child.join()
})

test('shared objects and moved buffers', async (t) => {
  const [here, there] = Pipe<unknown>()
  const child = new Process<Tasks>(url, 'holdLockIn', [there as Connection<Lock>])
  child.start()
  const lock = new Lock()
  here.send(lock)
  t.true(await here.receive())
  t.false(lock.tryAcquire())
  here.send(1)
  await child.join()
  t.true(lock.tryAcquire())
  const [a, b] = Pipe<Uint8Array>()
  const bytes = new Uint8Array([1, 2])
  a.send(bytes, { transfer: [bytes.buffer] })
  t.is(bytes.length, 0)
  t.deepEqual([...b.receiveSync()], [1, 2])
  t.throws(() => a.send((() => 1) as never), { code: 'ERR_MANYCORE_CLONE', message: /^value/ })
})

test('wait gives what is ready: connections, queues, processes; [] when the time runs out', async (t) => {
  const [here, there] = Pipe<number>()
  const queue = new Queue()
  const gate = new Value('i', 0)
  const child = new Process<Tasks>(url, 'sleepOn', [gate])
  child.start()
  t.deepEqual(await wait([here, queue, child], { timeout: 5 }), [])
  t.deepEqual(waitSync([here, queue, child], { timeout: 5 }), [])
  const first = wait([here, queue, child])
  there.send(1)
  t.deepEqual(await first, [here])
  const second = wait([queue, child.sentinel])
  queue.putNowait(1)
  t.deepEqual(await second, [queue])
  t.deepEqual(waitSync([here, queue]), [here, queue])
  queue.getNowait()
  const third = wait([queue, child.sentinel, child])
  gate.value = 1
  t.true((await third).length > 0)
  t.deepEqual(waitSync([queue, child]), [child])
  t.throws(() => waitSync([child.sentinel]), { code: 'ERR_MANYCORE_TYPE' })
  await t.throwsAsync(wait([1 as never]), { code: 'ERR_MANYCORE_TYPE', message: /^objects\[0\]/ })
  here.close()
  t.deepEqual(await wait([there]), [there])
  // Of nothing, nothing will ever be ready.
  t.deepEqual([await wait([]), waitSync([])], [[], []])
})

for (const kind of ['thread', 'process'] as const) {
  test(`what is sent before the other side is there, and an end that comes with it, arrive (${kind})`, async (t) => {
    for (const when of ['before the start', 'after the start'] as const) {
      const [here, there] = Pipe()
      const child = new Process<Tasks>(url, 'countMessages', [there], { kind })
      if (when === 'after the start') child.start()
      for (let i = 0; i < 3; i++) here.send(i)
      here.close()
      if (when === 'before the start') child.start()
      await child.join()
      t.is(child.exitCode, 3, when)
    }
  })
}
