/**
 * Memory that several processes see: an anonymous file of Linux, made by the native core. A name leads to it by way of /proc, where every process that holds it
 * shows it; so it is gone when the last of them ends, however it ends.
 */
import { closeSync, constants, fchmodSync, fstatSync, openSync, readdirSync, readlinkSync } from 'node:fs'
import { addon } from '../../addon/index.ts'
import { builtin } from '../../common/builtin.ts'
import { makeError } from '../../errors.ts'

/** Memory that this process has mapped. */
export interface ProcessBlock {
  readonly name: string
  readonly buffer: ArrayBuffer
  readonly descriptor: number
  /** Made here, not found in /proc. */
  readonly made: boolean
}

/** Where the memory of a name was found open. A hint: by now it may be something else. */
export interface Place {
  readonly pid: number
  readonly descriptor: number
}

/** What this thread has open, both ways: to look through all that a process has open takes milliseconds where that is much. */
const descriptorsHere = new Map<string, Set<number>>()
const namesHere = new Map<number, string>()

/** Whether memory can be shared between processes here. */
export function canShareWithProcesses(): boolean {
  return process.platform === 'linux' && typeof addon()?.sharedCreate === 'function'
}

function core(): NonNullable<ReturnType<typeof addon>> {
  const found = canShareWithProcesses() ? addon() : undefined
  if (found !== undefined) return found
  throw makeError(
    'NATIVE_LOAD',
    `shared memory between processes needs Linux and the native core (this is ${process.platform}; "manycore doctor" says what was loaded). Threads of one process share memory without it: leave out kind: 'process'`,
    { argument: 'kind' },
  )
}

/** The two halves of the number that stands for a name in /proc. */
function numberOf(name: string): readonly [high: number, low: number] {
  const digest = builtin('node:crypto').createHash('sha256').update(name).digest()
  return [digest.readUInt32BE(0), digest.readUInt32BE(4)]
}

function linkOf(name: string): string {
  const [high, low] = numberOf(name)
  return `/memfd:manycore-${high.toString(16).padStart(8, '0')}${low.toString(16).padStart(8, '0')}`
}

/** EXISTS error when a process holds memory of that name. One that is `unique` isn't looked for: that takes milliseconds where much is open. */
export function createForProcesses(name: string, bytes: number, unique: boolean): ProcessBlock {
  const native = core()
  const existing = unique ? undefined : find(name)
  if (existing !== undefined) {
    closeSync(existing)
    throw makeError('EXISTS', `shared memory "${name}" exists already`, { argument: 'name', got: name })
  }
  const descriptor = native.sharedCreate(...numberOf(name), bytes)
  if (descriptor < 0) throw makeError('RANGE', `${bytes} bytes of shared memory can't be had`, { argument: 'bytes', got: String(bytes) })
  return mapped(name, descriptor, bytes, true)
}

function mapped(name: string, descriptor: number, bytes: number, made: boolean): ProcessBlock {
  const buffer = bytes === 0 ? new ArrayBuffer(0) : core().sharedMap(descriptor, bytes)
  if (buffer !== undefined) {
    const here = descriptorsHere.get(name)
    if (here === undefined) descriptorsHere.set(name, new Set([descriptor]))
    else here.add(descriptor)
    namesHere.set(descriptor, name)
    return { name, buffer, descriptor, made }
  }
  giveBack(descriptor, made)
  throw makeError('RANGE', `shared memory "${name}" of ${bytes} bytes can't be mapped here`, { argument: 'name', got: name })
}

/** Undefined when no process holds memory of that name (or none here can look). Looked for at `place` first. */
export function attachForProcesses(name: string, place?: Place): ProcessBlock | undefined {
  if (!canShareWithProcesses()) return undefined
  const descriptor = find(name, place)
  return descriptor === undefined ? undefined : mapped(name, descriptor, fstatSync(descriptor).size, false)
}

/** A descriptor of our own for the memory of that name. */
function find(name: string, place?: Place): number | undefined {
  const link = linkOf(name)
  const own = String(process.pid)
  for (const descriptor of descriptorsHere.get(name) ?? []) {
    const found = openAt(`/proc/${own}/fd/${descriptor}`, link)
    if (found !== undefined) return found
  }
  const sent = place === undefined ? undefined : openAt(`/proc/${place.pid}/fd/${place.descriptor}`, link)
  if (sent !== undefined) return sent
  // This process first: it is the likeliest, and the others may be hundreds.
  for (const pid of [own, ...others(own)]) {
    for (const file of entries(`/proc/${pid}/fd`)) {
      const descriptor = openAt(`/proc/${pid}/fd/${file}`, link)
      if (descriptor !== undefined) return descriptor
    }
  }
  return undefined
}

/** Undefined unless the memory that `link` stands for is there, and has its name. */
function openAt(path: string, link: string): number | undefined {
  if (!targetOf(path).startsWith(link)) return undefined
  const descriptor = open(path)
  if (descriptor === undefined || !isUnlinked(descriptor)) return descriptor
  closeSync(descriptor)
  return undefined
}

function* others(own: string): Generator<string> {
  for (const entry of entries('/proc')) if (/^\d+$/.test(entry) && entry !== own) yield entry
}

/** Nothing where this process may not look, or the other one has just ended. */
function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function targetOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function open(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDWR)
  } catch {
    return undefined
  }
}

/** A file has no other place for it that all its holders see: without permissions it has no name any more. */
function isUnlinked(descriptor: number): boolean {
  return (fstatSync(descriptor).mode & 0o777) === 0
}

/** `closed`: nothing else needs the descriptor any more. */
export function unlinkForProcesses({ descriptor, made }: ProcessBlock, closed: boolean): void {
  fchmodSync(descriptor, 0)
  if (closed) giveBack(descriptor, made)
}

/** Takes the memory from all views, and gives the descriptor back unless the name needs it. */
export function closeForProcesses({ buffer, descriptor, made }: ProcessBlock, keepName: boolean): void {
  if (buffer.byteLength > 0) core().sharedDetach(buffer)
  if (!keepName) giveBack(descriptor, made)
}

export function giveBack(descriptor: number, made: boolean): void {
  const name = namesHere.get(descriptor) ?? ''
  namesHere.delete(descriptor)
  const here = descriptorsHere.get(name)
  here?.delete(descriptor)
  if (here?.size === 0) descriptorsHere.delete(name)
  if (made) core().sharedClose(descriptor)
  else closeSync(descriptor)
}
