// npm run platforms: writes the tables of docs/platforms.md from what build:all, test:platforms and test:installers measured.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../toolchain.mjs'
import { targets } from './targets.mjs'

const read = (name) => (existsSync(join(root, 'build', name)) ? JSON.parse(readFileSync(join(root, 'build', name), 'utf8')) : [])
const [built, runs, installs] = ['targets.json', 'platforms.json', 'installers.json'].map(read)

const table = (head, rows) => [`| ${head.join(' | ')} |`, `|${head.map(() => '---').join('|')}|`, ...rows.map((cells) => `| ${cells.join(' | ')} |`)].join('\n')

const platforms = targets.map(({ name, run }) => {
  const build = built.find((candidate) => candidate.name === name)
  const mine = runs.filter(({ target }) => target === name)
  const under = [...new Set(mine.filter(({ passed }) => passed).map((result) => `${result.under}${result.cpuLevel === null ? '' : ` (${result.cpuLevel})`}`))]
  const wrong = mine.filter(({ passed }) => !passed)
  const loaded = run === undefined ? 'built, not run here' : mine.length === 0 ? 'not run' : wrong.length === 0 ? 'same bits' : wrong.map((result) => `${result.under}, ${result.command}: ${result.detail}`).join('; ')
  return [name, build?.built ? 'yes' : 'no', loaded, under.join(', ') || '–', build?.bytes ?? '–', build?.glibc || '–', build?.reproducible === true ? 'same bytes' : build?.reproducible === false ? 'no' : 'not tried', build?.complaints.join('; ') || 'none', build?.seconds ?? '–']
})

const managers = [...new Set(installs.map(({ manager }) => manager))].map((manager) => {
  const mine = installs.filter((result) => result.manager === manager)
  const wrong = mine.filter(({ passed }) => !passed)
  return [manager, `${mine.length - wrong.length} of ${mine.length}`, mine.filter(({ passed }) => passed).map(({ what }) => what).join(', '), wrong.map(({ what }) => what).join(', ') || '–']
})

writeFileSync(
  join(root, 'docs', 'platforms.md'),
  `# Platforms

Made by \`npm run platforms\` from what \`npm run build:all\`, \`npm run test:platforms\` and \`npm run test:installers\` found; nothing here was written by hand.

## Binaries

"Same bits" means: \`manycore selftest\`, which compares the binary with the TypeScript kernels bit for bit (models to 1e-10), and the tour both ended well under the runners named.

${table(['target', 'built', 'loaded', 'under', 'bytes', 'glibc', 'built twice', 'complaints of the gates', 'seconds'], platforms)}

## Installation

From a registry on the same machine's loopback into fresh, empty projects.

${managers.length === 0 ? 'Not run.' : table(['manager', 'right', 'what', 'wrong'], managers)}
`,
)
console.log('docs/platforms.md')
