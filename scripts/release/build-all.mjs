// npm run build:all [-- target …] [--twice]: the binary of each target into build/, checked by the gates. --twice builds each once more from a
// copy of the tree in another folder and compares the bytes.
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root as slashed } from '../toolchain.mjs'
import { complaints, glibcFloor } from './gates.mjs'
import { chosen } from './targets.mjs'
import { environment, place, rust } from './tools.mjs'

const root = slashed.replace(/\/$/, '')
const { values, positionals } = parseArgs({ allowPositionals: true, options: { twice: { type: 'boolean', default: false } } })
const results = []
for (const target of chosen(positionals)) {
  const start = performance.now()
  console.log(`${target.name}: building`)
  const built = build(target, root)
  const seconds = Math.round((performance.now() - start) / 1000)
  if (built === undefined) {
    results.push({ name: target.name, built: false, seconds, complaints: ['the build failed'] })
    continue
  }
  const path = join(root, 'build', `manycore.${target.name}.node`)
  copyFileSync(built, path)
  const found = complaints(path, target)
  if (values.twice) found.push(...differences(target, path))
  results.push({ name: target.name, built: true, seconds, bytes: statSync(path).size, sha256: hash(path), glibc: target.format === 'elf' ? glibcFloor(path) : '', reproducible: values.twice ? found.every((text) => !text.startsWith('a second build')) : null, complaints: found })
}
const record = join(root, 'build', 'targets.json')
const before = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : []
writeFileSync(record, `${JSON.stringify([...before.filter(({ name }) => !results.some((result) => result.name === name)), ...results], null, 2)}\n`)
for (const { name, built, seconds, bytes, glibc, complaints: found } of results) {
  console.log(`${found.length === 0 ? '✓' : '✗'} ${name}: ${built ? `${bytes} bytes${glibc ? `, glibc ${glibc}` : ''}, ` : ''}${seconds} s${found.map((text) => `\n    ${text}`).join('')}`)
}
process.exitCode = results.every(({ complaints: found }) => found.length === 0) ? 0 : 1

/** Builds a target from the tree at `from` and gives the library's path, or undefined. */
function build(target, from) {
  const triple = target.triple.replace(/\.\d+\.\d+$/, '')
  // No path of this machine in the binary, so that anybody's build has the same bytes.
  const remap = [[from, '/manycore'], [join(homedir(), '.cargo'), '/cargo'], ...(target.std ? [[rust(), '/rust']] : [])]
  const flags = [...(target.flags ?? []), ...remap.map(([path, name]) => `--remap-path-prefix=${path}=${name}`)]
  const folder = from === root ? join(place, 'target') : join(from, 'target')
  const env = {
    ...environment(target.std),
    CARGO_TARGET_DIR: folder,
    CARGO_ENCODED_RUSTFLAGS: flags.join('\u001F'),
    // What is built does not depend on settings of the machine.
    CARGO_PROFILE_RELEASE_LTO: 'fat',
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '1',
    CARGO_INCREMENTAL: '0',
    MACOSX_DEPLOYMENT_TARGET: '11.0',
  }
  const std = target.std ? ['-Zbuild-std=std,panic_unwind'] : []
  const run = spawnSync('cargo-zigbuild', ['zigbuild', ...std, '--release', '-p', 'manycore', '--lib', '--locked', '--target', target.triple], { cwd: from, env, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
  if (run.status !== 0) {
    console.log((run.error?.message ?? run.stderr).split('\n').slice(-25).join('\n'))
    return undefined
  }
  const names = { elf: 'libmanycore.so', coff: 'manycore.dll', 'mach-o': 'libmanycore.dylib' }
  return join(folder, triple, 'release', names[target.format])
}

function differences(target, path) {
  const copy = mkdtempSync(join(tmpdir(), 'manycore-elsewhere-'))
  try {
    for (const part of ['Cargo.toml', 'Cargo.lock', 'build.rs', 'crates', 'package.json']) cpSync(join(root, part), join(copy, part), { recursive: true })
    const second = build(target, copy)
    if (second === undefined) return ['a second build elsewhere failed']
    return hash(second) === hash(path) ? [] : ['a second build elsewhere has other bytes']
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

function hash(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}


