// What every binary must fulfil before it may be packed.
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { root as slashed } from '../toolchain.mjs'
import { llvm, place } from './tools.mjs'

/** Bytes that no binary may pass. */
export const MOST_BYTES = 5e6

/** Newest version of glibc that a binary may ask for. */
const FLOOR = [2, 17]

/** Name of a Mach-O binary (scripts/release/targets.mjs sets it). */
const ownName = '@rpath/manycore.node'

/** Complaints about the binary of a target; none when it may ship. */
export function complaints(path, target) {
  const found = [...common(path)]
  if (target.format === 'elf') found.push(...elf(path, target))
  else if (target.format === 'coff') found.push(...coff(path, target))
  else found.push(...machO(path, target))
  return found
}

/** What a binary asks of glibc, for the table: `2.14`, or an empty text. */
export function glibcFloor(path) {
  const versions = [...llvm('llvm-readelf', '--version-info', path).matchAll(/GLIBC_(\d+)\.(\d+)/g)].map(([, major, minor]) => [Number(major), Number(minor)])
  const newest = versions.toSorted(compare).at(-1)
  return newest === undefined ? '' : newest.join('.')
}

const compare = ([a, b], [c, d]) => a - c || b - d

function* common(path) {
  const bytes = statSync(path).size
  if (bytes > MOST_BYTES) yield `${bytes} bytes, more than ${MOST_BYTES}`
  const text = readFileSync(path, 'latin1')
  // cargo-auditable's list of crates, under the name of its section.
  if (!text.includes('.dep-v0')) yield 'does not list its crates (.dep-v0)'
  for (const folder of new Set([slashed.replace(/\/$/, ''), realpathSync(place), homedir()])) if (folder.length > 1 && text.includes(`${folder}/`)) yield `holds the path of a folder of this machine`
}

function* elf(path, target) {
  const floor = glibcFloor(path).split('.').map(Number)
  if (target.name.endsWith('gnu') || target.name.endsWith('gnueabihf')) {
    if (compare(floor, FLOOR) > 0) yield `asks for GLIBC_${floor.join('.')}`
  }
  if (target.needs.test('libc.so.6')) yield* unversioned(path)
  const dynamic = llvm('llvm-readelf', '--dynamic-table', path)
  yield* needed([...dynamic.matchAll(/\(NEEDED\)\s+Shared library: \[(.+)\]/g)].map(([, name]) => name), target)
  if (!/\(FLAGS(_1)?\).*NOW|\(BIND_NOW\)/.test(dynamic)) yield 'symbols are not all bound at load (no NOW)'
  if (!llvm('llvm-readelf', '--program-headers', path).includes('GNU_RELRO')) yield 'no RELRO'
  yield* exported(llvm('llvm-nm', '--dynamic', '--defined-only', '--extern-only', '--format=just-symbols', path), target)
}

/**
 * Functions that the binary must find but that had no version when it was linked: glibc of the floor doesn't have them, so it couldn't be loaded there. Weak
 * ones may be missing.
 */
function* unversioned(path) {
  for (const [, name] of llvm('llvm-readelf', '--dyn-syms', '--wide', path).matchAll(/ GLOBAL +DEFAULT +UND ([^@\s]+)$/gm)) yield `needs ${name}, which the oldest C library that it is for doesn't have`
}

function* coff(path, target) {
  yield* needed([...llvm('llvm-readobj', '--coff-imports', path).matchAll(/^ {2}Name: (.+)$/gm)].map(([, name]) => name), target)
  yield* exported([...llvm('llvm-readobj', '--coff-exports', path).matchAll(/^ {2}Name: (.+)$/gm)].map(([, name]) => name).join('\n'), target)
}

function* machO(path, target) {
  // The first line is the file's own name, which must not be a path of the machine that built it.
  const names = [...llvm('llvm-otool', '-L', path).matchAll(/^\t(\S+) \(compat/gm)].map(([, name]) => name)
  if (names[0] !== ownName) yield `calls itself ${names[0]}`
  yield* needed(names.slice(1), target)
  yield* exported(llvm('llvm-nm', '--defined-only', '--extern-only', '--format=just-symbols', path).replaceAll(/^_/gm, ''), target)
}

function* needed(names, target) {
  for (const name of names) if (!target.needs.test(name)) yield `needs ${name}`
}

/** What Node-API looks for, and nothing else. */
const entries = ['napi_register_module_v1', 'node_api_module_get_api_version_v1']

function* exported(listing, target) {
  const names = listing.split('\n').map((line) => line.trim()).filter((name) => name !== '' && !/^(_init|_fini|__bss_start|_edata|_end)$/.test(name))
  for (const entry of entries) if (!names.includes(entry)) yield `does not export ${entry}`
  const others = names.filter((name) => !entries.includes(name))
  if (others.length > 0 && target.format === 'elf') yield `exports ${others.length} more: ${others.slice(0, 3).join(', ')}`
}
