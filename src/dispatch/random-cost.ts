/**
 * Predicted nanoseconds of random numbers on one thread, measured on a core with AVX-512 (native) and in Node 20 (TypeScript): they decide who draws, never what is drawn.
 */
interface Cost {
  readonly inline: number
  readonly native: number
}

/** Of an element. */
const costs = {
  uniform: { inline: 9, native: 1 },
  normal: { inline: 35, native: 4 },
  integers: { inline: 9, native: 0.8 },
  permutation: { inline: 25, native: 6 },
} as const

/** What the buckets of a native permutation cost beside the bare call. */
const PERMUTATION_CALL = 350

export type RandomKind = keyof typeof costs

export function randomCost(kind: RandomKind, n: number): Cost {
  const { inline, native } = costs[kind]
  return { inline: n * inline, native: n * native + (kind === 'permutation' ? PERMUTATION_CALL : 0) }
}
