/** Types of shared values: Python's one-letter codes, or the names of typed arrays. */
import { argumentError, makeError } from '../../errors.ts'
import type { BigIntArray, NumberArray } from '../types.ts'

export type FloatCode = 'd' | 'f' | 'float64' | 'float32'
export type IntegerCode = 'b' | 'B' | 'h' | 'H' | 'i' | 'I' | 'l' | 'L' | 'int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'uint32'
export type BigIntCode = 'q' | 'Q' | 'bigint64' | 'biguint64'
/**
 * `b B h H i I l L q Q f d` as in Python's array module, or `int8` … `float64`. C's long differs between platforms; here `l` and `L` have the 32 bits that
 * it has on all of them, so that they are numbers: say `q` for 64.
 */
export type SharedType = FloatCode | IntegerCode | BigIntCode

/** What one element is in TypeScript. */
export type SharedElement<T extends SharedType> = T extends BigIntCode ? bigint : number

export interface ArrayOf {
  b: Int8Array<SharedArrayBuffer>; B: Uint8Array<SharedArrayBuffer>; h: Int16Array<SharedArrayBuffer>; H: Uint16Array<SharedArrayBuffer>
  i: Int32Array<SharedArrayBuffer>; I: Uint32Array<SharedArrayBuffer>; l: Int32Array<SharedArrayBuffer>; L: Uint32Array<SharedArrayBuffer>
  f: Float32Array<SharedArrayBuffer>; d: Float64Array<SharedArrayBuffer>
  q: BigInt64Array<SharedArrayBuffer>; Q: BigUint64Array<SharedArrayBuffer>
  int8: Int8Array<SharedArrayBuffer>; uint8: Uint8Array<SharedArrayBuffer>; int16: Int16Array<SharedArrayBuffer>; uint16: Uint16Array<SharedArrayBuffer>
  int32: Int32Array<SharedArrayBuffer>; uint32: Uint32Array<SharedArrayBuffer>; float32: Float32Array<SharedArrayBuffer>; float64: Float64Array<SharedArrayBuffer>
  bigint64: BigInt64Array<SharedArrayBuffer>; biguint64: BigUint64Array<SharedArrayBuffer>
}

interface ArrayClass {
  readonly BYTES_PER_ELEMENT: number
  new (buffer: SharedArrayBuffer, offset: number, length: number): NumberArray | BigIntArray
}

const classes: ReadonlyMap<string, ArrayClass> = new Map<string, ArrayClass>([
  ['b', Int8Array], ['B', Uint8Array], ['h', Int16Array], ['H', Uint16Array], ['i', Int32Array], ['I', Uint32Array],
  ['l', Int32Array], ['L', Uint32Array], ['f', Float32Array], ['d', Float64Array],
  ['q', BigInt64Array], ['Q', BigUint64Array], ['int8', Int8Array], ['uint8', Uint8Array], ['int16', Int16Array], ['uint16', Uint16Array], ['int32', Int32Array],
  ['uint32', Uint32Array], ['float32', Float32Array], ['float64', Float64Array], ['bigint64', BigInt64Array], ['biguint64', BigUint64Array],
])

/** The typed array class of a type. OPTION error for anything else. */
export function classOf(type: unknown): ArrayClass {
  const found = typeof type === 'string' ? classes.get(type) : undefined
  if (found === undefined) throw argumentError('OPTION', 'type', `one of ${[...classes.keys()].join(', ')}`, type)
  return found
}

/** Least and greatest integer of an array's elements; undefined for floats. */
export function limitsOf(array: NumberArray | BigIntArray): readonly [least: number | bigint, most: number | bigint] | undefined {
  if (array instanceof Float64Array || array instanceof Float32Array) return undefined
  const bits = 8 * array.BYTES_PER_ELEMENT
  const signed = array instanceof Int8Array || array instanceof Int16Array || array instanceof Int32Array || array instanceof BigInt64Array
  if (array instanceof BigInt64Array || array instanceof BigUint64Array) return signed ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n]
  return signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1]
}

/** RANGE error where there is no memory for it. */
export function allocateShared(bytes: number, argument: string): SharedArrayBuffer {
  try {
    return new SharedArrayBuffer(bytes)
  } catch (cause) {
    throw makeError('RANGE', `${bytes} bytes of shared memory can't be had`, { argument, got: String(bytes), cause })
  }
}
