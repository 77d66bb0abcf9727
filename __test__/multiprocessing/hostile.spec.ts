/** Errors and results that throw when they are read, or that can't go to a process: the task says so, and its worker goes on. */
import { Lock, Pipe, Pool, Process, Queue, type Connection } from 'manycore/multiprocessing'
import test from 'ava'

type Tasks = typeof import('./fixtures/hostile.ts')
const url = new URL('./fixtures/hostile.ts', import.meta.url)

for (const kind of ['thread', 'process'] as const) {
  const pool = new Pool<Tasks>(url, { processes: 1, kind })
  test.after.always(() => pool.terminate())

  test(`${kind}: what is thrown reaches the caller, without the parts that can't be read or sent`, async (t) => {
    await t.throwsAsync(pool.apply('throwHostile', ['getter']), { message: 'getter' })
    const { good, bad } = await pool.apply('throwHostile', ['getter']).catch((error: { good?: number; bad?: unknown }) => error) as { good?: number; bad?: unknown }
    t.is(good, 1)
    t.is(bad, undefined)
    await t.throwsAsync(pool.apply('throwHostile', ['proxy']), { message: /can't be read: no/ })
    await t.throwsAsync(pool.apply('throwHostile', ['throwing message']), { message: /can't be read: no message/ })
    const shared = await t.throwsAsync<Error & { good?: number; memory?: unknown }>(pool.apply('throwHostile', ['shared']), { message: 'shared' })
    t.is(shared?.good, 1)
    t.is(shared?.memory instanceof SharedArrayBuffer, kind === 'thread')
    t.is(pool.report().deaths, 0)
  })

  test(`${kind}: a result that can't be read or sent is named, and the worker goes on`, async (t) => {
    await t.throwsAsync(pool.apply('giveHostile', ['getter']), { code: 'ERR_MANYCORE_CLONE', message: /^result\.inner\.bad can't be sent.*a getter that throws: Error: no/ })
    await t.throwsAsync(pool.apply('giveHostile', ['deep']), { code: 'ERR_MANYCORE_CLONE', message: /^result\[0\] can't be sent.*nests too deeply/ })
    const { message } = (await pool.apply('giveHostile', ['global']).catch((error: unknown) => error)) as Error
    t.regex(message, /^result\.\w+ can't be sent/)
    const both = await Promise.allSettled([pool.apply('giveHostile', ['getter']), pool.apply('add', [1, 2]), pool.map('giveHostile', ['getter', 'deep']), pool.apply('add', [3, 4])])
    t.deepEqual(both.map((each) => (each.status === 'fulfilled' ? each.value : (each.reason as { code: string }).code)), ['ERR_MANYCORE_CLONE', 3, 'ERR_MANYCORE_CLONE', 7])
    t.is(pool.report().deaths, 0)
  })

  test(`${kind}: what nests too deeply is named, both ways, and what may travel arrives`, async (t) => {
    const nest = (levels: number): unknown => {
      let deep: unknown = 0
      for (let i = 0; i < levels; i++) deep = [deep]
      return deep
    }
    const refused = (message: RegExp) => ({ code: 'ERR_MANYCORE_CLONE', message })
    for (const levels of [100_000, 5000, 3000]) {
      await t.throwsAsync(pool.apply('echo', [nest(levels)]), refused(/^args\[0\] can't be sent.*nests too deeply/))
      await t.throwsAsync(pool.map('echo', [1, 2, nest(levels)] as never[]), refused(/^items\[2\]\S* can't be sent.*nests too deeply/))
      for (const how of ['array', 'object'] as const) await t.throwsAsync(pool.apply('giveDeep', [levels, how]), refused(/^result(\[0\]|\.deep) can't be sent.*nests too deeply/))
      await t.throwsAsync(pool.apply('giveDeep', [levels, 'field']), { message: 'with a field' })
      // As text, or an error that says that it has none.
      await pool.apply('giveDeep', [levels, 'thrown']).then(() => t.fail(), (thrown: unknown) => t.false(Array.isArray(thrown)))
      t.throws(() => Pipe()[0].send(nest(levels)), refused(/^value\[0\]/))
      await t.throwsAsync(new Queue().put(nest(levels)), refused(/^item\[0\]/))
      await t.throwsAsync(new Queue().put([new Lock(), nest(levels)]), refused(/^item\[1\]/))
      t.throws(() => new Process<Tasks>(url, 'add', [nest(levels), 1] as never, { kind }).start(), refused(/^args\[0\]/))
    }
    for (const wrong of [nest(3000), () => 1]) {
      await using broken = new Pool<Tasks>(url, { processes: 1, kind, initializer: 'echo', initializerArgs: [wrong] })
      await t.throwsAsync(broken.apply('add', [1, 2]), refused(/^initializerArgs\[0\] can't be sent/))
    }
    t.is(typeof (await pool.apply('echo', [nest(1400)])), 'object')
    t.is(typeof (await pool.apply('giveDeep', [1400, 'object'])), 'object')
    t.is(pool.report().deaths, 0)
  })

  test(`${kind}: an error comes with the errors that it holds, by cause, field or list, each with its own class and code, and once`, async (t) => {
    type Holding = Error & { self?: unknown; previous?: Error & { code?: string }; errors?: unknown; error?: Error & { code?: string }; suppressed?: unknown; code?: unknown; step?: number; cause?: Error }
    const thrown = (how: Parameters<typeof import('./fixtures/hostile.ts').throwHolding>[0]): Promise<Holding> => pool.apply('throwHolding', [how]).then(() => t.fail() as never, (error: Holding) => error)
    const cycle = await thrown('cycle')
    t.is(cycle.self, cycle)
    t.is(cycle.cause?.cause, cycle)
    for (const inner of [cycle.cause, (await thrown('fields')).previous, (await thrown('suppressed')).error]) {
      t.true(inner instanceof RangeError)
      t.like(inner, { message: 'inner', code: 'ERR_INNER' })
    }
    t.is((await thrown('suppressed')).suppressed, 'first')
    t.deepEqual((await thrown('own errors')).errors, [{ path: 'a.b' }])
    const elsewhere = await thrown('realm')
    t.true(elsewhere instanceof TypeError)
    t.like(elsewhere, { message: 'elsewhere', code: 'ERR_ELSEWHERE' })
    const dom = await thrown('dom')
    t.true(dom instanceof DOMException)
    t.like(dom, { name: 'AbortError', step: 3 })
    t.is(dom.code, 20)
  })

  test(`${kind}: a URL arrives as one, at any depth`, async (t) => {
    const link = new URL('https://example.org/a?b#c')
    const [plain, inside] = await pool.map('echo', [link, { list: [link], map: new Map([[link, link]]) }] as never[]) as unknown as [URL, { list: URL[]; map: Map<URL, URL> }]
    t.true(plain instanceof URL)
    t.is(plain.href, link.href)
    t.is(inside.list[0]?.href, link.href)
    t.is([...inside.map][0]?.[0].href, link.href)
  })

  test(`${kind}: an argument that throws when it is read, a stream that isn't moved`, async (t) => {
    await t.throwsAsync(pool.apply('echo', [{ get bad(): never { throw new Error('no') } }]), { message: /no/ })
    await t.throwsAsync(pool.apply('echo', [[new ReadableStream()]]), { code: 'ERR_MANYCORE_CLONE', message: kind === 'thread' ? /^args\[0\]\[0\] can't be sent/ : /to a thread only/ })
    t.is(await pool.apply('add', [1, 2]), 3)
  })
}

for (const kind of ['thread', 'process'] as const) {
  test(`${kind}: a result that holds a port stays sound beside one that can’t be sent`, async (t) => {
    await using pool = new Pool<Tasks>(url, { processes: 1, kind })
    // So that calls are known to be short, and share a message.
    for (let i = 0; i < 20; i++) await pool.apply('givePort', [false]).catch(() => undefined)
    const results = await Promise.allSettled([false, true, false, true].map((sound) => pool.apply('givePort', [sound])))
    t.deepEqual(results.map(({ status }) => status), ['rejected', 'fulfilled', 'rejected', 'fulfilled'])
    for (const result of results) if (result.status === 'fulfilled') t.is(await (result.value as Connection).receive({ timeout: 10_000 }), 'from the worker')
    const mixed = await t.throwsAsync(pool.map('givePort', [true, false], { chunkSize: 2 }), { code: 'ERR_MANYCORE_CLONE' })
    t.regex(mixed?.message ?? '', /it is (a |the )?function/)
  })
}

test('objects of the toolkit before an item that fails arrive as such', async (t) => {
  await using pool = new Pool<Tasks>(url, { processes: 1 })
  const locks = pool.imap('giveLock', [true, true, false], { chunkSize: 3 })
  for (const _ of [0, 1]) t.true(((await locks.next()).value as Lock).tryAcquire())
  await t.throwsAsync(locks.next(), { message: 'unsound' })
})

test('an answer that can’t be read here ends its worker, and nobody waits for ever', async (t) => {
  // What it can write is deeper than this thread can read.
  await using pool = new Pool<Tasks>(url, { processes: 1, resourceLimits: { stackSizeMb: 40 } })
  await t.throwsAsync(pool.apply('giveDeep', [30_000, 'tagged']), { code: 'ERR_MANYCORE_WORKER_DIED', message: /call stack/ })
  t.is(await pool.apply('add', [1, 2]), 3)
})

test('a Blob goes to a thread; a process would get an empty object, and is refused', async (t) => {
  const thread = new Pool<Tasks>(url, { processes: 1 })
  const process = new Pool<Tasks>(url, { processes: 1, kind: 'process' })
  const blob = await thread.apply('echo', [new Blob(['abc'])]) as Blob
  t.is(await blob.text(), 'abc')
  await t.throwsAsync(process.apply('echo', [{ deep: [new Blob(['abc'])] }]), { code: 'ERR_MANYCORE_CLONE', message: /Blob can be sent to a thread only/ })
  await Promise.all([thread.terminate(), process.terminate()])
})

test('a module that can’t be parsed is named', async (t) => {
  const broken = new Pool('data:text/javascript,export const x = 1 unparsable', { processes: 1 })
  await t.throwsAsync(broken.apply('x', []), { name: 'SyntaxError', message: /^Unexpected identifier.*data:text\/javascript,export/ })
})
