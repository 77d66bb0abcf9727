/** Typed arrays as the kernels take them: their types, and whether their memory is still there. */
import { argumentError, makeError } from '../errors.ts'

/** Element types that the kernels take so far. */
export type FloatArray = Float64Array | Float32Array

const typedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype) as object
const tagOf = Object.getOwnPropertyDescriptor(typedArrayPrototype, Symbol.toStringTag)!.get!

/** The class name of a typed array of any realm (`Float64Array`, …), or undefined for anything else. */
export function typedArrayName(value: unknown): string | undefined {
  return tagOf.call(value) as string | undefined
}

/** Throws a TYPE error unless `value` is a Float64Array or Float32Array of any realm. */
export function checkFloatArray(value: unknown, argument: string): asserts value is FloatArray {
  const name = typedArrayName(value)
  if (name !== 'Float64Array' && name !== 'Float32Array') {
    throw argumentError('TYPE', argument, 'a Float64Array or a Float32Array', value)
  }
}

/**
 * Throws a DETACHED error if the view's memory is gone: its buffer was transferred, or resized below the view. Such a view
 * says that its length is 0, so only empty ones need the look.
 */
export function checkAttached(view: ArrayBufferView & { at(index: number): unknown }, argument: string): void {
  try {
    // Every method of a typed array refuses a view without memory, on all engines; `buffer.detached` is missing on Node 20.
    view.at(0)
  } catch {
    throw detachedError(argument)
  }
}

export function detachedError(argument: string): Error {
  return makeError('DETACHED', `${argument}: its buffer has been transferred, or resized below the view`, {
    argument,
    got: 'a view without memory',
    wanted: 'a view whose buffer is attached and large enough',
  })
}
