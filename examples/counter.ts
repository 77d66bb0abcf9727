/**
 * A counter that four workers add to at the same time. No count is lost.
 *
 *     node dist/examples/counter.js
 */
import { Process, Value } from 'manycore/multiprocessing'
import { isProgram } from './entry.ts'
import { show, timed } from './outcome.ts'

export function run() {
  return timed('Value, a shared counter', async () => {
    const counter = new Value('i', 0)
    const worker = new URL('./counter-worker.ts', import.meta.url)
    const processes = [1, 2, 3, 4].map(() => new Process<typeof import('./counter-worker.ts')>(worker, 'count', [counter, 10_000]))
    for (const process of processes) process.start()
    for (const process of processes) await process.join()
    return { result: `4 × 10 000 = ${counter.value}`, right: counter.value === 40_000 }
  })
}

if (isProgram(import.meta.url)) void show(run())
