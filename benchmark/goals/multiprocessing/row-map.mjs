import { allocate } from '../../../dist/index.js'
import { range } from '../../../dist/multiprocessing/index.js'
import { alternate, same, timed } from '../alternate.mjs'
import { OURS, pools } from './pools.mjs'
import { python, stopPython } from './python.mjs'
import { scales } from './sizes.mjs'
import { square } from './tasks.mjs'

const LOOP = 'loop, new array'

export const row = {
  id: 'map',
  work: 'map(square) of 1e6 numbers',
  unit: 'seconds',
  claims: [
    { of: `${OURS}, typed array`, against: LOOP, goal: '≤ 1.15 × the loop', atMost: 1.15 },
    { of: `${OURS}, range`, against: LOOP, goal: '≤ 1.15 × the loop', atMost: 1.15 },
  ],
  async measure({ scale, seed }) {
    const { elements: n, rounds } = scales[scale]
    const plain = Float64Array.from({ length: n }, (_, i) => i)
    const shared = allocate('float64', n, { shared: true })
    shared.set(plain)
    const results = await alternate([
      ours(`${OURS}, typed array`, plain),
      ours(`${OURS}, shared typed array`, shared),
      ours(`${OURS}, range`, range(n)),
      loop(LOOP, () => newArray(plain)),
      loop('loop, range into a new array', () => newFromRange(n)),
      loop('Float64Array.map', () => plain.map(square)),
      chunked('Piscina', plain, Math.max(1, Math.ceil(n / 20)), 3),
      python('CPython', { op: 'map_square', n }, { rounds: 3 }),
    ], { rounds: 3 * rounds, warm: scale === 'tiny' ? 1 : 10, seed })
    stopPython()
    return { contestants: results }
  },
}

export const largeRow = {
  id: 'map-range',
  work: 'map over range(5e6), squares',
  unit: 'seconds',
  claims: [{ of: OURS, against: LOOP, goal: '≤ 1.15 × the loop', atMost: 1.15 }],
  async measure({ scale, seed }) {
    const { large: n, rounds } = scales[scale]
    const results = await alternate([
      ours(OURS, range(n)),
      loop(LOOP, () => newFromRange(n)),
      python('CPython', { op: 'map_square', n }, { rounds: 3 }),
    ], { rounds: 2 * rounds, warm: scale === 'tiny' ? 1 : 5, seed })
    stopPython()
    return { contestants: results }
  },
}

function newArray(x) {
  const out = new Float64Array(x.length)
  for (let i = 0; i < x.length; i++) out[i] = x[i] * x[i]
  return out
}

function newFromRange(n) {
  const out = new Float64Array(n)
  for (let i = 0; i < n; i++) out[i] = i * i
  return out
}

function ours(name, items) {
  let pool
  return {
    name,
    open: () => { pool = pools[OURS]().pool },
    close: () => pool.terminate(),
    sample: () => timed(async () => check(await pool.map('square', items), items.length)),
  }
}

function loop(name, run) {
  return { name, sample: () => timed(() => { const values = run(); check(values, values.length) }) }
}

function check(values, n) {
  same(values.length, n, 'length')
  same(values[n - 1], (n - 1) ** 2, 'last square')
}

/** What users of a task pool do: chunks, by structured clone. */
function chunked(name, x, size, rounds) {
  let pool
  return {
    name: `${name}, chunks of ${size}`, rounds,
    open: async () => { pool = await pools[name]() },
    close: () => pool.end(),
    sample: () => timed(async () => {
      const parts = []
      for (let first = 0; first < x.length; first += size) parts.push(pool.run('squares', x.slice(first, first + size)))
      const values = await Promise.all(parts)
      const out = new Float64Array(x.length)
      values.forEach((part, k) => out.set(part, k * size))
      check(out, x.length)
    }),
  }
}
