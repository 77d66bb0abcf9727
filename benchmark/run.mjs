// npm run bench [-- --quick] [--only TEXT] [--out FOLDER]: every case against every peer that can be had here.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { cases, runCases } from '../dist/bench/index.js'
import { benchmarkMarkdown, benchmarkPage } from '../dist/report/index.js'
import { install } from './install.mjs'
import { python } from './python.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    out: { type: 'string', default: join(here, 'results') },
    install: { type: 'boolean', default: true },
  },
  allowNegative: true,
})

const say = (message) => process.stderr.write(`${message}\n`)
if (values.install) install(say)
const report = await runCases(cases.filter(({ name }) => name.includes(values.only)), {
  title: 'manycore and its peers',
  quick: values.quick,
  child: new URL('child.mjs', import.meta.url),
  notes: versions(),
  onProgress: say,
})
mkdirSync(values.out, { recursive: true })
for (const [name, text] of [['benchmark.json', `${JSON.stringify(report)}\n`], ['benchmark.md', benchmarkMarkdown(report)], ['benchmark.html', benchmarkPage(report)]]) {
  writeFileSync(join(values.out, name), text)
  console.log(resolve(values.out, name))
}
const wrong = report.rows.filter(({ error }) => error !== undefined)
for (const { name, n, error } of wrong) console.log(`${name}, ${n}: ${error}`)
process.exitCode = wrong.length > 0 ? 1 : 0

function versions() {
  const { dependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
  const npm = Object.entries(dependencies).map(([name, version]) => `${name} ${version}`).join(', ')
  const rows = [['npm peers', npm]]
  const interpreter = python ?? installedPython()
  if (interpreter !== undefined) {
    const program = 'import sys, numpy, numexpr, polars; print(f"Python {sys.version.split()[0]}, NumPy {numpy.__version__}, numexpr {numexpr.__version__}, polars {polars.__version__}")'
    try {
      rows.push(['Python peers', execFileSync(interpreter, ['-c', program], { encoding: 'utf8' }).trim()])
    } catch {
      rows.push(['Python peers', 'not all of them load'])
    }
  }
  try {
    rows.push(['Rust', execFileSync('rustc', ['--version'], { encoding: 'utf8' }).trim()])
  } catch {
    // Only who builds needs it.
  }
  return rows
}

/** The environment may have been made by this very run, after python.mjs looked. */
function installedPython() {
  const path = join(here, '.venv', 'bin', 'python')
  return existsSync(path) ? path : undefined
}
