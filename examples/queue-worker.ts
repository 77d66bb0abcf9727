/** The two ends of queue.ts. */
import type { Queue } from 'manycore/multiprocessing'

export async function produce(queue: Queue<string | null>, items: readonly string[]): Promise<void> {
  for (const item of items) await queue.put(item)
  // Says that there is no more.
  await queue.put(null)
}

export async function consume(queue: Queue<string | null>, results: Queue<string>): Promise<void> {
  for (let item = await queue.get(); item !== null; item = await queue.get()) await results.put(item.toUpperCase())
}
