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
    const start = performance.now()
    const squares = await pool.map('square', range(n))
    const milliseconds = performance.now() - start

    const again = performance.now()
    const loop = new Float64Array(n)
    for (let i = 0; i < n; i++) loop[i] = i * i
    const loopMilliseconds = performance.now() - again

    const report = pool.report().functions['square']
    const right = warm.length === 1000 && squares.every((square, i) => square === loop[i]) && report?.calls === n + 1000
    return { result: `pool ${milliseconds.toFixed(1)} ms, loop ${loopMilliseconds.toFixed(1)} ms. ${report?.advice ?? ''}`, right }
  })
}

if (isProgram(import.meta.url)) void show(run())
