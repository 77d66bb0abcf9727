// npm run test:platforms [-- target …]: runs the built binary of each target that can be run here: the conformance subset, which compares its bits with the TypeScript
// kernels', `manycore selftest`, and the tour. Writes build/platforms.json, from which `npm run platforms` makes the tables.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../toolchain.mjs'
import { runners } from './runners.mjs'
import { chosen } from './targets.mjs'
import { place } from './tools.mjs'

/** Milliseconds for a command under emulation. */
const LIMIT = 15 * 60_000

const commands = {
  conformance: { script: join(root, 'scripts', 'release', 'conformance.mjs'), args: [], judge: judgeConformance },
  selftest: { script: join(root, 'dist', 'cli', 'main.js'), args: ['selftest', '--json'], judge: judgeSelftest },
  tour: { script: join(root, 'dist', 'cli', 'main.js'), args: ['tour', '--json'], judge: judgeTour },
}

mkdirSync(place, { recursive: true })
const record = join(root, 'build', 'platforms.json')
let results = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : []
let failed = 0
for (const target of chosen(process.argv.slice(2))) {
  if (target.run === undefined) continue
  const binary = join(root, 'build', `manycore.${target.name}.node`)
  results = results.filter((result) => result.target !== target.name)
  if (!existsSync(binary)) {
    console.log(`- ${target.name}: not built`)
    continue
  }
  for (const runner of prepared(target.run)) {
    for (const command of runner.commands ?? Object.keys(commands)) {
      const start = performance.now()
      const answer = runner.error === undefined ? carryOut(runner, binary, commands[command]) : runner
      const seconds = Math.round((performance.now() - start) / 1000)
      const detail = answer.error ?? commands[command].judge(answer.data, runner) ?? null
      if (detail !== null) failed += 1
      results.push({ target: target.name, under: runner.name, command, seconds, passed: detail === null, cpuLevel: answer.data?.info?.cpuLevel ?? null, compared: comparedBy(answer.data), detail })
      console.log(`${detail === null ? '✓' : '✗'} ${target.name}, ${runner.name}, ${command}: ${detail ?? 'right'} (${seconds} s)`)
      writeFileSync(record, `${JSON.stringify(results, null, 2)}\n`)
    }
  }
}
console.log(failed === 0 ? 'all right' : `${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

function prepared(name) {
  try {
    return runners[name]()
  } catch (error) {
    return [{ name, error: error instanceof Error ? error.message.split('\n')[0] : String(error) }]
  }
}

/** Runs a script with this binary and gives the JSON that it printed. */
function carryOut({ command: prefix, env = {}, windows = false }, binary, { script, args }) {
  const folder = mkdtempSync(join(place, 'run-'))
  const file = join(folder, 'out.json')
  const path = (name) => (windows ? `Z:${name.replaceAll('/', '\\')}` : name)
  try {
    // Wine's Node can't write to a pipe: standard output goes to a file everywhere, and what was thrown behind it.
    const starter = join(folder, 'run.cjs')
    const problems = join(folder, 'problems.txt')
    writeFileSync(starter, `
      const { appendFileSync, writeSync, openSync } = require('node:fs')
      const { Writable } = require('node:stream')
      const out = openSync(${JSON.stringify(path(file))}, 'w')
      const sinks = { stdout: (text) => writeSync(out, text), stderr: (text) => appendFileSync(${JSON.stringify(path(problems))}, text) }
      // Real streams: worker threads pipe into them.
      for (const [name, sink] of Object.entries(sinks)) Object.defineProperty(process, name, { value: new Writable({ decodeStrings: false, write(chunk, encoding, done) { sink(String(chunk)); done() } }) })
      process.on('uncaughtException', (error) => { appendFileSync(${JSON.stringify(path(problems))}, String(error.stack)); process.exit(70) })
      process.argv.splice(1, process.argv.length, 'manycore', ...${JSON.stringify(args)})
      import(${JSON.stringify(windows ? `file:///Z:${script}` : `file://${script}`)})
    `)
    const { status, signal, error, stderr } = spawnSync(prefix[0], [...prefix.slice(1), path(starter)], {
      encoding: 'utf8', timeout: LIMIT, cwd: root, maxBuffer: 1 << 26,
      env: { ...process.env, ...env, MANYCORE_NATIVE_PATH: path(binary), MANYCORE_BACKEND: '' },
    })
    if (error !== undefined) return { error: error.code === 'ETIMEDOUT' ? `not done after ${LIMIT / 60_000} minutes` : error.message }
    const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
    const said = existsSync(problems) ? readFileSync(problems, 'utf8') : ''
    if (text === '') return { error: `ended with ${signal ?? status} and printed nothing: ${`${said}\n${stderr}`.trim().split('\n').slice(-4).join(' | ')}` }
    return { data: JSON.parse(text) }
  } catch (error) {
    return { error: String(error) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function comparedBy(data) {
  return data?.groups === undefined ? null : Object.values(data.groups).reduce((sum, { compared }) => sum + compared, 0)
}

/** Each says what is wrong with an answer, or gives undefined. */
function judgeConformance({ info, wrong, thrown }, { level }) {
  if (!info.tried.some(({ error }) => error === undefined)) return 'the binary did not load'
  if (level !== undefined && info.cpuLevel !== level) return `runs on level ${info.cpuLevel} instead of ${level}`
  if (thrown.length > 0) return `cases that compare nothing: ${thrown.slice(0, 3).join(', ')}`
  return wrong.length === 0 ? undefined : `other bits than the TypeScript kernels: ${wrong.slice(0, 5).join(', ')}`
}

function judgeSelftest({ backends, checks }) {
  if (!backends.includes('native')) return 'the binary did not load'
  const wrong = checks.filter(({ passed }) => !passed)
  return wrong.length === 0 ? undefined : wrong.map(({ name, detail }) => `${name}: ${detail}`).join('; ')
}

function judgeTour({ info, sizes, patterns, models, tuning }) {
  if (info.backend !== 'native') return 'the binary did not load'
  if (!sizes.rows.every(({ sameBits }) => sameBits)) return 'other bits than the TypeScript kernels'
  const wrong = patterns.outcomes.filter(({ right }) => !right)
  if (wrong.length > 0) return `wrong: ${wrong.map((outcome) => outcome.name ?? outcome.pattern).join(', ')}`
  return [...models.processes.models, ...tuning.compared].every(({ converged }) => converged) ? undefined : 'a model did not converge'
}
