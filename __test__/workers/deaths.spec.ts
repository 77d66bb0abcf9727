/** Workers that die with a chunk in their hands: right results, no hang, and new workers. */
import test from 'ava'
import { CHUNK, inlineReduce } from '../../src/kernels/index.ts'
import { makeBackend, sharedView } from './backend.ts'

const x = sharedView(Float64Array, 60 * CHUNK + 9)
const wanted = inlineReduce('variance', x, undefined)

test('promise form: every worker dies after its first draw', async (t) => {
  const backend = makeBackend()
  t.is(await backend.reduce('variance', x, undefined, 3, 0, undefined), wanted)
  t.is(backend.pool.size, 3)
  backend.pool.sabotage()
  t.is(await backend.reduce('variance', x, undefined, 3, 0, undefined), wanted)
  t.is(await backend.reduce('variance', x, undefined, 3, 0, undefined), wanted)
})

test('promise form: several calls are pending when the workers die', async (t) => {
  const backend = makeBackend()
  await backend.reduce('sum', x, undefined, 2, 0, undefined)
  backend.pool.sabotage()
  const calls = [1, 2, 3, 4].map((threads) => backend.reduce('variance', x, undefined, threads, 0, undefined))
  t.deepEqual(await Promise.all(calls), [wanted, wanted, wanted, wanted])
})

test('Sync form: the caller computes what dead workers drew, again and again', async (t) => {
  const backend = makeBackend()
  for (let round = 0; round < 5; round++) {
    // oxlint-disable-next-line no-await-in-loop -- so that the workers are running
    await backend.reduce('sum', x, undefined, 3, 0, undefined)
    backend.pool.sabotage()
    for (let call = 0; call < 20; call++) t.is(backend.reduceSync('variance', x, undefined, 4, 0), wanted)
  }
})

test('the first Sync call does not depend on workers that are only starting', (t) => {
  const backend = makeBackend()
  t.is(backend.reduceSync('variance', x, undefined, 7, 0), wanted)
  t.is(backend.pool.size, 6)
})
