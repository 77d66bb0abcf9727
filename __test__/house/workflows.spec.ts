/** The release as code: what can be checked of the workflows without the machines that run them. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { root } from '../../scripts/toolchain.mjs'
import { read } from '../support/house.ts'

const folder = join('.github', 'workflows')

for (const name of readdirSync(join(root, folder))) {
  const text = read(join(folder, name))

  test(`${name}: actions are pinned by hash, with their version beside it`, (t) => {
    const uses = text.split('\n').filter((line) => /\buses:/.test(line))
    t.true(uses.length > 0)
    t.deepEqual(uses.filter((line) => !/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line)), [])
  })

  test(`${name}: the least permissions, and a time limit for every job`, (t) => {
    t.regex(text, /^permissions:\n {2}contents: read$/m)
    t.is(text.match(/runs-on:/g)?.length, text.match(/timeout-minutes:/g)?.length)
    t.false(/NPM_TOKEN|NODE_AUTH_TOKEN/.test(text))
  })
}

test('the release builds every target that the package knows', async (t) => {
  const { targets } = (await import(new URL('../../scripts/release/targets.mjs', import.meta.url).href)) as { targets: { name: string }[] }
  const release = read(join(folder, 'release.yml'))
  t.deepEqual(targets.map(({ name }) => name).filter((name) => !release.includes(name)), [])
})
