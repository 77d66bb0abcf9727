/** Value and SharedArray, and how all shared objects travel. */
import { Matrix } from 'manycore'
import { Barrier, Condition, Event, Lock, Pool, Process, range, RLock, Semaphore, SharedArray, Value, type SharedType } from 'manycore/multiprocessing'
import test from 'ava'

type Tasks = typeof import('./fixtures/sync.ts')
const url = new URL('./fixtures/sync.ts', import.meta.url)
const pool = new Pool<Tasks>(url, { processes: 3 })
test.after.always(() => pool.terminate())

for (const type of ['i', 'd', 'q', 'f', 'H', 'l', 'L'] as const) {
  test(`Value ${type}: add loses nothing`, async (t) => {
    const counter = new Value<SharedType>(type)
    await Promise.all([1, 2, 3].map(() => pool.apply('addTo', [counter as Value<'i'>, 2, 5000])))
    t.is(Number(counter.value), 30_000)
  })
}

test('Value: steps that belong together, under its lock', async (t) => {
  const counter = new Value('i', 0)
  await Promise.all([1, 2, 3].map(() => pool.apply('addUnderLock', [counter, 2000])))
  t.is(counter.value, 6000)
})

test('Value: nothing wraps, nothing is rounded silently', (t) => {
  const small = new Value('b', 127)
  t.throws(() => small.add(1), { code: 'ERR_MANYCORE_RANGE', message: /128 is beyond the range of type b/ })
  t.is(small.value, 127)
  t.is(small.add(-127), 0)
  t.throws(() => void (small.value = 200), { code: 'ERR_MANYCORE_RANGE' })
  t.throws(() => void (small.value = 0.5), { code: 'ERR_MANYCORE_RANGE', message: /integer/ })
  t.throws(() => new Value('q', 1 as never), { code: 'ERR_MANYCORE_TYPE', message: /bigint/ })
  t.throws(() => new Value('I', -1), { code: 'ERR_MANYCORE_RANGE' })
  t.throws(() => new Value('Q', 2n ** 64n - 1n).add(1n), { code: 'ERR_MANYCORE_RANGE' })
  t.is(new Value('I', 5).add(-5), 0)
  t.is(new Value('d', 0.1).add(0.2), 0.1 + 0.2)
  t.is(new Value('float32', 0.1).add(0.2), Math.fround(Math.fround(0.1) + 0.2))
  t.is(new Value('d', Number.NaN).value, Number.NaN)
  t.throws(() => new Value('z' as never), { code: 'ERR_MANYCORE_OPTION', message: /^type: expected one of b, B/ })
})

test('SharedArray: from a length or values; written by another thread', async (t) => {
  const numbers = new SharedArray('d', [1, 2, 3.5])
  const child = new Process<Tasks>(url, 'squareAll', [numbers])
  child.start()
  await child.join()
  t.deepEqual([...numbers], [1, 4, 12.25])
  t.deepEqual([...new SharedArray('int16', 3).array], [0, 0, 0])
  t.is(new SharedArray('q', [1n]).array[0], 1n)
  t.is(new SharedArray('d', new Float64Array(5)).length, 5)
  t.throws(() => new SharedArray('i', [1, 2.5]), { code: 'ERR_MANYCORE_RANGE', message: /^lengthOrValues\[1\]/ })
  t.throws(() => new SharedArray('i', -1), { code: 'ERR_MANYCORE_OPTION' })
  t.throws(() => new SharedArray('d', 2 ** 52), { code: 'ERR_MANYCORE_RANGE' })
  t.true(numbers.getLock().acquireSync())
  t.false(await pool.apply('tryAcquire', [numbers.getLock()]))
  numbers.getLock().release()
})

const everything = () => ({
  lock: new Lock(), rlock: new RLock(), semaphore: new Semaphore(2), event: new Event(), condition: new Condition(), barrier: new Barrier(2),
  value: new Value('i', 7), array: new SharedArray('d', [1]), range: range(3), matrix: new Matrix(new Float64Array(4), 2, 2),
})
const names = ['Lock', 'RLock', 'Semaphore', 'Event', 'Condition', 'Barrier', 'Value', 'SharedArray', 'Range', 'Matrix']

test('all travel as arguments, items and results, nested, and stay the same object', async (t) => {
  const all = everything()
  t.deepEqual(await pool.apply('classes', [all]), names)
  t.deepEqual(await pool.map('classes', [all, all]), [names, names])
  const back = (await pool.apply('echo', [{ deep: [new Map([['all', all]])] } as unknown])) as { deep: Map<string, typeof all>[] }
  const copy = back.deep[0]?.get('all') as typeof all
  t.deepEqual(Object.values(copy).map((each) => each.constructor.name), names)
  copy.event.set()
  copy.value.add(1)
  copy.array.array[0] = 9
  t.true(copy.condition.tryAcquire())
  t.deepEqual([all.event.isSet(), all.value.value, all.array.array[0], all.semaphore.tryAcquire()], [true, 8, 9, true])
  copy.condition.release()
})

test('they arrive inside objects of a user’s class, which itself arrives as a plain object, as ever', async (t) => {
  class Job {
    readonly event = new Event()
    readonly more = { list: [new Value('i', 1)] }
    readonly plain = new Date(5)
  }
  const job = new Job()
  const back = await pool.apply('echo', [job as unknown]) as Job
  back.event.set()
  back.more.list[0]?.add(1)
  t.true(job.event.isSet())
  t.is(job.more.list[0]?.value, 2)
  t.deepEqual(back.plain, new Date(5))
})

test('an initializer gets them, too', async (t) => {
  const event = new Event()
  await using other = new Pool<Tasks>(url, { processes: 1, initializer: 'setEvent', initializerArgs: [event] })
  await other.apply('echo', [1])
  t.true(event.isSet())
})

test('none of them can go to a process, and the error names it', async (t) => {
  await using other = new Pool<Tasks>(url, { processes: 1, kind: 'process' })
  for (const [key, value] of Object.entries(everything()).slice(0, 8)) {
    await t.throwsAsync(other.apply('echo', [{ [key]: value }]), { code: 'ERR_MANYCORE_CLONE', message: new RegExp(`${value.constructor.name} is shared memory of this process`) })
    const child = new Process<Tasks>(url, 'echo', [value], { kind: 'process' })
    t.throws(() => child.start(), { code: 'ERR_MANYCORE_CLONE' })
  }
  t.deepEqual(await other.apply('classes', [{ range: range(3), matrix: new Matrix(new Float64Array(4), 2, 2) }]), ['Range', 'Matrix'])
})
