/** The script of random kills, tiny: each way to die and many ways to call, no hang and no wrong result. */
import test from 'ava'
import { calls } from '../../benchmark/kills/calls.mjs'
import { randomKills } from '../../benchmark/kills/run.mjs'
import { ways } from '../../benchmark/kills/ways.mjs'
import { run, runtimes } from '../support/runtimes.ts'

test('random kills hang nothing and change no result', async (t) => {
  t.timeout(120_000)
  const kills = 24
  const { hangs, wrong, died, survived } = await randomKills({ kills, seed: 5 })
  t.deepEqual(hangs, [])
  t.deepEqual(wrong, [])
  t.is(died + survived, kills)
  t.true(died > 0)
})

for (const runtime of runtimes.filter(({ name }) => ['node24', 'bun'].includes(name))) {
  test(`random kills, ${runtime.name}`, async (t) => {
    t.timeout(150_000)
    const { code, stdout } = await run(runtime, new URL('../../benchmark/kills.mjs', import.meta.url), ['--kills', '18', '--seed', '3'])
    t.is(code, 0, stdout)
    t.regex(stdout, /^18 kills: 0 hangs, 0 wrong results/)
  })
}

test('a wrong result is found', async (t) => {
  const pool = { map: () => Promise.resolve([0, 1, 5]), mapBatches: () => Promise.resolve([1]) }
  await t.throwsAsync(calls['map, array of numbers'](pool, 'square', [0, 1, 2]), { message: 'wrong: result 2 is 5, not 4' })
  await t.throwsAsync(calls['mapBatches, range'](pool, 'square', [0, 1, 2], () => 2), { message: 'wrong: result 0 is 1, not 5' })
})

test('unknown ways to die are refused, known ones have names of their own', async (t) => {
  await t.throwsAsync(randomKills({ kills: 1, only: 'of boredom' }))
  t.is(new Set(ways.map(({ name }) => name)).size, ways.length)
})
