// npm run verify:release -- <tarball or folder> [--rebuild [--target NAME …]]: whether a packed package (`npm pack manycore@1.2.3` fetches a published
// one) holds the binaries that it says it holds, and, in a checkout of its tag with --rebuild, whether they are what the source gives.
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { problems } from './verify.mjs'
import { filesOf } from './tarball.mjs'

/** Bytes that no tarball may pass. */
const MOST_BYTES = 30e6

/** The files of a package, packed or unpacked, by path. */
export function read(path) {
  if (!statSync(path).isDirectory()) return filesOf(readFileSync(path))
  const names = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(names.map((entry) => join(entry.parentPath ?? entry.path, entry.name)).map((file) => [relative(path, file).split(sep).join('/'), readFileSync(file)]))
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { rebuild: { type: 'boolean', default: false }, target: { type: 'string', multiple: true } } })
  if (positionals.length !== 1) {
    console.error('usage: npm run verify:release -- <tarball or folder> [--rebuild [--target NAME …]]')
    process.exit(2)
  }
  const files = read(positionals[0])
  const { found, checked } = problems(files)
  const packed = statSync(positionals[0])
  if (packed.isFile() && packed.size > MOST_BYTES) found.push(`the tarball has ${packed.size} bytes, more than ${MOST_BYTES}`)
  if (values.rebuild) found.push(...(await rebuilt(files, values.target)))
  for (const [path, { bytes, sha256 }] of checked) console.log(`  ${path}: ${bytes} bytes, ${sha256}`)
  for (const problem of found) console.log(`✗ ${problem}`)
  console.log(found.length === 0 ? `✓ ${checked.size} binaries are what the package says${values.rebuild ? ', and what the source gives' : ''}` : `${found.length} problems`)
  process.exitCode = found.length === 0 ? 0 : 1
}

/** Builds the package's binaries again, each in a new folder, and says which came out otherwise. */
async function rebuilt(files, names) {
  const [{ compileElsewhere, root }, { chosen }] = await Promise.all([import('./compile.mjs'), import('./targets.mjs')])
  const { version, files: listed } = JSON.parse(files.get('checksums.json')?.toString('utf8') ?? '{}')
  const here = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version
  if (version !== here) return [`the package is version ${version}, this tree ${here}: check out its tag to build it again`]
  const inPackage = Object.keys(listed).map((path) => path.split('/')[1])
  const found = []
  for (const target of chosen(names ?? inPackage)) {
    console.log(`${target.name}: building it again`)
    const again = compileElsewhere(target)
    const packed = listed[`npm/${target.name}/manycore.node`]
    if (again.problem !== undefined) found.push(`${target.name} could not be built again: ${again.problem}`)
    else if (packed === undefined) found.push(`${target.name} is not in the package`)
    else if (again.sha256 !== packed.sha256) found.push(`${target.name}: the package has ${packed.sha256}, the source gives ${again.sha256}${packed.rustc === again.rustc ? '' : ` (built by Rust ${packed.rustc}, here ${again.rustc})`}`)
  }
  return found
}
