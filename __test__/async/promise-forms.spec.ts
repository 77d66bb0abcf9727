/** Promise forms: right answers, abort, time limits, many at once, and nothing else starves meanwhile. */
import { stat } from 'node:fs/promises'
import test from 'ava'
import { allocate, dot, setBackend, sum, sumOfSquares, sumSync, variance } from 'manycore'

const LONG = 30_000_000

function shared(length: number): Float64Array<SharedArrayBuffer> {
  return new Float64Array(new SharedArrayBuffer(length * 8)).fill(1)
}

const memories: Record<string, (length: number) => Float64Array> = {
  plain: (length) => new Float64Array(length).fill(1),
  shared,
  allocated: (length) => allocate('float64', length).fill(1),
}

for (const backend of ['auto', 'workers'] as const) {
  for (const [memory, make] of Object.entries(memories)) {
    test.serial(`${backend}, ${memory}: the right sum`, async (t) => {
      setBackend(backend)
      const x = make(3_000_001)
      t.is(await sum(x), 3_000_001)
      t.is(await dot(x, x), 3_000_001)
      t.is(await variance(x), 0)
      t.is(await sum(x.subarray(3)), 2_999_998)
    })

    test.serial(`${backend}, ${memory}: an abort rejects with its reason, and the next call works`, async (t) => {
      setBackend(backend)
      const x = make(LONG)
      const controller = new AbortController()
      const reason = new Error('changed my mind')
      const calls = Array.from({ length: 8 }, () => sum(x, { signal: controller.signal }))
      setImmediate(() => controller.abort(reason))
      const outcomes = await Promise.allSettled(calls)
      const rejected = outcomes.filter((outcome) => outcome.status === 'rejected')
      t.true(rejected.length > 0, 'the last of eight long calls had not ended')
      for (const outcome of rejected) t.is(outcome.reason, reason)
      for (const outcome of outcomes) if (outcome.status === 'fulfilled') t.is(outcome.value, LONG)
      t.is(await sum(make(1000)), 1000)
    })

    test.serial(`${backend}, ${memory}: a time limit`, async (t) => {
      setBackend(backend)
      const x = make(LONG)
      const calls = Array.from({ length: 8 }, () => sum(x, { timeout: 1 }))
      const outcomes = await Promise.allSettled(calls)
      t.true(outcomes.some((outcome) => outcome.status === 'rejected'))
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') t.is((outcome.reason as { code: string }).code, 'ERR_MANYCORE_TIMEOUT')
        else t.is(outcome.value, LONG)
      }
    })
  }
}

test.serial('a time limit stops a blocking call', (t) => {
  setBackend('auto')
  const x = shared(LONG)
  let error: (Error & { code?: string }) | undefined
  try {
    for (let i = 0; i < 20; i++) sumSync(x, { timeout: 0.5 })
  } catch (caught) {
    error = caught as Error
  }
  t.is(error?.code, 'ERR_MANYCORE_TIMEOUT')
  t.is(sumSync(x), LONG)
})

test.serial('ten thousand calls at once, each right; libuv and the event loop stay free', async (t) => {
  setBackend('auto')
  const x = shared(2_500_000)
  const calls: Promise<number>[] = []
  let settled = 0
  for (let i = 0; i < 10_000; i++) {
    const call = i % 2 === 0 ? sum(x.subarray(i)) : sumOfSquares(x.subarray(i))
    calls.push(call)
    void call.then(() => settled++)
  }
  // libuv's four threads would be taken for the whole time if the calls ran there.
  await Promise.all(Array.from({ length: 8 }, () => stat('.')))
  t.true(settled < 10_000, 'stat came through while calls were waiting')
  const results = await Promise.all(calls)
  t.true(results.every((value, i) => value === 2_500_000 - i))
})

test.serial('calls in both forms, mixed', async (t) => {
  const x = shared(2_000_000)
  const pending = Array.from({ length: 50 }, () => sum(x))
  for (let i = 0; i < 50; i++) t.is(sumSync(x), 2_000_000)
  t.true((await Promise.all(pending)).every((value) => value === 2_000_000))
})
