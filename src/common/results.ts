/** New arrays for results. */
import { addon } from '../addon/index.ts'
import type { NumericArray } from './arrays.ts'

/** From so many bytes on the system is asked for large pages, where there is a native core to ask it. */
const LARGE = 4 * 1024 * 1024

/** A new array that is about to be written in full: making its memory page by page would take longer than most kernels compute. */
export function newResult<A extends NumericArray>(Class: new (length: number) => A, length: number): A {
  const array = new Class(length)
  if (array.byteLength >= LARGE) addon()?.largePages(array.buffer as ArrayBuffer)
  return array
}
