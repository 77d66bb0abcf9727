/** What the workers of counter.ts do. */
import type { Value } from 'manycore/multiprocessing'

export function count(counter: Value<'i'>, times: number): void {
  // One step that no other worker can come between. `counter.value = counter.value + 1` would be two, and lose counts.
  for (let i = 0; i < times; i++) counter.add(1)
}
