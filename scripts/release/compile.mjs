// Builds the binary of one target from a tree, so that anybody's build of the same tree has the same bytes.
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { root as slashed } from '../toolchain.mjs'
import { cargoCommand, environment, place, rust } from './tools.mjs'

/** The root of the repository, without a slash at its end. */
export const root = slashed.replace(/[\\/]$/, '')

const libraries = { elf: 'libmanycore.so', coff: 'manycore.dll', 'mach-o': 'libmanycore.dylib' }

/**
 * Builds a target from the tree at `from`, with its intermediate files in `folder`. Gives the path of the library and the version of the compiler; `problem`
 * says how a build failed.
 */
export function compile(target, from = root, folder = join(place, 'target')) {
  // As LLVM names the target: zig's floor of the C library is no part of it.
  const triple = target.triple.replace(/\.\d+\.\d+$/, '')
  const flags = [...(target.flags ?? []), ...remapped(from, target.std).map(([path, name]) => `--remap-path-prefix=${path}=${name}`)]
  const env = {
    ...withoutSettings(environment(target.std)),
    CARGO_TARGET_DIR: folder,
    CARGO_ENCODED_RUSTFLAGS: flags.join('\u001F'),
    CARGO_INCREMENTAL: '0',
    MACOSX_DEPLOYMENT_TARGET: '11.0',
  }
  env.PATH = [cargoCommand('cargo-auditable'), env.PATH].join(':')
  const std = target.std ? ['-Zbuild-std=std,panic_unwind'] : []
  const args = ['auditable', 'zigbuild', ...std, '--release', '-p', 'manycore', '--lib', '--locked', '--target', target.triple]
  const run = spawnSync('cargo-auditable', args, { cwd: from, env, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', maxBuffer: 1 << 28 })
  if (run.status !== 0) return { problem: (run.error?.message ?? run.stderr).trim().split('\n').slice(-25).join('\n') }
  const { stdout } = spawnSync(env.RUSTC ?? 'rustc', ['--version'], { env, encoding: 'utf8' })
  return { library: join(folder, triple, 'release', libraries[target.format]), rustc: /\d+\.\d+\.\d+/.exec(stdout)?.[0] }
}

/** Settings of the machine that would change the bytes. */
function withoutSettings(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(RUSTFLAGS|CARGO_(ENCODED_RUSTFLAGS|PROFILE_.*|BUILD_.*|TARGET_.*|UNSTABLE_.*))$/.test(name)))
}

/** Folders of this machine and what stands in the binary instead; of two that fit, rustc takes the last one. */
function remapped(from, std) {
  const home = process.env.CARGO_HOME ?? join(homedir(), '.cargo')
  // The folder of a registry is named after its address, and a mirror has another one.
  const sources = join(home, 'registry', 'src')
  const registries = existsSync(sources) ? readdirSync(sources).map((name) => [join(sources, name), '/registry']) : []
  return [[home, '/cargo'], ...registries, [from, '/manycore'], ...(std ? [...new Set([rust(), realpathSync(rust())])].map((path) => [path, '/rust']) : [])]
}

/** The parts of the tree that a binary is made of. */
export const parts = ['Cargo.toml', 'Cargo.lock', 'build.rs', 'crates']

/** Builds a target from a copy of the tree in a new folder, everything anew, and gives the hash of its bytes or a `problem`. The folder goes away. */
export function compileElsewhere(target, name = 'elsewhere') {
  const copy = mkdtempSync(join(tmpdir(), `manycore-${name}-`))
  try {
    for (const part of parts) cpSync(join(root, part), join(copy, part), { recursive: true })
    const { library, problem, rustc } = compile(target, copy, join(copy, 'target'))
    return problem === undefined ? { ...digest(library), rustc } : { problem }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

/** What identifies a file: its SHA-256 and how many bytes it has. */
export function digest(path) {
  const content = readFileSync(path)
  return { sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length }
}

/** A list of results, one a target, in build/: results of targets that weren't done this time stay. */
export function remember(file, results) {
  const path = join(root, 'build', file)
  const before = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : []
  const merged = [...before]
  for (const result of results) {
    const place = merged.findIndex(({ name }) => name === result.name)
    if (place < 0) merged.push(result)
    else merged[place] = { ...merged[place], ...result }
  }
  writeFileSync(path, `${JSON.stringify(merged, null, 2)}\n`)
}
