// Tools for building and running every target, from package registries through their ordinary clients, into build/cross: zig and
// cargo-zigbuild from PyPI, Rust with its sources and LLVM's tools from Debian's packages (unpacked, not installed).
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findCargo, root } from '../toolchain.mjs'

export const place = join(root, 'build', 'cross')

const run = (file, args, options = {}) => execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26, ...options })

/** Makes `folder` by `make` unless an earlier run finished it. */
function once(folder, make) {
  const path = join(place, folder)
  const done = join(path, '.done')
  if (existsSync(done)) return path
  mkdirSync(path, { recursive: true })
  make(path)
  writeFileSync(done, '')
  return path
}

/** Versions of the tools; the first three decide the bytes of a binary, beside the source, Cargo.lock and the compiler. */
export const versions = { ziglang: '0.16.0', 'cargo-zigbuild': '0.24.1', 'cargo-auditable': '0.7.7', 'cargo-deny': '0.20.2' }

/** zig and cargo-zigbuild, from PyPI. */
export function zig() {
  return once('zig', (path) => {
    run('python3', ['-m', 'venv', path])
    run(join(path, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', ...['ziglang', 'cargo-zigbuild'].map((name) => `${name}==${versions[name]}`)])
  })
}

/** The folder of a command of cargo that is built here, by the machine's own cargo: cargo-auditable takes about a minute, cargo-deny five. */
export function cargoCommand(name) {
  const path = once(name, (folder) => {
    const own = findCargo()
    if (own === undefined) throw new Error(`the machine has no cargo to build ${name} with`)
    const target = join(folder, 'target')
    run(own.cargo, ['install', '--quiet', '--locked', '--root', folder, `${name}@${versions[name]}`], { env: { ...own.env, CARGO_TARGET_DIR: target } })
    rmSync(target, { recursive: true, force: true })
  })
  return join(path, 'bin')
}

/** Downloads packages of Debian (of another architecture or suite where asked for) and unpacks them into one folder. */
export function debs(folder, packages, { architecture, suite } = {}) {
  return once(folder, (path) => {
    const files = join(path, '.debs')
    mkdirSync(files)
    const options = architecture === undefined && suite === undefined ? [] : foreign({ architecture, suite })
    if (options.length === 0) run('apt-get', ['update', '-qq'])
    // As root apt drops its rights for downloads, and then can't write here.
    run('apt-get', [...options, '-o', 'APT::Sandbox::User=root', 'download', '-qq', ...packages], { cwd: files })
    for (const file of readdirSync(files)) run('dpkg', ['-x', join(files, file), path])
  })
}

/** Package lists of its own for another architecture or suite, so that the machine's stay as they are. Of its main archive alone: security updates of other architectures may be halfway there. */
function foreign({ architecture = 'amd64', suite = codename() }) {
  const state = once(`apt-${architecture}-${suite}`, (path) => {
    mkdirSync(join(path, 'lists', 'partial'), { recursive: true })
    mkdirSync(join(path, 'cache', 'archives', 'partial'), { recursive: true })
    // The same mirror: only the machine's own settings know where it is.
    const sources = run('sh', ['-c', 'cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true'])
    const mirror = /^(?:deb\s+(?:\[[^\]]*\]\s*)?|URIs:\s*)(\S+\/debian\/?)(?:\s|$)/m.exec(sources)?.[1]
    if (mirror === undefined) throw new Error('no source of Debian packages is set up here')
    writeFileSync(join(path, 'sources.list'), `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror} ${suite} main\n`)
    run('apt-get', [...optionsFor(path, architecture), 'update', '-qq'])
  })
  return optionsFor(state, architecture)
}

const codename = () => /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'bookworm'

function optionsFor(path, architecture) {
  const own = ['-o', `Dir::Etc::SourceList=${join(path, 'sources.list')}`, '-o', 'Dir::Etc::SourceParts=/dev/null']
  return ['-o', `APT::Architecture=${architecture}`, '-o', `APT::Architectures::=${architecture}`, '-o', `Dir::State::lists=${join(path, 'lists')}`, '-o', `Dir::Cache=${join(path, 'cache')}`, ...own]
}

/** Rust 1.96 with the sources of its standard library, and LLVM's tools. */
export function rust() {
  const path = debs('rust', [
    ...['rustc-web', 'cargo-web', 'rust-web-src', 'libstd-rust-web-dev', 'libstd-rust-web-1.96'].map((name) => `${name}=1.96*`),
    'libllvm22', 'llvm-22', 'libgit2-1.5', 'libhttp-parser2.9', 'libssh2-1', 'libmbedtls14', 'libmbedx509-1', 'libmbedcrypto7', 'libpcre3',
  ])
  // rustc strips Mach-O files with this name.
  const objcopy = join(path, 'usr', 'bin', 'rust-objcopy')
  if (!existsSync(objcopy)) symlinkSync('llvm-objcopy-22', objcopy)
  return path
}

/** A tool of LLVM, called with arguments; gives what it prints. */
export function llvm(tool, ...args) {
  return run(join(rust(), 'usr', 'bin', `${tool}-22`), args, { env: { ...process.env, LD_LIBRARY_PATH: libraries() } })
}

const libraries = () => join(rust(), 'usr', 'lib', 'x86_64-linux-gnu')

/** What a build of a target needs in its environment. `std`: with the Rust that can build its standard library. */
export function environment(std) {
  const path = [join(zig(), 'bin')]
  if (!std) {
    const own = findCargo()
    if (own === undefined) throw new Error('the machine has no cargo')
    return { ...own.env, PATH: [...path, own.env.PATH].join(':') }
  }
  const bin = join(rust(), 'usr', 'bin')
  return {
    ...process.env,
    PATH: [bin, ...path, process.env.PATH].join(':'),
    RUSTC: join(bin, 'rustc'),
    CARGO: join(bin, 'cargo'),
    LD_LIBRARY_PATH: libraries(),
    RUSTC_BOOTSTRAP: '1',
  }
}
