/** The sweep of promise 2 (scripts/sweep.mjs) runs, and leaves no public kernel out. No timing is judged here. */
import { spawnSync } from 'node:child_process'
import test from 'ava'
import * as manycore from 'manycore'
import { cases } from '../../scripts/sweep-cases.mjs'
import { root } from '../../scripts/toolchain.mjs'
import { backends } from '../support/backends.ts'

const kernels = cases as readonly { name: string }[]

/** Kernels that the sweep has no plain loop for: conversions, whose loop is the copy that a typed array makes by itself. */
const without = ['astype']

test('every kernel is in the table', (t) => {
  const names = (from: object, prefix = ''): string[] => Object.keys(from).filter((name) => name.endsWith('Sync')).map((name) => prefix + name.slice(0, -4))
  const all = [...names(manycore), ...names(manycore.random, 'random.')]
  const listed = kernels.map(({ name }) => name)
  t.deepEqual(all.filter((name) => !listed.includes(name) && !without.includes(name)), [])
  t.deepEqual(listed.filter((name) => !all.includes(name)), [])
})

test('runs through all of it', (t) => {
  for (const backend of backends) {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['scripts/sweep.mjs', '--max', '2', '--milliseconds', '0', '--backend', backend], { cwd: root, encoding: 'utf8' })
    t.is(stderr, '')
    t.true(status === 0 || status === 1)
    for (const { name } of kernels) t.regex(stdout, new RegExp(`^${name.replace('.', '\\.')} `, 'm'))
    t.regex(stdout, /promise 2 .*holds at \d+ of \d+ points/)
  }
})
