/**
 * Predicted nanoseconds of random numbers on one thread, measured on a core with AVX-512 (native) and in Node 20 (TypeScript): they decide who draws, never what is drawn.
 */
import { nativeCall } from './cost.ts'

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

/** An element on the short way (random-short.ts) in TypeScript: of a store, where nobody asked for a seed, and from a seed, where each of a few numbers takes a block of its own. */
const short = {
  uniform: { stored: 4.4, seeded: 11.5 },
  normal: { stored: 14.5, seeded: 30 },
  integers: { stored: 5, seeded: 11.3 },
  permutation: { stored: 8, seeded: 22 },
} as const

/** What a native call on the short way costs more than the bare call: its arguments. */
const SHORT_CALL = 80

/** Most numbers of the short way: more may be worth a second thread. */
export const MOST_SHORT = 4096

/** Predicted nanoseconds of n numbers on the short way. */
export function shortRandomCost(kind: RandomKind, n: number, seeded: boolean): Cost {
  return { inline: n * short[kind][seeded ? 'seeded' : 'stored'], native: randomCost(kind, n).native + SHORT_CALL }
}

const limitsOf = (seeded: boolean): Readonly<Record<RandomKind, number>> => {
  const limit = (kind: RandomKind): number => {
    const { inline, native } = shortRandomCost(kind, 1, seeded)
    const element = costs[kind].native
    return Math.floor((native - element + nativeCall) / (inline - element))
  }
  return { uniform: limit('uniform'), normal: limit('normal'), integers: limit('integers'), permutation: limit('permutation') }
}

/** Up to so many come from the store where there is no seed: beyond, a native call is faster. */
export const storedLimits = limitsOf(false)

/** Up to so many are drawn in TypeScript from a seed. */
export const seededLimits = limitsOf(true)
