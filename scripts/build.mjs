// npm run build: TypeScript into dist/, the addon into build/. Options: --no-native, --debug.
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { tsImport } from 'tsx/esm/api'
import { bundle, startedFiles } from './bundle.mjs'
import { elapsed, findCargo, root, tsc } from './toolchain.mjs'

const { values: options } = parseArgs({
  options: { native: { type: 'boolean', default: true }, debug: { type: 'boolean', default: false } },
  allowNegative: true,
})
process.chdir(root)

if (!(await buildTypeScript()) || (options.native && !(await buildAddon()))) process.exitCode = 1

/**
 * src/ → dist/: types file by file, JavaScript in bundles. Then examples/ → dist/examples/, file by file: those import the package by its name and so need its
 * types first.
 */
async function buildTypeScript() {
  const start = performance.now()
  for (const [project, ...flags] of [['tsconfig.json', '--emitDeclarationOnly'], ['tsconfig.examples.json']]) {
    if (!existsSync(project)) continue
    const run = spawnSync(process.execPath, [tsc, '-p', project, ...flags], { stdio: ['ignore', 'inherit', 'inherit'] })
    if (run.status !== 0) return complain(`TypeScript: ${project} does not compile`)
  }
  const written = await bundle([...doors(), ...startedFiles('src')], join(root, 'dist'))
  removeStale('dist', new Set(written.map((path) => relative(root, path))))
  simplifyTypes('dist')
  const cli = join('dist', 'cli', 'main.js')
  if (existsSync(cli)) chmodSync(cli, 0o755)
  console.log(`build: TypeScript → dist/ (${elapsed(start)})`)
  return true
}

/** Typed arrays have a type parameter from TypeScript 5.7 on; declarations do without it, for users of older compilers. */
function simplifyTypes(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.d.ts')) continue
    const path = join(entry.parentPath ?? entry.path, entry.name)
    const text = readFileSync(path, 'utf8')
    const simple = text.replaceAll(/\b((?:Big)?(?:Int|Uint|Float)\d+(?:Clamped)?Array)<(?:ArrayBuffer|SharedArrayBuffer|ArrayBufferLike)>/g, '$1')
    if (simple !== text) writeFileSync(path, simple)
  }
}

/** Sources of what can be imported or run by its path: the package's entries, its command, and the reports that the benchmarks write as the command does. */
function doors() {
  const { exports, bin } = JSON.parse(readFileSync('package.json', 'utf8'))
  const built = [...Object.values(exports).map((entry) => entry.default), ...Object.values(bin), './dist/report/index.js'].filter(Boolean)
  return built.map((path) => path.replace(/^\.\/dist\/(.*)\.js$/, '$1.ts')).filter((path) => existsSync(join('src', path)))
}

/** Removes what is none of `written` and has no source, so that a package never ships what earlier builds left. Gives whether `folder` is empty. */
function removeStale(folder, written) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() ? removeStale(path, written) : !written.has(path) && !hasSource(path)) rmSync(path, { recursive: true })
  }
  return readdirSync(folder).length === 0
}

/** Whether an output is what TypeScript makes of a source that is still there: the types of all of them, the JavaScript of examples. */
function hasSource(output) {
  const [, ...parts] = output.replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts').split(/[\\/]/)
  return parts[0] === 'examples' ? existsSync(join(...parts)) : output.endsWith('.d.ts') && existsSync(join('src', ...parts))
}

/** crates/ → build/manycore.<target>.node */
async function buildAddon() {
  const rust = findCargo()
  if (rust === undefined) {
    console.log(
      'build: no Rust toolchain found (cargo is neither on the PATH nor in ~/.cargo/bin), so the native addon is not built.\n' +
        '       Nothing else is missing: the workers backend gives the same results, only slower. To get the addon, install\n' +
        '       Rust 1.89 or newer (https://rustup.rs) and run `npm run build` again.',
    )
    return true
  }
  const start = performance.now()
  console.log(`build: addon with ${rust.version}`)
  const profile = options.debug ? [] : ['--release']
  const run = spawnSync(rust.cargo, ['build', '-p', 'manycore', '--lib', ...profile, '--locked', '--message-format=json-render-diagnostics'], {
    env: rust.env,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (run.error !== undefined || run.status !== 0) {
    return complain(`cargo failed${run.error ? `: ${run.error.message}` : ''}. \`npm run build -- --no-native\` builds without the addon`)
  }
  const library = findLibrary(run.stdout)
  if (library === undefined) return complain('cargo reported no shared library')
  // The loader's own name for this machine, so that the two can't disagree.
  const { target } = await tsImport('../src/addon/target.ts', import.meta.url)
  const addon = join('build', `manycore.${target()}.node`)
  // The loader prefers npm/, where packing may have left an older build.
  rmSync(join('npm', target()), { recursive: true, force: true })
  const outcome = install(library, addon) ? 'new' : 'unchanged'
  console.log(`build: addon → ${addon} (${outcome}, ${elapsed(start)})`)
  return true
}

/** The library's path as cargo itself reports it: right for every target directory, however it was configured. */
function findLibrary(messages) {
  for (const line of messages.split('\n')) {
    if (!line.startsWith('{')) continue
    const message = JSON.parse(line)
    if (message.reason !== 'compiler-artifact' || !message.target.crate_types.includes('cdylib')) continue
    return message.filenames.find((name) => /\.(so|dylib|dll)$/.test(name))
  }
  return undefined
}

/** Copies by renaming: a process that has the old file mapped keeps it, instead of seeing its code change. */
function install(from, to) {
  if (existsSync(to) && readFileSync(from).equals(readFileSync(to))) return false
  mkdirSync(dirname(to), { recursive: true })
  const temporary = `${to}.${process.pid}`
  copyFileSync(from, temporary)
  renameSync(temporary, to)
  return true
}

function complain(message) {
  console.error(`build: ${message}`)
  return false
}
