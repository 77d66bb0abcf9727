import { Barrier, Process, Queue } from '../../../dist/multiprocessing/index.js'
import { alternate, same } from '../alternate.mjs'
import { python, stopPython } from './python.mjs'
import { scales } from './sizes.mjs'

const ENDS = 4
const worker = new URL('queue-tasks.mjs', import.meta.url)

export const row = {
  id: 'queue',
  work: 'queue, 4 × 4, 100 000 numbers',
  unit: 'items/s',
  claims: [
    { of: 'manycore, putSync and getSync', goal: '≥ 500 000 items/s', atLeast: 500_000 },
    { of: 'manycore, put and get', goal: '≥ 500 000 items/s', atLeast: 500_000 },
  ],
  async measure({ scale, seed }) {
    const { items, rounds } = scales[scale]
    const results = await alternate([
      { name: 'manycore, putSync and getSync', sample: () => pass(items, true) },
      { name: 'manycore, put and get', sample: () => pass(items, false) },
      python('CPython', { op: 'queue', count: items, producers: ENDS, consumers: ENDS }, { rounds: 3 }),
    ], { rounds, seed })
    stopPython()
    return { contestants: results }
  },
}

/** Items a second from the first producer's start to the last consumer's end; none lost, none doubled. */
async function pass(items, blocking) {
  const queue = new Queue()
  const barrier = new Barrier(2 * ENDS)
  const each = items / ENDS
  const times = Array.from({ length: 2 * ENDS }, () => new Float64Array(new SharedArrayBuffer(24)))
  const processes = times.map((own, k) => (k < ENDS ? new Process(worker, 'produce', [queue, barrier, own, each, blocking]) : new Process(worker, 'consume', [queue, barrier, own, blocking])))
  for (const process of processes) process.start()
  for (const process of processes) {
    await process.join()
    same(process.exitCode, 0, 'exit code')
  }
  const consumers = times.slice(ENDS)
  same(consumers.reduce((sum, [, count]) => sum + count, 0), items, 'items')
  same(consumers.reduce((sum, [, , total]) => sum + total, 0), (ENDS * each * (each - 1)) / 2, 'sum of items')
  const start = Math.min(...times.slice(0, ENDS).map(([time]) => time))
  return (1000 * items) / (Math.max(...consumers.map(([time]) => time)) - start)
}
