// Installs the other runtimes that tests run on (Node lines, Bun, Deno) into build/runtimes. Linux x64 only: elsewhere the
// tests run on the Node at hand and say so. Does nothing when they are there already.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const source = join(root, '__test__', 'runtimes')
const place = join(root, 'build', 'runtimes')

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.log('runtimes: not installed, the packages named are for linux-x64')
  process.exit(0)
}
const wanted = readFileSync(join(source, 'package.json'), 'utf8')
const installed = existsSync(join(place, 'package.json')) && readFileSync(join(place, 'package.json'), 'utf8') === wanted
if (installed && existsSync(join(place, 'node_modules', 'node26'))) process.exit(0)
mkdirSync(place, { recursive: true })
for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(source, file), join(place, file))
execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: place, stdio: ['ignore', 'inherit', 'inherit'] })
