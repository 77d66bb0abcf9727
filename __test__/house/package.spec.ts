/** The packed tarball is what users get: it must be sound, and work in an empty project without a compiler or the network. */
import { execFile, execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { filesOf } from '../../scripts/release/tarball.mjs'
import { problems } from '../../scripts/release/verify.mjs'
import { root, tsc } from '../../scripts/toolchain.mjs'

const run = promisify(execFile)

// npm test hands its own settings down to what it starts; the npm of a user has none of them.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|MANYCORE_)/i.test(name)))
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'

interface Packed {
  filename: string
  files: { path: string; mode: number }[]
}

/** Fails with what a failed command printed: its exit code alone helps nobody. */
const complain = ({ message, stdout, stderr }: Error & { stdout: string; stderr: string }) => {
  throw new Error([message, stdout, stderr].join('\n'))
}

const place = mkdtempSync(join(tmpdir(), 'manycore-package-'))
const project = join(place, 'project')
let tarball = ''
let packed: Packed
let manifest: Record<string, unknown>
let addons: string[] = []

test.before('packs a copy of the tree and installs it into an empty project, offline', async (t) => {
  t.timeout(120_000)
  const stage = join(place, 'stage')
  mkdirSync(join(stage, 'scripts'), { recursive: true })
  // A copy, since packing puts addons into npm/, where other tests would load them while they are being written.
  const wanted = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'sbom.cdx.json', 'dist', 'datasets', 'scripts/prepack.mjs', 'scripts/toolchain.mjs']
  for (const path of wanted) if (existsSync(join(root, path))) cpSync(join(root, path), join(stage, path), { recursive: true })
  // Not all of build/: tools of the release and other runtimes are there too, gigabytes of them.
  const built = existsSync(join(root, 'build')) ? readdirSync(join(root, 'build')).filter((name) => name.endsWith('.node') || name === 'checksums.json') : []
  for (const name of built) cpSync(join(root, 'build', name), join(stage, 'build', name))
  addons = built.filter((name) => name.endsWith('.node'))
  const { stdout } = await run(npm, ['pack', '--json', '--pack-destination', place], { cwd: stage, env })
  packed = (JSON.parse(stdout) as Packed[])[0] as Packed
  tarball = join(place, packed.filename)
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true }\n')
  await run(npm, ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: project, env })
  manifest = JSON.parse(readFileSync(join(project, 'node_modules', 'manycore', 'package.json'), 'utf8')) as Record<string, unknown>
})

test.after.always(() => rmSync(place, { recursive: true, force: true }))

test('nothing runs at install time, and nothing else is installed', (t) => {
  const scripts = Object.keys(manifest['scripts'] as object)
  t.deepEqual(scripts.filter((name) => /^(pre|post)?install$|^(pre|post)?prepare$|^dependencies$/.test(name)), [])
  for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies', 'bundleDependencies']) t.is(manifest[kind], undefined, kind)
  t.deepEqual(readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.')), ['manycore'])
})

test('holds what it needs and nothing else', (t) => {
  const paths = packed.files.map(({ path }) => path)
  for (const path of ['LICENSE', 'README.md', 'CHANGELOG.md', 'checksums.json', 'sbom.cdx.json', 'dist/index.js', 'dist/index.d.ts', 'dist/examples/two-models.js', 'datasets/breast-cancer/X.npy']) {
    t.true(paths.includes(path), path)
  }
  t.deepEqual(paths.filter((path) => !/^(dist|npm|datasets)\/|^(LICENSE|README\.md|CHANGELOG\.md|package\.json|checksums\.json|sbom\.cdx\.json)$/.test(path)), [])
  t.deepEqual(paths.filter((path) => /(?<!\.d)\.ts$|\.spec\.|__test__|tsbuildinfo/.test(path)), [])
  for (const addon of addons) t.true(paths.includes(`npm/${addon.slice('manycore.'.length, -'.node'.length)}/manycore.node`), addon)
})

test('publint finds nothing', async (t) => {
  const bytes = readFileSync(tarball)
  const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) } })
  t.deepEqual(messages.map((message) => formatMessage(message, pkg, { color: false })), [])
})

test('arethetypeswrong finds nothing', async (t) => {
  const attw = join(root, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js')
  await t.notThrowsAsync(async () => {
    await run(process.execPath, [attw, tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-color', '--no-emoji'], { env }).catch(complain)
  })
})

const names = ['manycore', 'manycore/models', 'manycore/multiprocessing', 'manycore/bench', 'manycore/testing']

test('every entry can be imported and required, and both give the same module', (t) => {
  writeFileSync(
    join(project, 'both.cjs'),
    `const names = ${JSON.stringify(names)}
     Promise.all(names.map((name) => import(name))).then((imported) => {
       const required = names.map((name) => require(name))
       const { sumSync } = required[0]
       console.log(JSON.stringify({ same: required.every((module, k) => module.sumSync === imported[k].sumSync && Object.keys(module).length > 0), sum: sumSync(Float64Array.of(1, 2, 3)) }))
     })`,
  )
  const output = execFileSync(process.execPath, ['both.cjs'], { cwd: project, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  t.deepEqual(JSON.parse(output), { same: true, sum: 6 })
})

test('require alone works: no entry awaits at its top level', (t) => {
  const source = `console.log(${names.map((name) => `Object.keys(require('${name}')).length > 0`).join(' && ')})`
  t.is(execFileSync(process.execPath, ['-e', source], { cwd: project, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim(), 'true')
})

test('its command runs, with the addon that was packed', async (t) => {
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx'
  const { stdout } = await run(npx, ['--no-install', 'manycore', 'info', '--json'], { cwd: project, env })
  const state = JSON.parse(stdout) as { version: string; backend: string }
  t.is(state.version, manifest['version'] as string)
  t.is(state.backend, addons.length > 0 ? 'native' : 'workers')
})

test('tools that copy a binary find it by a literal path', (t) => {
  for (const addon of addons) {
    const target = addon.slice('manycore.'.length, -'.node'.length)
    const path = execFileSync(process.execPath, ['-p', `require.resolve('manycore/native/${target}')`], { cwd: project, env, encoding: 'utf8' }).trim()
    t.true(path.endsWith(join('npm', target, 'manycore.node')), path)
  }
  t.true(statSync(tarball).size < 30e6, 'the cap of the whole package')
})

test('its types satisfy a strict user of the compiler', async (t) => {
  writeFileSync(
    join(project, 'user.ts'),
    `import { sumOfSquares, sumSync, Matrix, range } from 'manycore'
     import { LogisticRegression } from 'manycore/models'
     import { Pool, Process } from 'manycore/multiprocessing'
     export const total: number = sumSync(new Float64Array(3))
     export const promise: Promise<number> = sumOfSquares(new Float32Array(3), { threads: 1 })
     export const X: Matrix = new Matrix(new Float64Array(6), 3, 2)
     export const model: Promise<LogisticRegression> = new LogisticRegression({ C: 2 }).fit(X, [0, 1, 1])
     export const values: number[] = [...range(3)]
     export { Pool, Process }
     // @ts-expect-error a text is not an array of numbers
     sumSync('1 2 3')
    `,
  )
  const types = { types: ['node'], typeRoots: [join(root, 'node_modules', '@types')] }
  const compilerOptions = { module: 'NodeNext', target: 'ES2022', lib: ['ES2023', 'ESNext.Disposable'], strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: false, ...types }
  writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }\n')
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['user.ts'] }))
  await t.notThrowsAsync(async () => {
    await run(process.execPath, [tsc, '-p', project], { env }).catch(complain)
  })
})

test('every binary is in the manifest and in checksums.json, with its hash', (t) => {
  const files = filesOf(readFileSync(tarball))
  const { found, checked } = problems(files)
  t.deepEqual(found, [])
  t.is(checked.size, addons.length)
})
