/** A call of the family on a worker thread: its results lie one after the other in the job's own memory. */
import type { NumericArray } from '../../common/arrays.ts'
import type { Look } from './look.ts'
import { computeOrder, type OrderCall, type OutputShape } from './call.ts'

/** A call whose outputs are yet to be made, as it travels. */
export type OrderMessage = Omit<OrderCall, 'outputs'> & { readonly outputs: readonly OutputShape[] }

const constructors = {
  float64: Float64Array, float32: Float32Array, int8: Int8Array, uint8: Uint8Array, uint8clamped: Uint8ClampedArray, int16: Int16Array,
  uint16: Uint16Array, int32: Int32Array, uint32: Uint32Array, bigint64: BigInt64Array, biguint64: BigUint64Array,
} as const

/** Doubles that a call's results take: its value, then its outputs. */
export function widthOfOrder(message: OrderMessage): number {
  return places(message).end
}

/** Computes a call and writes its results. */
export function orderTask(message: OrderMessage, result: Float64Array, look: Look): void {
  result[0] = computeOrder({ ...message, outputs: orderOutputs(message, result) }, look)
}

/** The outputs of a call in its results. */
export function orderOutputs(message: OrderMessage, result: Float64Array): NumericArray[] {
  const { starts } = places(message)
  return message.outputs.map(({ type, length }, index) => {
    const Class = constructors[type] as unknown as new (buffer: ArrayBufferLike, offset: number, length: number) => NumericArray
    return new Class(result.buffer, result.byteOffset + starts[index]! * 8, length)
  })
}

function places({ outputs }: OrderMessage): { starts: number[]; end: number } {
  let end = 1
  const starts = outputs.map(({ type, length }) => {
    const start = end
    end += Math.ceil((length * constructors[type].BYTES_PER_ELEMENT) / 8)
    return start
  })
  return { starts, end }
}
