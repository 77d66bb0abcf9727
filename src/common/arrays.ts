/** Typed arrays as the kernels take them: their types, and whether their memory is still there. */
import { argumentError, makeError } from '../errors.ts'

/** Floating-point arrays of every runtime. */
export type FloatArray = Float64Array | Float32Array

/** Arrays whose elements are bigints. */
export type BigIntArray = BigInt64Array | BigUint64Array

/** Integer arrays whose elements are numbers. */
export type IntegerArray = Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array

/** A Float16Array, which not every runtime has, and TypeScript's library not either. */
export interface Float16Like {
  readonly [Symbol.toStringTag]: 'Float16Array'
  readonly BYTES_PER_ELEMENT: number
  readonly buffer: ArrayBufferLike
  readonly byteOffset: number
  readonly byteLength: number
  readonly length: number
  [index: number]: number
  at(index: number): number | undefined
}

/** Every typed array that the kernels take. Where a Float16Array exists, its code treats it as one more array of numbers. */
export type NumericArray = FloatArray | IntegerArray | BigIntArray

/** Names of element types in the order of their codes, which are those of Rust (crates/kernels/src/arch/array.rs). */
export const elementTypes = [
  'float64', 'float32', 'float16', 'int8', 'uint8', 'uint8clamped', 'int16', 'uint16', 'int32', 'uint32', 'bigint64', 'biguint64',
] as const

/** The name of an element type, as `allocate` takes it. */
export type ElementTypeName = (typeof elementTypes)[number]

const typedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype) as object
const tagOf = Object.getOwnPropertyDescriptor(typedArrayPrototype, Symbol.toStringTag)!.get!

/** The class name of a typed array of any realm (`Float64Array`, …), or undefined for anything else. */
export function typedArrayName(value: unknown): string | undefined {
  return tagOf.call(value) as string | undefined
}

const typeOfClass = new Map<string | undefined, ElementTypeName>(
  [...elementTypes].map((name) => [`${name[0]!.toUpperCase()}${name.slice(1)}`.replace('clamped', 'Clamped').replace('Bigi', 'BigI').replace('Bigu', 'BigU') + 'Array', name]),
)

/** The element type of a typed array of any realm, or undefined for anything else. */
export function elementTypeOf(value: unknown): ElementTypeName | undefined {
  return typeOfClass.get(typedArrayName(value))
}

/** The code under which native functions know the element type of a typed array. */
export function elementCodeOf(view: NumericArray): number {
  return elementTypes.indexOf(elementTypeOf(view)!)
}

/** The array as native functions take it: Node-API has no name for a Float16Array, so that comes as its 16-bit patterns. */
export function nativeView(view: NumericArray): NumericArray {
  return elementTypeOf(view) === 'float16' ? new Uint16Array(view.buffer, view.byteOffset, view.length) : view
}

/** Throws a TYPE error unless `value` is a typed array, of any realm, that is attached. */
export function checkNumericArray(value: unknown, argument: string, wanted = 'a typed array'): asserts value is NumericArray {
  if (elementTypeOf(value) === undefined) throw argumentError('TYPE', argument, wanted, value)
  if ((value as NumericArray).length === 0) checkAttached(value as NumericArray, argument)
}

type ArrayClass<T> = {
  new (length: number): T
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T
}

const classes = new Map(
  ['Float64Array', 'Float32Array', 'Float16Array', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'BigInt64Array', 'BigUint64Array']
    .map((name) => [name, (globalThis as unknown as Record<string, ArrayClass<NumericArray> | undefined>)[name]]),
)

/** The class of this realm that arrays like `view` are made with. Its own constructor may be a Buffer's, or do as its author pleases. */
export function arrayClass<T extends ArrayBufferView>(view: T): ArrayClass<T> {
  return classes.get(typedArrayName(view)!) as unknown as ArrayClass<T>
}

/** The array itself, or a view of this realm's own class on its memory: what `subarray` and `slice` of other classes give is up to their constructors. */
export function ordinary<T extends NumericArray>(view: T): T {
  const Class = arrayClass(view)
  return Object.getPrototypeOf(view) === (Class as unknown as { readonly prototype: unknown }).prototype ? view : new Class(view.buffer, view.byteOffset, view.length)
}

/** A view whose length doesn't follow its buffer's: the length at the call counts. */
export function fixed<T extends NumericArray>(view: T): T {
  return new (arrayClass(view))(view.buffer, view.byteOffset, view.length)
}

/**
 * Whether the memory under a view can't change its size. V8 compiles loops over the other views six times (length-tracking shared
 * ones: fifty times) slower, and a loop that has met one such view stays slow for all.
 */
export function isFixed(view: ArrayBufferView): boolean {
  const buffer = view.buffer as { readonly resizable?: boolean; readonly growable?: boolean }
  return buffer.resizable !== true && buffer.growable !== true
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
