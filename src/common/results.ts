/** New arrays for results, and where results may lie. */
import { addon } from '../addon/index.ts'
import { describe, makeError } from '../errors.ts'
import type { NumericArray } from './arrays.ts'

/** From so many bytes on the system is asked for large pages, where there is a native core to ask it. */
const LARGE = 4 * 1024 * 1024

/** A new array that is about to be written in full: making its memory page by page would take longer than most kernels compute. */
export function newResult<A extends NumericArray>(Class: new (length: number) => A, length: number): A {
  const array = new Class(length)
  preferLargePages(array.buffer)
  return array
}

/** The same of doubles that several threads write. */
export function newSharedResult(length: number): Float64Array<SharedArrayBuffer> {
  const buffer = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT * length)
  preferLargePages(buffer)
  return new Float64Array(buffer)
}

function preferLargePages(buffer: ArrayBufferLike): void {
  if (buffer.byteLength >= LARGE) addon()?.largePages(new Uint8Array(buffer))
}

/** Refuses an `out` that lies partly on an input: writing an element of it would change others of the input that have yet to be read. */
export function checkPlace(out: NumericArray, input: NumericArray, name: string): void {
  if (!overlapsElsewhere(out, input)) return
  throw makeError('OPTION', `out: lies partly on ${name}; it may be ${name} itself, or apart from it`, { argument: 'out', got: describe(out), wanted: `${name} itself or other memory` })
}

/** Whether writing element i of `out` could change another element of the input than its own i. */
export function overlapsElsewhere(out: NumericArray, input: NumericArray): boolean {
  if (out.buffer !== input.buffer || out.length === 0) return false
  if (out.byteOffset === input.byteOffset && out.BYTES_PER_ELEMENT === input.BYTES_PER_ELEMENT) return false
  return out.byteOffset < input.byteOffset + input.byteLength && input.byteOffset < out.byteOffset + out.byteLength
}
