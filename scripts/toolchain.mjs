// What the scripts share: where the tools are.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the repository, with a slash at its end. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** TypeScript 7. The name `typescript` belongs to version 6, for the tools that need the compiler's API. */
export const tsc = join(root, 'node_modules', 'typescript7', 'bin', 'tsc')

/**
 * The cargo to use and an environment in which it finds its own tools, or undefined. rustup's installer leaves cargo in a
 * folder that only new login shells have on their PATH.
 */
export function findCargo() {
  const executable = process.platform === 'win32' ? 'cargo.exe' : 'cargo'
  const home = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'bin')
  const path = process.env.PATH ?? ''
  for (const folder of [...path.split(delimiter).filter(Boolean), home]) {
    const cargo = join(folder, executable)
    if (!existsSync(cargo)) continue
    const env = { ...process.env, PATH: path === '' ? folder : `${path}${delimiter}${folder}` }
    // A rustup proxy without a toolchain exists but can't build: that is as good as no cargo.
    const probe = spawnSync(cargo, ['--version'], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    if (probe.status === 0) return { cargo, env, version: probe.stdout.trim() }
  }
  return undefined
}

/** Seconds since `start` (of performance.now), for people. */
export function elapsed(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`
}
