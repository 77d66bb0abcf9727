/** The import table of scripts/layers.mjs holds, and would notice if it didn't. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'ava'
import { checkLayers } from '../../scripts/layers.mjs'
import { root } from '../../scripts/toolchain.mjs'

test('no file imports what its layer may not know', async (t) => {
  const { modules, violations } = await checkLayers()
  t.true(modules > 30)
  t.deepEqual(violations, [])
})

const plants = [
  { name: 'kernels → dispatch', file: 'src/kernels/planted.ts', source: "import '../dispatch/planted.ts'", rule: 'layer: kernels' },
  { name: 'native → workers', file: 'src/backends/native/planted.ts', source: "import '../workers/planted.ts'", rule: 'layer: backends/native' },
  { name: 'a type from above', file: 'src/common/planted.ts', source: "import type { x } from '../api/planted.ts'\nexport type { x }", rule: 'layer: common' },
  { name: 'the toolkit → addon', file: 'src/multiprocessing/planted.ts', source: "import '../addon/planted.ts'", rule: 'layer: multiprocessing' },
  { name: 'the command line past the front door', file: 'src/cli/planted.ts', source: "import '../common/planted.ts'", rule: 'layer: cli' },
  { name: 'an example past the front door', file: 'examples/planted.ts', source: "import '../src/common/planted.ts'", rule: 'layer: ../examples' },
  { name: 'a circle', file: 'src/common/planted.ts', source: "import './planted2.ts'", rule: 'no cycles' },
  { name: 'a package at run time', file: 'src/common/planted.ts', source: "import 'tsx'", rule: 'no packages at run time' },
  { name: 'a file that is not there', file: 'src/common/planted.ts', source: "import './nowhere.ts'", rule: 'imports resolve' },
  { name: 'a folder that is in no row', file: 'src/utilities/planted.ts', source: 'export {}', rule: 'no layer' },
]

for (const { name, file, source, rule } of plants) {
  test(`a planted violation is caught: ${name}`, async (t) => {
    const base = mkdtempSync(join(tmpdir(), 'manycore-layers-'))
    t.teardown(() => rmSync(base, { recursive: true }))
    const targets = ['src/dispatch', 'src/backends/workers', 'src/api', 'src/addon', 'src/common', 'src/kernels', 'examples', 'src/cli']
    for (const folder of targets) {
      mkdirSync(join(base, folder), { recursive: true })
      writeFileSync(join(base, folder, 'planted.ts'), 'export const x = 1\n')
    }
    writeFileSync(join(base, 'src/common/planted2.ts'), "import './planted.ts'\n")
    symlinkSync(join(root, 'node_modules'), join(base, 'node_modules'), 'junction')
    cpSync(join(root, 'package.json'), join(base, 'package.json'))
    mkdirSync(dirname(join(base, file)), { recursive: true })
    writeFileSync(join(base, file), `${source}\n`)
    const { violations } = await checkLayers(base, ['src', 'examples'])
    t.true(violations.some((violation) => violation.startsWith(`${rule}:`)), violations.join('\n'))
  })
}
