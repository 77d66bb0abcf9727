/** What the generated short ways of elementwise functions share (src/dispatch/generated-map-doors.ts). */
import { arrayClass, elementCodeOf, elementTypeOf, type ElementTypeName, type NumericArray } from '../common/arrays.ts'
import type { CallOptions } from '../common/options.ts'
import { overlaps } from '../common/results.ts'
import { makeError } from '../errors.ts'

/** Options of elementwise functions. */
export interface MapOptions extends CallOptions {
  readonly out?: unknown
  readonly transfer?: unknown
}

/** Where second operands are widened to doubles; each call is done with it before the next begins. */
export const other = new Float64Array(512)

/** The option `out` if there is nothing but it. */
export function onlyOut(options: MapOptions): unknown {
  if (typeof options !== 'object' || options === null) return undefined
  // Cheaper than a list of keys.
  for (const key in options) if (key !== 'out') return undefined
  return options.out
}

/** The error of an integer result that its type can't hold. */
export function outOfRange(name: string, index: number, type: ElementTypeName): Error {
  return makeError('RANGE', `${name}: the result at index ${index} is beyond the range of ${type}`, { argument: 'x', got: `a result beyond ${type} at index ${index}`, wanted: `results within ${type}` })
}

/** From so many elements on a result is made without zeros first; before, making it that way takes as long. */
export const LONG = 1024

/** A new array of a type that has a number for a code (src/common/arrays.ts); only those of numbers. */
export function newOfCode(code: number, n: number): NumericArray | undefined {
  switch (code) {
    case 0: return new Float64Array(n)
    case 1: return new Float32Array(n)
    case 3: return new Int8Array(n)
    case 4: return new Uint8Array(n)
    case 5: return new Uint8ClampedArray(n)
    case 6: return new Int16Array(n)
    case 7: return new Uint16Array(n)
    case 8: return new Int32Array(n)
    case 9: return new Uint32Array(n)
  }
  return undefined
}

/** The caller's `out` if it is of a type and length, and on other memory than x. */
export function outOfCode(options: MapOptions, code: number, n: number, x: NumericArray): NumericArray | undefined {
  const out = onlyOut(options) as NumericArray
  return isOwn(out) && elementCodeOf(out) === code && out.length === n && x.length === n && !overlaps(out, x) ? out : undefined
}

/** Whether a value is a typed array of this realm. */
export function isOwn(value: unknown): value is NumericArray {
  return elementTypeOf(value) !== undefined && value instanceof arrayClass(value as NumericArray)
}
