/** What the package knows of its own binaries: a file that was damaged or swapped since the build is refused before it is loaded. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/** `npm/manifest.json`, written when the package is packed. */
export interface Manifest {
  readonly version: string
  /** By target. */
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly bytes: number }>>
}

/**
 * Throws unless the binary at `path` is as the manifest says. Files outside `npm/` (built here, or named by the user) are in no manifest and pass.
 * Costs about a millisecond a megabyte.
 */
export function checkManifest(path: string, root: URL): void {
  const folder = fileURLToPath(new URL('npm/', root))
  if (!path.startsWith(folder)) return
  const name = path.slice(folder.length).split(/[\\/]/)[0]!
  const file = fileURLToPath(new URL('npm/manifest.json', root))
  if (!existsSync(file)) throw new Error('npm/manifest.json, which says what the binary should be, is missing')
  const entry = (JSON.parse(readFileSync(file, 'utf8')) as Manifest).files[name]
  if (entry === undefined) throw new Error(`npm/manifest.json does not know ${name}`)
  // Loaded here: it takes longer than all of the package, which may need no binary.
  const { createHash } = createRequire(import.meta.url)('node:crypto') as typeof import('node:crypto')
  const found = createHash('sha256').update(readFileSync(path)).digest('hex')
  if (found !== entry.sha256) throw new Error(`damaged or swapped: its SHA-256 is ${found}, the package was built with ${entry.sha256}`)
}
