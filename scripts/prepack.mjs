// npm pack and npm publish: puts the built addons where the loader of a published package looks, npm/<target>/manycore.node, and writes
// npm/manifest.json, which says to the loader what each of them is, and checksums.json, which says it to people (npm run verify:release).
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './toolchain.mjs'

process.chdir(root)
if (!existsSync(join('dist', 'index.js'))) {
  console.error('prepack: dist/ is missing; run `npm run build` first')
  process.exit(1)
}
const addons = existsSync('build') ? readdirSync('build').filter((name) => /^manycore\..+\.node$/.test(name)) : []
const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
// What build:all wrote down of each binary; a file that was built otherwise (npm run build) is packed as well, without a word on how it was made.
const known = existsSync(join('build', 'checksums.json')) ? JSON.parse(readFileSync(join('build', 'checksums.json'), 'utf8')) : {}
const files = {}
const checksums = {}
// Binaries of an earlier packing must not ride along.
rmSync('npm', { recursive: true, force: true })
for (const name of addons.toSorted()) {
  const target = name.slice('manycore.'.length, -'.node'.length)
  mkdirSync(join('npm', target), { recursive: true })
  copyFileSync(join('build', name), join('npm', target, 'manycore.node'))
  const content = readFileSync(join('build', name))
  files[target] = { sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length }
  checksums[`npm/${target}/manycore.node`] = known[target]?.sha256 === files[target].sha256 ? known[target] : files[target]
}
mkdirSync('npm', { recursive: true })
for (const [path, list] of [[join('npm', 'manifest.json'), files], ['checksums.json', checksums]]) {
  writeFileSync(path, `${JSON.stringify({ version, files: list }, null, 2)}\n`)
}
// Standard error: npm pack --json writes its report to standard output.
console.error(`prepack: ${addons.length === 0 ? 'no addon in build/: the package will run on the workers backend' : addons.join(', ')}`)
