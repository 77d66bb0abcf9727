/** The queue of slices: everything is done once, in order, and jobs share the turns. */
import test from 'ava'
import { runSliced } from '../../src/dispatch/slices.ts'

function recorder(pieces: number, busy: number) {
  const done: number[] = []
  return {
    done,
    work: {
      pieces,
      pieceMilliseconds: busy,
      check() {},
      run(first: number, last: number) {
        for (let piece = first; piece < last; piece++) done.push(piece)
        const end = performance.now() + busy * (last - first)
        while (performance.now() < end);
      },
    },
  }
}

test('every piece once and in order', async (t) => {
  const { done, work } = recorder(500, 0.02)
  await runSliced(work)
  t.deepEqual(done, Array.from({ length: 500 }, (_, piece) => piece))
})

test('the event loop turns between slices', async (t) => {
  const { work } = recorder(40, 0.5)
  let turns = 0
  let over = false
  const count = (): void => {
    turns++
    if (!over) setImmediate(count)
  }
  setImmediate(count)
  await runSliced(work)
  over = true
  t.true(turns >= 5, `${turns} turns`)
})

test('two jobs go on side by side', async (t) => {
  const a = recorder(40, 0.5)
  const b = recorder(40, 0.5)
  const first = runSliced(a.work)
  await runSliced(b.work)
  t.true(a.done.length >= 20, 'the job that began first is not starved')
  await first
  t.is(a.done.length, 40)
})

test('a failing check or piece rejects, and the others go on', async (t) => {
  const good = recorder(10, 0.1)
  const gone = new Error('gone')
  const broken = new Error('broken')
  const failing = runSliced({ pieces: 3, pieceMilliseconds: 1, check: () => { throw gone }, run: () => t.fail('must not run') })
  const breaking = runSliced({ pieces: 3, pieceMilliseconds: 1, check() {}, run: () => { throw broken } })
  const fine = runSliced(good.work)
  t.is(await t.throwsAsync(failing), gone)
  t.is(await t.throwsAsync(breaking), broken)
  await fine
  t.is(good.done.length, 10)
})
