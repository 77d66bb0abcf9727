// npm pack and npm publish: puts the built addons where the loader of a published package looks, npm/<target>/manycore.node.
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './toolchain.mjs'

process.chdir(root)
if (!existsSync(join('dist', 'index.js'))) {
  console.error('prepack: dist/ is missing; run `npm run build` first')
  process.exit(1)
}
const addons = existsSync('build') ? readdirSync('build').filter((name) => /^manycore\..+\.node$/.test(name)) : []
for (const name of addons) {
  const folder = join('npm', name.slice('manycore.'.length, -'.node'.length))
  mkdirSync(folder, { recursive: true })
  copyFileSync(join('build', name), join(folder, 'manycore.node'))
}
// Standard error: npm pack --json writes its report to standard output.
console.error(`prepack: ${addons.length === 0 ? 'no addon in build/: the package will run on the workers backend' : addons.join(', ')}`)
