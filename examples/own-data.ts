/**
 * Don't pass large objects: each worker makes its own 5 000 000 random numbers instead of being sent them.
 *
 *     node dist/examples/own-data.js
 */
import { Process, SharedArray } from 'manycore/multiprocessing'
import { isProgram } from './entry.ts'
import { show, timed } from './outcome.ts'

export function run({ n = 5_000_000 } = {}) {
  return timed('large data made in the worker', async () => {
    const means = new SharedArray('d', 2)
    const worker = new URL('./own-data-worker.ts', import.meta.url)
    const processes = [0, 1].map((i) => new Process<typeof import('./own-data-worker.ts')>(worker, 'meanOfRandom', [n, means, i]))
    for (const process of processes) process.start()
    for (const process of processes) await process.join()
    const [first = 0, second = 0] = means
    // Ten standard deviations of the mean, 0.29 / √n.
    const near = (mean: number) => Math.abs(mean - 0.5) < 2.9 / Math.sqrt(n)
    return { result: `means ${first.toFixed(4)} and ${second.toFixed(4)} of ${n} numbers each`, right: near(first) && near(second) }
  })
}

if (isProgram(import.meta.url)) void show(run())
