/**
 * Finds and loads the one binary, and can say what it tried. Nothing else knows that a .node file exists. Never runs a child
 * process, never throws: a binary that doesn't load leaves the workers backend in charge.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Addon } from './addon.ts'
import { checkManifest } from './manifest.ts'
import { target, targets } from './target.ts'

export type { Addon } from './addon.ts'
export { target }

/** One place that was looked at. `error` is missing for the binary that was loaded. */
export interface Attempt {
  readonly path: string
  readonly error?: string
}

export interface Loaded {
  readonly addon: Addon | undefined
  readonly tried: readonly Attempt[]
}

/** From dist/addon or src/addon to the package's root. */
const root = new URL('../../', import.meta.url)

/** Version in package.json. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string }).version
}

let loaded: Loaded | undefined

/** Loads the addon at the first call; later calls give the same answer. */
export function load(): Loaded {
  return (loaded ??= search(process.env['MANYCORE_NATIVE_PATH']))
}

/** The addon, if there is one that works here. */
export function addon(): Addon | undefined {
  return load().addon
}

function search(override: string | undefined): Loaded {
  const tried: Attempt[] = []
  const names = targets()
  const candidates = [...names.map((name) => `npm/${name}/manycore.node`), `build/manycore.${names[0]}.node`].map((path) => fileURLToPath(new URL(path, root)))
  if (override !== undefined && override !== '') {
    if (isAbsolute(override)) candidates.unshift(override)
    else tried.push({ path: override, error: 'MANYCORE_NATIVE_PATH is not an absolute path' })
  }
  const require = createRequire(import.meta.url)
  for (const path of candidates) {
    if (!existsSync(path)) {
      tried.push({ path, error: 'no such file' })
      continue
    }
    try {
      checkManifest(path, root)
      const addon = require(path) as Addon
      const [built, wanted] = [addon.version(), packageVersion()]
      if (built !== wanted) throw new Error(`built for version ${built}, this package is ${wanted}`)
      tried.push({ path })
      return { addon, tried }
    } catch (error) {
      tried.push({ path, error: error instanceof Error ? error.message : String(error) })
    }
  }
  return { addon: undefined, tried }
}
