// npm run build: TypeScript into dist/, the addon into build/. Options: --no-native, --debug.
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { elapsed, findCargo, root, tsc } from './toolchain.mjs'

const { values: options } = parseArgs({
  options: { native: { type: 'boolean', default: true }, debug: { type: 'boolean', default: false } },
  allowNegative: true,
})
process.chdir(root)

if (!buildTypeScript() || (options.native && !(await buildAddon()))) process.exitCode = 1

/** src/ → dist/, then examples/ → dist/examples/: those import the package by its name and so need its types first. */
function buildTypeScript() {
  const start = performance.now()
  const projects = ['tsconfig.json', 'tsconfig.examples.json'].filter((project) => existsSync(project))
  for (const project of projects) {
    const run = spawnSync(process.execPath, [tsc, '-p', project], { stdio: ['ignore', 'inherit', 'inherit'] })
    if (run.status !== 0) return complain(`TypeScript: ${project} does not compile`)
  }
  removeStale('dist')
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

/** Removes what a deleted source file left behind, so that a package never ships it. Gives whether `folder` is empty. */
function removeStale(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() ? removeStale(path) : !existsSync(sourceOf(path))) rmSync(path, { recursive: true })
  }
  return readdirSync(folder).length === 0
}

function sourceOf(output) {
  const [, ...parts] = output.replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts').split(/[\\/]/)
  return parts[0] === 'examples' ? join(...parts) : join('src', ...parts)
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
  const { target } = await import('../dist/addon/target.js')
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
