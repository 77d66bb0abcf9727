/** Random numbers from a counter: element i is a function of the seed and of i (docs/order-of-arithmetic.md). */
import type { FloatArray } from '../../common/arrays.ts'
import { integers, type IntegerRange, type Integers } from './integers.ts'
import { normal } from './normal.ts'
import type { Seed } from './threefry.ts'
import { uniform, type Interval } from './uniform.ts'

export { bucketsFor, countBuckets, dealToBuckets, MOST_PERMUTED, shuffle } from './permutation.ts'
export { PIECE, type Seed } from './threefry.ts'
export type { IntegerRange, Integers, Interval }

/** What is drawn, and into what. */
export type Draw =
  | { readonly kind: 'uniform'; readonly interval: Interval; readonly out: FloatArray }
  | { readonly kind: 'normal'; readonly mean: number; readonly standardDeviation: number; readonly out: FloatArray }
  | { readonly kind: 'integers'; readonly range: IntegerRange; readonly out: Integers }

/** Elements `first … first + out.length − 1` (first a multiple of PIECE) into `out`. */
export function fillRandom(draw: Draw, seed: Seed, first: number): void {
  if (draw.kind === 'uniform') uniform(seed, draw.interval, first, draw.out)
  else if (draw.kind === 'normal') normal(seed, draw.mean, draw.standardDeviation, first, draw.out)
  else integers(seed, draw.range, first, draw.out)
}
