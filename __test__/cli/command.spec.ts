/** The command as a process: what it prints where, and its exit codes. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import test from 'ava'
import { root } from '../../scripts/toolchain.mjs'
import { read } from '../support/house.ts'

const main = join(root, 'dist', 'cli', 'main.js')
const { version } = JSON.parse(read('package.json')) as { version: string }

function manycore(args: string[], env: Record<string, string> = {}) {
  const run = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  return { code: run.status, stdout: run.stdout, stderr: run.stderr }
}

test('--help and --version go to standard output', (t) => {
  t.like(manycore(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' })
  const help = manycore(['--help'])
  t.like(help, { code: 0, stderr: '' })
  for (const name of ['tour', 'info', 'doctor', 'selftest', 'bench', 'tune', '--json']) t.true(help.stdout.includes(name), name)
})

const misuses: [string, string[], RegExp][] = [
  ['no command', [], /a command is missing/],
  ['an unknown command', ['dance'], /no command "dance"/],
  ['a name that every object has', ['constructor'], /no command "constructor"/],
  ['an unknown option', ['info', '--loud'], /--loud/],
  ['an argument too many', ['info', 'me'], /takes no arguments, got "me"/],
  ['an option of bench elsewhere', ['info', '--quick'], /belong to bench/],
  ['bench of no case', ['bench', '--only', 'nobody'], /no case has that in its name; there are sum f64/],
  ['bench with a folder that can not be', ['bench', '--quick', '--only', 'sum f64', '--out', join(root, 'package.json', 'results')], /package\.json.*can't be written/],
  ['tune without a function', ['tune', './tasks.ts'], /such as \.\/tasks\.ts#square/],
  ['tune of two functions', ['tune', './tasks.ts#square', './tasks.ts#cube'], /tune takes one function, got "\.\/tasks\.ts#cube"/],
  ['tune of a file that is not there', ['tune', './nowhere.ts#f'], /no file \.\/nowhere\.ts/],
  ['an option of tune elsewhere', ['info', '--items', '5'], /belong to tune/],
]

for (const [name, args, message] of misuses) {
  test(`${name} is exit code 2, with usage on standard error and nothing on standard output`, (t) => {
    const { code, stdout, stderr } = manycore(args)
    t.is(code, 2)
    t.is(stdout, '')
    t.regex(stderr, message)
    t.regex(stderr, /Usage:/)
  })
}

for (const backend of ['native', 'workers'] as const) {
  test(`info --json says what runs: ${backend}`, (t) => {
    const { code, stdout, stderr } = manycore(['info', '--json'], { MANYCORE_BACKEND: backend })
    if (code === 1) return t.regex(stderr, /could not be loaded/)
    const state = JSON.parse(stdout) as { version: string; backend: string; threads: number; tried: unknown[]; machine: { runtime: string } }
    t.like(state, { version, backend })
    t.true(state.threads >= 1)
    t.true(state.machine.runtime.startsWith('Node '))
  })
}

test('doctor lists what was tried; data only with --json', (t) => {
  const text = manycore(['doctor'])
  t.is(text.code, 0, text.stdout)
  t.regex(text.stdout, /Tried, in this order:/)
  const { healthy, findings, tried } = JSON.parse(manycore(['doctor', '--json']).stdout) as { healthy: boolean; findings: string[]; tried: { path: string }[] }
  t.true(healthy)
  t.true(findings.length > 0)
  t.true(tried.every(({ path }) => text.stdout.includes(path)))
})

test('doctor finds a broken binary: exit code 1', (t) => {
  const { code, stdout } = manycore(['doctor'], { MANYCORE_NATIVE_PATH: join(root, 'package.json') })
  t.is(code, 1)
  t.regex(stdout, /is there but can't be used/)
})

test('a reader that has read enough is no error', async (t) => {
  const child = spawn(process.execPath, [main, 'doctor'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  let stderr = ''
  child.stderr.on('data', (chunk) => (stderr += String(chunk)))
  const [code] = (await once(child, 'close')) as [number]
  t.is(stderr, '')
  t.is(code, 0)
})
