/** What is handed to workers but can't be: views whose memory has gone, transfer lists of what can't be moved, pools and processes. */
import { Pipe, Pool, Process, Queue, range, transfer } from 'manycore/multiprocessing'
import test from 'ava'

type Tasks = typeof import('./fixtures/tasks.ts')
const url = new URL('./fixtures/tasks.ts', import.meta.url)

const take = (view: Float64Array): void => void structuredClone(view.buffer, { transfer: [view.buffer as ArrayBuffer] })
const gone = (): Float64Array => {
  const view = new Float64Array(8)
  take(view)
  return view
}

for (const kind of ['thread', 'process'] as const) {
  test(`${kind}: a view without memory is an error, not an empty input`, async (t) => {
    const pool = new Pool<Tasks>(url, { processes: 1, kind })
    const wanted = { code: 'ERR_MANYCORE_DETACHED', message: /^items: / }
    await t.throwsAsync(pool.map('square', gone()), wanted)
    await t.throwsAsync(pool.mapBatches('sumOf', gone(), { batchSize: 2 }), wanted)
    await t.throwsAsync(pool.imap('square', gone()).next(), wanted)
    await t.throwsAsync(pool.imapUnordered('square', gone()).next(), wanted)
    t.deepEqual(await pool.map('square', new Float64Array(0)), new Float64Array(0))
    await pool.terminate()
  })

  test(`${kind}: a view whose memory goes while a map reads it gives an error, never fewer results`, async (t) => {
    const pool = new Pool<Tasks>(url, { processes: 1, kind })
    for (const call of [
      (view: Float64Array) => pool.map('square', view, { chunkSize: 10 }),
      (view: Float64Array) => pool.mapBatches('sumOf', view, { batchSize: 10 }),
    ]) {
      const view = new Float64Array(5000)
      const result = call(view)
      take(view)
      const [{ status, value, reason }] = (await Promise.allSettled([result])) as [{ status: string; value?: ArrayLike<number>; reason?: { code: string } }]
      // A thread's map has copied the view by the time it returns.
      if (status === 'fulfilled') t.true(value?.length === 5000 || value?.length === 500)
      else t.is(reason?.code, 'ERR_MANYCORE_DETACHED')
    }
    const view = new Float64Array(5000)
    const results = pool.imap('square', view)
    await results.next()
    take(view)
    await t.throwsAsync(
      async () => {
        for await (const each of results) t.is(each, 0)
      },
      { code: 'ERR_MANYCORE_DETACHED' },
    )
    t.deepEqual(await pool.map('square', range(3)), new Float64Array([0, 1, 4]))
    await pool.terminate()
  })

  test(`${kind}: a pool or a process can't be sent, at any depth`, async (t) => {
    const pool = new Pool<Tasks>(url, { processes: 1, kind })
    const wanted = { code: 'ERR_MANYCORE_CLONE' }
    await t.throwsAsync(pool.apply('echo', [pool]), { ...wanted, message: /^a Pool can't be sent/ })
    await t.throwsAsync(pool.map('echo', [{ deep: [new Process<Tasks>(url, 'square', [1])] }]), { ...wanted, message: /^a Process can't be sent/ })
    await t.throwsAsync(new Queue().put(pool), wanted)
    t.is(await pool.apply('square', [3]), 9)
    await pool.terminate()
  })
}

test('a transfer list names what in it can’t be moved', async (t) => {
  const pool = new Pool<Tasks>(url, { processes: 1 })
  const buffer = new ArrayBuffer(8)
  for (const wrong of [5, null, 'ab', undefined, {}, [], new Float64Array(1), new SharedArrayBuffer(8)]) {
    const list = [buffer, wrong]
    const wanted = { code: 'ERR_MANYCORE_NOT_TRANSFERABLE', message: /^transfer\[1\]: / }
    await t.throwsAsync(pool.apply('square', [1], { transfer: list }), wanted)
    await t.throwsAsync(new Queue().put(1, { transfer: list }), wanted)
    t.throws(() => new Queue().putNowait(1, { transfer: list }), wanted)
    await t.throwsAsync(Promise.resolve().then(() => Pipe()[0].send(1, { transfer: list })), wanted)
    t.throws(() => new Process<Tasks>(url, 'square', [1], { transfer: list }), wanted)
    t.throws(() => transfer([1], list), { code: 'ERR_MANYCORE_NOT_TRANSFERABLE', message: /^list\[1\]: / })
  }
  t.throws(() => transfer(1, 5 as never), { code: 'ERR_MANYCORE_OPTION', message: /^list/ })
  t.throws(() => transfer(1, undefined as never), { code: 'ERR_MANYCORE_OPTION', message: /^list/ })
  t.is(buffer.byteLength, 8)
  await pool.terminate()
})
