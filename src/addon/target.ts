/** The names of the binaries that may fit this process: `<platform>-<arch>[-<abi>]`, e.g. `linux-x64-gnu`. */
import { readFileSync } from 'node:fs'

export type Libc = 'gnu' | 'musl'

/** Folders of `npm/`, the likeliest first. On Linux the other C library's binary comes second: who names it first may be wrong. */
export function targets(platform: string = process.platform, arch: string = process.arch, libc: () => Libc = libcOfProcess): string[] {
  if (platform !== 'linux') return [`${platform}-${arch}`]
  const names: Record<Libc, string> = arch === 'arm' ? { gnu: 'linux-arm-gnueabihf', musl: 'linux-arm-musleabihf' } : { gnu: `linux-${arch}-gnu`, musl: `linux-${arch}-musl` }
  return libc() === 'gnu' ? [names.gnu, names.musl] : [names.musl, names.gnu]
}

/** The likeliest of them. */
export function target(platform?: string, arch?: string): string {
  return targets(platform, arch)[0]!
}

/**
 * The C library that this very process runs on. What it has mapped says so: files such as /usr/bin/ldd tell of the machine, which may have both.
 * Where /proc can't be read, Node's own report knows, at ten times the cost.
 */
function libcOfProcess(): Libc {
  try {
    return libcOfMaps(readFileSync('/proc/self/maps', 'latin1')) ?? libcOfReport()
  } catch {
    return libcOfReport()
  }
}

/** The C library among a process's mapped files, or undefined where none is (a static binary). */
export function libcOfMaps(maps: string): Libc | undefined {
  if (/\/(ld-musl-[\w-]+\.so\.1|libc\.musl-[\w-]+\.so\.1)$/m.test(maps)) return 'musl'
  if (/\/(libc\.so\.6|libc-2\.\d+\.so|ld-linux[\w-]*\.so\.\d)$/m.test(maps)) return 'gnu'
  // The musl loader under a name of its own, as when a program is started through it.
  return /\/libc\.so$/m.test(maps) ? 'musl' : undefined
}

function libcOfReport(): Libc {
  const report = process.report as (NodeJS.ProcessReport & { excludeNetwork?: boolean }) | undefined
  if (report?.getReport === undefined) return 'gnu'
  // Without it Node looks up the names of all open connections.
  report.excludeNetwork = true
  const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } }
  return header?.glibcVersionRuntime === undefined ? 'musl' : 'gnu'
}
