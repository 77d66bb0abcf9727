// npm run release:reproduce [-- target …]: builds each target (linux-x64-gnu unless named) twice, from copies of the tree in two new folders with nothing
// left over from an earlier build, and compares the bytes; with each other, and with the file in build/ where build:all made one.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compileElsewhere, digest, remember, root } from './compile.mjs'
import { chosen } from './targets.mjs'

const { positionals } = parseArgs({ allowPositionals: true, options: {} })
let failed = 0
for (const target of chosen(positionals.length === 0 ? ['linux-x64-gnu'] : positionals)) {
  // Names of different lengths: a path that leaks moves everything behind it.
  const [first, second] = [compileElsewhere(target, 'one'), compileElsewhere(target, 'another-folder')]
  const problem = first.problem ?? second.problem ?? difference(target, first, second)
  if (problem !== undefined) failed += 1
  remember('targets.json', [{ name: target.name, reproducible: problem === undefined }])
  console.log(problem === undefined ? `✓ ${target.name}: the same ${first.bytes} bytes, ${first.sha256}` : `✗ ${target.name}: ${problem}`)
}
process.exitCode = failed === 0 ? 0 : 1

function difference({ name }, first, second) {
  if (first.sha256 !== second.sha256) return `two builds in two folders differ: ${first.sha256} and ${second.sha256}`
  const built = join(root, 'build', `manycore.${name}.node`)
  const made = existsSync(join(root, 'build', 'checksums.json')) && existsSync(built)
  return made && digest(built).sha256 !== first.sha256 ? `two builds are alike, but the file in build/ is another one: ${digest(built).sha256}` : undefined
}
