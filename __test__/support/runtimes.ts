/** The runtimes that child-process tests run on: the Node at hand, and what scripts/runtimes.mjs installed. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface Runtime {
  readonly name: string
  readonly command: string
  /** Arguments before the file. */
  readonly flags: readonly string[]
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

const place = new URL('../../build/runtimes/node_modules/', import.meta.url)

function installed(name: string, binary: string, flags: readonly string[]): Runtime[] {
  const command = fileURLToPath(new URL(`${name}/${binary}`, place))
  return existsSync(command) && !isAtHand(name) ? [{ name, command, flags }] : []
}

/** Whether a package is the Node at hand once more: all that runs on each runtime would run on it twice. */
function isAtHand(name: string): boolean {
  if (!name.startsWith('node')) return false
  const { version } = JSON.parse(readFileSync(new URL(`${name}/package.json`, place), 'utf8')) as { version: string }
  return version === process.versions.node
}

/** This Node, then the installed ones of other versions. Where none are installed (not linux-x64, or scripts/runtimes.mjs has not run) it is this Node alone. */
export const runtimes: readonly Runtime[] = [
  { name: `node ${process.versions.node}`, command: process.execPath, flags: ['--expose-gc'] },
  ...['node20', 'node22', 'node24', 'node26'].flatMap((name) => installed(name, 'bin/node', ['--expose-gc'])),
  ...installed('bun', 'bin/bun', []),
  ...installed('deno', 'deno', ['run', '-A', '--v8-flags=--expose-gc']),
]

/** Runs a file in a child process to its end; killed (and said so by `signal`) after `limit` milliseconds. */
export function run(runtime: Runtime, file: URL, parameters: readonly string[], environment: Record<string, string> = {}, limit = 120_000): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(runtime.command, [...runtime.flags, fileURLToPath(file), ...parameters], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: limit,
      killSignal: 'SIGKILL',
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => (stdout += chunk))
    child.stderr.on('data', (chunk) => (stderr += chunk))
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
}
