/** The tables say no more than what was done. */
import test from 'ava'
import { installations, platforms, readme } from '../../scripts/release/tables.mjs'
import { targets as all } from '../../scripts/release/targets.mjs'
import { read } from '../support/house.ts'

const targets = [{ name: 'linux-x64-gnu', run: 'native' }, { name: 'linux-arm64-gnu', run: 'qemu-aarch64' }, { name: 'darwin-x64', run: undefined }, { name: 'freebsd-x64', run: undefined }]
const built = [
  { name: 'linux-x64-gnu', built: true, bytes: 1_234_567, glibc: '2.14', complaints: [], seconds: 20, reproducible: true },
  { name: 'linux-arm64-gnu', built: true, bytes: 1_000_000, glibc: '2.17', complaints: ['too large'], seconds: 30 },
  { name: 'darwin-x64', built: true, bytes: 1_000_000, glibc: '', complaints: [], seconds: 30 },
]
const runs = [
  { target: 'linux-x64-gnu', under: 'Node 20', command: 'conformance', passed: true, cpuLevel: 'avx2', compared: 900, detail: null },
  { target: 'linux-x64-gnu', under: 'Node 20', command: 'tour', passed: true, cpuLevel: null, compared: null, detail: null },
  { target: 'linux-arm64-gnu', under: 'qemu', command: 'conformance', passed: true, cpuLevel: 'neon', compared: 900, detail: null },
  { target: 'linux-arm64-gnu', under: 'qemu', command: 'tour', passed: false, cpuLevel: null, compared: null, detail: 'not done after 15 minutes' },
]
const row = (text: string, name: string) => text.split('\n').find((line) => line.startsWith(`| ${name} |`)) ?? ''

test('platforms: what failed, what was not run and what was not built is said', (t) => {
  const text = platforms(targets, built, runs)
  t.regex(row(text, 'linux-x64-gnu'), /\| yes \| same bits \| 900 \| Node 20 \(avx2\) \| 1234567 \| 2\.14 \| same bytes \| none \| 20 \|/)
  t.regex(row(text, 'linux-arm64-gnu'), /qemu, tour: not done after 15 minutes.*not tried \| too large/)
  t.notRegex(row(text, 'linux-arm64-gnu'), /same bits/)
  t.regex(row(text, 'darwin-x64'), /\| yes \| built, not run here \|/)
  t.regex(row(text, 'freebsd-x64'), /\| no \| not built \|/)
  t.regex(row(platforms(targets, built, []), 'linux-x64-gnu'), /built, not run here/)
})

test('installations: counts by manager and line of Node, and what went wrong by name', (t) => {
  t.is(installations([]), 'Not run.')
  const what = (name: string, passed = true) => ({ manager: 'npm', what: name, passed })
  const text = installations([what('install'), what('import on Node 20'), what('require on Node 20', false), what('import on Node 24'), what('types, typescript7')])
  t.regex(text, /Node 20: import, require \| Node 24: import, require/)
  t.regex(row(text, 'npm'), /\| 1 \/ 1 \| 1 \/ 2 \| 1 \/ 1 \| 1 \/ 1: types, typescript7 \| require on Node 20 \|/)
})

test('the README: only what stands between the marks changes, and a second time nothing', (t) => {
  const page = read('README.md')
  const once = readme(page, targets, built, runs, [])
  t.is(readme(once, targets, built, runs, []), once)
  t.is(once.split('<!--')[0], page.split('<!--')[0])
  t.is(once.split('to here -->')[1], page.split('to here -->')[1])
  t.throws(() => readme('no marks', targets, built, runs, []), { message: /no marks/ })
})

test('the README and docs/platforms.md name every target', (t) => {
  for (const page of ['README.md', 'docs/platforms.md']) for (const { name } of all) t.regex(read(page), new RegExp(`^\\| ${name} \\|`, 'm'), `${page}: run npm run platforms`)
})
