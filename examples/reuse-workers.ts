/**
 * Reusing workers: twenty tasks of a tenth of a second each on four workers, which take one task after another. Starting a worker costs tens of
 * milliseconds; a pool pays that four times instead of twenty.
 *
 *     node dist/examples/reuse-workers.js
 */
import { Pool, range } from 'manycore/multiprocessing'
import { isProgram } from './entry.ts'
import { show, timed } from './outcome.ts'

export function run() {
  return timed('Pool.map, 20 tasks of 0.1 s on 4 workers', async () => {
    await using pool = new Pool<typeof import('./reuse-workers-worker.ts')>(new URL('./reuse-workers-worker.ts', import.meta.url), { processes: 4 })
    const results = await pool.map('square', range(20), { chunkSize: 1 })
    const workers = new Set(results.map(([, worker]) => worker))
    const right = results.every(([square], i) => square === i * i) && workers.size <= 4
    return { result: `${results.map(([square]) => square).join(' ')} by ${workers.size} workers`, right }
  })
}

if (isProgram(import.meta.url)) void show(run())
