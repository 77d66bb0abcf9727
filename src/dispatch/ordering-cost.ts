/**
 * Predicted nanoseconds of the kernels of order, on one thread: in TypeScript and natively. Rough figures that decide who computes, never what comes out.
 */
import type { ElementTypeName } from '../common/arrays.ts'
import { FEW } from '../kernels/ordering/top-k.ts'

export interface Cost {
  readonly inline: number
  readonly native: number
}

/** Up to this length the native core takes a straight way, in cache and on one thread. */
const SHORT = 32_768

/** TypedArray.prototype.sort, which compares integers faster, against digits, or counting for bytes. */
export function sortCost(n: number, type: ElementTypeName): Cost {
  const inline = 30 + (type.startsWith('float') ? 2.2 : 0.75) * n * Math.log2(n + 1) * (n > 1024 ? 2 : 1)
  return { inline, native: type.endsWith('8') || type === 'uint8clamped' ? 900 + 2 * n : 900 + (n <= SHORT ? 6 : 13) * n }
}

/** Insertion up to some forty numbers, then digits in both languages. */
export function argSortCost(n: number, type: ElementTypeName): Cost {
  const words = type === 'float64' || type.startsWith('big') ? 2 : 1
  return { inline: n <= 40 ? 60 + 1.5 * n * n : 2000 + 25 * n * words, native: 1300 + (n <= SHORT ? 7 : 22) * n }
}

/** Quickselect, in cache up to a length, against counting and collecting. */
export function selectCost(n: number): Cost {
  return { inline: 100 + (n <= 4096 ? 3 : 14) * n, native: 1400 + (n <= SHORT ? 3.2 : 7) * n }
}

/** Natively eight guesses at once, which are seldom in doubt; 64-bit integers become numbers by way of an object each in TypeScript. */
export function histogramCost(n: number, bins: number, type: ElementTypeName): Cost {
  return { inline: 60 + (type.startsWith('big') ? 40 : 2.8) * n + 1.5 * bins, native: 4000 + 0.9 * n + 2 * bins }
}

/** Comparisons with the least of the best so far, and putting in order what passes. */
export function topKCost(n: number, k: number, type: ElementTypeName): Cost {
  if (k <= FEW) return { inline: 40 + (type.startsWith('big') ? 30 : 1.5) * n + 8 * k, native: 700 + 1.2 * n + 8 * k }
  return { inline: 500 + (type.startsWith('big') ? 30 : 3) * n + 150 * k, native: 400 + (k <= 1024 ? 1.5 : 10) * n + 30 * k }
}

/** An addition waits for the one before; natively four blocks of 4096 go side by side. */
export function cumulativeSumCost(n: number, type: ElementTypeName): Cost {
  return { inline: 15 + (type.startsWith('big') ? 12 : 1.1) * n, native: 300 + (n >= 16_384 ? 0.8 : 1.6) * n }
}
