/** Random numbers on worker threads: a piece lies in the job's own memory, so it doesn't matter where the numbers go in the end. */
import { elementTypeOf, type ElementTypeName } from '../../common/arrays.ts'
import { fillRandom, PIECE, type Draw, type Seed } from './index.ts'

const constructors = {
  float64: Float64Array, float32: Float32Array, int8: Int8Array, uint8: Uint8Array, int16: Int16Array, uint16: Uint16Array, int32: Int32Array, uint32: Uint32Array,
  bigint64: BigInt64Array, biguint64: BigUint64Array,
} as const

type Without<D> = D extends unknown ? Omit<D, 'out'> : never

/** What is drawn, as it travels: elements up to `end`, counted from the first of all. */
export interface RandomMessage {
  readonly draw: Without<Draw>
  readonly type: ElementTypeName
  readonly seed: Seed
  readonly end: number
}

/** The message for elements up to `first + draw.out.length`. */
export function randomMessage({ out, ...draw }: Draw, seed: Seed, first: number): RandomMessage {
  return { draw, type: elementTypeOf(out)!, seed, end: first + out.length }
}

/** Doubles that a piece takes. */
export function randomWidth({ out }: Draw): number {
  return Math.ceil((PIECE * out.BYTES_PER_ELEMENT) / Float64Array.BYTES_PER_ELEMENT)
}

/** Draws a piece, counted from the first element of all. */
export function randomTask(message: RandomMessage, piece: number, result: Float64Array): void {
  fillRandom({ ...message.draw, out: randomResult(message, piece, result) } as Draw, message.seed, piece * PIECE)
}

/** The numbers of a piece. */
export function randomResult({ type, end }: RandomMessage, piece: number, result: Float64Array): Draw['out'] {
  const Class = constructors[type as keyof typeof constructors] as unknown as new (buffer: ArrayBufferLike, offset: number, length: number) => Draw['out']
  return new Class(result.buffer, result.byteOffset, Math.min(PIECE, end - piece * PIECE))
}
