// npm test: builds, then runs every check there is; ends with the line "N passed, N failed". Option: --require-rust.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { cargoResults, tapResults } from './results.mjs'
import { elapsed, findCargo, root, tsc } from './toolchain.mjs'

const { values: options } = parseArgs({ options: { 'require-rust': { type: 'boolean', default: false } } })
const requireRust = options['require-rust'] || Boolean(process.env.CI)
process.chdir(root)

const rust = findCargo()
const env = { ...(rust?.env ?? process.env), NO_COLOR: '1', CARGO_TERM_COLOR: 'never' }
delete env.FORCE_COLOR
// Tests choose backend, level and threads themselves.
for (const name of Object.keys(env)) if (name.startsWith('MANYCORE_')) delete env[name]

const tool = (name, ...path) => join(root, 'node_modules', name, ...path)
const node = (...args) => [process.execPath, ...args]
const cargo = (...args) => (rust ? [rust.cargo, ...args] : undefined)

/**
 * name, command (undefined: needs cargo, which is missing), and how to count its tests (none: the step is the test). The two lists are run side by side: the
 * addon is compiled by one thread for most of its time, and downloads wait.
 */
const sideBySide = [
  [
    ['build', node('scripts/build.mjs')],
    ['types', node(tsc, '-p', 'tsconfig.test.json', '--noEmit')],
    ['lint', node(tool('oxlint', 'bin', 'oxlint'), '--deny-warnings')],
  ],
  [
    // Other Node lines, Bun and Deno, as packages: the memory and exit tests run on each.
    ['runtimes', node('scripts/runtimes.mjs')],
    // What benchmarks compare with: a peer that can't be had is no failure.
    ['peers', node('benchmark/install.mjs')],
    ['rustfmt', cargo('fmt', '--all', '--check')],
    ['clippy', cargo('clippy', '--workspace', '--all-targets', '--locked', '--', '-D', 'warnings')],
    ['cargo test', cargo('test', '--workspace', '--locked', '--no-fail-fast'), cargoResults],
  ],
]
const last = [['ava', node(tool('ava', 'entrypoints', 'cli.mjs'), '--tap'), tapResults]]

/** A step that neither ends nor fails must not hang the whole run. */
const stepLimit = 25 * 60_000
const heartbeat = 20_000

/** Ends each command that runs now. */
const running = new Set()
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    for (const end of running) end()
    process.exit(130)
  })
}

let passed = 0
let failed = 0
await Promise.all(sideBySide.map(inTurn))
await inTurn(last)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

async function inTurn(steps) {
  for (const step of steps) await take(step)
}

async function take([name, command, count]) {
  if (command === undefined) {
    console.log(`${requireRust ? '✗' : '-'} ${name}: not run: cargo is missing`)
    if (requireRust) failed += 1
    return
  }
  const start = performance.now()
  const timer = setInterval(() => console.log(`  … ${name} (${elapsed(start)})`), heartbeat)
  const { code, stdout, stderr, reason } = await run(command)
  clearInterval(timer)
  const results = count?.(stdout) ?? { passed: 0, failed: 0, skipped: 0, failures: [] }
  const good = code === 0 && results.failed === 0
  passed += results.passed
  failed += results.failed
  // The step itself counts too: it may fail with no test failing (a crash, a compile error), and a check has no tests inside.
  if (good) passed += 1
  else if (results.failed === 0) failed += 1
  const detail = count ? `${results.passed} passed, ${results.failed} failed${results.skipped ? `, ${results.skipped} skipped` : ''}, ` : ''
  console.log(`${good ? '✓' : '✗'} ${name} (${detail}${elapsed(start)})`)
  if (good) return
  if (reason) console.log(`  ${reason}`)
  const output = results.failures.length > 0 && code !== null ? results.failures.join('\n') : `${stdout}${stderr}`
  console.log(output.replace(/^/gm, '    ').trimEnd())
}

/** Runs a command in a process group of its own, so that nothing it started outlives its time limit. */
function run([file, ...args]) {
  return new Promise((resolve) => {
    const posix = process.platform !== 'win32'
    const child = spawn(file, args, { env, detached: posix, stdio: ['ignore', 'pipe', 'pipe'] })
    const output = { stdout: '', stderr: '' }
    let reason
    for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => (output[name] += text))
    const end = () => (posix ? process.kill(-child.pid, 'SIGKILL') : child.kill('SIGKILL'))
    const timer = setTimeout(() => {
      reason = `ended after its time limit of ${stepLimit / 60_000} minutes`
      end()
    }, stepLimit)
    running.add(end)
    child.on('error', (error) => (reason = error.message))
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      running.delete(end)
      if (signal !== null) reason ??= `ended by ${signal}`
      resolve({ code, reason, ...output })
    })
  })
}
