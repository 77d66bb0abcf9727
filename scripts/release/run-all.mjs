// npm run test:platforms [-- target …]: runs the built binary of each target that can be run here: the self-test, which compares its bits with
// the TypeScript kernels', and the tour. Writes build/platforms.json, from which `npm run platforms` makes the table of the README.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../toolchain.mjs'
import { runners } from './runners.mjs'
import { chosen } from './targets.mjs'
import { place } from './tools.mjs'

/** Milliseconds for a command under emulation. */
const LIMIT = 15 * 60_000

const main = join(root, 'dist', 'cli', 'main.js')
const results = []
for (const target of chosen(process.argv.slice(2))) {
  const binary = join(root, 'build', `manycore.${target.name}.node`)
  if (target.run === undefined) continue
  if (!existsSync(binary)) {
    console.log(`- ${target.name}: not built`)
    continue
  }
  for (const runner of prepared(target.run)) {
    for (const command of ['selftest', 'tour']) {
      const start = performance.now()
      const answer = runner.error === undefined ? carryOut(runner, binary, command) : runner
      const seconds = Math.round((performance.now() - start) / 1000)
      const detail = answer.error ?? judge(command, answer.data)
      results.push({ target: target.name, under: runner.name, command, seconds, passed: detail === undefined, cpuLevel: answer.data?.info?.cpuLevel ?? answer.data?.cpuLevel ?? null, detail: detail ?? null })
      console.log(`${detail === undefined ? '✓' : '✗'} ${target.name}, ${runner.name}, ${command}: ${detail ?? 'right'} (${seconds} s)`)
    }
  }
}
writeFileSync(join(root, 'build', 'platforms.json'), `${JSON.stringify(results, null, 2)}\n`)
const failed = results.filter(({ passed }) => !passed).length
console.log(`${results.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

function prepared(name) {
  try {
    return runners[name]()
  } catch (error) {
    return [{ name, error: error instanceof Error ? error.message.split('\n')[0] : String(error) }]
  }
}

/** Runs `manycore <command> --json` with this binary and gives what it printed. */
function carryOut({ command: prefix, env = {}, windows = false }, binary, command) {
  const folder = mkdtempSync(join(place, 'run-'))
  const file = join(folder, 'out.json')
  const path = (name) => (windows ? `Z:${name.replaceAll('/', '\\')}` : name)
  try {
    // Wine's Node can't write to a pipe: standard output goes to a file everywhere.
    const script = join(folder, 'run.cjs')
    writeFileSync(script, `
      const { writeSync, openSync } = require('node:fs')
      const out = openSync(${JSON.stringify(path(file))}, 'w')
      for (const stream of ['stdout', 'stderr']) Object.defineProperty(process, stream, { value: { write: (text) => (stream === 'stdout' ? writeSync(out, String(text)) : 0, true), isTTY: false, on() {}, once() {}, end() {} } })
      process.argv.splice(1, process.argv.length, 'manycore', ${JSON.stringify(command)}, '--json')
      import(${JSON.stringify(windows ? `file:///Z:${main}` : `file://${main}`)})
    `)
    const { status, signal, error, stderr } = spawnSync(prefix[0], [...prefix.slice(1), path(script)], {
      encoding: 'utf8', timeout: LIMIT, cwd: root,
      env: { ...process.env, ...env, MANYCORE_NATIVE_PATH: path(binary), MANYCORE_BACKEND: '' },
    })
    if (error !== undefined) return { error: error.message }
    const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
    if (text === '') return { error: `ended with ${signal ?? status} and printed nothing: ${stderr.trim().split('\n').slice(-3).join(' | ')}` }
    return { data: JSON.parse(text), status }
  } catch (error) {
    return { error: String(error) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What is wrong with an answer, or undefined. */
function judge(command, data) {
  if (command === 'selftest') {
    if (!data.backends.includes('native')) return 'the binary did not load'
    const wrong = data.checks.filter(({ passed }) => !passed)
    return wrong.length === 0 ? undefined : wrong.map(({ name, detail }) => `${name}: ${detail}`).join('; ')
  }
  if (data.info.backend !== 'native') return 'the binary did not load'
  return data.sizes.rows.every(({ sameBits }) => sameBits) ? undefined : 'other bits than the TypeScript kernels'
}
