// Runs the fuzz targets of crates/kernels/fuzz with libFuzzer and an address sanitizer: `node scripts/fuzz.mjs [target] [--seconds 60]`. All of them, one after
// the other, unless one is named. Ends with 1 at the first crash; its input is in crates/kernels/fuzz/artifacts, and
// `node scripts/fuzz.mjs <target> <file>` repeats it.
//
// The flags are those of cargo-fuzz, whose layout the folder has: where that is installed, `RUSTC_BOOTSTRAP=1 cargo fuzz run <target>` in crates/kernels
// does the same. Neither nightly nor cargo-fuzz is needed here: the stable toolchain has the sanitizer's runtime, and RUSTC_BOOTSTRAP lets it be
// named. libfuzzer-sys needs a C++ compiler, and the crate registry once.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findCargo, root } from './toolchain.mjs'

const targets = ['input', 'output', 'reductions', 'random', 'order']
const { values, positionals } = parseArgs({ allowPositionals: true, options: { seconds: { type: 'string', default: '60' } } })
const [named, ...files] = positionals
if (named !== undefined && !targets.includes(named)) throw new Error(`no fuzz target ${named}; there are ${targets.join(', ')}`)

const rust = findCargo()
if (rust === undefined) throw new Error('fuzzing needs cargo, which is neither on the PATH nor in ~/.cargo/bin')
const folder = join(root, 'crates', 'kernels', 'fuzz')
const flags = [
  '-Cpasses=sancov-module',
  ...['-level=4', '-inline-8bit-counters', '-pc-table', '-trace-compares'].map((flag) => `-Cllvm-args=-sanitizer-coverage${flag}`),
  '--cfg', 'fuzzing', '-Zsanitizer=address', '-Ccodegen-units=1',
]
const env = { ...rust.env, RUSTC_BOOTSTRAP: '1', RUSTFLAGS: flags.join(' ') }
const host = /^host: (.*)$/m.exec(run('rustc', ['-vV'], { stdio: ['ignore', 'pipe', 'inherit'] }))[1]

// Naming the target keeps the flags away from build scripts.
const build = run(rust.cargo, ['build', '--release', '--target', host, '--locked', '--message-format=json-render-diagnostics'], { stdio: ['ignore', 'pipe', 'inherit'] })
const programs = new Map(
  build.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line)).filter((message) => message.executable).map((message) => [message.target.name, message.executable]),
)
for (const target of named === undefined ? targets : [named]) {
  const corpus = join(folder, 'corpus', target)
  const artifacts = join(folder, 'artifacts', target)
  mkdirSync(corpus, { recursive: true })
  mkdirSync(artifacts, { recursive: true })
  console.log(`fuzz: ${target}${files.length > 0 ? '' : ` for ${values.seconds} s`}`)
  // Leaks: the sanitizer stops the threads of the process for them, which some containers forbid; nothing here allocates beyond a call.
  const settings = [`-max_total_time=${values.seconds}`, '-timeout=20', '-max_len=256', '-detect_leaks=0', '-print_final_stats=1', `-artifact_prefix=${artifacts}/`]
  run(programs.get(target), [...settings, ...(files.length > 0 ? files : [corpus])], { stdio: 'inherit' })
}

function run(program, parameters, options) {
  const { status, stdout, error, signal } = spawnSync(program, parameters, { cwd: folder, env, encoding: 'utf8', maxBuffer: 1 << 28, ...options })
  if (error !== undefined) throw error
  if (status !== 0) {
    console.error(`fuzz: ${program} ended with ${status ?? signal}`)
    process.exit(1)
  }
  return stdout
}
