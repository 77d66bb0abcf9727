/** Chunk sizes change nothing in the result; bad ones are refused. Batches cut where they should. */
import { Pool, range } from 'manycore/multiprocessing'
import test from 'ava'

type Tasks = typeof import('./fixtures/tasks.ts')
const pool = new Pool<Tasks>(new URL('./fixtures/tasks.ts', import.meta.url), { processes: 2 })
test.after.always(() => pool.terminate())

test('any chunk size, smaller or larger than the input, in both lanes', async (t) => {
  const words = Array.from({ length: 23 }, (_, i) => `w${i}`)
  const squares = Float64Array.from({ length: 23 }, (_, i) => i * i)
  for (const chunkSize of ['auto', 1, 2, 7, 22, 23, 24, 1000] as const) {
    t.deepEqual(await pool.map('echo', words, { chunkSize }), words, `${chunkSize}`)
    t.deepEqual(await pool.map('square', range(23), { chunkSize }), squares, `${chunkSize}`)
    t.deepEqual(await pool.map('oddOrWord', range(3), { chunkSize }), ['even', 1, 'even'], `${chunkSize}`)
  }
})

for (const chunkSize of [0, -1, 1.5, Number.NaN, Infinity, 'large', null, 2n]) {
  test(`chunkSize ${String(chunkSize)} (${typeof chunkSize}) is refused`, async (t) => {
    const options = { chunkSize: chunkSize as number }
    await t.throwsAsync(pool.map('square', range(3), options), { code: 'ERR_MANYCORE_OPTION', message: /^chunkSize/ })
    await t.throwsAsync(pool.starmap('add', [[1, 2]], options), { code: 'ERR_MANYCORE_OPTION' })
    await t.throwsAsync(pool.imap('square', [1], options).next(), { code: 'ERR_MANYCORE_OPTION' })
  })
}

test('batches of a range are ranges', async (t) => {
  t.deepEqual(await pool.mapBatches('boundsOf', range(10), { batchSize: 4 }), [[0, 4, 1, 4], [4, 8, 1, 4], [8, 10, 1, 2]])
  t.deepEqual(await pool.mapBatches('boundsOf', range(0), { batchSize: 4 }), [])
})

test('batches of a typed array are views of the same kind', async (t) => {
  const x = Float64Array.from({ length: 10 }, (_, i) => i)
  t.deepEqual(await pool.mapBatches('sumOf', x, { batchSize: 4 }), [6, 22, 17])
  t.deepEqual(await pool.mapBatches('sumOf', x, { batchSize: 100 }), [45])
  t.deepEqual(await pool.mapBatches('kindOf', new Uint16Array(3), { batchSize: 2 }), ['[object Uint16Array]', '[object Uint16Array]'])
})

test('sum of squares of a million in batches', async (t) => {
  const sums = await pool.mapBatches('sumOf', range(1_000_000), { batchSize: 50_000 })
  t.is(sums.length, 20)
  t.is(sums.reduce((a, b) => a + b), 499_999_500_000)
})

test('bad batches are refused', async (t) => {
  for (const batchSize of [0, -1, 1.5, '4', undefined]) {
    await t.throwsAsync(pool.mapBatches('boundsOf', range(10), { batchSize: batchSize as number }), { code: 'ERR_MANYCORE_OPTION', message: /batchSize/ })
  }
  await t.throwsAsync(pool.mapBatches('boundsOf', [1, 2] as never, { batchSize: 1 }), { code: 'ERR_MANYCORE_TYPE', message: /^items/ })
})

test('progress rises to the whole', async (t) => {
  for (const items of [range(20_000), Array.from({ length: 300 }, (_, i) => `${i}`)]) {
    const seen: number[] = []
    await pool.map('echo', items as never, { onProgress: ({ done, total }) => (t.is(total, items.length), seen.push(done)) })
    t.is(seen.at(-1), items.length)
    t.deepEqual(seen, seen.toSorted((a, b) => a - b))
  }
})

test('what onProgress throws rejects the map', async (t) => {
  const onProgress = (): void => {
    throw new Error('enough')
  }
  await t.throwsAsync(pool.map('echo', ['a', 'b'], { onProgress }), { message: 'enough' })
  await t.throwsAsync(pool.map('square', range(10), { onProgress }), { message: 'enough' })
  t.is(await pool.apply('add', [1, 2]), 3)
})
