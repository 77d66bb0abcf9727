/** Manager: lists, dicts, namespaces, classes of one's own, from threads and processes. */
import { Lock, Manager, Pool, Process, range, Value, type DictProxy, type ListProxy } from 'manycore/multiprocessing'
import test from 'ava'
import type { Account, Collector, Thenable } from './fixtures/managed.ts'

type Tasks = typeof import('./fixtures/managed.ts')
const url = new URL('./fixtures/managed.ts', import.meta.url)
const manager = new Manager()
test.after.always(() => manager.shutdown())

test('a list', async (t) => {
  const list = manager.list<unknown>([1, 2])
  await list.append('x')
  await list.extend([{ a: 1 }, range(3)])
  t.deepEqual(await list.toArray(), [1, 2, 'x', { a: 1 }, range(3)])
  t.is(await list.get(-3), 'x')
  await list.set(0, 'first')
  await list.insert(1, 'second')
  await list.remove({ a: 1 })
  t.deepEqual(await list.slice(0, 3), ['first', 'second', 2])
  t.deepEqual(await list.pop(), range(3))
  t.is(await list.pop(0), 'first')
  t.is(await list.length(), 3)
  await t.throwsAsync(list.get(3), { code: 'ERR_MANYCORE_RANGE', message: /^index: expected an integer from -3 to 2, got 3/ })
  await t.throwsAsync(list.remove('nowhere'), { code: 'ERR_MANYCORE_NOT_FOUND' })
  await t.throwsAsync(list.append(() => 1), { code: 'ERR_MANYCORE_CLONE', message: /^args\[0\]/ })
})

test('a dict and a namespace', async (t) => {
  const dict = manager.dict<string | number, unknown>([['a', 1]])
  await dict.set(2, [3])
  t.deepEqual([await dict.get('a'), await dict.get(2), await dict.get('nowhere')], [1, [3], undefined])
  t.deepEqual([await dict.has('a'), await dict.delete('a'), await dict.delete('a')], [true, true, false])
  t.deepEqual([await dict.keys(), await dict.values(), await dict.entries()], [[2], [[3]], [[2, [3]]]])
  t.is(await dict.length(), 1)
  await dict.clear()
  t.is(await dict.length(), 0)
  t.deepEqual(await dict.entries(), [])
  await t.throwsAsync(dict.set({} as never, 1), { code: 'ERR_MANYCORE_TYPE', message: /^key/ })
  t.deepEqual(await manager.dict({ x: 1 }).entries(), [['x', 1]])
  const namespace = manager.namespace<{ x: number; y?: string }>({ x: 1 })
  await namespace.set('y', 'z')
  t.deepEqual([await namespace.get('x'), await namespace.get('y'), await namespace.has('y'), await namespace.delete('y'), await namespace.has('y')], [1, 'z', true, true, false])
})

for (const kind of ['thread', 'process'] as const) {
  test(`workers of kind ${kind} share a list; no append is lost`, async (t) => {
    await using pool = new Pool<Tasks>(url, { processes: 2, kind })
    const list = manager.list<number>()
    await Promise.all([pool.apply('appendAll', [list, 0, 50]), pool.apply('appendAll', [list, 50, 50])])
    t.deepEqual((await list.toArray()).toSorted((a, b) => a - b), [...range(100)])
  })

  test(`nested proxies stay live for workers of kind ${kind}`, async (t) => {
    const list = manager.list<string>(['first'])
    const dict: DictProxy<string, ListProxy<string>> = manager.dict([['list', list]])
    const namespace = manager.namespace<{ seen: number }>()
    const child = new Process<Tasks>(url, 'fillNested', [dict, namespace], { kind })
    child.start()
    await child.join()
    t.is(child.exitCode, 0)
    t.deepEqual(await list.toArray(), ['first', 'from the worker'])
    t.is(await namespace.get('seen'), 2)
    await (await dict.get('list'))?.append('from here')
    t.is(await list.length(), 3)
  })

  test(`a proxy comes back from a worker of kind ${kind} as a proxy`, async (t) => {
    await using pool = new Pool<Tasks>(url, { processes: 1, kind })
    const list = manager.list<unknown>()
    const back = await pool.apply('giveBack', [list])
    await back.append('here')
    t.deepEqual(await list.toArray(), ['given back', 'here'])
  })
}

test('objects of the toolkit are kept and come back as they are', async (t) => {
  const dict = manager.dict<unknown>({ lock: new Lock(), counter: new Value('i', 3) })
  const counter = (await dict.get('counter')) as Value<'i'>
  counter.add(1)
  t.is(((await dict.get('counter')) as Value<'i'>).value, 4)
  t.true(((await dict.get('lock')) as Lock).tryAcquire())
  t.false(((await dict.get('lock')) as Lock).tryAcquire())
})

test('a method may be given proxies of its manager, call them, keep them and give them back', async (t) => {
  const own = new Manager()
  own.register('Collector', url, { exposed: ['collect', 'last', 'missing'] })
  const list = own.list<number>([1])
  const collector = await own.create<Collector & { missing(): void }>('Collector')
  t.is(await collector.collect({ list } as never, 5), 2)
  t.deepEqual(await list.toArray(), [1, 5])
  await ((await collector.last()) as unknown as ListProxy<number>).append(6)
  t.is(await list.length(), 3)
  await t.throwsAsync(collector.missing(), { code: 'ERR_MANYCORE_NOT_FOUND', message: /no method missing/ })
  await own.shutdown()
})

test('a list that holds itself', async (t) => {
  const list = manager.list<unknown>()
  await list.append(list)
  const inner = (await list.get(0)) as ListProxy<unknown>
  await inner.append(1)
  t.is(await list.length(), 2)
})

test('a registered class: only what is exposed, its errors, from several threads', async (t) => {
  manager.register('Account', url)
  const account = await manager.create<Account>('Account', 10)
  t.is(await account.deposit(5), 15)
  t.is(await account.slowly(5), 20)
  const error = await t.throwsAsync(account.fail(), { instanceOf: TypeError, message: 'refused' })
  t.is((error as Error & { reason?: string }).reason, 'policy')
  t.regex(error.stack ?? '', /at Account\.fail[^]*in the manager[^]*manager\.spec/)
  t.is((account as Record<string, unknown>)['_audit'], undefined)
  await t.throwsAsync(manager.create('Account', -1), { instanceOf: RangeError, message: 'no debts' })
  await t.throwsAsync(manager.create('Nothing'), { code: 'ERR_MANYCORE_NOT_FOUND' })
  t.throws(() => manager.register('Account', url), { code: 'ERR_MANYCORE_EXISTS' })
  await using pool = new Pool<Tasks>(url, { processes: 2 })
  await Promise.all([pool.apply('deposit', [account, 1, 100]), pool.apply('deposit', [account, 1, 100])])
  t.is(await account.deposit(0), 220)
})

test('an allow-list', async (t) => {
  const other = new Manager()
  other.register('Account', url, { exposed: ['_audit'] })
  const account = await other.create<{ _audit(): number; deposit?: never }>('Account', 3)
  t.is(await account['_audit'](), 3)
  t.is((account as { deposit?: unknown }).deposit, undefined)
  await other.shutdown()
})

test('bad arguments are named as the caller knows them', async (t) => {
  const f = () => undefined
  t.throws(() => manager.list([1, f]), { code: 'ERR_MANYCORE_CLONE', message: /^items\[1\] / })
  t.throws(() => manager.namespace({ f } as never), { code: 'ERR_MANYCORE_CLONE', message: /^values\.f / })
  t.throws(() => manager.dict([['f', f]]), { code: 'ERR_MANYCORE_CLONE', message: /^entries\[0\]\[1\] / })
  await t.throwsAsync(manager.create('Account', { f }), { code: 'ERR_MANYCORE_CLONE', message: /^args\[0\]\.f / })
  t.throws(() => manager.dict([1] as never), { code: 'ERR_MANYCORE_TYPE', message: /^entries: .*got 1/ })
  const list = manager.list<number>()
  await t.throwsAsync(list.extend(5 as never), { code: 'ERR_MANYCORE_TYPE', message: /^items: / })
  await t.throwsAsync(list.pop(), { code: 'ERR_MANYCORE_RANGE', message: /empty/ })
  manager.register('giveBack', url)
  await t.throwsAsync(manager.create('giveBack'), { code: 'ERR_MANYCORE_TYPE', message: /is no class/ })
})

test('after shutdown everything is CLOSED, and a call under way, too', async (t) => {
  const other = new Manager()
  const list = other.list<number>()
  const call = list.append(1)
  const closed = other.shutdown()
  await t.throwsAsync(call, { code: 'ERR_MANYCORE_CLOSED' })
  await closed
  await t.throwsAsync(list.length(), { code: 'ERR_MANYCORE_CLOSED' })
  t.throws(() => other.list(), { code: 'ERR_MANYCORE_CLOSED' })
  await other.shutdown()
})

test('a Manager itself can’t be sent', async (t) => {
  await using pool = new Pool<Tasks>(url, { processes: 1 })
  await t.throwsAsync(pool.apply('giveBack', [manager as never]), { code: 'ERR_MANYCORE_CLONE', message: /send its proxies/ })
})

test('no method then: awaiting the proxy of an object would call it', async (t) => {
  await using own = new Manager()
  own.register('Thenable', url)
  const proxy = await own.create<Thenable>('Thenable')
  t.is(await proxy.next(), 'next')
  t.false('then' in proxy)
  // @ts-expect-error -- nor does the type promise it
  t.is(proxy.then, undefined)
  t.throws(() => own.register('Other', url, { exposed: ['next', 'then'] }), { code: 'ERR_MANYCORE_OPTION', message: /^exposed/ })
})
