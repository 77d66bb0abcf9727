import { SharedArray } from '../../../dist/multiprocessing/index.js'
import { sumSync } from '../../../dist/index.js'
import { alternate, same, timed } from '../alternate.mjs'
import { OURS, pools } from './pools.mjs'
import { python, stopPython } from './python.mjs'
import { scales } from './sizes.mjs'
import { sumLoop } from './tasks.mjs'

export const row = {
  id: 'shared',
  work: '1e6 doubles shared and summed in workers',
  unit: 'seconds',
  claims: [
    { of: `${OURS}, JavaScript loop, a half each`, goal: '≤ 1.1 ms', atMost: 1.1e-3 },
    { of: `${OURS}, kernel`, goal: '≤ 0.2 ms', atMost: 0.2e-3 },
  ],
  async measure({ scale, seed }) {
    const { elements: n, rounds } = scales[scale]
    const shared = new SharedArray('d', n)
    const x = shared.array
    for (let i = 0; i < n; i++) x[i] = i
    const wanted = (n * (n - 1)) / 2
    const pooled = (name, who, task, value, file) => {
      let pool
      return {
        name,
        open: async () => { pool = await pools[who](file) },
        close: () => pool.end(),
        sample: () => timed(async () => same(await pool.run(task, value), wanted, name)),
      }
    }
    // As joblib's workers have it.
    const halves = [x.subarray(0, n / 2), x.subarray(n / 2)]
    const halved = (name, task, file) => {
      let pool
      return {
        name,
        open: async () => { pool = await pools[OURS](file) },
        close: () => pool.end(),
        sample: () => timed(async () => {
          const [one, other] = await pool.pool.map(task, halves)
          same(one + other, wanted, name)
        }),
      }
    }
    const results = await alternate([
      halved(`${OURS}, JavaScript loop, a half each`, 'sumLoop'),
      halved(`${OURS}, kernel, a half each`, 'sumKernel', 'kernel-tasks.mjs'),
      pooled(`${OURS}, JavaScript loop`, OURS, 'sumLoop', x),
      pooled(`${OURS}, kernel`, OURS, 'sumKernel', x, 'kernel-tasks.mjs'),
      pooled('Piscina, JavaScript loop', 'Piscina', 'sumLoop', x),
      { name: 'here: JavaScript loop', sample: () => timed(() => same(sumLoop(x), wanted, 'loop')) },
      { name: 'here: kernel', sample: () => timed(() => same(sumSync(x), wanted, 'kernel')) },
      python('CPython Pool, by copy', { op: 'copied_sum', n }, { rounds: 5 }),
      python('joblib, memory-mapped', { op: 'joblib_sum', n }, { rounds: 5 }),
    ], { rounds: 3 * rounds, warm: scale === 'tiny' ? 1 : 20, seed })
    stopPython()
    return { contestants: results }
  },
}
