/**
 * `astype`: any element type to any other. To a floating-point type through double, rounded to nearest; to integers towards 0, and what the type can't hold
 * is an error (a NaN always), but for Uint8Clamped, which rounds to nearest even and clamps as its name says. The Rust twin is
 * crates/kernels/src/families/map/convert.rs.
 */
import { elementCodeOf, elementTypeOf, type BigIntArray, type NumericArray } from '../common/arrays.ts'
import { conversions } from './generated-conversions.ts'
import { bigintBounds, integerBounds } from './map-table.ts'

/** Converts elements from … to − 1. Gives the index of the first one that the type of `out` can't hold, or −1. */
export function convert(x: NumericArray, out: NumericArray, from: number, to: number): number {
  const source = elementTypeOf(x)!
  const target = elementTypeOf(out)!
  const wide = source === 'bigint64' || source === 'biguint64'
  if (target === 'bigint64' || target === 'biguint64') {
    const [low, high] = bigintBounds[target]
    return wide ? bigToBig(x as BigIntArray, out as BigIntArray, low, high, from, to) : toBig(x as Float64Array, out as BigIntArray, low, high, from, to)
  }
  if (target === 'float64' || target === 'float32' || target === 'float16') {
    return wide ? bigToFloat(x as BigIntArray, out as Float64Array, from, to) : copy(x as Float64Array, out as Float64Array, from, to)
  }
  const loop = conversions[elementCodeOf(x)]?.[elementCodeOf(out)]
  if (loop !== undefined) return loop(x as never, out as never, from, to)
  if (target === 'uint8clamped') {
    return wide ? bigToClamped(x as BigIntArray, out as Uint8ClampedArray, from, to) : toClamped(x as Float64Array, out as Uint8ClampedArray, from, to)
  }
  const [low, high] = integerBounds[target]
  return wide
    ? bigToInteger(x as BigIntArray, out as Int32Array, BigInt(low), BigInt(high), from, to)
    : toInteger(x as Float64Array, out as Int32Array, low, high, from, to)
}

function copy(x: Float64Array, out: Float64Array, from: number, to: number): number {
  out.set(x.subarray(from, to), from)
  return -1
}

function toInteger(x: Float64Array, out: Int32Array, low: number, high: number, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    const value = Math.trunc(x[i]!)
    if (!(value >= low && value <= high)) return i
    out[i] = value
  }
  return -1
}

function toClamped(x: Float64Array, out: Uint8ClampedArray, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    const value = x[i]!
    if (value !== value) return i
    out[i] = value
  }
  return -1
}

function toBig(x: Float64Array, out: BigIntArray, low: bigint, high: bigint, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    const value = Math.trunc(x[i]!)
    if (!Number.isFinite(value)) return i
    const integer = BigInt(value)
    if (integer < low || integer > high) return i
    out[i] = integer
  }
  return -1
}

function bigToBig(x: BigIntArray, out: BigIntArray, low: bigint, high: bigint, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    const value = x[i]!
    if (value < low || value > high) return i
    out[i] = value
  }
  return -1
}

function bigToInteger(x: BigIntArray, out: Int32Array, low: bigint, high: bigint, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    const value = x[i]!
    if (value < low || value > high) return i
    out[i] = Number(value)
  }
  return -1
}

function bigToFloat(x: BigIntArray, out: Float64Array, from: number, to: number): number {
  for (let i = from; i < to; i++) out[i] = Number(x[i]!)
  return -1
}

function bigToClamped(x: BigIntArray, out: Uint8ClampedArray, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    const value = x[i]!
    out[i] = value < 0n ? 0 : value > 255n ? 255 : Number(value)
  }
  return -1
}
