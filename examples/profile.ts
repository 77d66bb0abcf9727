/**
 * Profile before optimizing: five million squares by a pool and by a loop, and what the pool's report says of it. For a function this small a loop, or
 * a kernel of manycore, is the answer; `npx manycore tune` tells you for a function of your own.
 *
 *     node dist/examples/profile.js
 */
import { Pool, range } from 'manycore/multiprocessing'
import { isProgram } from './entry.ts'
import { show, timed } from './outcome.ts'

export function run({ n = 5_000_000 } = {}) {
  return timed(`Pool.map of ${n} squares, with a report`, async () => {
    await using pool = new Pool<typeof import('./profile-worker.ts')>(new URL('./profile-worker.ts', import.meta.url))
    const warm = await pool.map('square', range(1000))
    // In turns, and the best of each counts: what runs for the first time is not compiled yet, here and in the workers.
    let [squares, loop] = [warm, warm]
    let [poolMilliseconds, loopMilliseconds] = [Infinity, Infinity]
    for (let round = 0; round < ROUNDS; round++) {
      const start = performance.now()
      squares = await pool.map('square', range(n))
      const between = performance.now()
      loop = squaresOf(n)
      poolMilliseconds = Math.min(poolMilliseconds, between - start)
      loopMilliseconds = Math.min(loopMilliseconds, performance.now() - between)
    }

    const report = pool.report().functions['square']
    const right = warm.length === 1000 && squares.length === n && squares.every((square, i) => square === loop[i]) && report?.calls === ROUNDS * n + 1000
    return { result: `pool ${poolMilliseconds.toFixed(1)} ms, loop ${loopMilliseconds.toFixed(1)} ms. Report: ${report?.advice ?? ''}`, right }
  })
}

const ROUNDS = 3

function squaresOf(n: number): Float64Array {
  const squares = new Float64Array(n)
  for (let i = 0; i < n; i++) squares[i] = i * i
  return squares
}

if (isProgram(import.meta.url)) void show(run())
