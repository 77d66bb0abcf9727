import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { python } from '../../python.mjs'
import { alternate } from '../alternate.mjs'
import { program, write } from './fits.mjs'
import { dense } from './generate.mjs'

const run = promisify(execFile)
const child = fileURLToPath(new URL('memory-child.mjs', import.meta.url))

export const row = {
  id: 'memory',
  work: 'peak extra memory, 1M × 30 (X 229 MB)',
  unit: 'MB',
  long: true,
  once: true,
  limit: 1_200_000,
  claims: ['manycore, fitSync', 'manycore, fit on shared X and y'].map((of) => ({ of, goal: '≤ 20 MB', atMost: 20 })),
  async measure({ scale, seed }) {
    const [rows, columns] = scale === 'tiny' ? [2000, 30] : [1_000_000, 30]
    if (!existsSync('/proc/self/clear_refs')) throw new Error('the peak can only be reset on Linux')
    const { x, y } = dense({ rows, columns })
    const files = [write('x', x), write('y', y)]
    const ours = (name, form) => ({ name, sample: async () => Number((await run(process.execPath, ['--expose-gc', child, form, ...files, rows, columns])).stdout) })
    const theirs = (solver) => ({
      name: `scikit-learn ${solver}`,
      sample: async () => {
        if (python === undefined) throw new Error('there is no virtual environment with NumPy')
        const { OPENBLAS_CORETYPE: _coreType, OPENBLAS_L2_SIZE: _cacheSize, ...env } = process.env
        return Number((await run(python, [program, ...files, rows, columns, solver], { env })).stdout)
      },
    })
    const contestants = await alternate([
      ours('manycore, fitSync', 'plain'), ours('manycore, fit on shared X and y', 'shared'), theirs('lbfgs'), theirs('newton-cholesky'),
    ], { rounds: scale === 'tiny' ? 1 : 3, warm: 0, seed })
    return { contestants }
  },
}
