/** Who may depend on whom among the crates, and where Rust may be unsafe. */
import { execFileSync } from 'node:child_process'
import test from 'ava'
import { crates, unsafeFence } from '../../scripts/layers.mjs'
import { findCargo, root } from '../../scripts/toolchain.mjs'
import { filesBelow, read } from '../support/house.ts'

interface Metadata {
  packages: { name: string; dependencies: { name: string; kind: 'dev' | 'build' | null }[] }[]
}

const rust = findCargo()
// Without cargo nobody can say what a manifest means; npm test then reports the Rust parts as not run.
const withCargo = rust === undefined ? test.skip : test // without cargo there is nobody to ask

withCargo('each crate depends on what its row of the table allows, and nothing else', (t) => {
  if (rust === undefined) return t.fail()
  const output = execFileSync(rust.cargo, ['metadata', '--no-deps', '--format-version', '1', '--offline'], {
    cwd: root,
    env: rust.env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const { packages } = JSON.parse(output) as Metadata
  t.deepEqual(packages.map(({ name }) => name).sort(), Object.keys(crates).sort())
  for (const { name, dependencies } of packages) {
    const allowed: readonly string[] = crates[name as keyof typeof crates]
    const used = dependencies.filter(({ kind }) => kind !== 'dev').map((dependency) => dependency.name)
    t.deepEqual(used.filter((dependency) => !allowed.includes(dependency)), [], name)
  }
})

const rustFiles = filesBelow('crates').filter((path) => path.endsWith('.rs'))

test('unsafe code is allowed only behind its fence', (t) => {
  const allowing = rustFiles.filter((path) => /(allow|expect|warn)\s*\([^)]*\bunsafe_code\b/.test(read(path)))
  t.true(allowing.length > 0)
  t.deepEqual(allowing.filter((path) => !unsafeFence.test(path)), [])
  // Denied by the compiler as well; this also sees what is compiled on other machines only.
  const code = (path: string) => read(path).replace(/\/\/.*$/gm, '').replace(/"(\\.|[^"\\])*"/g, '')
  t.deepEqual(rustFiles.filter((path) => !unsafeFence.test(path) && /\bunsafe\s*(\{|fn|impl|extern|trait)/.test(code(path))), [])
})

test('every crate takes its lints from the workspace, which denies unsafe code', (t) => {
  t.regex(read('Cargo.toml'), /\[workspace\.lints\.rust\][^[]*^unsafe_code = "deny"$/m)
  t.regex(read('Cargo.toml'), /\[workspace\.lints\.clippy\][^[]*^undocumented_unsafe_blocks = "deny"$/m)
  for (const manifest of ['Cargo.toml', ...filesBelow('crates').filter((path) => path.endsWith('Cargo.toml'))]) {
    t.regex(read(manifest), /^\[lints\]\nworkspace = true$/m, manifest)
  }
})
