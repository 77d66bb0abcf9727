/** Threads that are terminated in the middle of putting and getting: the queue stays whole and nobody hangs. */
import { Process, Queue, Value } from 'manycore/multiprocessing'
import test from 'ava'

type Tasks = typeof import('./fixtures/messages.ts')
const url = new URL('./fixtures/messages.ts', import.meta.url)

function next(queue: Queue<unknown>): unknown {
  try {
    return queue.getNowait()
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_MANYCORE_QUEUE_EMPTY') throw error
    return undefined
  }
}

test('terminated anywhere, eight times four', async (t) => {
  const queue = new Queue<unknown>()
  for (let round = 0; round < 8; round++) {
    const running = new Value('i', 0)
    const children = [1, 2, 3, 4].map(() => new Process<Tasks>(url, 'churn', [queue, running], { daemon: true }))
    for (const child of children) child.start()
    while (running.value < 4) await new Promise((resolve) => setImmediate(resolve))
    for (let i = 0; i < round; i++) await new Promise((resolve) => setImmediate(resolve))
    for (const child of children) child.terminate()
    for (const child of children) await child.join()
    // What they left comes out whole, and then the queue is as good as new.
    while (queue.size() > 0) {
      const item = next(queue)
      if (item === undefined) {
        // The place of one who died while it wrote counts until its death has been seen.
        await new Promise((resolve) => setImmediate(resolve))
        continue
      }
      if (typeof item === 'number') continue
      const { text, check } = item as { text: string; check: number }
      if (text !== 'x'.repeat(check)) return t.fail(`an item of ${text.length} where ${check} were put`)
    }
    queue.putSync(round)
    t.is(queue.getSync(), round)
  }
  return t.is(queue.size(), 0)
})
