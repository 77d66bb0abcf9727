import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { alternate } from '../alternate.mjs'
import { OURS } from './pools.mjs'
import { python, stopPython } from './python.mjs'
import { scales } from './sizes.mjs'

const program = fileURLToPath(new URL('start.mjs', import.meta.url))
const run = promisify(execFile)
const BARE = 'two bare workers'

export const row = {
  id: 'start',
  work: 'pool of 2 started, until both have answered',
  unit: 'seconds',
  claims: [
    { of: OURS, against: BARE, goal: '≤ 1.25 × two bare workers', atMost: 1.25 },
    { of: `${OURS}, constructor alone`, goal: 'lazily: ≤ 5 ms', atMost: 5e-3 },
  ],
  async measure({ scale, seed }) {
    const { starts } = scales[scale]
    // Each sample is a process of its own: what is loaded once would be too cheap the second time.
    const fresh = (name) => ({ name, sample: async () => Number((await run(process.execPath, [program, name], { timeout: 60_000 })).stdout) / 1000 })
    const results = await alternate([
      ...[OURS, BARE, 'two workers that load nothing', `${OURS}, constructor alone`, 'Piscina', 'tinypool', 'poolifier', 'workerpool'].map(fresh),
      python('CPython, fork', { op: 'start', kind: 'fork' }),
      python('CPython, spawn', { op: 'start', kind: 'spawn' }),
      python('loky', { op: 'start', kind: 'loky' }),
    ], { rounds: starts, warm: scale === 'tiny' ? 0 : 1, seed })
    stopPython()
    return { contestants: results, notes: ['modules of the pools and of Node are loaded beforehand; the bare workers load the same module of tasks as ours'] }
  },
}
