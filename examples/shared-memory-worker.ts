/** What the worker of shared-memory.ts does. */
import { SharedMemory } from 'manycore/multiprocessing'
import { sumSync } from 'manycore'

/** The sum of the doubles in the shared memory of this name. */
export function sumOf(name: string): number {
  const memory = SharedMemory.attach(name)
  return sumSync(new Float64Array(memory.buffer))
}
