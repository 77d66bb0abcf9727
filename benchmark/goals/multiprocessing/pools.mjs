// Everybody's pool of two threads behind one face: `run(name, value)` and `end()`.
import { Worker } from 'node:worker_threads'
import { fileURLToPath } from 'node:url'
import { Pool } from '../../../dist/multiprocessing/index.js'

const at = (name) => new URL(name, import.meta.url)
const path = (name) => fileURLToPath(at(name))
const WORKERS = 2

export const OURS = 'manycore'

export const pools = {
  [OURS]: (file = 'tasks.mjs') => {
    const pool = new Pool(at(file), { processes: WORKERS })
    return { run: (name, value) => pool.apply(name, [value]), end: () => pool.terminate(), pool }
  },
  Piscina: async () => {
    const { Piscina } = await import('piscina')
    const pool = new Piscina({ filename: path('tasks.mjs'), minThreads: WORKERS, maxThreads: WORKERS, maxQueue: Infinity })
    return { run: (name, value) => pool.run(value, { name }), end: () => pool.destroy() }
  },
  'Piscina, 16 tasks a worker': async () => {
    const { Piscina } = await import('piscina')
    const pool = new Piscina({ filename: path('tasks.mjs'), minThreads: WORKERS, maxThreads: WORKERS, maxQueue: Infinity, concurrentTasksPerWorker: 16 })
    return { run: (name, value) => pool.run(value, { name }), end: () => pool.destroy() }
  },
  tinypool: async () => {
    const { Tinypool } = await import('tinypool')
    const pool = new Tinypool({ filename: at('tasks.mjs').href, minThreads: WORKERS, maxThreads: WORKERS })
    return { run: (name, value) => pool.run(value, { name }), end: () => pool.destroy() }
  },
  poolifier: async () => {
    const { FixedThreadPool } = await import('poolifier')
    const pool = new FixedThreadPool(WORKERS, path('poolifier-tasks.mjs'), { errorHandler: () => {} })
    return { run: (name, value) => pool.execute(value, name), end: () => pool.destroy() }
  },
  workerpool: async () => {
    const { default: workerpool } = await import('workerpool')
    const pool = workerpool.pool(path('workerpool-tasks.mjs'), { minWorkers: WORKERS, maxWorkers: WORKERS, workerType: 'thread' })
    return { run: (name, value) => pool.exec(name, [value]), end: () => pool.terminate(true) }
  },
}

export const rivals = Object.keys(pools).filter((name) => name !== OURS)

/** Bare workers: `ask(value)` of one resolves to its answer; answers come in order. */
export function bareWorker(file = 'bare-square.mjs') {
  const worker = new Worker(at(file))
  const waiting = []
  let next = 0
  worker.on('message', (value) => {
    waiting[next++](value)
    // Not shift(), which moves what waits each time.
    if (next === waiting.length) waiting.length = next = 0
  })
  return {
    worker,
    ask: (value) => new Promise((resolve) => {
      waiting.push(resolve)
      worker.postMessage(value)
    }),
    end: () => worker.terminate(),
  }
}
