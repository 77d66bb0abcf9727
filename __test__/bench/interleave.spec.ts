/** The order in which contestants are timed, and what is made of their times. */
import test from 'ava'
import { bootstrapMedian, interleave, median, pairedRatio } from 'manycore/bench'

test('every contestant runs once in every round, and the order changes', async (t) => {
  const rounds: string[][] = []
  const contestant = (name: string) => ({ name, prepare: () => rounds.at(-1)?.push(name), run: () => name })
  const timings = await interleave(['a', 'b', 'c'].map(contestant), { rounds: 40, sampleTime: 0, seed: 3, onRound: () => rounds.push([]) })
  t.true(rounds.every((round) => round.toSorted().join() === 'a,b,c'))
  t.is(new Set(rounds.map((round) => round.join())).size, 6)
  t.deepEqual(timings.map(({ name, value, samples }) => [name, value, samples.length]), [['a', 'a', 40], ['b', 'b', 40], ['c', 'c', 40]])
})

test('the same seed gives the same order', async (t) => {
  const orders = []
  for (const seed of [5, 5, 6]) {
    const order: string[] = []
    const contestant = (name: string) => ({ name, prepare: () => void order.push(name), run: () => name })
    await interleave(['a', 'b', 'c'].map(contestant), { rounds: 20, sampleTime: 0, seed })
    orders.push(order.join(''))
  }
  t.is(orders[0], orders[1])
  t.not(orders[0], orders[2])
})

test('who is slow leaves after the round in which patience ends, but never the first; the samples of the others are paired with the first rounds', async (t) => {
  const measured = (name: string, seconds: number) => ({ name, run: () => name, measure: async () => ({ seconds, value: name }) })
  const contestants = [measured('first', 1), measured('slow', 0.4), measured('quick', 0.01)]
  const timings = await interleave(contestants, { rounds: 9, sampleTime: 1, budget: 0, leastRounds: 6, patience: 1000 })
  t.deepEqual(timings.map(({ samples, rounds }) => [samples.length, rounds]), [[6, 6], [3, 3], [6, 6]])
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

test('an interval holds the median, narrows with more values, and is none for no values', (t) => {
  const values = Array.from({ length: 50 }, (_, i) => 10 + Math.sin(i))
  const few = bootstrapMedian([values.slice(0, 5)])
  const many = bootstrapMedian([values, values])
  for (const { median: middle, low, high } of [few, many]) t.true(low <= middle && middle <= high)
  t.true(many.high - many.low < few.high - few.low)
  t.deepEqual(bootstrapMedian([[7, 7], [7]]), { median: 7, low: 7, high: 7 })
  t.deepEqual(bootstrapMedian([[]]), { median: Number.NaN, low: Number.NaN, high: Number.NaN })
})

test('ratios are taken within rounds: a drift that both share cancels', (t) => {
  const drift = [1, 2, 4, 8, 16]
  const ratio = pairedRatio([drift.map((d) => 3 * d)], [drift])
  t.deepEqual(ratio, { median: 3, low: 3, high: 3 })
})
