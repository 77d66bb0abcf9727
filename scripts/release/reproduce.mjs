// npm run release:reproduce [-- target …]: builds each target (linux-x64-gnu unless named) twice, from copies of the tree in two new folders with nothing
// left over from an earlier build, and compares the bytes; with each other, and with the file in build/ where build:all made one. --once builds it in one new folder
// and compares it with that file alone, which was built in this one.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compileElsewhere, digest, remember, root } from './compile.mjs'
import { chosen } from './targets.mjs'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { once: { type: 'boolean', default: false } } })
let failed = 0
for (const target of chosen(positionals.length === 0 ? ['linux-x64-gnu'] : positionals)) {
  // Names of different lengths: a path that leaks moves everything behind it.
  const first = compileElsewhere(target, 'another-folder')
  const second = values.once ? inBuild(target) : compileElsewhere(target, 'one')
  const problem = first.problem ?? second.problem ?? difference(target, first, second)
  if (problem !== undefined) failed += 1
  remember('targets.json', [{ name: target.name, reproducible: problem === undefined }])
  console.log(problem === undefined ? `✓ ${target.name}: the same ${first.bytes} bytes, ${first.sha256}` : `✗ ${target.name}: ${problem}`)
}
process.exitCode = failed === 0 ? 0 : 1

function inBuild({ name }) {
  const path = join(root, 'build', `manycore.${name}.node`)
  return existsSync(path) ? digest(path) : { problem: 'there is no file in build/ to compare with' }
}

function difference({ name }, first, second) {
  if (first.sha256 !== second.sha256) return `builds in two folders differ: ${first.sha256} and ${second.sha256}`
  const built = join(root, 'build', `manycore.${name}.node`)
  const made = existsSync(join(root, 'build', 'checksums.json')) && existsSync(built)
  return made && digest(built).sha256 !== first.sha256 ? `two builds are alike, but the file in build/ is another one: ${digest(built).sha256}` : undefined
}
