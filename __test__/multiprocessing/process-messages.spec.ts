/** Queues and pipes to processes of their own, over the line between parent and child. */
import { Lock, Pipe, Pool, Process, Queue, range } from 'manycore/multiprocessing'
import test from 'ava'
import { someoneGets } from '../support/getters.ts'

type Tasks = typeof import('./fixtures/messages.ts')
const url = new URL('./fixtures/messages.ts', import.meta.url)

test('a pipe: both ways, and an end', async (t) => {
  const [here, there] = Pipe<string>()
  here.send('before')
  const child = new Process<Tasks>(url, 'upper', [there, 'async'], { kind: 'process' })
  child.start()
  here.send('after')
  t.deepEqual([await here.receive(), await here.receive()], ['BEFORE', 'AFTER'])
  t.throws(() => there.send('x'), { code: 'ERR_MANYCORE_CLOSED', message: /sent to another process/ })
  here.close()
  await child.join()
  t.is(child.exitCode, 0)
})

test('a process that ends closes its end, after what it sent', async (t) => {
  const [here, there] = Pipe()
  const child = new Process<Tasks>(url, 'sendAndEnd', [there, ['last', range(3)]], { kind: 'process' })
  child.start()
  t.is(await here.receive(), 'last')
  t.deepEqual(await here.receive(), range(3))
  await t.throwsAsync(here.receive(), { code: 'ERR_MANYCORE_END_OF_FILE' })
  await child.join()
})

test('queues: from a process to a process and here', async (t) => {
  const [there, back] = [new Queue(), new Queue()]
  const first = new Process<Tasks>(url, 'echoQueue', [there, back, 3], { kind: 'process' })
  const second = new Process<Tasks>(url, 'putAll', [there, [1, 'two', { three: range(3) }]], { kind: 'process' })
  first.start()
  second.start()
  t.deepEqual([await back.get(), await back.get(), await back.get()], [1, 'two', { three: range(3) }])
  await Promise.all([first.join(), second.join()])
})

test('an item that can’t go to the process is an error there, and the queue works on', async (t) => {
  const [there, back] = [new Queue(), new Queue()]
  await using pool = new Pool<Tasks>(url, { processes: 1, kind: 'process' })
  await there.put(new Lock())
  await t.throwsAsync(pool.apply('echoQueue', [there, back, 1]), { code: 'ERR_MANYCORE_CLONE', message: /Lock is shared memory of this process/ })
  await there.put('fine')
  await pool.apply('echoQueue', [there, back, 1])
  t.is(await back.get(), 'fine')
})

test('a queue goes on from the process to a thread of it', async (t) => {
  const [there, back] = [new Queue(), new Queue()]
  const child = new Process<Tasks>(url, 'echoQueueInThread', [there, back, 2], { kind: 'process' })
  child.start()
  await there.put(1)
  await there.put({ two: range(2) })
  t.deepEqual([await back.get(), await back.get()], [1, { two: range(2) }])
  await child.join()
  t.is(child.exitCode, 0)
})

test('blocking forms say that they can’t block there', async (t) => {
  await using pool = new Pool<Tasks>(url, { processes: 1, kind: 'process' })
  await t.throwsAsync(pool.apply('echoQueueSync', [new Queue(), new Queue(), 1]), { code: 'ERR_MANYCORE_TYPE', message: /getSync: .* use the promise form/ })
})

test('a process that dies while it waits for an item takes none with it', async (t) => {
  const queue = new Queue()
  const child = new Process<Tasks>(url, 'echoQueue', [queue, new Queue(), 1], { kind: 'process' })
  child.start()
  await someoneGets(queue)
  child.kill()
  await child.join()
  await queue.put('kept')
  t.is(await queue.get(), 'kept')
})
