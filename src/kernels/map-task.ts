/** A piece of an elementwise call on a worker thread: its results lie in the job's own memory, in their own type. */
import type { ElementTypeName, NumericArray } from '../common/arrays.ts'
import { MAP_PIECE } from './map-table.ts'
import { inlineMap, type MapCall } from './maps.ts'
import { viewAs } from './ordering/call.ts'

/** A call as it travels: elements first … last − 1, and the type of what is to come. */
export type MapMessage = Omit<MapCall, 'out'> & { readonly out: ElementTypeName; readonly first: number; readonly last: number }

const constructors = {
  float64: Float64Array, float32: Float32Array, float16: Uint16Array, int8: Int8Array, uint8: Uint8Array, uint8clamped: Uint8ClampedArray, int16: Int16Array,
  uint16: Uint16Array, int32: Int32Array, uint32: Uint32Array, bigint64: BigInt64Array, biguint64: BigUint64Array,
} as const

/** Doubles that the results of a piece take: one that says where one doesn't fit, then the results. */
export function mapWidth(out: NumericArray): number {
  return 1 + Math.ceil((MAP_PIECE * out.BYTES_PER_ELEMENT) / Float64Array.BYTES_PER_ELEMENT)
}

/** Computes a piece, counted from the call's first element. */
export function mapTask(message: MapMessage, piece: number, result: Float64Array): void {
  const from = message.first + piece * MAP_PIECE
  const to = Math.min(message.last, from + MAP_PIECE)
  const part = <T extends NumericArray>(view: T): T => view.subarray(from, to) as T
  const { kernel, x, y, a, b } = message
  result[0] = inlineMap({ kernel, x: part(x), y: y === undefined ? undefined : part(y), a, b, out: mapResult(result, message.out, to - from) }, 0, to - from)
}

/** Where in a piece the first result is that doesn't fit its type, or −1. */
export function firstWrong(result: Float64Array): number {
  return result[0]!
}

/** The results of a piece of `length` elements. */
export function mapResult(result: Float64Array, type: ElementTypeName, length: number): NumericArray {
  const Class = constructors[type] as unknown as new (buffer: ArrayBufferLike, offset: number, length: number) => NumericArray
  return viewAs(new Class(result.buffer, result.byteOffset + Float64Array.BYTES_PER_ELEMENT, length), type)
}
