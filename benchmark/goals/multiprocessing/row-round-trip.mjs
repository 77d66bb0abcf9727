import { alternate, same, timed } from '../alternate.mjs'
import { bareWorker, OURS, pools, rivals } from './pools.mjs'
import { python, stopPython } from './python.mjs'
import { scales } from './sizes.mjs'

export const row = {
  id: 'round-trip',
  work: 'one task, round trip',
  unit: 'seconds',
  claims: [{ of: OURS, against: 'bare postMessage, 2 workers', goal: '≤ 1.3 × bare postMessage', atMost: 1.3 }],
  async measure({ scale, seed }) {
    const { trips, rounds } = scales[scale]
    const results = await alternate([
      ...[OURS, ...rivals].map((name) => pooled(name, trips)),
      bare('bare postMessage, 2 workers', 2, trips),
      bare('bare postMessage, 1 worker', 1, trips),
      python('CPython', { op: 'round_trip', n: trips }),
    ], { rounds, seed })
    stopPython()
    return { contestants: results, notes: ['pools hand a lone task to whichever worker is free; the bare pair takes turns'] }
  },
}

function pooled(name, trips) {
  let pool
  return {
    name,
    open: async () => { pool = await pools[name]() },
    close: () => pool.end(),
    sample: () => timed(async () => {
      for (let i = 0; i < trips; i++) same(await pool.run('square', i), i * i, name)
    }, trips),
  }
}

function bare(name, count, trips) {
  let workers
  return {
    name,
    open: () => { workers = Array.from({ length: count }, () => bareWorker()) },
    close: () => Promise.all(workers.map((worker) => worker.end())),
    sample: () => timed(async () => {
      for (let i = 0; i < trips; i++) same(await workers[i % count].ask(i), i * i, name)
    }, trips),
  }
}
