/** What the workers of shared-array.ts do. */
import type { SharedArray } from 'manycore/multiprocessing'

/** Squares the elements from `first` to before `last` where they lie. */
export function square(numbers: SharedArray<'d'>, first: number, last: number): void {
  const { array } = numbers
  for (let i = first; i < last; i++) array[i] = (array[i] ?? 0) ** 2
}
