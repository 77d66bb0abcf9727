/** Whom a pool sends its part first. */
import test from 'ava'
import { range } from '../../src/common/range.ts'
import { Pool } from '../../src/multiprocessing/pool/pool.ts'
import { starters } from '../../src/threads/child.ts'
import { Simulation } from './fixtures/simulation.ts'

const functions = { square: (x: number) => x * x }

test.serial('a worker that takes the caller’s processor when it is woken gets its part last from then on', async (t) => {
  const simulation = new Simulation(1, { death: 0, failedStart: 0 }, functions)
  simulation.enter()
  try {
    const start = starters.thread
    const workers: object[] = []
    let sent: number[] = []
    let stalls = -1
    starters.thread = (options) => {
      const child = start(options)
      const index = workers.push(child) - 1
      const post: typeof child.post = (message, transfer) => {
        sent.push(index)
        if (index === stalls) simulation.now += 1
        child.post(message, transfer)
      }
      return { ...child, post }
    }
    const pool = new Pool<typeof functions>('data:text/javascript,simulated', { processes: 2 })
    const order = async (): Promise<number[]> => {
      sent = []
      let over = false
      void pool.map('square', range(1000), { chunkSize: 1 }).finally(() => (over = true))
      await simulation.run(() => over)
      return sent
    }
    await order()
    await simulation.run(() => false)
    const [first = -1, second = -1] = await order()
    t.not(first, second)
    t.deepEqual(await order(), [first, second])
    stalls = first
    t.deepEqual(await order(), [first, second])
    t.deepEqual(await order(), [second, first])
    t.deepEqual(await order(), [second, first])
  } finally {
    simulation.leave()
  }
})
