// npm run build:all [-- target …]: the binary of each target into build/, checked by the gates; what came out goes into build/targets.json, and
// what each file is into build/checksums.json, from which packing takes it. A target that fails does not stop the others.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compile, digest, parts, remember, root } from './compile.mjs'
import { complaints, glibcFloor } from './gates.mjs'
import { chosen } from './targets.mjs'
import { versions } from './tools.mjs'

const { positionals } = parseArgs({ allowPositionals: true, options: {} })
mkdirSync(join(root, 'build'), { recursive: true })
let failed = 0
for (const target of chosen(positionals)) {
  console.log(`${target.name}: building`)
  const result = build(target)
  remember('targets.json', [result])
  if (result.complaints.length > 0) failed += 1
  const { name, built, seconds, bytes, glibc, complaints: found } = result
  console.log(`${found.length === 0 ? '✓' : '✗'} ${name}: ${built ? `${bytes} bytes${glibc ? `, glibc ${glibc}` : ''}, ` : ''}${seconds} s${found.map((text) => `\n    ${text}`).join('')}`)
}
process.exitCode = failed === 0 ? 0 : 1

function build(target) {
  const start = performance.now()
  const { library, rustc, problem } = compile(target)
  const seconds = Math.round((performance.now() - start) / 1000)
  if (problem !== undefined) {
    console.log(problem)
    return { name: target.name, built: false, seconds, bytes: null, sha256: null, glibc: '', complaints: ['the build failed'] }
  }
  const path = join(root, 'build', `manycore.${target.name}.node`)
  copyFileSync(library, path)
  const { sha256, bytes } = digest(path)
  writeChecksum(target, { sha256, bytes, rustc })
  return { name: target.name, built: true, source: source(), seconds, bytes, sha256, glibc: target.format === 'elf' ? glibcFloor(path) : '', complaints: complaints(path, target) }
}

/** The last commit that changed what a binary is made of; empty where that can't be said. */
function source() {
  const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    return git('status', '--porcelain', '--', ...parts) === '' ? git('log', '-1', '--format=%h', '--', ...parts) : ''
  } catch {
    return ''
  }
}

/** build/checksums.json: what each file is, and what decides its bytes beside the source and Cargo.lock. */
function writeChecksum({ name, triple }, { sha256, bytes, rustc }) {
  const path = join(root, 'build', 'checksums.json')
  const before = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
  const all = { ...before, [name]: { sha256, bytes, triple, rustc, zig: versions.ziglang } }
  writeFileSync(path, `${JSON.stringify(Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1))), null, 2)}\n`)
}
