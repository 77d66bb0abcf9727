// The ways to give a pool work: each runs over the same items and throws unless all results are right and in order.
import { range } from '../../dist/multiprocessing/index.js'

const square = (x) => x * x

/**
 * By name: `(pool, task, items, next)` makes the call; `next(n)` is a random whole number below n. Those whose name begins with `mapBatches` call the function's form
 * for batches. A Range can't hold an item that kills.
 */
export const calls = {
  'map, array of numbers': async (pool, task, items) => check(await pool.map(task, items), items),
  'map, typed array': async (pool, task, items) => check(await pool.map(task, Float64Array.from(items)), items),
  'map, values': async (pool, task, items) => check(await pool.map(task, [...items, null]), [...items, 0]),
  'map, asynchronous iterable': async (pool, task, items, next) => check(await pool.map(task, slowly(items), { chunkSize: 1 + next(9) }), items),
  starmap: async (pool, task, items) => check(await pool.starmap(task, items.map((item) => [item])), items),
  imap: async (pool, task, items, next) => check(await collect(pool.imap(task, items, { chunkSize: 1 + next(5) })), items),
  imapUnordered: async (pool, task, items, next) => {
    const values = await collect(pool.imapUnordered(task, items.values(), { chunkSize: 1 + next(5) }))
    check(values.toSorted((a, b) => a - b), items.toSorted((a, b) => a * a - b * b))
  },
  apply: async (pool, task, items) => check(await Promise.all(items.map((item) => pool.apply(task, [item]))), items),
  'mapBatches, typed array': async (pool, task, items, next) => {
    const batchSize = 1 + next(9)
    checkBatches(await pool.mapBatches(`${task}All`, Float64Array.from(items), { batchSize }), items, batchSize)
  },
  'mapBatches, range': async (pool, task, items, next) => {
    const batchSize = 1 + next(9)
    checkBatches(await pool.mapBatches(`${task}All`, range(items.length), { batchSize }), items, batchSize)
  },
}

async function* slowly(items) {
  yield* items
}

async function collect(values) {
  const all = []
  for await (const value of values) all.push(value)
  return all
}

function check(got, items) {
  compare(got, items.map(square))
}

function checkBatches(got, items, batchSize) {
  const wanted = []
  for (let first = 0; first < items.length; first += batchSize) wanted.push(items.slice(first, first + batchSize).reduce((total, x) => total + square(x), 0))
  compare(got, wanted)
}

function compare(got, wanted) {
  if (got.length !== wanted.length) throw new Error(`wrong: ${got.length} results for ${wanted.length}`)
  for (let i = 0; i < wanted.length; i++) if (got[i] !== wanted[i]) throw new Error(`wrong: result ${i} is ${got[i]}, not ${wanted[i]}`)
}
