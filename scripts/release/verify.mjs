// What must hold of the files of a package, and nothing else: no disk, no network, so that tests can make up packages.
import { createHash } from 'node:crypto'

const binary = /^npm\/([\w-]+)\/manycore\.node$/

/**
 * Compares the binaries among `files` (contents by path) with checksums.json, for people, and npm/manifest.json, for the loader. Gives what is wrong and what
 * each binary really is.
 */
export function problems(files) {
  const found = []
  const checked = new Map()
  const json = (path) => {
    const content = files.get(path)
    if (content === undefined) return void found.push(`${path} is missing`)
    try {
      return JSON.parse(content.toString('utf8'))
    } catch {
      found.push(`${path} is no JSON`)
    }
  }
  const [about, checksums, manifest] = ['package.json', 'checksums.json', 'npm/manifest.json'].map(json)
  for (const [path, data] of [['checksums.json', checksums], ['npm/manifest.json', manifest]]) {
    if (data !== undefined && about !== undefined && data.version !== about.version) found.push(`${path} is of version ${data.version}, the package of ${about.version}`)
  }
  for (const [path, content] of files) {
    if (path.endsWith('.node') && !binary.test(path)) found.push(`${path} is a binary where none belongs`)
    const target = binary.exec(path)?.[1]
    if (target === undefined) continue
    const real = { sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length }
    checked.set(path, real)
    for (const [list, said] of [['checksums.json', checksums?.files?.[path]], ['npm/manifest.json', manifest?.files?.[target]]]) {
      if (said === undefined) found.push(`${path} is not in ${list}`)
      else if (said.sha256 !== real.sha256 || said.bytes !== real.bytes) found.push(`${path} has ${real.bytes} bytes, ${real.sha256}; ${list} says ${said.bytes}, ${said.sha256}`)
    }
  }
  const missing = [...Object.keys(checksums?.files ?? {}), ...Object.keys(manifest?.files ?? {}).map((target) => `npm/${target}/manycore.node`)].filter((path) => !files.has(path))
  for (const path of new Set(missing)) found.push(`${path} is listed but not there`)
  return { found, checked }
}
