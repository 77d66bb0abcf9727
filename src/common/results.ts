/** New arrays for results. */
import { addon } from '../addon/index.ts'
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
