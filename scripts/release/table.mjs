// npm run platforms: writes docs/platforms.md and the tables of the README between its marks, from what build:all, test:platforms, release:reproduce
// and test:installers wrote into build/.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../toolchain.mjs'
import { installations, platforms, readme, sources } from './tables.mjs'
import { targets } from './targets.mjs'

const read = (name) => (existsSync(join(root, 'build', name)) ? JSON.parse(readFileSync(join(root, 'build', name), 'utf8')) : [])
const [built, runs, installs] = ['targets.json', 'platforms.json', 'installers.json'].map(read)

writeFileSync(
  join(root, 'docs', 'platforms.md'),
  `# Platforms

Written by \`npm run platforms\` from what \`npm run build:all\`, \`npm run release:reproduce\`, \`npm run test:platforms\` and \`npm run test:installers\` found; nothing here was written by hand.

## Binaries

${platforms(targets, built, runs)}

${sources(built)}

"Same bits": the conformance subset (\`scripts/release/conformance.mjs\`: results of every kind of kernel, byte for byte the same as in TypeScript; matrix products to 1e-12), \`manycore selftest\` and the
tour ended well under the runners named (old processors: the conformance subset alone), with the same file that is packed. "Complaints": of the gates in \`scripts/release/gates.mjs\` (size, C library, libraries needed, exported
symbols, RELRO and NOW, paths of the machine, list of crates). Seconds: one build after another on the machine of the run, shared with other work.

## Installation

From a registry on the same machine's loopback into fresh, empty projects; right / tried.

${installations(installs)}
`,
)
const path = join(root, 'README.md')
writeFileSync(path, readme(readFileSync(path, 'utf8'), targets, built, runs, installs))
console.log('docs/platforms.md, README.md')
