// npm run test:installers [-- --package FILE] [manager …]: publishes the packed package to a registry on this machine's loopback, installs it from there
// into fresh, empty projects by each package manager, and uses it: import, require, types, bundles, the command; with its binary, without any, with a
// damaged one, and of another C library. Writes build/installers.json.
import { execFile, execFileSync, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { root } from '../toolchain.mjs'
import { place } from './tools.mjs'

const run = promisify(execFile)
const { values, positionals } = parseArgs({ allowPositionals: true, options: { package: { type: 'string' } } })
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Everything that the tests install with, as packages. */
const tools = {
  verdaccio: '6', npm: '11', pnpm: '10', '@yarnpkg/cli-dist': '4', bun: '1', deno: '2',
  esbuild: '0.25', webpack: '5', vite: '6',
  'typescript56': 'npm:typescript@5.6', 'typescript59': 'npm:typescript@5.9', 'typescript6': 'npm:typescript@6', 'typescript7': 'npm:typescript@7', '@types/node': '20',
}

/** verdaccio asks for a tag (`cjs`) that not every registry keeps. */
const overrides = { 'node-fetch': '2' }

const toolbox = join(place, 'installers')
if (!existsSync(join(toolbox, 'node_modules', 'verdaccio'))) {
  mkdirSync(toolbox, { recursive: true })
  writeFileSync(join(toolbox, 'package.json'), JSON.stringify({ private: true, dependencies: tools, overrides }))
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent'], { cwd: toolbox, stdio: ['ignore', 'ignore', 'inherit'] })
}
const tool = (...path) => join(toolbox, 'node_modules', ...path)

/** The Node lines that the tests of the repository have, by major version. */
const nodes = Object.fromEntries(
  [20, 22, 24, 26].map((major) => [major, join(root, 'build', 'runtimes', 'node_modules', `node${major}`, 'bin', 'node')]).filter(([, path]) => existsSync(path)),
)
nodes[process.versions.node.split('.')[0]] ??= process.execPath

const work = mkdtempSync(join(tmpdir(), 'manycore-installers-'))
const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|MANYCORE_|NODE_OPTIONS|INIT_CWD)/i.test(name)))
const registry = await startRegistry()
const env = {
  ...clean, HOME: join(work, 'home'), npm_config_registry: registry.url, npm_config_cache: join(work, 'npm-cache'), npm_config_audit: 'false', npm_config_fund: 'false',
  YARN_NPM_REGISTRY_SERVER: registry.url, YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1', YARN_ENABLE_TELEMETRY: '0', YARN_NPM_MINIMAL_AGE_GATE: '0', YARN_ENABLE_GLOBAL_CACHE: 'false', YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
  BUN_INSTALL_CACHE_DIR: join(work, 'bun-cache'), BUN_CONFIG_REGISTRY: registry.url, NPM_CONFIG_REGISTRY: registry.url, DENO_DIR: join(work, 'deno'), CI: '1',
}
const results = []
try {
  mkdirSync(env.HOME, { recursive: true })
  const tarball = values.package === undefined ? pack() : resolve(values.package)
  writeFileSync(join(env.HOME, '.npmrc'), `${registry.url.replace('http:', '')}/:_authToken=anybody\n`)
  execFileSync('npm', ['publish', tarball, '--registry', registry.url], { env, cwd: work, stdio: ['ignore', 'ignore', 'pipe'] })
  const managers = { npm: installNpm, pnpm: installPnpm, yarn: installYarn, 'yarn-pnp': installPnp, bun: installBun, deno: installDeno }
  for (const name of positionals.length === 0 ? Object.keys(managers) : positionals) await managers[name]()
  if (positionals.length === 0 || positionals.includes('npm')) await breakages()
} finally {
  registry.stop()
  rmSync(work, { recursive: true, force: true })
}
const record = join(root, 'build', 'installers.json')
const before = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')).filter(({ manager }) => !results.some((result) => result.manager === manager)) : []
writeFileSync(record, `${JSON.stringify([...before, ...results], null, 2)}\n`)
const failed = results.filter(({ passed }) => !passed).length
console.log(`${results.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

/** Does one thing and writes down how it went. */
async function check(manager, what, action) {
  const start = performance.now()
  try {
    await action()
    results.push({ manager, what, passed: true, seconds: (performance.now() - start) / 1000 })
    console.log(`✓ ${manager}: ${what}`)
  } catch (error) {
    const detail = `${error.message}\n${error.stdout ?? ''}${error.stderr ?? ''}`.trim().split('\n').slice(0, 12).join('\n')
    results.push({ manager, what, passed: false, seconds: (performance.now() - start) / 1000, detail })
    console.log(`✗ ${manager}: ${what}\n${detail}`)
  }
}

/** A fresh project with the programs that use the package. */
function project(name) {
  const folder = join(work, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'fresh', private: true, type: 'module' }))
  const wanted = `if (sumSync(Float64Array.of(1, 2, 3)) !== 6) throw new Error('wrong sum')
    if (process.env.WANTED && info().backend !== process.env.WANTED) throw new Error('runs on ' + info().backend + ': ' + info().reason)`
  writeFileSync(join(folder, 'imports.mjs'), `import { info, sum, sumSync } from 'manycore'
    import { LogisticRegression } from 'manycore/models'
    import { Pool } from 'manycore/multiprocessing'
    ${wanted}
    if ((await sum(new Float64Array(1e6).fill(1))) !== 1e6) throw new Error('wrong promise')
    if (typeof LogisticRegression !== 'function' || typeof Pool !== 'function') throw new Error('an entry is empty')
    await using pool = new Pool(new URL('./tasks.mjs', import.meta.url), { processes: 2 })
    if ((await pool.map('square', [1, 2, 3])).join() !== '1,4,9') throw new Error('wrong map')
    console.log('right')`.replace('await using pool', 'const pool').replace("console.log('right')", "await pool.terminate()\n    console.log('right')"))
  writeFileSync(join(folder, 'tasks.mjs'), 'export const square = (x) => x * x\n')
  writeFileSync(join(folder, 'requires.cjs'), `const { info, sumSync } = require('manycore')\n${wanted}\nconsole.log('right')`)
  writeFileSync(join(folder, 'typed.ts'), `import { sumSync, type Info } from 'manycore'
    import { LogisticRegression } from 'manycore/models'
    import { Pool } from 'manycore/multiprocessing'
    export const total: number = sumSync(new Float64Array(3))
    export const about = (info: Info): string => info.backend
    export { LogisticRegression, Pool }\n`)
  return folder
}

function wantedHere() {
  return existsSync(join(root, 'build')) && readdirSync(join(root, 'build')).some((name) => name.endsWith('.node')) ? 'native' : 'workers'
}

async function expectRight(file, args, folder, more = {}) {
  const { stdout } = await run(file, args, { cwd: folder, env: { ...env, WANTED: wantedHere(), ...more }, timeout: 120_000 })
  if (!stdout.includes('right')) throw new Error(`printed ${JSON.stringify(stdout)}`)
}

async function usesOnNodes(manager, folder, prefix = []) {
  for (const [major, node] of Object.entries(nodes)) {
    await check(manager, `import on Node ${major}`, () => expectRight(node, [...prefix, 'imports.mjs'], folder))
    await check(manager, `require on Node ${major}`, () => expectRight(node, [...prefix, 'requires.cjs'], folder))
  }
}

async function installNpm() {
  const folder = project('npm')
  await check('npm', 'install', () => run('npm', ['install', `manycore@${version}`], { cwd: folder, env }))
  await usesOnNodes('npm', folder)
  await check('npm', 'command', async () => {
    const { stdout } = await run('npx', ['--no-install', 'manycore', 'info', '--json'], { cwd: folder, env })
    if (JSON.parse(stdout).version !== version) throw new Error(stdout)
  })
  for (const compiler of ['typescript56', 'typescript59', 'typescript6', 'typescript7']) {
    await check('npm', `types, ${compiler}`, async () => {
      const compilerOptions = { module: 'NodeNext', target: 'ES2022', lib: ['ES2023', 'ESNext.Disposable'], strict: true, noEmit: true, skipLibCheck: false, types: ['node'], typeRoots: [tool('@types')] }
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['typed.ts'] }))
      await run(process.execPath, [tool(compiler, 'bin', 'tsc'), '-p', folder], { env })
    })
  }
  await bundles(folder)
}

/** Bundles leave the package outside (docs say so): it finds its binary and its worker files beside itself. */
async function bundles(folder) {
  writeFileSync(join(folder, 'app.mjs'), "import { sumSync } from 'manycore'\nif (sumSync(Float64Array.of(1, 2)) !== 3) throw new Error('wrong')\nconsole.log('right')\n")
  await check('npm', 'bundle by esbuild', async () => {
    await run(tool('esbuild', 'bin', 'esbuild'), ['app.mjs', '--bundle', '--platform=node', '--format=esm', '--external:manycore', '--outfile=esbuild.mjs'], { cwd: folder, env })
    await expectRight(process.execPath, ['esbuild.mjs'], folder)
  })
  await check('npm', 'bundle by webpack', async () => {
    writeFileSync(join(folder, 'webpack.cjs'), `require(${JSON.stringify(tool('webpack'))})({
      mode: 'production', target: 'node', entry: './app.mjs', experiments: { outputModule: true }, externalsType: 'module', externals: ['manycore'],
      output: { path: __dirname, filename: 'webpacked.mjs', module: true, library: { type: 'module' } } }, (error, stats) => { if (error || stats.hasErrors()) { console.error(error ?? stats.toString()); process.exit(1) } })`)
    await run(process.execPath, ['webpack.cjs'], { cwd: folder, env })
    await expectRight(process.execPath, ['webpacked.mjs'], folder)
  })
  await check('npm', 'bundle by Vite', async () => {
    writeFileSync(join(folder, 'vite.mjs'), `import { build } from ${JSON.stringify(`file://${tool('vite', 'dist', 'node', 'index.js')}`)}
      await build({ logLevel: 'error', root: ${JSON.stringify(folder)}, build: { ssr: 'app.mjs', outDir: 'vited', rollupOptions: { output: { entryFileNames: 'app.mjs' } } }, ssr: { external: ['manycore'] } })`)
    await run(process.execPath, ['vite.mjs'], { cwd: folder, env })
    await expectRight(process.execPath, [join('vited', 'app.mjs')], folder)
  })
}

async function installPnpm() {
  const folder = project('pnpm')
  await check('pnpm', 'install', () => run(process.execPath, [tool('pnpm', 'bin', 'pnpm.cjs'), 'add', `manycore@${version}`, '--registry', registry.url, '--store-dir', join(work, 'pnpm-store')], { cwd: folder, env }))
  await usesOnNodes('pnpm', folder)
}

function yarn() {
  return tool('@yarnpkg', 'cli-dist', 'bin', 'yarn.js')
}

async function installYarn() {
  const folder = project('yarn')
  writeFileSync(join(folder, '.yarnrc.yml'), 'nodeLinker: node-modules\n')
  writeFileSync(join(folder, 'yarn.lock'), '')
  await check('yarn', 'install', () => run(process.execPath, [yarn(), 'add', `manycore@${version}`], { cwd: folder, env }))
  await usesOnNodes('yarn', folder)
}

async function installPnp() {
  const folder = project('pnp')
  writeFileSync(join(folder, '.yarnrc.yml'), 'nodeLinker: pnp\n')
  writeFileSync(join(folder, 'yarn.lock'), '')
  await check('yarn-pnp', 'install', () => run(process.execPath, [yarn(), 'add', `manycore@${version}`], { cwd: folder, env }))
  // yarn runs programs on the Node that runs yarn.
  for (const [major, node] of Object.entries(nodes)) {
    await check('yarn-pnp', `import on Node ${major}`, () => expectRight(node, [yarn(), 'node', 'imports.mjs'], folder))
    await check('yarn-pnp', `require on Node ${major}`, () => expectRight(node, [yarn(), 'node', 'requires.cjs'], folder))
  }
}

async function installBun() {
  const folder = project('bun')
  const bun = tool('bun', 'bin', 'bun.exe')
  await check('bun', 'install', () => run(bun, ['add', `manycore@${version}`, '--registry', registry.url], { cwd: folder, env }))
  await check('bun', 'import', () => expectRight(bun, ['imports.mjs'], folder))
  await check('bun', 'require', () => expectRight(bun, ['requires.cjs'], folder))
}

async function installDeno() {
  const folder = project('deno')
  const deno = tool('deno', 'deno')
  const executable = existsSync(deno) ? deno : join(toolbox, 'node_modules', '.bin', 'deno')
  await check('deno', 'install', () => run(executable, ['add', '--minimum-dependency-age=0', `npm:manycore@${version}`], { cwd: folder, env }))
  await check('deno', 'import', () => expectRight(executable, ['run', '-A', '--minimum-dependency-age=0', 'imports.mjs'], folder))
}

/** The same project with every binary taken away, damaged, or of another C library: right answers, and doctor says why. */
async function breakages() {
  const intact = join(work, 'npm')
  const broken = {
    'no binary at all': (npm) => { for (const name of readdirSync(npm)) if (name !== 'manifest.json') rmSync(join(npm, name), { recursive: true }) },
    'a damaged binary': (npm) => { for (const name of readdirSync(npm)) if (name !== 'manifest.json') writeFileSync(join(npm, name, 'manycore.node'), readFileSync(join(npm, name, 'manycore.node')).subarray(0, 5000)) },
    'no manifest': (npm) => rmSync(join(npm, 'manifest.json')),
    // Only the binary of the C library that this process doesn't have: it is tried, and its refusal is said.
    "another C library's binary": (npm) => { for (const name of readdirSync(npm)) if (name !== 'manifest.json' && name !== 'linux-x64-musl') rmSync(join(npm, name), { recursive: true }) },
  }
  if (!existsSync(join(intact, 'node_modules', 'manycore', 'npm', 'linux-x64-musl'))) delete broken["another C library's binary"]
  for (const [what, damage] of Object.entries(broken)) {
    const folder = join(work, what.replaceAll(/\W/g, '-'))
    cpSync(intact, folder, { recursive: true, verbatimSymlinks: true })
    damage(join(folder, 'node_modules', 'manycore', 'npm'))
    await check('npm, harmed', `${what}: workers backend, same answers`, () => expectRight(process.execPath, ['imports.mjs'], folder, { WANTED: 'workers' }))
    await check('npm, harmed', `${what}: doctor says why`, async () => {
      const { stdout } = await run('npx', ['--no-install', 'manycore', 'doctor'], { cwd: folder, env }).catch((error) => error)
      if (!/No addon for this platform|can't be used/.test(stdout)) throw new Error(stdout)
    })
  }
}

/** Packs a copy of the tree, as the tests of the package do. */
function pack() {
  const stage = join(work, 'stage')
  mkdirSync(join(stage, 'scripts'), { recursive: true })
  for (const path of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'sbom.cdx.json', 'dist', 'datasets', 'build', 'scripts/prepack.mjs', 'scripts/toolchain.mjs']) {
    if (path === 'build') {
      mkdirSync(join(stage, 'build'))
      for (const name of readdirSync(join(root, 'build'))) if (name.endsWith('.node') || name === 'checksums.json') cpSync(join(root, 'build', name), join(stage, 'build', name))
    } else cpSync(join(root, path), join(stage, path), { recursive: true })
  }
  const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', work], { cwd: stage, env: clean, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  return join(work, filename)
}

/** A registry on loopback that holds this package and nothing else. */
async function startRegistry() {
  const port = await freePort()
  const storage = join(work, 'registry')
  mkdirSync(storage, { recursive: true })
  const config = join(work, 'verdaccio.yaml')
  writeFileSync(config, `storage: ${storage}\nweb: { enable: false }\nuplinks: {}\nmax_body_size: 100mb\npackages: { '**': { access: $all, publish: $all, unpublish: $all } }\nlog: { type: stdout, level: fatal }\n`)
  const child = spawn(process.execPath, [tool('verdaccio', 'bin', 'verdaccio'), '--config', config, '--listen', `127.0.0.1:${port}`], {
    stdio: 'ignore', env: { ...clean, PATH: [join(toolbox, 'node_modules', '.bin'), process.env.PATH].join(delimiter) },
  })
  const url = `http://127.0.0.1:${port}`
  for (let attempt = 0; attempt < 100; attempt++) {
    const up = await fetch(`${url}/-/ping`).then((response) => response.ok, () => false)
    if (up) return { url, stop: () => child.kill() }
    await new Promise((wake) => setTimeout(wake, 200))
  }
  child.kill()
  throw new Error('the registry did not start')
}

function freePort() {
  return new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => found(port))
    })
  })
}
