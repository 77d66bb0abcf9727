/**
 * A queue between workers: one puts items, another takes them and puts what it makes of them into a second queue.
 *
 *     node dist/examples/queue.js
 */
import { Process, Queue } from 'manycore/multiprocessing'
import { isProgram } from './entry.ts'
import { show, timed } from './outcome.ts'

const worker = new URL('./queue-worker.ts', import.meta.url)
type Tasks = typeof import('./queue-worker.ts')

export function run() {
  return timed('Queue', async () => {
    const items = ['apple', 'banana', 'cherry']
    // At most two items wait; a producer that is faster waits for a place.
    const queue = new Queue<string | null>({ maxSize: 2 })
    const results = new Queue<string>()
    const processes = [
      new Process<Tasks>(worker, 'produce', [queue, items], { name: 'producer' }),
      new Process<Tasks>(worker, 'consume', [queue, results], { name: 'consumer' }),
    ]
    for (const process of processes) process.start()
    const received: string[] = []
    while (received.length < items.length) received.push(await results.get())
    for (const process of processes) await process.join()
    return { result: received.join(' '), right: received.join() === 'APPLE,BANANA,CHERRY' }
  })
}

if (isProgram(import.meta.url)) void show(run())
