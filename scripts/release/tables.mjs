// The tables of platforms and installations as Markdown: pure functions of what the release scripts found.

const table = (head, rows) => [`| ${head.join(' | ')} |`, `|${head.map(() => ' --- ').join('|')}|`, ...rows.map((cells) => `| ${cells.join(' | ')} |`)].join('\n')

/** What is known of a target's runs, in words that claim no more than was done. */
function outcome({ name, run }, build, runs) {
  const mine = runs.filter(({ target }) => target === name)
  const wrong = mine.filter(({ passed }) => !passed)
  if (build?.built !== true) return 'not built'
  if (run === undefined || mine.length === 0) return 'built, not run here'
  if (wrong.length > 0) return wrong.map(({ under, command, detail }) => `${under}, ${command}: ${detail}`).join('; ').replaceAll('|', '/')
  return 'same bits'
}

/** `Node 20.20.2 (avx512), …` */
function runners({ name }, runs) {
  const mine = runs.filter(({ target, passed }) => target === name && passed)
  const names = [...new Set(mine.map(({ under }) => under))]
  return names.map((under) => {
    const level = mine.find((result) => result.under === under && result.cpuLevel !== null)?.cpuLevel
    return level === undefined ? under : `${under} (${level})`
  }).join(', ') || '–'
}

const size = (bytes) => (bytes === null || bytes === undefined ? '–' : `${(bytes / 1e6).toFixed(2)} MB`)

/** The long table, a row a target. */
export function platforms(targets, built, runs) {
  const rows = targets.map((target) => {
    const build = built.find(({ name }) => name === target.name)
    const compared = Math.max(0, ...runs.filter((result) => result.target === target.name && result.passed).map((result) => result.compared ?? 0))
    const twice = build?.reproducible === true ? 'same bytes' : build?.reproducible === false ? 'other bytes' : 'not tried'
    return [target.name, build?.built ? 'yes' : 'no', outcome(target, build, runs), compared || '–', runners(target, runs), build?.bytes ?? '–', build?.glibc || '–', twice, build?.complaints?.join('; ') || (build?.built ? 'none' : '–'), build?.seconds ?? '–']
  })
  return table(['target', 'built', 'run', 'results compared', 'under', 'bytes', 'glibc', 'built twice', 'complaints', 'seconds'], rows)
}

/** Which commit each binary was built from: one sentence where it is the same for all. */
export function sources(built) {
  const by = new Map()
  for (const { name, built: there, source } of built) if (there) by.set(source || 'a tree with changes', [...(by.get(source || 'a tree with changes') ?? []), name])
  return [...by].map(([source, names]) => `Built from ${/^[0-9a-f]+$/.test(source) ? `commit ${source}` : source}: ${names.join(', ')}.`).join(' ') || 'Nothing was built.'
}

/** Rows: managers; columns: what was done, and the lines of Node. */
export function installations(results) {
  if (results.length === 0) return 'Not run.'
  const lines = [...new Set(results.flatMap(({ what }) => /on Node (\d+)$/.exec(what)?.[1] ?? []))].toSorted((a, b) => a - b)
  const rest = ({ what }) => what !== 'install' && !/on Node \d+$/.test(what)
  const count = (some) => (some.length === 0 ? '–' : `${some.filter(({ passed }) => passed).length} / ${some.length}`)
  const rows = [...new Set(results.map(({ manager }) => manager))].map((manager) => {
    const mine = results.filter((result) => result.manager === manager)
    const wrong = mine.filter(({ passed }) => !passed).map(({ what }) => what)
    const others = mine.filter(rest)
    return [
      manager, count(mine.filter(({ what }) => what === 'install')), ...lines.map((line) => count(mine.filter(({ what }) => what.endsWith(`on Node ${line}`)))),
      others.length === 0 ? '–' : `${count(others)}: ${others.map(({ what }) => what).join(', ')}`, wrong.join(', ') || '–',
    ]
  })
  return table(['package manager', 'install', ...lines.map((line) => `Node ${line}: import, require`), 'other', 'wrong'], rows)
}

const [begin, end] = ['<!-- npm run platforms: from here -->', '<!-- to here -->']

/** The README with its tables between the marks written anew. */
export function readme(text, targets, built, runs, installs) {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the README has no marks ${begin} … ${end}`)
  const rows = targets.map((target) => {
    const build = built.find(({ name }) => name === target.name)
    return [target.name, size(build?.bytes), build?.glibc ? `glibc ${build.glibc}` : '–', outcome(target, build, runs), runners(target, runs)]
  })
  const wrong = installs.filter(({ passed }) => !passed)
  const managers = [...new Set(installs.map(({ manager }) => manager))]
  const installed = installs.length === 0 ? 'Installation was not tried with this build.' : `Installed and used through ${managers.join(', ')}: ${installs.length - wrong.length} of ${installs.length} checks right${wrong.length === 0 ? '' : ` (wrong: ${wrong.map(({ manager, what }) => `${manager}, ${what}`).join('; ')})`}.`
  const tables = `${table(['binary', 'size', 'asks for', 'run', 'under'], rows)}\n\n${installed} More columns: [Platforms](docs/platforms.md).`
  return `${text.slice(0, from + begin.length)}\n${tables}\n${text.slice(to)}`
}
