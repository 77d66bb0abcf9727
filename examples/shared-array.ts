/**
 * An array that workers change in place: each squares a half of its own, so nobody needs a lock, and nothing is copied.
 *
 *     node dist/examples/shared-array.js
 */
import { Process, SharedArray } from 'manycore/multiprocessing'
import { isProgram } from './entry.ts'
import { show, timed } from './outcome.ts'

export function run() {
  return timed('SharedArray, squared in place', async () => {
    const numbers = new SharedArray('d', [1, 2, 3, 4, 5, 6])
    const worker = new URL('./shared-array-worker.ts', import.meta.url)
    const halves = [[0, 3], [3, 6]] as const
    const processes = halves.map(([first, last]) => new Process<typeof import('./shared-array-worker.ts')>(worker, 'square', [numbers, first, last]))
    for (const process of processes) process.start()
    for (const process of processes) await process.join()
    const squares = [...numbers].join(' ')
    return { result: squares, right: squares === '1 4 9 16 25 36' }
  })
}

if (isProgram(import.meta.url)) void show(run())
