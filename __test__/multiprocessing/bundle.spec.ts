/** The recipe of docs/bundlers.md, with the bundler that tsx brings along: the bundle works without the package beside it. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'

interface Esbuild {
  build(options: object): Promise<unknown>
}

const require = createRequire(import.meta.url)
const esbuild = createRequire(require.resolve('tsx/package.json'))('esbuild') as Esbuild

test('two entries, one for the program and one for its workers', async (t) => {
  const place = mkdtempSync(join(tmpdir(), 'manycore-bundle-'))
  t.teardown(() => rmSync(place, { recursive: true }))
  const folder = fileURLToPath(new URL('./fixtures/bundle/', import.meta.url))
  await esbuild.build({
    entryPoints: [join(folder, 'main.ts'), join(folder, 'worker.ts')], outdir: place,
    bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'silent',
  })
  writeFileSync(join(place, 'package.json'), '{ "type": "module" }\n')
  const { stdout } = await promisify(execFile)(process.execPath, [join(place, 'main.js')], { cwd: place })
  t.is(stdout, '0 1 4 9 16 ERR_MANYCORE_WORKER_DIED 3\n')
})
