/** sbom.cdx.json says what is in the package: compared with Cargo.lock, with cargo's own tree, and with what the script would write now. */
import { execFileSync } from 'node:child_process'
import test from 'ava'
import { sbom } from '../../scripts/release/sbom.mjs'
import { findCargo, root } from '../../scripts/toolchain.mjs'
import { read } from '../support/house.ts'

interface Component {
  'bom-ref': string
  name: string
  version: string
  purl: string
  hashes?: { alg: string; content: string }[]
  licenses?: { expression: string }[]
}

const document = JSON.parse(read('sbom.cdx.json')) as {
  bomFormat: string
  metadata: { component: Component }
  components: Component[]
  dependencies: { ref: string; dependsOn: string[] }[]
}

const rust = findCargo()
const withCargo = rust === undefined ? test.skip : test // without cargo there is nobody to ask

test('names, versions and hashes are those of Cargo.lock, and everything has a licence', (t) => {
  const locked = new Map(
    read('Cargo.lock').split('[[package]]').map((text) => [`${/^name = "(.*)"$/m.exec(text)?.[1]} ${/^version = "(.*)"$/m.exec(text)?.[1]}`, /^checksum = "(.*)"$/m.exec(text)?.[1]]),
  )
  t.true(document.components.length > 5)
  for (const { name, version, purl, hashes, licenses } of document.components) {
    t.true(locked.has(`${name} ${version}`), `${name} ${version} is in Cargo.lock`)
    t.is(hashes?.[0]?.content, locked.get(`${name} ${version}`), name)
    t.is(purl, `pkg:cargo/${name}@${version}`)
    t.regex(licenses?.[0]?.expression ?? '', /\bMIT\b|\bISC\b/, name)
  }
})

test('the package is the root, needs nothing of npm at run time, and every reference leads somewhere', (t) => {
  const { name, version, dependencies } = JSON.parse(read('package.json')) as { name: string; version: string; dependencies?: object }
  t.is(document.bomFormat, 'CycloneDX')
  t.is(document.metadata.component.purl, `pkg:npm/${name}@${version}`)
  t.is(dependencies, undefined)
  const known = new Set([document.metadata.component, ...document.components].map((entry) => entry['bom-ref']))
  t.deepEqual(document.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]).filter((ref) => !known.has(ref)), [])
  t.is(document.dependencies.length, known.size)
})

withCargo('lists the crates that cargo links, on whatever target, and no other', (t) => {
  const output = execFileSync(rust!.cargo, ['tree', '-p', 'manycore', '--edges', 'normal', '--target', 'all', '--prefix', 'none', '--locked', '--offline'], {
    cwd: root, env: rust!.env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'],
  })
  const tree = [...new Set(output.split('\n').filter(Boolean).map((line) => line.split(' ').slice(0, 2).join(' ').replace(' v', ' ')))].filter((entry) => !entry.startsWith('manycore '))
  t.deepEqual(document.components.map(({ name, version }) => `${name} ${version}`).toSorted(), tree.toSorted())
})

withCargo('is what `npm run sbom` writes now', (t) => {
  t.is(read('sbom.cdx.json'), sbom())
})
