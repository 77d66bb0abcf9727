/** Inputs for the tests of kernels: lengths around every internal boundary, and numbers whose order of addition shows. */
import type { Floats } from './reference.ts'

export const floatTypes = { float64: Float64Array, float32: Float32Array } as const

/** Kinds of memory, by the buffer they make for so many bytes. A tracking view follows the length of its buffer. */
export const memories: Record<string, { buffer: (bytes: number) => ArrayBufferLike; tracks?: boolean }> = {
  plain: { buffer: (bytes) => new ArrayBuffer(bytes) },
  shared: { buffer: (bytes) => new SharedArrayBuffer(bytes) },
  resizable: { buffer: (bytes) => new ArrayBuffer(bytes, { maxByteLength: bytes + 64 }) },
  'resizable, tracking': { buffer: (bytes) => new ArrayBuffer(bytes, { maxByteLength: bytes + 64 }), tracks: true },
  growable: { buffer: (bytes) => new SharedArrayBuffer(bytes, { maxByteLength: bytes + 64 }) },
  'growable, tracking': { buffer: (bytes) => new SharedArrayBuffer(bytes, { maxByteLength: bytes + 64 }), tracks: true },
}

/** Around: lanes kept in registers (4, 8), a row (32), two rows (64), a block (4096), a chunk (65536), uneven trees. */
export const lengths = [
  0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 15, 16, 17, 24, 25, 31, 32, 33, 35, 36, 37, 39, 40, 41, 57, 63, 64, 65, 72, 95, 96, 97, 100, 127, 128, 129, 160, 255, 256, 257,
  1000, 4064, 4095, 4096, 4097, 4104, 4127, 4128, 4160, 4161, 8191, 8192, 8193, 12288, 12289, 5 * 4096 + 17, 7 * 4096, 65535, 65536, 65537, 65536 + 4096,
  2 * 65536, 2 * 65536 + 1, 3 * 65536 + 4097, 5 * 65536 + 3 * 4096 + 33,
]

/** The same numbers for a seed, evenly in [0, 1). */
export function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32
  }
}

/** Fills with numbers of both signs over 40 binary orders of magnitude. */
export function fill<T extends Floats>(view: T, seed: number): T {
  const random = generator(seed)
  for (let i = 0; i < view.length; i++) view[i] = (random() - 0.5) * 2 ** Math.floor(random() * 40 - 20)
  return view
}

/** A view of `length` numbers, `offset` elements into its buffer. */
export function makeView(type: keyof typeof floatTypes, length: number, offset = 0, memory = 'plain', seed = length + offset): Floats {
  const Class = floatTypes[type]
  const { buffer, tracks } = memories[memory]!
  const bytes = Class.BYTES_PER_ELEMENT
  const held = buffer((offset + length) * bytes) as ArrayBuffer
  return fill(tracks === true ? new Class(held, offset * bytes) : new Class(held, offset * bytes, length), seed)
}
