/** `using` and `await using`: what a block's end gives back. */
import { BoundedSemaphore, Condition, Lock, Manager, Pipe, Process, Queue, RLock, Semaphore, ShareableList, SharedMemory, SimpleQueue } from 'manycore/multiprocessing'
import test from 'ava'

const tasks = new URL('./fixtures/process.ts', import.meta.url)
type Tasks = typeof import('./fixtures/process.ts')

for (const kind of ['thread', 'process'] as const) {
  test(`a ${kind} that runs is ended by then`, async (t) => {
    const child = new Process<Tasks>(tasks, 'stayAlive', [], { kind })
    {
      await using block = child
      block.start()
      t.true(block.isAlive())
    }
    t.false(child.isAlive())
    t.is(child.exitCode, kind === 'thread' ? 1 : -15)
    await t.notThrowsAsync(async () => child[Symbol.asyncDispose]())
  })
}

test('a Process that was never started can’t be any more', async (t) => {
  const child = new Process<Tasks>(tasks, 'stayAlive')
  await child[Symbol.asyncDispose]()
  t.throws(() => child.start(), { code: 'ERR_MANYCORE_CLOSED' })
})

for (const kind of [undefined, 'thread'] as const) {
  test(`memory of kind ${kind ?? 'default'}: closed; its name goes with the object that made it`, (t) => {
    const memory = SharedMemory.create(8, { kind })
    {
      using attached = SharedMemory.attach(memory.name)
      t.is(attached.bytes, 8)
    }
    t.notThrows(() => SharedMemory.attach(memory.name).close())
    memory[Symbol.dispose]()
    t.throws(() => memory.buffer, { code: 'ERR_MANYCORE_CLOSED' })
    t.throws(() => SharedMemory.attach(memory.name), { code: 'ERR_MANYCORE_NOT_FOUND' })
    memory[Symbol.dispose]()
  })

  test(`ShareableList of kind ${kind ?? 'default'}: as its memory`, (t) => {
    const list = new ShareableList([1, 'a'], { kind })
    {
      using attached = ShareableList.attach(list.name)
      t.is(attached.get(1), 'a')
    }
    t.is(list.get(0), 1)
    list[Symbol.dispose]()
    t.throws(() => list.get(0), { code: 'ERR_MANYCORE_CLOSED' })
    t.throws(() => ShareableList.attach(list.name), { code: 'ERR_MANYCORE_NOT_FOUND' })
  })
}

test('ends of a pipe and queues are closed', async (t) => {
  const [here, there] = Pipe<string>()
  {
    using end = here
    end.send('last')
  }
  t.true(here.closed)
  t.is(await there.receive(), 'last')
  await t.throwsAsync(there.receive(), { code: 'ERR_MANYCORE_END_OF_FILE' })
  for (const queue of [new Queue<number>(), new SimpleQueue<number>()]) {
    {
      using block = queue
      await block.put(1)
    }
    t.is(await queue.get(), 1)
    await t.throwsAsync(queue.get(), { code: 'ERR_MANYCORE_CLOSED' })
  }
})

test('what is acquired is released, also when the block throws', async (t) => {
  for (const lock of [new Lock(), new RLock(), new Semaphore(1), new BoundedSemaphore(1), new Condition(new Lock())]) {
    await t.throwsAsync(async () => {
      await lock.acquire()
      using held = lock
      t.is(held, lock)
      throw new Error('in the block')
    }, { message: 'in the block' })
    t.true(lock.tryAcquire())
    lock.release()
  }
})

test('a manager is shut down', async (t) => {
  const manager = new Manager()
  {
    await using block = manager
    t.is(await block.list([1]).length(), 1)
  }
  t.throws(() => manager.list(), { code: 'ERR_MANYCORE_CLOSED' })
})
