/** The build, in a copy of the tree that is small enough to be quick. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { root } from '../../scripts/toolchain.mjs'

/** A tree of one module, its command and one example. */
function smallTree(): string {
  const place = mkdtempSync(join(tmpdir(), 'manycore-build-'))
  for (const path of ['package.json', 'tsconfig.json', 'tsconfig.examples.json', 'scripts']) cpSync(join(root, path), join(place, path), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'), 'junction')
  for (const folder of ['src/cli', 'examples']) mkdirSync(join(place, folder), { recursive: true })
  writeFileSync(join(place, 'src/index.ts'), 'export const answer = 42\n')
  writeFileSync(join(place, 'src/cli/main.ts'), "import { answer } from '../index.ts'\nconsole.log(answer)\n")
  writeFileSync(join(place, 'examples/first.ts'), "import { answer } from 'manycore'\nconsole.log(answer + 1)\n")
  return place
}

/** Runs the build where no cargo can be found. */
function build(place: string, ...args: string[]) {
  const env = { ...process.env, PATH: '', CARGO_HOME: join(place, 'nowhere') }
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(place, 'scripts', 'build.mjs'), ...args], { env, encoding: 'utf8' })
  return { code: status, output: stdout + stderr }
}

test('without cargo: says what is missing and what that means, and succeeds', (t) => {
  const place = smallTree()
  t.teardown(() => rmSync(place, { recursive: true }))
  const { code, output } = build(place)
  t.is(code, 0, output)
  t.regex(output, /no Rust toolchain found/)
  t.regex(output, /workers backend/)
  t.false(existsSync(join(place, 'build')))
  const run = spawnSync(process.execPath, [join(place, 'dist/examples/first.js')], { encoding: 'utf8' })
  t.is(run.stdout, '43\n', 'examples import the package by its name')
  if (process.platform !== 'win32') t.is(statSync(join(place, 'dist/cli/main.js')).mode & 0o111, 0o111)
})

test('--no-native does not look for cargo', (t) => {
  const place = smallTree()
  t.teardown(() => rmSync(place, { recursive: true }))
  const { code, output } = build(place, '--no-native')
  t.is(code, 0, output)
  t.notRegex(output, /Rust/)
})

test('what a deleted source left behind is removed', (t) => {
  const place = smallTree()
  t.teardown(() => rmSync(place, { recursive: true }))
  mkdirSync(join(place, 'src/old'))
  writeFileSync(join(place, 'src/old/module.ts'), 'export const old = 1\n')
  build(place, '--no-native')
  t.true(existsSync(join(place, 'dist/old/module.d.ts')))
  rmSync(join(place, 'src/old'), { recursive: true })
  build(place, '--no-native')
  t.false(existsSync(join(place, 'dist/old')))
  t.true(existsSync(join(place, 'dist/index.js')))
  t.true(existsSync(join(place, 'dist/examples/first.d.ts')))
})

test('TypeScript that does not compile is exit code 1, and says where', (t) => {
  const place = smallTree()
  t.teardown(() => rmSync(place, { recursive: true }))
  writeFileSync(join(place, 'src/index.ts'), "export const answer: number = 'forty-two'\n")
  const { code, output } = build(place)
  t.is(code, 1)
  t.regex(output, /src\/index\.ts.*TS2322/)
})
