/**
 * Numbers for short calls without a seed, which nobody can repeat: so they needn't begin a stream of their own, whose first numbers cost as much as some hundred more. They take
 * words in turn from a store, and a new seed fills it when it is used up.
 */
import { normalQuantile } from '../math/normal-quantile.ts'
import { UNIT as NORMAL_UNIT } from './normal.ts'
import { UNIT, UNIT_FLOAT, type Interval } from './uniform.ts'

const WORDS = 1024
const words = new Uint32Array(WORDS)

/** Words that have been used. */
let used = WORDS

/** Fills an array with words of a new seed. */
export type Refill = (words: Uint32Array) => void

/** Where `count` words begin that nobody has used; at most the store's. */
function take(count: number, refill: Refill): number {
  if (used + count > WORDS) {
    refill(words)
    used = 0
  }
  const at = used
  used = at + count
  return at
}

/** At most 512 numbers. */
export function uniform64(out: Float64Array, n: number, { low, span, top }: Interval, refill: Refill): void {
  const from = words
  let at = take(2 * n, refill)
  if (low === 0 && span === 1) {
    for (let i = 0; i < n; i++, at += 2) out[i] = ((from[at]! >>> 5) * 67108864 + (from[at + 1]! >>> 6)) * UNIT
    return
  }
  for (let i = 0; i < n; i++, at += 2) {
    const value = low + span * (((from[at]! >>> 5) * 67108864 + (from[at + 1]! >>> 6)) * UNIT)
    out[i] = value > top ? top : value
  }
}

/** At most 1024 numbers. */
export function uniform32(out: Float32Array, n: number, { low, span, top }: Interval, refill: Refill): void {
  const from = words
  const at = take(n, refill)
  for (let i = 0; i < n; i++) {
    const value = low + span * ((from[at + i]! >>> 8) * UNIT_FLOAT)
    out[i] = value > top ? top : value
  }
}

/** At most 512 numbers. */
export function normal64(out: Float64Array, n: number, mean: number, standardDeviation: number, refill: Refill): void {
  const from = words
  let at = take(2 * n, refill)
  for (let i = 0; i < n; i++, at += 2) out[i] = mean + standardDeviation * normalQuantile(((from[at]! >>> 6) * 67108864 + (from[at + 1]! >>> 6) + 0.5) * NORMAL_UNIT)
}

/** The same, rounded. */
export function normal32(out: Float32Array, n: number, mean: number, standardDeviation: number, refill: Refill): void {
  const from = words
  let at = take(2 * n, refill)
  for (let i = 0; i < n; i++, at += 2) out[i] = mean + standardDeviation * normalQuantile(((from[at]! >>> 6) * 67108864 + (from[at + 1]! >>> 6) + 0.5) * NORMAL_UNIT)
}

const TWO_32 = 2 ** 32
const TWO_16 = 2 ** 16

/** Integers low … low + count − 1, all of 32 bits. */
export function integers32(out: Int32Array, n: number, low: number, count: number, refill: Refill): void {
  for (let i = 0; i < n; i++) out[i] = low + offset(count, refill)
}

/** 0 … n − 1 in random order (Fisher and Yates). */
export function permutation(out: Uint32Array, n: number, refill: Refill): void {
  for (let i = 0; i < n; i++) {
    const other = offset(i + 1, refill)
    out[i] = out[other]!
    out[other] = i
  }
}

/** One of 0 … count − 1, as src/kernels/random/integers.ts draws it; another word where one would favour some. */
function offset(count: number, refill: Refill): number {
  let word = words[take(1, refill)]!
  // The costly remainder only where the cheap bound on it doesn't decide.
  while (Math.imul(word, count) >>> 0 < count && Math.imul(word, count) >>> 0 < TWO_32 % count) word = words[take(1, refill)]!
  // The high word of a 64-bit product, from products below 2^53.
  return count <= TWO_16 ? Math.floor((word * count) / TWO_32) : Math.floor((word * Math.floor(count / TWO_16) + Math.floor((word * (count % TWO_16)) / TWO_16)) / TWO_16)
}
