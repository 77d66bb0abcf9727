/**
 * A manager holds a list and a dict that all workers change: every call is made in the one place where the objects are.
 *
 *     node dist/examples/manager.js
 */
import { Manager, Process } from 'manycore/multiprocessing'
import { isProgram } from './entry.ts'
import { show, timed } from './outcome.ts'

export function run() {
  return timed('Manager, list and dict', async () => {
    await using manager = new Manager()
    const squares = manager.list<number>()
    const names = manager.dict<string, number>()
    const worker = new URL('./manager-worker.ts', import.meta.url)
    const processes = [1, 2, 3, 4].map((value) => new Process<typeof import('./manager-worker.ts')>(worker, 'appendSquare', [squares, names, value]))
    for (const process of processes) process.start()
    for (const process of processes) await process.join()
    const sorted = (await squares.toArray()).toSorted((a, b) => a - b)
    const keys = await names.keys()
    return { result: sorted.join(' '), right: sorted.join() === '1,4,9,16' && keys.length === 4 }
  })
}

if (isProgram(import.meta.url)) void show(run())
