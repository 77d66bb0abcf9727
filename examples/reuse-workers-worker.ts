/** What the workers of reuse-workers.ts do. */
import { currentProcess } from 'manycore/multiprocessing'
import { setTimeout } from 'node:timers/promises'

/** The square, after a tenth of a second, and which worker it was. */
export async function square(value: number): Promise<readonly [square: number, worker: string]> {
  await setTimeout(100)
  return [value * value, currentProcess().name]
}
