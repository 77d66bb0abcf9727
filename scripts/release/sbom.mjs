// npm run sbom: sbom.cdx.json (CycloneDX 1.6), the parts of the package: the crates that any of its binaries links, with versions, licences and hashes of Cargo.lock,
// and packages of npm that it needs at run time (none). It has no time and no random number in it, so that the same tree gives the same file.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findCargo, root } from '../toolchain.mjs'

/** The document as text, from what cargo says of this tree. */
export function sbom() {
  const rust = findCargo()
  if (rust === undefined) throw new Error('cargo knows the crates, and there is none here')
  const output = execFileSync(rust.cargo, ['metadata', '--format-version', '1', '--locked', '--all-features'], { cwd: root, env: rust.env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 28 })
  const metadata = JSON.parse(output)
  const packages = new Map(metadata.packages.map((entry) => [entry.id, entry]))
  const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]))
  const main = metadata.packages.find(({ name }) => name === 'manycore').id
  const linked = reachable(main, nodes, packages)
  const hashes = lockedHashes(readFileSync(join(root, 'Cargo.lock'), 'utf8'))
  const { name, version, description, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const reference = (id) => (id === main ? npmUrl(name, version) : cargoUrl(packages.get(id)))
  const crates = [...linked].filter((id) => id !== main).map((id) => component(packages.get(id), hashes))
  const ofNpm = runtimePackages()
  const dependencies = [...linked].map((id) => ({
    ref: reference(id),
    dependsOn: [...normal(nodes.get(id), packages).map(reference), ...(id === main ? ofNpm.map((entry) => entry['bom-ref']) : [])].toSorted(),
  }))
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      lifecycles: [{ phase: 'build' }],
      component: { type: 'library', 'bom-ref': npmUrl(name, version), name, version, description, licenses: [{ expression: license }], purl: npmUrl(name, version) },
    },
    components: [...crates, ...ofNpm].toSorted(by((entry) => entry['bom-ref'])),
    dependencies: dependencies.toSorted(by((entry) => entry.ref)),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

const by = (key) => (a, b) => (key(a) < key(b) ? -1 : 1)
const npmUrl = (name, version) => `pkg:npm/${name}@${version}`
const cargoUrl = ({ name, version }) => `pkg:cargo/${name}@${version}`

/** Dependencies whose code ends up in the binary: no tests, no build scripts, no macros that run in the compiler. */
function normal(node, packages) {
  const kept = node.deps.filter(({ dep_kinds: kinds, pkg }) => kinds.some(({ kind }) => kind === null) && !packages.get(pkg).targets.some(({ kind }) => kind.includes('proc-macro')))
  return [...new Set(kept.map(({ pkg }) => pkg))]
}

function reachable(start, nodes, packages) {
  const seen = new Set([start])
  for (const id of seen) for (const next of normal(nodes.get(id), packages)) seen.add(next)
  return seen
}

/** By `name version`, what Cargo.lock says that a crate's archive must hash to. */
function lockedHashes(lock) {
  return new Map([...lock.matchAll(/name = "([^"]+)"\nversion = "([^"]+)"\n(?:source = .*\n)?checksum = "([0-9a-f]{64})"/g)].map(([, name, version, hash]) => [`${name} ${version}`, hash]))
}

function component(entry, hashes) {
  const hash = hashes.get(`${entry.name} ${entry.version}`)
  return {
    type: 'library',
    'bom-ref': cargoUrl(entry),
    name: entry.name,
    version: entry.version,
    ...(entry.description ? { description: entry.description.trim().replaceAll(/\s+/g, ' ') } : {}),
    ...(hash === undefined ? {} : { hashes: [{ alg: 'SHA-256', content: hash }] }),
    // Some crates still write "MIT/Apache-2.0", which is no expression of SPDX.
    ...(entry.license ? { licenses: [{ expression: entry.license.replaceAll('/', ' OR ') }] } : {}),
    purl: cargoUrl(entry),
  }
}

/** Packages of package-lock.json that a user's install would bring along. */
function runtimePackages() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  return Object.entries(packages)
    .filter(([path, { dev, devOptional, link }]) => path !== '' && !dev && !devOptional && !link)
    .map(([path, { version, license }]) => {
      const name = path.split('node_modules/').at(-1)
      return { type: 'library', 'bom-ref': npmUrl(name, version), name, version, ...(license ? { licenses: [{ expression: license }] } : {}), purl: npmUrl(name, version) }
    })
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, 'sbom.cdx.json'), sbom())
  console.log('sbom.cdx.json')
}
