import { range } from '../../../dist/multiprocessing/index.js'
import { alternate, timed } from '../alternate.mjs'
import { OURS, pools } from './pools.mjs'
import { python, stopPython } from './python.mjs'
import { scales } from './sizes.mjs'

const LOOP = 'loop'

export const row = {
  id: 'batches',
  work: 'batches of range(1e6), 20 × 50 000, sums of squares',
  unit: 'seconds',
  claims: [{ of: OURS, against: LOOP, goal: '≤ 0.8 × the loop', atMost: 0.8 }],
  async measure({ scale, seed }) {
    const { elements: n, batch: batchSize, rounds } = scales[scale]
    const wanted = ((n - 1) * n * (2 * n - 1)) / 6
    const check = (total) => {
      if (Math.abs(total / wanted - 1) > 1e-9) throw new Error(`sum of squares: got ${total}, wanted ${wanted}`)
    }
    let pool
    const results = await alternate([
      {
        name: OURS,
        open: () => { pool = pools[OURS]().pool },
        close: () => pool.terminate(),
        sample: () => timed(async () => check((await pool.mapBatches('sumOfSquares', range(n), { batchSize })).reduce((a, b) => a + b))),
      },
      {
        name: LOOP,
        sample: () => timed(() => check(loop(n))),
      },
      python('CPython', { op: 'batches', n, size: batchSize }, { rounds: 5 }),
    ], { rounds: 3 * rounds, warm: scale === 'tiny' ? 1 : 20, seed })
    stopPython()
    return { contestants: results }
  },
}

function loop(n) {
  let total = 0
  for (let i = 0; i < n; i++) total += i * i
  return total
}
