/** What the documents claim about the code is compared with the code. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'ava'
import { layers } from '../../scripts/layers.mjs'
import { root } from '../../scripts/toolchain.mjs'
import { errorTable } from '../../src/errors.ts'
import { filesBelow, read } from '../support/house.ts'

test('docs/errors.md lists every code with its class, and no other', (t) => {
  const documented = [...read('docs/errors.md').matchAll(/^\| `(ERR_MANYCORE_\w+)` \| (\w+) \|/gm)].map(([, code, name]) => `${code} ${name}`)
  t.deepEqual(documented, Object.entries(errorTable).map(([key, Class]) => `ERR_MANYCORE_${key} ${Class.name}`))
})

const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', ...filesBelow('docs').filter((path) => path.endsWith('.md'))]

for (const page of pages) {
  test(`${page}: links and named files exist`, (t) => {
    const text = read(page).replace(/^```[^]*?^```/gm, '')
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)].map(([, link]) => join(dirname(page), link ?? ''))
    const named = [...text.matchAll(/`((?:crates|src|docs|scripts|__test__|examples|datasets|\.ci)\/[\w./-]*)`/g)].map(([, path]) => path ?? '')
    t.deepEqual([...links, ...named].filter((path) => !existsSync(join(root, path))), [])
  })
}

test('every folder of src/ has its line in the code map', (t) => {
  const page = read('ARCHITECTURE.md')
  const folders = new Set(Object.keys(layers).filter((part) => !part.startsWith('..') && part !== 'index').map((part) => part.split('/')[0] ?? ''))
  t.deepEqual([...folders].filter((folder) => !page.includes(`src/${folder}`)), [])
})

test('the README says how to start and how to test, and .ci/run does the same', (t) => {
  t.true(read('README.md').includes('npm install && npm start'))
  t.true(read('README.md').includes('npm install && npm test'))
  const commands = read('.ci/run').split('\n').filter((line) => line.startsWith('npm '))
  t.deepEqual(commands, ['npm install', 'npm test'])
})

test('versions agree', (t) => {
  const { version } = JSON.parse(read('package.json')) as { version: string }
  t.is(/^version = "([^"]+)"$/m.exec(read('Cargo.toml'))?.[1], version)
  t.regex(read('CHANGELOG.md'), /^## \[?(Unreleased|\d+\.\d+\.\d+)/m)
})
