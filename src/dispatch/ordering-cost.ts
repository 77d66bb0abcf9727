/**
 * Predicted nanoseconds of the kernels of order, on one thread: in TypeScript and natively. Rough figures that decide who computes, never what comes out.
 */
import type { ElementTypeName } from '../common/arrays.ts'

export interface Cost {
  readonly inline: number
  readonly native: number
}

/** Types of up to 16 bits are counted. */
const counted = new Set<ElementTypeName>(['int8', 'uint8', 'uint8clamped', 'int16', 'uint16', 'float16'])

/** TypedArray.prototype.sort against counting or digits. */
export function sortCost(n: number, type: ElementTypeName): Cost {
  return { inline: 200 + 4.5 * n * Math.log2(n + 2), native: counted.has(type) ? (type.endsWith('8') ? 500 : 60_000) + 3 * n : 300 + 14 * n }
}

/** Digits in both languages. */
export function argSortCost(n: number, type: ElementTypeName): Cost {
  const words = type === 'float64' || type.startsWith('big') ? 2 : 1
  return { inline: 2000 + 25 * n * words, native: 500 + 25 * n }
}
