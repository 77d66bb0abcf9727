/** The loader: what is tried, in which order, and that a binary that doesn't load is a reason, not an error. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { info } from 'manycore'
import { target } from '../../src/addon/target.ts'
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

test('targets', (t) => {
  t.regex(target('linux', 'x64'), /^linux-x64-(gnu|musl)$/)
  t.is(target('darwin', 'arm64'), 'darwin-arm64')
  t.is(target('win32', 'x64'), 'win32-x64-msvc')
})
