/** Loops that pause: run through, or in turns of the event loop. */
import test from 'ava'
import { atOnce, inStretches, type Pausing } from '../../src/common/pausing.ts'
import { runPausing } from '../../src/dispatch/slices.ts'

function* counted(pieces: number, seen: number[], run: () => void = () => {}): Pausing<string> {
  for (let piece = 0; piece < pieces; piece++) {
    seen.push(piece)
    run()
    yield
  }
  return 'done'
}

const spin = (milliseconds: number): void => {
  for (const end = performance.now() + milliseconds; performance.now() < end;);
}

test('stretches cover all that there is, once and in order', (t) => {
  for (const [count, stretch] of [[0, 4], [1, 4], [4, 4], [9, 4]] as const) {
    const parts: number[][] = []
    const loop = inStretches(count, (first, end) => parts.push([first, end]), stretch)
    let pauses = 0
    while (loop.next().done !== true) pauses++
    t.is(pauses, Math.max(0, parts.length - 1))
    t.deepEqual(parts.flatMap(([first, end]) => Array.from({ length: end! - first! }, (_, i) => first! + i)), Array.from({ length: count }, (_, i) => i))
  }
})

test('both ways do the same', async (t) => {
  const [one, other]: [number[], number[]] = [[], []]
  t.is(atOnce(counted(5, one)), 'done')
  t.is(await runPausing(counted(5, other), () => {}), 'done')
  t.deepEqual(one, other)
})

test('long ones let the event loop turn, and take turns with each other', async (t) => {
  const seen: number[][] = [[], []]
  let turns = 0
  const count = (): void => {
    turns++
    timer = setImmediate(count)
  }
  let timer = setImmediate(count)
  const found = await Promise.all(seen.map((own) => runPausing(counted(40, own, () => spin(0.2)), () => {})))
  clearImmediate(timer)
  t.deepEqual(found, ['done', 'done'])
  t.true(turns > 2)
  for (const own of seen) t.is(own.length, 40)
})

test('what the loop throws, and what its check throws, rejects', async (t) => {
  await t.throwsAsync(runPausing(counted(5, [], () => { throw new Error('of the loop') }), () => {}), { message: 'of the loop' })
  const seen: number[] = []
  let left = 2
  const check = (): void => {
    if (left-- === 0) throw new Error('of the check')
  }
  await t.throwsAsync(runPausing(counted(1000, seen, () => spin(0.5)), check), { message: 'of the check' })
  t.true(seen.length < 1000)
})
