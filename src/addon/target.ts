/** The name of the binary that fits this machine: `<platform>-<arch>[-<abi>]`, e.g. `linux-x64-gnu`. */
import { existsSync } from 'node:fs'

const muslLoaders: Record<string, string> = { x64: 'x86_64', arm64: 'aarch64', arm: 'armhf', ia32: 'i386' }
const glibcLoaders: Record<string, string> = {
  x64: '/lib64/ld-linux-x86-64.so.2',
  arm64: '/lib/ld-linux-aarch64.so.1',
  arm: '/lib/ld-linux-armhf.so.3',
  ia32: '/lib/ld-linux.so.2',
}

/** Tells musl from glibc by their loaders' files: no child process, no report that takes milliseconds. */
function linuxAbi(arch: string): 'gnu' | 'musl' {
  const glibc = glibcLoaders[arch]
  if (glibc !== undefined && existsSync(glibc)) return 'gnu'
  return existsSync(`/lib/ld-musl-${muslLoaders[arch] ?? arch}.so.1`) ? 'musl' : 'gnu'
}

export function target(platform: string = process.platform, arch: string = process.arch): string {
  if (platform === 'linux') return `linux-${arch}-${linuxAbi(arch)}`
  if (platform === 'win32') return `win32-${arch}-msvc`
  return `${platform}-${arch}`
}
