// The virtual environment of the Python peers: made once, in this folder, where python3 and pip exist.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.venv', import.meta.url))
const executable = process.platform === 'win32' ? `${folder}/Scripts/python.exe` : `${folder}/bin/python`
const packages = ['numpy==2.4.6', 'numexpr==2.14.2', 'polars==2.1.0']

/** Path of its interpreter, or undefined where there is none. */
export const python = existsSync(executable) ? executable : undefined

/** Makes it; gives what went wrong, or undefined. */
export function install() {
  if (python !== undefined) return undefined
  const steps = [
    ['python3', '-m', 'venv', folder],
    [executable, '-m', 'pip', 'install', '--quiet', ...packages],
  ]
  for (const [command, ...args] of steps) {
    const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' })
    if (status !== 0) return `${command} ${args.slice(0, 3).join(' ')}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`
  }
  return undefined
}
