/** Random numbers drawn by several workers: the numbers of one thread, into any memory, from any piece on, also where workers die. */
import test from 'ava'
import { fillRandom, PIECE, type Draw, type Seed } from '../../src/kernels/random/index.ts'
import { makeBackend } from './backend.ts'

const seed: Seed = [1, 2, 3, 4]
/** Rounds of pieces, and a piece that isn't full. */
const n = 40 * PIECE + 77

const draws: Record<string, (n: number) => Draw> = {
  uniform: (n) => ({ kind: 'uniform', interval: { low: 0, span: 1, top: 1 - 2 ** -53 }, out: new Float64Array(n) }),
  normal: (n) => ({ kind: 'normal', mean: 1, standardDeviation: 2, out: new Float32Array(new SharedArrayBuffer(4 * n)) as Float32Array }),
  integers: (n) => ({ kind: 'integers', range: { lowHigh: 0, lowLow: 0, lastHigh: 0, lastLow: 99 }, out: new Uint8Array(n + 3).subarray(3) }),
  wide: (n) => ({ kind: 'integers', range: { lowHigh: 0, lowLow: 5, lastHigh: 7, lastLow: 99 }, out: new BigInt64Array(n) }),
}

for (const [name, make] of Object.entries(draws)) {
  test(`${name}: blocking, whole and from a piece on, and off this thread`, async (t) => {
    const backend = makeBackend()
    const expected = make(n)
    fillRandom(expected, seed, 0)
    const same = (draw: Draw, from: number): boolean => Buffer.compare(Buffer.from(draw.out.slice().buffer), Buffer.from(expected.out.slice(from, from + draw.out.length).buffer)) === 0
    for (const threads of [1, 2, 3]) {
      const whole = make(n)
      backend.random(whole, seed, 0, threads)
      t.true(same(whole, 0), `${threads}`)
      const part = make(20 * PIECE + 5)
      backend.random(part, seed, 3 * PIECE, threads)
      t.true(same(part, 3 * PIECE), `${threads}, a part`)
      const off = make(n)
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      t.true(await backend.randomOff(off, seed, threads, 0, undefined))
      t.true(same(off, 0), `${threads}, off this thread`)
    }
    backend.pool.sabotage()
    const after = make(n)
    t.true(await backend.randomOff(after, seed, 2, 60_000, undefined))
    t.true(same(after, 0), 'although the workers died')
  })
}

test('a signal, and a time limit', async (t) => {
  const backend = makeBackend()
  t.false(await backend.randomOff(draws['normal']!(n), seed, 2, 1e-3, undefined))
  const controller = new AbortController()
  const call = backend.randomOff(draws['normal']!(n), seed, 2, 0, controller.signal)
  controller.abort(new Error('enough'))
  await t.throwsAsync(call, { message: 'enough' })
  await t.throwsAsync(backend.randomOff(draws['uniform']!(n), seed, 2, 0, AbortSignal.abort(new Error('before'))), { message: 'before' })
})
