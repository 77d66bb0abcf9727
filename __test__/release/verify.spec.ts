/** verify:release on made-up packages: a changed, missing, added or renamed binary is found, in a folder and in a tarball. */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import test from 'ava'
import { filesOf } from '../../scripts/release/tarball.mjs'
import { problems } from '../../scripts/release/verify.mjs'
import { root } from '../../scripts/toolchain.mjs'

type Files = Record<string, string>

const about = (text: string) => ({ sha256: createHash('sha256').update(text).digest('hex'), bytes: Buffer.byteLength(text) })

/** A package of two binaries, as packing makes it. */
function sound(): Files {
  const binaries = { 'linux-x64-gnu': 'one binary', 'win32-x64': 'another' }
  const byTarget = Object.fromEntries(Object.entries(binaries).map(([target, text]) => [target, about(text)]))
  const byPath = Object.fromEntries(Object.entries(byTarget).map(([target, entry]) => [`npm/${target}/manycore.node`, { ...entry, rustc: '1.96.0' }]))
  return {
    'package.json': JSON.stringify({ name: 'manycore', version: '1.2.3' }),
    'dist/index.js': 'export {}',
    'checksums.json': JSON.stringify({ version: '1.2.3', files: byPath }),
    'npm/manifest.json': JSON.stringify({ version: '1.2.3', files: byTarget }),
    'npm/linux-x64-gnu/manycore.node': binaries['linux-x64-gnu'],
    'npm/win32-x64/manycore.node': binaries['win32-x64'],
  }
}

const found = (files: Files): string[] => problems(new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]))).found

test('a sound package has no problems', (t) => t.deepEqual(found(sound()), []))

const damages: [string, (files: Files) => void, RegExp[]][] = [
  ['a changed binary, against both lists', (files) => (files['npm/win32-x64/manycore.node'] = 'anothen'), [/win32-x64.* checksums\.json says/, /win32-x64.*npm\/manifest\.json says/]],
  ['a binary that is gone', (files) => delete files['npm/win32-x64/manycore.node'], [/win32-x64.*listed but not there/]],
  ['a binary that nobody listed', (files) => (files['npm/linux-arm64-gnu/manycore.node'] = 'new'), [/arm64.*not in checksums/, /arm64.*not in npm\/manifest/]],
  ['a binary where none belongs', (files) => (files['dist/addon.node'] = 'new'), [/dist\/addon\.node.*none belongs/]],
  ['no checksums', (files) => delete files['checksums.json'], [/checksums\.json is missing/, /linux-x64-gnu.*not in checksums/, /win32-x64.*not in checksums/]],
  ['a manifest that is no JSON', (files) => (files['npm/manifest.json'] = '{'), [/manifest\.json is no JSON/, /not in npm/, /not in npm/]],
  ['lists of another version', (files) => (files['package.json'] = JSON.stringify({ version: '1.2.4' })), [/checksums\.json is of version 1\.2\.3/, /manifest\.json is of version 1\.2\.3/]],
]
for (const [name, damage, expected] of damages) {
  test(`finds ${name}`, (t) => {
    const files = sound()
    damage(files)
    const messages = found(files)
    t.is(messages.length, expected.length, messages.join('\n'))
    expected.forEach((pattern, k) => t.regex(messages[k]!, pattern))
  })
}

function folderOf(files: Files): string {
  const place = mkdtempSync(join(tmpdir(), 'manycore-verify-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(place, path)), { recursive: true })
    writeFileSync(join(place, path), text)
  }
  return place
}

test('the command: exit code 0 for a sound package, 1 for a damaged one, 2 without one', (t) => {
  const place = folderOf(sound())
  t.teardown(() => rmSync(place, { recursive: true }))
  const verify = (...args: string[]) => spawnSync(process.execPath, [join(root, 'scripts', 'release', 'verify-release.mjs'), ...args], { encoding: 'utf8' })
  const good = verify(place)
  t.is(good.status, 0, good.stdout + good.stderr)
  t.regex(good.stdout, /2 binaries are what the package says/)
  writeFileSync(join(place, 'npm', 'win32-x64', 'manycore.node'), 'swapped')
  t.is(verify(place).status, 1)
  t.is(verify().status, 2)
})

test('a tarball as npm packs it is read, long paths too', (t) => {
  const long = `dist/${'folder-of-some-length/'.repeat(9)}end.js`
  const files: Files = { ...sound(), [long]: '1' }
  const place = folderOf(files)
  const out = mkdtempSync(join(tmpdir(), 'manycore-verify-'))
  t.teardown(() => [place, out].forEach((folder) => rmSync(folder, { recursive: true })))
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const [{ filename }] = JSON.parse(execFileSync(npm, ['pack', '--json', '--ignore-scripts', '--pack-destination', out], { cwd: place, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) as [{ filename: string }]
  const read = filesOf(readFileSync(join(out, filename)))
  t.deepEqual(Object.fromEntries([...read].map(([path, content]) => [path, content.toString()])), files)
  t.deepEqual(problems(read).found, [])
})

test('what is no archive, or a cut one, is refused', (t) => {
  t.throws(() => filesOf(Buffer.from('no archive')))
  t.throws(() => filesOf(gzipSync(Buffer.alloc(512, 'x'))), { message: /no tar archive|no file/ })
  const header = Buffer.alloc(512)
  header.write('package/a')
  header.write('00000001000\0', 124)
  header.write('0', 156)
  t.throws(() => filesOf(gzipSync(header)), { message: /middle of a file/ })
})
