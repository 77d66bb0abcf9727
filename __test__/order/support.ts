/** Inputs of every type and spread, and what naive JavaScript makes of them. */
export type AnyArray =
  | Float64Array | Float32Array | Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array
  | BigInt64Array | BigUint64Array

export const types = {
  float64: Float64Array, float32: Float32Array, int8: Int8Array, uint8: Uint8Array, uint8clamped: Uint8ClampedArray, int16: Int16Array,
  uint16: Uint16Array, int32: Int32Array, uint32: Uint32Array, bigint64: BigInt64Array, biguint64: BigUint64Array,
} as const

export type TypeName = keyof typeof types

export const typeNames = Object.keys(types) as TypeName[]
export const threadCounts = [1, 2, 7]

/** A generator with a seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export const specials = [0, -0, NaN, Infinity, -Infinity, 5e-324, -5e-324, 1, -1, Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** -1022]

/** n numbers of a type; `kind`: spread over the whole type, few values, rising, or with the specials of floats strewn in. */
export function numbers(type: TypeName, n: number, kind: 'wide' | 'few' | 'rising' | 'special', seed = 1): AnyArray {
  const next = random(seed)
  const bytes = types[type].BYTES_PER_ELEMENT
  const big = type.startsWith('big')
  const float = type.startsWith('float')
  const span = 2 ** Math.min(53, 8 * bytes)
  const one = (i: number): number => {
    if (kind === 'few') return Math.floor(next() * 5)
    if (kind === 'rising') return float || bytes > 2 ? i : Math.floor((i / n) * 100)
    if (!float) return Math.floor(next() * span) - (type.startsWith('int') ? span / 2 : 0)
    if (kind === 'special' && next() < 0.3) return specials[Math.floor(next() * specials.length)]!
    return (next() - 0.5) * 10 ** Math.floor(next() * 10)
  }
  const array = new types[type](n) as Float64Array
  for (let i = 0; i < n; i++) {
    const value = one(i)
    array[i] = (big ? (kind === 'wide' ? BigInt(value) * 1024n + BigInt(i & 1023) : BigInt(value)) : value) as number
  }
  return array as AnyArray
}

/** The same numbers elsewhere: at an offset, in shared memory. */
export function placed<T extends AnyArray>(x: T, offset: number, shared: boolean): T {
  const bytes = (x.length + offset) * x.BYTES_PER_ELEMENT
  const Class = x.constructor as new (buffer: ArrayBufferLike, byteOffset: number, length: number) => T
  const copy = new Class(shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes), offset * x.BYTES_PER_ELEMENT, x.length)
  ;(copy as Float64Array).set(x as Float64Array)
  return copy
}

/** The order that `TypedArray.prototype.sort` promises, as a comparison: -0 before +0, NaN last. */
export function compare(a: number | bigint, b: number | bigint): number {
  if (a !== a) return b !== b ? 0 : 1
  if (b !== b) return -1
  if (a < b) return -1
  if (a > b) return 1
  return Number(Object.is(b, -0)) - Number(Object.is(a, -0))
}

/** Indices in order, by the standard's stable sort. */
export function naiveArgSort(x: AnyArray): number[] {
  return Array.from(x as Float64Array, (_, i) => i).sort((i, j) => compare(x[i]!, x[j]!))
}

/** Where two arrays first differ (-0 from +0 too; all NaN are equal), in words, or undefined. Faster than a deep comparison. */
export function difference(a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>): string | undefined {
  if (a.length !== b.length) return `lengths ${a.length} and ${b.length}`
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return `[${i}]: ${String(a[i])} and ${String(b[i])}`
  return undefined
}
