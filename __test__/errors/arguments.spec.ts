/** Bad input ends in a typed error with a code and the argument's name, before any work; promise forms reject and never throw. */
import test, { type ExecutionContext } from 'ava'
import {
  allocate, dot, dotSync, explain, info, max, maxSync, mean, meanSync, min, minSync, setBackend, setThreads, sum, sumOfSquares, sumOfSquaresSync, sumSync,
  variance, varianceSync, Matrix, median, medianSync, range, sortSync } from 'manycore'

type Class = new (...parameters: never[]) => Error

function throws(t: ExecutionContext, body: () => unknown, code: string, Class: Class, argument?: string): void {
  const error = t.throws(body, { instanceOf: Class as never }) as (Error & { code?: string; argument?: string }) | undefined
  t.is(error?.code, `ERR_MANYCORE_${code}`)
  if (argument !== undefined) t.is(error?.argument, argument)
}

async function rejects(t: ExecutionContext, start: () => Promise<unknown>, code: string, Class: Class): Promise<void> {
  let promise: Promise<unknown> | undefined
  t.notThrows(() => {
    promise = start()
  }, 'a promise form rejects, it never throws')
  const error = (await t.throwsAsync(promise!, { instanceOf: Class as never })) as (Error & { code?: string }) | undefined
  t.is(error?.code, `ERR_MANYCORE_${code}`)
}

const x = new Float64Array([1, 2, 3])
const wrong: readonly unknown[] = [undefined, null, 5, 'abc', {}, new DataView(new ArrayBuffer(8)), new ArrayBuffer(8), new Proxy(x, {}), ['a'], [1, null]]

const syncForms = { sumSync, sumOfSquaresSync, meanSync, minSync, maxSync, varianceSync }
const promiseForms = { sum, sumOfSquares, mean, min, max, variance }

for (const [name, call] of Object.entries(syncForms)) {
  test(`${name}: wrong type`, (t) => {
    for (const value of wrong) throws(t, () => call(value as never), 'TYPE', TypeError)
  })
  test(`${name}: bad options`, (t) => {
    throws(t, () => call(x, { thread: 2 } as never), 'OPTION', TypeError, 'thread')
    throws(t, () => call(x, 7 as never), 'OPTION', TypeError, 'options')
    throws(t, () => call(x, { threads: -1 }), 'OPTION', RangeError, 'threads')
    throws(t, () => call(x, { threads: 0 }), 'OPTION', RangeError, 'threads')
    throws(t, () => call(x, { threads: 1.5 }), 'OPTION', RangeError, 'threads')
    throws(t, () => call(x, { threads: '2' as never }), 'OPTION', TypeError, 'threads')
    throws(t, () => call(x, { timeout: -1 }), 'OPTION', RangeError, 'timeout')
    throws(t, () => call(x, { timeout: Number.NaN }), 'OPTION', RangeError, 'timeout')
    throws(t, () => call(x, { signal: {} as never }), 'OPTION', TypeError, 'signal')
    throws(t, () => call(x, { precision: 'exactly' as never }), 'OPTION', RangeError, 'precision')
  })
  test(`${name}: an aborted signal, a time limit of nothing`, (t) => {
    const reason = new Error('enough')
    t.is(t.throws(() => call(x, { signal: AbortSignal.abort(reason) })), reason)
    const error = t.throws(() => call(x, { timeout: 0 })) as Error & { code?: string }
    t.is(error.code, 'ERR_MANYCORE_TIMEOUT')
    t.is(error.name, 'TimeoutError')
  })
  test(`${name}: a view without memory`, (t) => {
    const gone = new Float64Array(8)
    structuredClone(gone.buffer, { transfer: [gone.buffer] })
    throws(t, () => call(gone), 'DETACHED', TypeError, 'x')
    const buffer = new ArrayBuffer(64, { maxByteLength: 64 })
    const outside = new Float64Array(buffer, 8, 4)
    buffer.resize(8)
    throws(t, () => call(outside), 'DETACHED', TypeError, 'x')
  })
}

for (const [name, call] of Object.entries(promiseForms)) {
  test(`${name}: rejects what ${name}Sync throws`, async (t) => {
    for (const value of wrong) await rejects(t, () => call(value as never), 'TYPE', TypeError)
    await rejects(t, () => call(x, { threads: -3 }), 'OPTION', RangeError)
    await rejects(t, () => call(x, { tranfser: true } as never), 'OPTION', TypeError)
    const reason = new Error('enough')
    t.is(await t.throwsAsync(call(x, { signal: AbortSignal.abort(reason) })), reason)
    await rejects(t, () => call(x, { timeout: 0 }), 'TIMEOUT', Error)
  })
}

test('nothing has no mean, minimum, maximum or variance', async (t) => {
  for (const call of [meanSync, minSync, maxSync, varianceSync]) throws(t, () => call(new Float64Array(0)), 'RANGE', RangeError, 'x')
  for (const call of [mean, min, max, variance]) await rejects(t, () => call(new Float32Array(0)), 'RANGE', RangeError)
  throws(t, () => varianceSync(x, { ddof: 3 }), 'RANGE', RangeError, 'x')
  throws(t, () => varianceSync(x, { ddof: -1 }), 'OPTION', RangeError, 'ddof')
  t.is(sumSync(new Float64Array(0)), 0)
  t.is(sumOfSquaresSync([]), 0)
})

test('dot wants two of a kind', async (t) => {
  throws(t, () => dotSync(x, new Float64Array(4)), 'SHAPE', RangeError, 'y')
  throws(t, () => dotSync(new Matrix(new Float64Array(6), 2, 3), new Matrix(new Float64Array(6), 3, 2)), 'SHAPE', RangeError, 'y')
  throws(t, () => dotSync(x, new Float32Array(3)), 'TYPE', TypeError, 'y')
  throws(t, () => dotSync(x, undefined as never), 'TYPE', TypeError, 'y')
  await rejects(t, () => dot(x, new Float64Array(2)), 'SHAPE', RangeError)
  await rejects(t, () => dot(x, undefined as never), 'TYPE', TypeError)
})

test('transfer: what can not be moved stays whole', async (t) => {
  const shared = new Float64Array(new SharedArrayBuffer(32)).fill(2)
  await rejects(t, () => sum(shared, { transfer: true }), 'NOT_TRANSFERABLE', TypeError)
  t.is(sumSync(shared), 8)
  if (info().tried.some(({ error }) => error === undefined)) {
    // Without the native core, `allocate` gives ordinary ArrayBuffers.
    const own = allocate('float64', 4).fill(1)
    await rejects(t, () => sum(own, { transfer: true }), 'NOT_TRANSFERABLE', TypeError)
    t.is(sumSync(own), 4)
  }
  await rejects(t, () => sum([1, 2] as never, { transfer: true }), 'NOT_TRANSFERABLE', TypeError)
  const kept = new Float64Array([1, 2])
  await rejects(t, () => sum(kept, { transfer: true, threads: -1 }), 'OPTION', RangeError)
  t.is(kept.length, 2, 'a refused call loses nothing')
})

test('transfer: the arrays come back', async (t) => {
  const buffer = new ArrayBuffer(48)
  const a = new Float64Array(buffer, 8, 2).fill(3)
  const b = new Float64Array(buffer, 24, 2).fill(2)
  const back = await dot(a, b, { transfer: true })
  t.is(back.result, 12)
  t.is(a.length, 0)
  t.is(back.x.buffer, back.y.buffer)
  t.deepEqual([back.x.byteOffset, back.y.byteOffset], [8, 24])
  const { result, x: single } = await variance(new Float32Array([1, 3]), { transfer: true, ddof: 1 })
  t.is(result, 2)
  t.deepEqual(single, new Float32Array([1, 3]))
})

test('settings', (t) => {
  throws(t, () => setThreads(0), 'OPTION', RangeError, 'count')
  throws(t, () => setThreads('2' as never), 'OPTION', TypeError, 'count')
  throws(t, () => setBackend('gpu' as never), 'OPTION', RangeError, 'setBackend')
  throws(t, () => explain('summ', x), 'TYPE', TypeError, 'name')
  throws(t, () => allocate('float63' as never, 2), 'TYPE', TypeError, 'type')
  throws(t, () => allocate('float64', -2), 'RANGE', RangeError, 'length')
  throws(t, () => allocate('float64', 2 ** 52), 'RANGE', RangeError, 'length')
})

test('a range that can not be written out', async (t) => {
  const endless = range(1e15)
  for (const call of [sortSync, medianSync]) throws(t, () => call(endless), 'RANGE', RangeError, 'x')
  await rejects(t, () => median(endless), 'RANGE', RangeError)
  t.is(sumSync(endless), 4.999999999999995e29)
})
