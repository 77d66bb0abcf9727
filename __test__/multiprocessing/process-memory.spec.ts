/** Memory shared between processes: by name and as an argument, at closing, unlinking and after a kill. Where there is none, the error says so. */
import { createHash, randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Pipe, Pool, Process, ShareableList, SharedMemory } from 'manycore/multiprocessing'
import test from 'ava'
import { countFolders, foldersFor } from './fixtures/memory.ts'

type Tasks = typeof import('./fixtures/memory.ts')
const url = new URL('./fixtures/memory.ts', import.meta.url)

const available = (() => {
  try {
    SharedMemory.create(8, { kind: 'process' }).unlink()
    return true
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_MANYCORE_NATIVE_LOAD') return false
    throw error
  }
})()
const where = available ? test : test.skip // only Linux with the addon has such memory

test('where there is none, the error says what can be done', (t) => {
  if (available) return t.is(process.platform, 'linux')
  return t.throws(() => SharedMemory.create(8, { kind: 'process' }), { code: 'ERR_MANYCORE_NATIVE_LOAD', message: /leave out kind: 'process'/ })
})

where('a process sees it by name and as an argument, and writes to it in place', async (t) => {
  const memory = SharedMemory.create(8 * 1000, { kind: 'process' })
  const numbers = new Float64Array(memory.buffer)
  t.true(numbers.every((x) => x === 0))
  numbers.forEach((_, i) => (numbers[i] = i))
  await using pool = new Pool<Tasks>(url, { processes: 2, kind: 'process' })
  t.is(await pool.apply('sumNamed', [memory.name]), 499_500)
  t.is(await pool.apply('sum', [memory]), 499_500)
  await Promise.all([pool.apply('addOne', [memory]), pool.apply('sum', [memory])])
  t.is(numbers[999], 1000)
  // Threads of this process attach to the same memory.
  await using threads = new Pool<Tasks>(url, { processes: 1 })
  await threads.apply('addOne', [memory])
  t.is(numbers[0], 2)
  t.is(await threads.apply('sumNamed', [memory.name]), 501_500)
  memory.unlink()
})

where('it is the default: what is made without a kind reaches a process by its name, and closing takes it from the views', async (t) => {
  const memory = SharedMemory.create(16)
  const list = new ShareableList(['text'])
  const numbers = new Float64Array(memory.buffer)
  numbers.set([1, 2])
  const seen = new Pool<Tasks>(url, { processes: 1, kind: 'process' })
  t.is(await seen.apply('sumNamed', [memory.name]), 3)
  await seen.apply('addOne', [memory])
  t.deepEqual([...numbers], [2, 3])
  await seen.apply('setItem', [list.name, 0, 'there'])
  t.is(list.get(0), 'there')
  await seen.terminate()
  memory.close()
  t.is(numbers.length, 0)
  memory.unlink()
  list.memory.unlink()
})

where('memory that is attached and forgotten keeps no descriptor', async (t) => {
  const memory = SharedMemory.create(8)
  // Other tests of this process open files, too.
  const target = `/memfd:manycore-${createHash('sha256').update(memory.name).digest('hex').slice(0, 16)}`
  const count = () => readdirSync('/proc/self/fd').filter((file) => targetOf(file).startsWith(target)).length
  const before = count()
  for (let i = 0; i < 100; i++) SharedMemory.attach(memory.name)
  t.is(before, 1)
  t.true(count() > before)
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let i = 0; i < 100 && count() > before; i++) {
    collect()
    await new Promise(setImmediate)
  }
  t.is(count(), before)
  memory.unlink()
})

function targetOf(file: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${file}`)
  } catch {
    return ''
  }
}

where('closing gives the memory back at once, each holder its own part', (t) => {
  const memory = SharedMemory.create(1 << 20, { kind: 'process' })
  const other = SharedMemory.attach(memory.name)
  new Uint8Array(memory.buffer).fill(7)
  const target = `/memfd:manycore-${createHash('sha256').update(memory.name).digest('hex').slice(0, 16)}`
  const mappings = () => readFileSync('/proc/self/maps', 'utf8').split(target).length - 1
  t.is(mappings(), 2)
  memory.close()
  t.is(mappings(), 1)
  t.is(new Uint8Array(other.buffer)[1000], 7)
  memory.unlink()
  other.close()
  t.is(mappings(), 0)
})

where('closing takes the memory from the views; unlinking takes the name, not the memory', async (t) => {
  const name = randomUUID()
  const memory = SharedMemory.create(16, { name, kind: 'process' })
  const other = SharedMemory.attach(name)
  const [mine, others] = [new Float64Array(memory.buffer), new Float64Array(other.buffer)]
  mine[1] = 3
  t.is(others[1], 3)
  t.throws(() => SharedMemory.create(8, { name, kind: 'process' }), { code: 'ERR_MANYCORE_EXISTS' })
  memory.close()
  t.is(mine.length, 0)
  t.throws(() => memory.buffer, { code: 'ERR_MANYCORE_CLOSED' })
  t.is(others[1], 3)
  // The name outlives the maker's view of it.
  SharedMemory.attach(name).close()
  memory.unlink()
  t.throws(() => SharedMemory.attach(name), { code: 'ERR_MANYCORE_NOT_FOUND' })
  t.is(others[1], 3)
  other.close()
  const again = SharedMemory.create(8, { name, kind: 'process' })
  t.is(new Float64Array(again.buffer)[0], 0)
  again.unlink()
  again.close()
  t.is(SharedMemory.create(0, { kind: 'process' }).bytes, 0)
})

where('a maker that is killed leaves nothing behind once the last one has let go', async (t) => {
  const name = randomUUID()
  const [here, there] = Pipe<string>()
  const child = new Process<Tasks>(url, 'holdForProcesses', [name, there], { kind: 'process' })
  child.start()
  t.is(await here.receive(), 'made')
  const memory = SharedMemory.attach(name)
  child.kill()
  await child.join()
  t.is(new Float64Array(memory.buffer)[0], 5)
  SharedMemory.attach(name).close()
  memory.close()
  t.throws(() => SharedMemory.attach(name), { code: 'ERR_MANYCORE_NOT_FOUND' })
})

where('ShareableList between processes', async (t) => {
  const list = new ShareableList(['before', 'text', 1], { kind: 'process' })
  await using pool = new Pool<Tasks>(url, { processes: 2, kind: 'process' })
  await Promise.all([pool.apply('setItem', [list.name, 1, 'short']), pool.apply('setItem', [list.name, 2, 42])])
  t.deepEqual([...list], ['before', 'short', 42])
  await t.throwsAsync(pool.apply('setItem', [list.name, 1, 'much too long']), { code: 'ERR_MANYCORE_RANGE' })
  t.deepEqual([...ShareableList.attach(list.name)], ['before', 'short', 42])
  list.memory.unlink()
})

where('what this thread has open, or was sent, is found where it is: nothing else is looked at', async (t) => {
  const memory = SharedMemory.create(8)
  new Float64Array(memory.buffer)[0] = 5
  const again = SharedMemory.attach(memory.name)
  t.is(new Float64Array(again.buffer)[0], 5)
  again.close()
  for (const kind of ['thread', 'process'] as const) {
    await using pool = new Pool<Tasks>(url, { processes: 1, kind, initializer: 'countFolders' })
    t.deepEqual(await pool.apply('foldersFor', [memory]), [0, 5])
  }
  const restore = countFolders()
  try {
    const [before] = foldersFor(memory)
    SharedMemory.attach(memory.name).close()
    t.is(foldersFor(memory)[0], before)
    t.throws(() => SharedMemory.attach('nowhere at all'), { code: 'ERR_MANYCORE_NOT_FOUND' })
    t.true(foldersFor(memory)[0] > before)
  } finally {
    restore()
  }
  // The name leads elsewhere now.
  const { name } = memory
  memory.unlink()
  t.throws(() => SharedMemory.attach(name), { code: 'ERR_MANYCORE_NOT_FOUND' })
  const next = SharedMemory.create(16, { name })
  t.is(SharedMemory.attach(name).bytes, 16)
  memory.close()
  t.is(SharedMemory.attach(name).bytes, 16)
  next.unlink()
})
