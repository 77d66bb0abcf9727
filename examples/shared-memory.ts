/**
 * A million doubles in shared memory, summed by another worker: what travels is the name.
 *
 *     node dist/examples/shared-memory.js
 */
import { Pool, SharedMemory } from 'manycore/multiprocessing'
import { isProgram } from './entry.ts'
import { show, timed } from './outcome.ts'

export function run() {
  return timed('SharedMemory, 1 000 000 doubles', async () => {
    const n = 1_000_000
    const memory = SharedMemory.create(8 * n)
    const numbers = new Float64Array(memory.buffer)
    for (let i = 0; i < n; i++) numbers[i] = i
    await using pool = new Pool<typeof import('./shared-memory-worker.ts')>(new URL('./shared-memory-worker.ts', import.meta.url), { processes: 1 })
    const sum = await pool.apply('sumOf', [memory.name])
    memory.unlink()
    return { result: `sum ${sum}`, right: sum === (n * (n - 1)) / 2 }
  })
}

if (isProgram(import.meta.url)) void show(run())
