/**
 * Immutable items: tuples go to the workers by copy and new tuples come back, so nobody can change what somebody else holds.
 *
 *     node dist/examples/immutable-items.js
 */
import { Pool } from 'manycore/multiprocessing'
import { isProgram } from './entry.ts'
import type { Entry } from './immutable-items-worker.ts'
import { show, timed } from './outcome.ts'

export function run() {
  return timed('Pool.map over tuples', async () => {
    const entries: readonly Entry[] = [['a', 10], ['b', 20], ['c', 30]]
    await using pool = new Pool<typeof import('./immutable-items-worker.ts')>(new URL('./immutable-items-worker.ts', import.meta.url), { processes: 2 })
    const doubled = await pool.map('double', entries)
    const text = doubled.map(([name, amount]) => `${name} ${amount}`).join(', ')
    return { result: text, right: text === 'a 20, b 40, c 60' && entries[0]?.[1] === 10 }
  })
}

if (isProgram(import.meta.url)) void show(run())
