/**
 * Random permutations in two steps (Rao 1961, Sandelius 1962): every element falls into a random bucket, in order; then each bucket, small
 * enough for a cache, is shuffled by itself (Fisher and Yates). The Rust twin is crates/kernels/src/families/random/permutation.rs.
 */
import { BATCH_ROWS, DENSE_ROW, LANES, purposes, rows, type Seed, words } from './threefry.ts'

/** Elements of a bucket, about. The same as in Rust. */
const BUCKET = 32_768

/** Most buckets: Rust numbers them in 16 bits. */
const MOST_BUCKETS = 65_536

/** Most elements: indices are 32-bit integers. */
export const MOST_PERMUTED = 2 ** 32 - 1

const TWO_32 = 2 ** 32
const TWO_16 = 2 ** 16
const UNIT = 2 ** -32
const MOST_EXACT = 2 ** 21
const again = new Int32Array(DENSE_ROW)

/** Number of buckets for `count` elements: a power of two. */
export function bucketsFor(count: number): number {
  let buckets = 1
  while (buckets * BUCKET < count && buckets < MOST_BUCKETS) buckets *= 2
  return buckets
}

/** Counts the elements `first … last − 1` (first a multiple of DENSE_ROW) of each bucket (two at least), on top of what `counts` holds. */
export function countBuckets(seed: Seed, first: number, last: number, counts: Uint32Array): void {
  const from = words
  const shift = shiftFor(counts.length)
  for (let at = first; at < last; at += BATCH_ROWS * DENSE_ROW) {
    const size = drawn(seed, at, last)
    for (let w = 0; w < size; w++) {
      const bucket = from[w]! >>> shift
      counts[bucket] = counts[bucket]! + 1
    }
  }
}

/** Deals the elements `first … last − 1` to their buckets; `next[b]` is where the next element of bucket b goes. */
export function dealToBuckets(seed: Seed, first: number, last: number, next: Uint32Array, out: Uint32Array): void {
  const from = words
  const shift = shiftFor(next.length)
  for (let at = first; at < last; at += BATCH_ROWS * DENSE_ROW) {
    const size = drawn(seed, at, last)
    for (let w = 0; w < size; w++) {
      const bucket = from[w]! >>> shift
      const place = next[bucket]!
      out[place] = at + w
      next[bucket] = place + 1
    }
  }
}

/** Bits of a word beyond those that number `buckets` buckets, of which there are two at least. */
function shiftFor(buckets: number): number {
  return Math.clz32(buckets) + 1
}

/** The words of elements `at … last − 1`, a batch at most: how many. */
function drawn(seed: Seed, at: number, last: number): number {
  const size = Math.min(last - at, BATCH_ROWS * DENSE_ROW)
  rows(seed, purposes.buckets, 0, at / DENSE_ROW, Math.ceil(size / DENSE_ROW), words)
  return size
}

/** Shuffles the elements at places `first … last − 1`: those of one bucket. */
export function shuffle(seed: Seed, first: number, last: number, out: Uint32Array): void {
  // From the last place down: the word of a place says with which of those up to it it changes.
  const from = words
  let place = last - 1
  while (place > first) {
    const row = Math.max(Math.floor(first / DENSE_ROW), Math.floor(place / DENSE_ROW) - BATCH_ROWS + 1)
    const start = row * DENSE_ROW
    rows(seed, purposes.swaps, 0, row, Math.floor(place / DENSE_ROW) - row + 1, from, place < LANES ? place + 1 : LANES)
    for (const stop = Math.max(first, start - 1); place > stop; place--) {
      const other = first + below(seed, place - first + 1, from[place - start]! >>> 0, place)
      const value = out[place]!
      out[place] = out[other]!
      out[other] = value
    }
  }
}

/** One of `0 … count − 1` from a word, or from those of later attempts for element `index`. */
function below(seed: Seed, count: number, word: number, index: number): number {
  // The costly remainder only where the cheap bound on it doesn't decide.
  if (Math.imul(word, count) >>> 0 < count) {
    const threshold = TWO_32 % count
    for (let attempt = 1; Math.imul(word, count) >>> 0 < threshold; attempt++) {
      rows(seed, purposes.swaps, attempt, Math.floor(index / DENSE_ROW), 1, again)
      word = again[index % DENSE_ROW]! >>> 0
    }
  }
  // A product below 2^53 is exact.
  if (count <= MOST_EXACT) return (word * count * UNIT) | 0
  return Math.floor((word * Math.floor(count / TWO_16) + Math.floor((word * (count % TWO_16)) / TWO_16)) / TWO_16)
}
