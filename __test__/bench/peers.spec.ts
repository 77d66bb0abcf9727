/** Every comparison with another library runs once, tiny: a peer that changed its interface or gives other answers is found here. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { cases, measureCase } from 'manycore/bench'
import { peersOf } from '../../benchmark/peers/index.mjs'
import { stop } from '../../benchmark/peers/python.mjs'
import { python } from '../../benchmark/python.mjs'
import { suite } from '../../benchmark/suite.mjs'
import { root } from '../../scripts/toolchain.mjs'

// `npm test` installs both where it can; where it can't, a peer that is missing is no failure of ours.
const packages = existsSync(join(root, 'benchmark', 'node_modules'))
const excused = (error: string): boolean =>
  error.startsWith('left out') || (!packages && /Cannot find (package|module)/.test(error)) || (python === undefined && error.includes('no virtual environment'))

test.after.always(() => stop())

for (const subject of cases) {
  test.serial(subject.name, async (t) => {
    t.timeout(60_000)
    const { contestants } = await measureCase(subject, 6, { rounds: 1, sampleTime: 0, peers: peersOf(subject), also: suite })
    t.deepEqual(contestants.filter(({ error }) => error !== undefined && !excused(error)), [])
    if (python !== undefined) t.true(contestants.some(({ name }) => name === 'NumPy'))
  })
}
