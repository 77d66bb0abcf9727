// npm pack and npm publish: puts the built addons where the loader of a published package looks, npm/<target>/manycore.node, and writes
// npm/manifest.json, which says what each of them is.
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './toolchain.mjs'

process.chdir(root)
if (!existsSync(join('dist', 'index.js'))) {
  console.error('prepack: dist/ is missing; run `npm run build` first')
  process.exit(1)
}
const addons = existsSync('build') ? readdirSync('build').filter((name) => /^manycore\..+\.node$/.test(name)) : []
const files = {}
for (const name of addons.toSorted()) {
  const target = name.slice('manycore.'.length, -'.node'.length)
  mkdirSync(join('npm', target), { recursive: true })
  copyFileSync(join('build', name), join('npm', target, 'manycore.node'))
  const content = readFileSync(join('build', name))
  files[target] = { sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length }
}
mkdirSync('npm', { recursive: true })
const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
writeFileSync(join('npm', 'manifest.json'), `${JSON.stringify({ version, files }, null, 2)}\n`)
// Standard error: npm pack --json writes its report to standard output.
console.error(`prepack: ${addons.length === 0 ? 'no addon in build/: the package will run on the workers backend' : addons.join(', ')}`)
