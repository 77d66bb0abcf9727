/** Taking over the memory of a caller's views, for `{ transfer: true }`. */
import type { NumericArray } from '../common/arrays.ts'
import { isStable } from '../common/allocate.ts'
import { describe, makeError } from '../errors.ts'

type NumericArrayConstructor = new (buffer: ArrayBuffer, byteOffset: number, length: number) => NumericArray

/**
 * Detaches the buffers of the views and gives views on the same memory that nobody else can reach. Two views on one buffer stay
 * on one buffer.
 *
 * @throws TypeError ERR_MANYCORE_NOT_TRANSFERABLE if one of the buffers can't be moved; none is then.
 */
export function takeOver<T extends NumericArray>(views: readonly T[]): T[] {
  const buffers = [...new Set(views.map((view) => view.buffer))]
  for (const buffer of buffers) {
    if (isStable(buffer)) throw notTransferable(buffer)
  }
  const places = views.map((view) => ({
    Class: view.constructor as NumericArrayConstructor,
    index: buffers.indexOf(view.buffer),
    offset: view.byteOffset,
    length: view.length,
  }))
  let moved: ArrayBuffer[]
  try {
    moved = structuredClone(buffers as ArrayBuffer[], { transfer: buffers as ArrayBuffer[] })
  } catch (cause) {
    throw notTransferable(buffers[0]!, cause)
  }
  if (buffers.some((buffer) => buffer.byteLength > 0)) {
    // Node 20 copies a buffer that it won't detach, and says nothing.
    throw notTransferable(buffers[0]!)
  }
  return places.map(({ Class, index, offset, length }) => new Class(moved[index]!, offset, length) as T)
}

function notTransferable(buffer: ArrayBufferLike, cause?: unknown): Error {
  return makeError('NOT_TRANSFERABLE', `transfer: ${describe(buffer)} can't be transferred`, {
    argument: 'transfer',
    got: describe(buffer),
    wanted: 'an ArrayBuffer that can be detached',
    cause,
  })
}
