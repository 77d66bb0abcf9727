// The virtual environment of the Python peers: made once, in this folder, where python3 and pip exist.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.venv', import.meta.url))
const executable = process.platform === 'win32' ? `${folder}/Scripts/python.exe` : `${folder}/bin/python`
const packages = ['numpy==2.4.6', 'numexpr==2.14.2', 'polars==2.1.0', 'scipy==1.17.1', 'scikit-learn==1.9.1', 'joblib==1.6.0', 'threadpoolctl']
/** Not to be had everywhere. */
const extras = ['glum==3.4.1', 'snapml==1.17.2']

/** What the environment was made with: a longer list makes it again. */
const stamp = join(folder, 'packages.txt')
const list = [...packages, ...extras].join('\n')

/** Path of its interpreter, or undefined where there is none. */
export const python = existsSync(executable) ? executable : undefined

/** Makes it; gives what went wrong, or undefined. */
export function install() {
  if (python !== undefined && existsSync(stamp) && readFileSync(stamp, 'utf8') === list) return undefined
  const pip = [executable, '-m', 'pip', 'install', '--quiet']
  for (const step of [...(python === undefined ? [['python3', '-m', 'venv', folder]] : []), [...pip, ...packages]]) {
    const problem = run(step)
    if (problem !== undefined) return problem
  }
  const missing = extras.map((extra) => run([...pip, extra])).filter((problem) => problem !== undefined)
  writeFileSync(stamp, list)
  return missing.length > 0 ? missing.join('; ') : undefined
}

function run([command, ...args]) {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  return status === 0 ? undefined : `${command} ${args.slice(0, 5).join(' ')}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`
}
