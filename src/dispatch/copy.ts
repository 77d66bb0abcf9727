/**
 * Copies in slices between turns of the event loop, for promise forms of kernels that read their input more than once: those need
 * memory that JavaScript can't free meanwhile (docs/memory.md).
 */
import { allocate, type ElementType } from '../common/allocate.ts'
import { checkAttached, elementTypeOf, fixed, type NumericArray } from '../common/arrays.ts'
import { countCopy } from '../common/copies.ts'
import type { CallOptions } from '../common/options.ts'
import { perform, type Work } from './work.ts'

/** Elements of a piece: some tens of microseconds. */
const PIECE = 1 << 16

/** A copy of `view` that kernels may read off the thread, by workers too if `shared`. Rejects like any call: signal, time limit, detached memory. */
export async function copyIn<T extends NumericArray>(view: T, name: string, options?: CallOptions, shared = false): Promise<T> {
  checkAttached(view, name)
  const copy = allocate(elementTypeOf(view) as ElementType, view.length, { zero: false, shared }) as unknown as T
  countCopy('promise', copy.byteLength)
  await perform(copying(view, name, copy, 'copy'), options)
  return copy
}

/** Copies a result to where it is wanted; both of equal type and length. */
export function copyOut<T extends NumericArray>(from: T, to: T, name: string, options?: CallOptions): Promise<void> {
  countCopy('out', from.byteLength)
  return perform(copying(from, 'result', to, name), options)
}

function copying<T extends NumericArray>(from: T, fromName: string, to: T, toName: string): Work<void> {
  const [source, target] = [fixed(from), fixed(to)]
  const n = source.length
  const copy = (first: number, last: number): void => {
    ;(target as Float64Array).set((source as Float64Array).subarray(first * PIECE, Math.min(n, last * PIECE)), first * PIECE)
  }
  const nanoseconds = n * source.BYTES_PER_ELEMENT * 0.12
  return {
    views: [{ name: fromName, view: source }, { name: toName, view: target }],
    pieces: Math.ceil(n / PIECE),
    nanoseconds: { inline: nanoseconds, native: nanoseconds },
    bytes: 2 * n * source.BYTES_PER_ELEMENT,
    stable: false,
    shared: false,
    inline: copy,
    blocking: (_backend, first, last) => copy(first, last),
    finish: () => {},
  }
}
