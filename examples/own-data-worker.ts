/** What the workers of own-data.ts do. */
import { meanSync } from 'manycore'
import type { SharedArray } from 'manycore/multiprocessing'

/** Makes its own random numbers and leaves their mean: 40 MB that never travel, and one number that does. */
export function meanOfRandom(n: number, means: SharedArray<'d'>, index: number): void {
  const numbers = new Float64Array(n)
  for (let i = 0; i < n; i++) numbers[i] = Math.random()
  means.array[index] = meanSync(numbers)
}
