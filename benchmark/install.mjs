// Installs the peers where it can. Nothing here is fatal: a peer that is missing becomes a row that says so.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { install as installPython } from './python.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))

export function install(say) {
  if (!existsSync(join(here, 'node_modules'))) {
    say('installing the peers')
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
    const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: here, stdio: ['ignore', 'ignore', 'inherit'] })
    if (status !== 0) say('npm could not install the peers')
  }
  const problem = installPython()
  if (problem !== undefined) say(`no Python peers: ${problem}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) install((message) => console.log(message))
