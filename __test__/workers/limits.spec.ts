/** Signals and time limits of the workers backend, on memory that its workers see and on other. */
import test from 'ava'
import { CHUNK, inlineReduce } from '../../src/kernels/index.ts'
import { makeView } from '../kernels/data.ts'
import type { Floats } from '../kernels/reference.ts'
import { makeBackend, sharedView } from './backend.ts'

const backend = makeBackend()
const inputs: Record<string, Floats> = { shared: sharedView(Float64Array, 150 * CHUNK), plain: makeView('float64', 150 * CHUNK) }

for (const [memory, x] of Object.entries(inputs)) {
  const usable = (t: { is(a: unknown, b: unknown): unknown }): unknown => t.is(backend.reduceSync('sum', x, undefined, 2, 0), inlineReduce('sum', x, undefined))

  test(`${memory} memory: a signal that fired before the call`, async (t) => {
    const reason = new Error('enough')
    const error = await t.throwsAsync(backend.reduce('sum', x, undefined, 2, 0, AbortSignal.abort(reason)))
    t.is(error, reason)
  })

  test(`${memory} memory: a signal that fires during the call`, async (t) => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const call = backend.reduce('variance', x, undefined, 2, 0, controller.signal)
    controller.abort(reason)
    t.is(await t.throwsAsync(call), reason)
    usable(t)
  })

  test(`${memory} memory: a signal that never fires is left without listeners`, async (t) => {
    const { signal } = new AbortController()
    let listeners = 0
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args))
    signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args))
    t.is(await backend.reduce('sum', x, undefined, 2, 0, signal), inlineReduce('sum', x, undefined))
    t.is(listeners, 0)
  })

  test(`${memory} memory: a time limit that runs out`, async (t) => {
    await t.throwsAsync(backend.reduce('variance', x, undefined, 2, 0.01, undefined), { code: 'ERR_MANYCORE_TIMEOUT', name: 'TimeoutError' })
    t.is(backend.reduceSync('variance', x, undefined, 2, 0.01), undefined)
    t.is(backend.reduceSync('variance', x, undefined, 1, 0.01), undefined)
    usable(t)
  })

  test(`${memory} memory: a time limit that does not run out`, async (t) => {
    const wanted = inlineReduce('min', x, undefined)
    for (const limit of [60_000, Infinity]) {
      t.is(backend.reduceSync('min', x, undefined, 2, limit), wanted)
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      t.is(await backend.reduce('min', x, undefined, 2, limit, undefined), wanted)
    }
  })
}
