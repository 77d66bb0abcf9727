/** The examples of the toolkit's patterns: each gives what it must, as a module and as a program. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import { root } from '../../scripts/toolchain.mjs'
import { patterns, type PatternExample } from '../../src/cli/tour/examples.ts'
import { filesBelow } from '../support/house.ts'

const run = promisify(execFile)

for (const name of patterns) {
  test(`${name}: from its source`, async (t) => {
    const example = (await import(`../../examples/${name}.ts`)) as PatternExample
    const { right, result, seconds } = await example.run()
    t.true(right, result)
    t.true(seconds > 0)
  })

  test(`${name}: as a program`, async (t) => {
    const { stdout, stderr } = await run(process.execPath, [join(root, 'dist', 'examples', `${name}.js`)])
    t.is(stderr, '')
    t.regex(stdout, /^.+: .+ \(\d+ ms\)\n$/)
  })
}

test('every example with a worker is run here or by the tour', (t) => {
  const withWorker = filesBelow('examples').filter((path) => path.endsWith('-worker.ts')).map((path) => path.slice('examples/'.length, -'-worker.ts'.length))
  const known = new Set<string>([...patterns, 'sum-of-squares', 'two-models'])
  t.deepEqual(withWorker.filter((name) => !known.has(name)), [])
})
