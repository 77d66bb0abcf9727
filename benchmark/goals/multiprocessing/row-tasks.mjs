import { alternate, same, timed } from '../alternate.mjs'
import { bareWorker, OURS, pools, rivals } from './pools.mjs'
import { python, stopPython } from './python.mjs'
import { scales } from './sizes.mjs'

export const row = {
  id: 'tasks',
  work: '100 000 tiny tasks queued, 2 workers',
  unit: 'seconds',
  claims: [{ of: `${OURS}, apply`, goal: '≤ 3 µs a task', atMost: 3e-6 }],
  limit: 600_000,
  async measure({ scale, seed }) {
    const { tasks, rounds, slow } = scales[scale]
    const contestants = [
      pooled(`${OURS}, apply`, OURS, tasks),
      mapped(tasks),
      bare(tasks),
      ...rivals.map((name) => pooled(name, name, tasks, slow)),
      python('CPython, apply_async', { op: 'queued', n: tasks }, { rounds: slow }),
      python('CPython, map, chunksize 1', { op: 'chunks_of_one', n: tasks }, { rounds: slow }),
    ]
    const results = await alternate(contestants, { rounds, seed })
    stopPython()
    return { contestants: results }
  },
}

function pooled(label, name, tasks, rounds) {
  let pool
  return {
    name: label, rounds,
    open: async () => { pool = await pools[name]() },
    close: () => pool.end(),
    sample: () => timed(async () => {
      const waiting = new Array(tasks)
      for (let i = 0; i < tasks; i++) waiting[i] = pool.run('square', i)
      const values = await Promise.all(waiting)
      same(values[tasks - 1], (tasks - 1) ** 2, label)
    }, tasks),
  }
}

/** The same as one call, items by structured clone: strings in their place would cost as much. */
function mapped(tasks) {
  let pool
  const items = Array.from({ length: tasks }, (_, i) => (i === 0 ? null : i))
  return {
    name: `${OURS}, map of values`,
    open: () => { pool = pools[OURS]().pool },
    close: () => pool.terminate(),
    sample: () => timed(async () => same((await pool.map('square', items))[tasks - 1], (tasks - 1) ** 2, 'map'), tasks),
  }
}

function bare(tasks) {
  let workers
  return {
    name: 'bare postMessage',
    open: () => { workers = [bareWorker(), bareWorker()] },
    close: () => Promise.all(workers.map((worker) => worker.end())),
    sample: () => timed(async () => {
      const waiting = new Array(tasks)
      for (let i = 0; i < tasks; i++) waiting[i] = workers[i % 2].ask(i)
      same((await Promise.all(waiting))[tasks - 1], (tasks - 1) ** 2, 'bare')
    }, tasks),
  }
}
