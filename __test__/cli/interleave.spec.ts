/** The order in which contestants are timed, and what is made of their times. */
import test from 'ava'
import { interleave, median } from '../../src/cli/tour/interleave.ts'

test('every round starts with another contestant, and every contestant runs in every round', async (t) => {
  const rounds: string[][] = []
  const contestant = (name: string) => ({ name, prepare: () => rounds.at(-1)?.push(name), run: () => name })
  const timings = await interleave(['a', 'b', 'c'].map(contestant), { rounds: 4, sampleTime: 0, onRound: () => rounds.push([]) })
  t.deepEqual(rounds, [['a', 'b', 'c'], ['b', 'c', 'a'], ['c', 'a', 'b'], ['a', 'b', 'c']])
  t.deepEqual(timings.map(({ name, value, rounds: count }) => [name, value, count]), [['a', 'a', 4], ['b', 'b', 4], ['c', 'c', 4]])
})

test('waits for promises and gives what they resolve to', async (t) => {
  let running = 0
  let most = 0
  const run = async () => {
    most = Math.max(most, ++running)
    await new Promise(setImmediate)
    return --running
  }
  const [timing] = await interleave([{ name: 'slow', run }], { rounds: 3, sampleTime: 1 })
  t.is(most, 1)
  t.is(timing?.value, 0)
  t.true((timing?.seconds ?? 0) > 0)
})

test('an error of a contestant ends the comparison', async (t) => {
  const run = () => {
    throw new Error('broken')
  }
  await t.throwsAsync(interleave([{ name: 'broken', run }], { rounds: 1, sampleTime: 1 }), { message: 'broken' })
})

test('the median of odd, even and no numbers', (t) => {
  t.is(median([3, 1, 2]), 2)
  t.is(median([4, 1, 3, 2]), 2.5)
  t.is(median([]), Number.NaN)
})
