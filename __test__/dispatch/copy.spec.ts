/** Copies in slices, the simplest of the calls that are cut into pieces (src/dispatch/work.ts). */
import test from 'ava'
import { copyIn, copyOut } from '../../src/dispatch/copy.ts'

/** Long enough for several turns of the event loop. */
const LONG = 8_000_000

function numbers(length: number): Float64Array {
  const values = new Float64Array(length)
  for (let i = 0; i < length; i++) values[i] = i
  return values
}

test('a copy has the same elements, whatever the type and the offset', async (t) => {
  for (const view of [numbers(7), numbers(200_001).subarray(3), new Int16Array([1, -2, 3]), new BigInt64Array([5n, -6n]), new Float32Array(0)]) {
    const copy = await copyIn(view, 'x')
    t.deepEqual(copy as unknown, view.slice())
    t.not(copy.buffer as unknown, view.buffer)
  }
})

test('results go back in slices', async (t) => {
  const from = numbers(LONG)
  const to = new Float64Array(LONG)
  let turns = 0
  const timer = setInterval(() => turns++, 0)
  await copyOut(from, to, 'out')
  clearInterval(timer)
  t.true(turns > 0)
  t.is(to[LONG - 1], LONG - 1)
  t.is(to[123_456], 123_456)
})

test('a buffer that is transferred between slices is an error', async (t) => {
  const x = numbers(LONG)
  const promise = copyIn(x, 'x')
  structuredClone(x.buffer, { transfer: [x.buffer as ArrayBuffer] })
  const error = await t.throwsAsync(promise, { code: 'ERR_MANYCORE_DETACHED' })
  t.regex(error.message, /^x:/)
})

test('signals and time limits are honoured between slices', async (t) => {
  const x = numbers(LONG)
  const reason = new Error('enough')
  const controller = new AbortController()
  const promise = copyIn(x, 'x', { signal: controller.signal })
  controller.abort(reason)
  t.is(await t.throwsAsync(promise), reason)
  await t.throwsAsync(copyIn(x, 'x', { timeout: 0.001 }), { code: 'ERR_MANYCORE_TIMEOUT' })
  await t.throwsAsync(copyIn(x, 'x', { timeout: 0 }), { code: 'ERR_MANYCORE_TIMEOUT' })
})
