/** Errors and results that throw when they are read, or that can't go to a process: the task says so, and its worker goes on. */
import { Pool } from 'manycore/multiprocessing'
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
    await t.throwsAsync(pool.apply('giveHostile', ['deep']), { code: 'ERR_MANYCORE_CLONE', message: /call stack/ })
    const { message } = (await pool.apply('giveHostile', ['global']).catch((error: unknown) => error)) as Error
    t.regex(message, /^result\.\w+ can't be sent/)
    const both = await Promise.allSettled([pool.apply('giveHostile', ['getter']), pool.apply('add', [1, 2]), pool.map('giveHostile', ['getter', 'deep']), pool.apply('add', [3, 4])])
    t.deepEqual(both.map((each) => (each.status === 'fulfilled' ? each.value : (each.reason as { code: string }).code)), ['ERR_MANYCORE_CLONE', 3, 'ERR_MANYCORE_CLONE', 7])
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
