/** How many callers of `get` sleep on a queue: what a test must know before it ends one of them. */
import type { MessagePort } from 'node:worker_threads'
import type { Queue } from 'manycore/multiprocessing'
import { GET_WAITERS } from '../../src/multiprocessing/queue/ring.ts'
import { encode } from '../../src/threads/encode.ts'

/** Resolves when somebody sleeps in `get`. */
export async function someoneGets(queue: Queue): Promise<void> {
  const transfer: unknown[] = []
  const { value } = encode(queue, { kind: 'thread', transfer }) as unknown as { value: { data: { buffer: SharedArrayBuffer } } }
  for (const port of transfer) (port as MessagePort).close()
  const words = new Int32Array(value.data.buffer, 0, GET_WAITERS + 1)
  while (Atomics.load(words, GET_WAITERS) === 0) await new Promise((resolve) => setImmediate(resolve))
}
