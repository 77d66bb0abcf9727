/** The loader: what is tried, in which order, and that a binary that doesn't load is a reason, not an error. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import test from 'ava'
import { getThreads, info, setBackend, setThreads } from 'manycore'
import { checkManifest } from '../../src/addon/manifest.ts'
import { libcOfMaps, target, targets, type Libc } from '../../src/addon/target.ts'
import { run, runtimes } from '../support/runtimes.ts'

interface Answer {
  backend?: string
  reason?: string
  sum?: number
  code?: string
  message?: string
  tried?: { path: string; error?: string }[]
}

async function load(environment: Record<string, string>): Promise<Answer> {
  const ended = await run(runtimes[0]!, new URL('load.mjs', import.meta.url), [], environment)
  return JSON.parse(ended.stdout) as Answer
}

const built = info().tried.find(({ error }) => error === undefined)?.path

test('a relative MANYCORE_NATIVE_PATH is refused, and said', async (t) => {
  const { tried, sum } = await load({ MANYCORE_NATIVE_PATH: 'build/manycore.node' })
  t.regex(tried![0]!.error!, /not an absolute path/)
  t.is(sum, 1000)
})

test('a missing and a broken binary are passed over', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'manycore-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const broken = join(folder, 'broken.node')
  writeFileSync(broken, 'not a binary')
  for (const path of [join(folder, 'missing.node'), broken]) {
    const { tried, sum, backend } = await load({ MANYCORE_NATIVE_PATH: path })
    t.is(tried![0]!.path, path)
    t.truthy(tried![0]!.error)
    t.is(sum, 1000)
    t.is(backend, built === undefined ? 'workers' : 'native')
  }
})

test('MANYCORE_BACKEND decides, and a wrong one is an error with a code', async (t) => {
  t.is((await load({ MANYCORE_BACKEND: 'workers' })).backend, 'workers')
  t.is((await load({ MANYCORE_BACKEND: 'gpu' })).code, 'ERR_MANYCORE_OPTION')
  const native = await load({ MANYCORE_BACKEND: 'native' })
  if (built === undefined) t.is(native.code, 'ERR_MANYCORE_NATIVE_LOAD')
  else t.is(native.backend, 'native')
})

test('an absolute MANYCORE_NATIVE_PATH is tried first', async (t) => {
  if (built === undefined) return t.pass('there is no binary here to point at')
  const { tried, backend } = await load({ MANYCORE_NATIVE_PATH: built })
  t.deepEqual(tried, [{ path: built }])
  t.is(backend, 'native')
})

test('a variable that holds what it can not mean is an error on every backend', async (t) => {
  for (const MANYCORE_BACKEND of ['auto', 'workers']) {
    for (const text of ['0', 'abc', '1.5', '5000', '-1']) {
      const { code, message } = await load({ MANYCORE_BACKEND, MANYCORE_NUM_THREADS: text })
      t.is(code, 'ERR_MANYCORE_OPTION', text)
      t.true(message!.includes('MANYCORE_NUM_THREADS'))
    }
    t.is((await load({ MANYCORE_BACKEND, MANYCORE_CPU_LEVEL: 'fast' })).code, 'ERR_MANYCORE_OPTION')
    for (const good of [{ MANYCORE_NUM_THREADS: '' }, { MANYCORE_NUM_THREADS: ' 2 ' }, { MANYCORE_CPU_LEVEL: '' }, { MANYCORE_CPU_LEVEL: 'neon' }]) t.is((await load({ MANYCORE_BACKEND, ...good } as Record<string, string>)).sum, 1000)
  }
})

test.serial('setThreads holds for the backends that are picked later', (t) => {
  const before = getThreads()
  t.teardown(() => {
    setThreads(before)
    setBackend('auto')
  })
  setThreads(3)
  setBackend('workers')
  t.is(getThreads(), 3)
  setThreads(2)
  setBackend('auto')
  t.is(getThreads(), 2)
})

test('targets: the C library of the process first, the other one second', (t) => {
  t.deepEqual(targets('linux', 'x64', () => 'gnu'), ['linux-x64-gnu', 'linux-x64-musl'])
  t.deepEqual(targets('linux', 'arm64', () => 'musl'), ['linux-arm64-musl', 'linux-arm64-gnu'])
  t.is(targets('linux', 'arm', () => 'gnu')[0], 'linux-arm-gnueabihf')
  t.deepEqual(targets('darwin', 'arm64'), ['darwin-arm64'])
  t.deepEqual(targets('win32', 'x64'), ['win32-x64'])
  if (process.platform === 'linux') t.is(target(), targets()[0]!)
})

const mapped: [string, string, Libc | undefined][] = [
  ['glibc', '7f00-7f01 r--p 00000000 fe:00 1  /usr/lib/x86_64-linux-gnu/libc.so.6', 'gnu'],
  ['an old glibc', '7f00-7f01 r--p 00000000 fe:00 1  /lib64/libc-2.17.so', 'gnu'],
  ['musl', '7f00-7f01 r--p 00000000 fe:00 1  /lib/ld-musl-x86_64.so.1', 'musl'],
  ['musl on a machine of glibc', '7f00 r--p 0 fe:00 1 /opt/musl/usr/lib/x86_64-linux-musl/libc.so\n7f01 r--p 0 fe:00 1 /opt/node', 'musl'],
  ['neither, as in a static binary', '7f00 r--p 0 fe:00 1 /opt/node', undefined],
]
for (const [name, maps, libc] of mapped) test(`the C library of a process: ${name}`, (t) => t.is(libcOfMaps(maps), libc))

test('a packed binary is loaded as it was built, and refused when it was damaged, swapped or is unknown', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'manycore-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const base = pathToFileURL(`${folder}/`)
  const path = join(folder, 'npm', 'linux-x64-gnu', 'manycore.node')
  mkdirSync(join(folder, 'npm', 'linux-x64-gnu'), { recursive: true })
  writeFileSync(path, 'abc')
  t.throws(() => checkManifest(path, base), { message: /manifest.json.*is missing/ })
  const write = (files: object) => writeFileSync(join(folder, 'npm', 'manifest.json'), JSON.stringify({ version: '1.0.0', files }))
  write({})
  t.throws(() => checkManifest(path, base), { message: /does not know linux-x64-gnu/ })
  // FIPS 180-2, appendix B.1.
  const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  write({ 'linux-x64-gnu': { sha256, bytes: 3 } })
  t.notThrows(() => checkManifest(path, base))
  writeFileSync(path, 'abd')
  t.throws(() => checkManifest(path, base), { message: /damaged or swapped/ })
  t.notThrows(() => checkManifest(join(folder, 'build', 'manycore.node'), base))
})
