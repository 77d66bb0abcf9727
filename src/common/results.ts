/** New arrays for results, and where results may lie. */
import { Buffer, constants } from 'node:buffer'
import { addon } from '../addon/index.ts'
import { describe, makeError } from '../errors.ts'
import { isShared } from './allocate.ts'
import type { NumericArray } from './arrays.ts'

/** From so many bytes on the system is asked for large pages, where there is a native core to ask it. */
const LARGE = 4 * 1024 * 1024

/** From so many bytes on writing zeros that nobody reads costs more than asking for memory without them. */
const UNCLEARED = 4096

/** So many bytes a Buffer holds at the most (4 GiB on Node 20); a typed array may be longer. */
const MOST = constants.MAX_LENGTH

/** A class of typed arrays. */
export interface ArrayClass<A> {
  readonly BYTES_PER_ELEMENT: number
  new (length: number): A
  new (buffer: ArrayBuffer, byteOffset: number, length: number): A
}

/**
 * A new array that is about to be written in full: its memory may hold anything, and nobody may see it before. Writing zeros first, or making its
 * memory page by page, would take as long as most kernels compute.
 *
 * @throws RangeError ERR_MANYCORE_RANGE where so much memory can't be had.
 */
export function newResult<A extends NumericArray>(Class: ArrayClass<A>, length: number): A {
  const bytes = Class.BYTES_PER_ELEMENT * length
  if (bytes < UNCLEARED) return new Class(length)
  try {
    return bytes <= MOST ? uncleared(Class, length, bytes) : new Class(length)
  } catch (cause) {
    const got = `${length} elements of ${Class.BYTES_PER_ELEMENT} bytes`
    throw makeError('RANGE', `the result: expected one whose memory can be had, got ${got}`, { got, wanted: 'a result whose memory can be had', cause })
  }
}

function uncleared<A>(Class: ArrayClass<A>, length: number, bytes: number): A {
  const { buffer } = Buffer.allocUnsafeSlow(bytes)
  // A runtime may take it from something larger, which would travel with the result.
  if (buffer.byteLength !== bytes) return new Class(length)
  if (bytes >= LARGE) preferLargePages(buffer)
  return new Class(buffer as ArrayBuffer, 0, length)
}

/** Doubles that several threads write, zeros at first. */
export function newSharedResult(length: number): Float64Array<SharedArrayBuffer> {
  const buffer = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT * length)
  if (buffer.byteLength >= LARGE) preferLargePages(buffer)
  return new Float64Array(buffer)
}

function preferLargePages(buffer: ArrayBufferLike): void {
  addon()?.largePages(new Uint8Array(buffer))
}

/** Refuses an `out` that lies partly on an input: writing an element of it would change others of the input that have yet to be read. */
export function checkPlace(out: NumericArray, input: NumericArray, name: string): void {
  if (!overlapsElsewhere(out, input)) return
  throw makeError('OPTION', `out: lies partly on ${name}; it may be ${name} itself, or apart from it`, { argument: 'out', got: describe(out), wanted: `${name} itself or other memory` })
}

/** Whether writing element i of `out` could change another element of the input than its own i. */
export function overlapsElsewhere(out: NumericArray, input: NumericArray): boolean {
  if (out.byteOffset === input.byteOffset && out.BYTES_PER_ELEMENT === input.BYTES_PER_ELEMENT) return false
  return overlaps(out, input)
}

/** Whether `out`, whose elements are about to be written, and an input have memory in common: two SharedArrayBuffers may be one memory, where one of them has come in a message. */
export function overlaps(out: NumericArray, input: NumericArray): boolean {
  const first = out.byteOffset
  const firstOfInput = input.byteOffset
  if (first >= firstOfInput + input.byteLength || firstOfInput >= first + out.byteLength) return false
  const { buffer } = out
  return buffer === input.buffer || (!(buffer instanceof ArrayBuffer) && isShared(buffer) && isShared(input.buffer) && isOneMemory(buffer, input.buffer, Math.max(first, firstOfInput)))
}

/** Whether what is written to a byte of `out` can be read from the other memory: the engine tells nobody where a buffer lies. The byte is then what it was, unless somebody else has written it meanwhile. */
function isOneMemory(out: ArrayBufferLike, input: ArrayBufferLike, at: number): boolean {
  const [written, read] = [new Uint8Array(out, at, 1), new Uint8Array(input, at, 1)]
  const byte = Atomics.load(written, 0)
  Atomics.store(written, 0, byte ^ 0xff)
  const arrived = Atomics.load(read, 0) === (byte ^ 0xff)
  Atomics.compareExchange(written, 0, byte ^ 0xff, byte)
  return arrived && Atomics.load(read, 0) === byte
}
