// Every binary of the package: how it is built, what it may need, and where it can be run here.

/** Libraries that a binary may ask for, by operating system. Everything else would have to be installed first. */
const allowed = {
  gnu: /^(libc\.so\.6|libm\.so\.6|libpthread\.so\.0|libdl\.so\.2|librt\.so\.1|ld-linux[\w-]*\.so\.\d)$/,
  musl: /^libc\.so$/,
  windows: /^(KERNEL32|ntdll|bcryptprimitives|api-ms-win-[\w-]+|advapi32|userenv|ws2_32)\.dll$/i,
  darwin: /^\/usr\/lib\/(libSystem\.B|libiconv\.2|libcharset\.1)\.dylib$/,
  freebsd: /^(libc\.so\.7|libthr\.so\.3|libm\.so\.5|libgcc_s\.so\.1)$/,
}

/** Without it the linker writes the path of the file it makes into it. */
const named = '-Clink-arg=-Wl,-install_name,@rpath/manycore.node'

/**
 * `triple`: what Rust calls it, with the C library's floor for zig · `std`: whether Rust's standard library is built from source (the machine's own
 * toolchain brings it for its own target only) · `run`: how it is run here, or undefined where it can't be.
 */
export const targets = [
  { name: 'linux-x64-gnu', triple: 'x86_64-unknown-linux-gnu.2.17', std: false, format: 'elf', needs: allowed.gnu, run: 'native' },
  { name: 'linux-x64-musl', triple: 'x86_64-unknown-linux-musl', std: true, flags: ['-Ctarget-feature=-crt-static'], format: 'elf', needs: allowed.musl, run: 'musl' },
  { name: 'linux-arm64-gnu', triple: 'aarch64-unknown-linux-gnu.2.17', std: true, format: 'elf', needs: allowed.gnu, run: 'qemu-aarch64' },
  { name: 'linux-arm64-musl', triple: 'aarch64-unknown-linux-musl', std: true, flags: ['-Ctarget-feature=-crt-static'], format: 'elf', needs: allowed.musl, run: 'qemu-aarch64-musl' },
  { name: 'linux-arm-gnueabihf', triple: 'armv7-unknown-linux-gnueabihf.2.17', std: true, format: 'elf', needs: allowed.gnu, run: 'qemu-arm' },
  { name: 'win32-x64', triple: 'x86_64-pc-windows-gnullvm', std: true, format: 'coff', needs: allowed.windows, run: 'wine' },
  { name: 'darwin-x64', triple: 'x86_64-apple-darwin', std: true, flags: [named], format: 'mach-o', needs: allowed.darwin, run: undefined },
  { name: 'darwin-arm64', triple: 'aarch64-apple-darwin', std: true, flags: [named], format: 'mach-o', needs: allowed.darwin, run: undefined },
  { name: 'freebsd-x64', triple: 'x86_64-unknown-freebsd', std: true, format: 'elf', needs: allowed.freebsd, run: undefined },
]

/** The targets of these names, or all. */
export function chosen(names) {
  if (names.length === 0) return targets
  return names.map((name) => {
    const found = targets.find((target) => target.name === name)
    if (found === undefined) throw new Error(`there is no target ${name}; there are ${targets.map((target) => target.name).join(', ')}`)
    return found
  })
}
