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

/** Quickselect against counting and collecting. */
export function selectCost(n: number): Cost {
  return { inline: 300 + 12 * n, native: 1000 + (n <= 32_768 ? 6 : 3) * n }
}

/** Mostly the search for the bin; 64-bit integers become numbers by way of an object each in TypeScript. */
export function histogramCost(n: number, bins: number, type: ElementTypeName): Cost {
  return { inline: 300 + (type.startsWith('big') ? 60 : 6) * n + bins, native: 1000 + 3 * n + 2 * bins }
}

/** Comparisons with the least of the best so far, against counting, collecting and sorting those that are left. */
export function topKCost(n: number, k: number, type: ElementTypeName): Cost {
  return { inline: 4000 + (type.startsWith('big') ? 20 : 2) * n + 200 * k, native: 1500 + 3 * n + 40 * k }
}

/** An addition waits for the one before; natively four blocks go side by side. */
export function cumulativeSumCost(n: number, type: ElementTypeName): Cost {
  return { inline: 200 + (type.startsWith('big') ? 60 : 1.2) * n, native: 300 + (n > 16_384 ? 0.9 : 1.4) * n }
}
