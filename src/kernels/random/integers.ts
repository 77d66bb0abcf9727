/**
 * Integers of a range, every one equally likely: a draw that would favour some is thrown away and drawn again with the next attempt
 * number of the same counter. The Rust twin is crates/kernels/src/families/random/integers.rs.
 */
import { BATCH_ROWS, DENSE_ROW, LANES, purposes, ROW, rows, type Seed, words } from './threefry.ts'

export type NarrowIntegers = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array
export type Integers = NarrowIntegers | Float64Array | BigInt64Array | BigUint64Array

/** The integers `low … low + last`, each number as two words of 32 bits (two's complement, unsigned words). */
export interface IntegerRange {
  readonly lowHigh: number
  readonly lowLow: number
  readonly lastHigh: number
  readonly lastLow: number
}

const TWO_32 = 2 ** 32
const TWO_16 = 2 ** 16
const UNIT = 2 ** -32
/** 2^21: products of a word with no more than that are exact, and their high word fits 32 bits. */
const MOST_EXACT = 2 ** 21
/** Which word of a 64-bit integer in memory is the high one. */
const HIGH_WORD = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0

/** Words of one row, for single elements that are drawn again. */
const again = new Int32Array(DENSE_ROW)

/** Elements `first … first + out.length − 1` (first a multiple of PIECE) into `out`. */
export function integers(seed: Seed, range: IntegerRange, first: number, out: Integers): void {
  if (range.lastHigh === 0) narrow(seed, range, first, out)
  else wide(seed, range, first, out)
}

/** Up to 2^32 integers: the high word of `count` times a word (Lemire, "Fast random integer generation in an interval", 2019). */
function narrow(seed: Seed, range: IntegerRange, first: number, out: Integers): void {
  const n = out.length
  const from = words
  const count = range.lastLow + 1
  // Low words of the product below this are one too many for some integers.
  const threshold = TWO_32 % count
  const countHigh = Math.floor(count / TWO_16)
  const countLow = count % TWO_16
  const batch = BATCH_ROWS * DENSE_ROW
  for (let at = 0; at < n; at += batch) {
    const size = Math.min(n - at, batch)
    rows(seed, purposes.integers, 0, (first + at) / DENSE_ROW, Math.ceil(size / DENSE_ROW), from, Math.min(LANES, size))
    if (count <= MOST_EXACT) {
      for (let w = 0; w < size; w++) {
        let word = from[w]! >>> 0
        if (Math.imul(word, count) >>> 0 < threshold) word = retried(seed, count, threshold, first + at + w)
        from[w] = (word * count * UNIT) | 0
      }
    } else if (count < TWO_32) {
      for (let w = 0; w < size; w++) {
        let word = from[w]! >>> 0
        if (Math.imul(word, count) >>> 0 < threshold) word = retried(seed, count, threshold, first + at + w)
        // The high word of a 64-bit product, from products below 2^53.
        from[w] = Math.floor((word * countHigh + Math.floor((word * countLow) / TWO_16)) / TWO_16)
      }
    }
    if (out instanceof Float64Array) storeDoubles(range, out, at, size)
    else if (out instanceof BigInt64Array || out instanceof BigUint64Array) storeBigInts(range, out, at, size)
    else storeNarrow(range, out, at, size)
  }
}

/** The word of a later attempt, the first that favours nobody. */
function retried(seed: Seed, count: number, threshold: number, element: number): number {
  for (let attempt = 1; ; attempt++) {
    const word = redrawn(seed, attempt, element)
    if (Math.imul(word, count) >>> 0 >= threshold) return word
  }
}

/** Offsets in `words` to elements from `at` on. */
function storeNarrow({ lowLow }: IntegerRange, out: NarrowIntegers, at: number, size: number): void {
  const from = words
  for (let w = 0; w < size; w++) from[w] = from[w]! + lowLow
  out.set(from.subarray(0, size), at)
}

function storeDoubles(range: IntegerRange, out: Float64Array, at: number, size: number): void {
  const from = words
  const least = leastOf(range)
  for (let w = 0; w < size; w++) out[at + w] = (from[w]! >>> 0) + least
}

function storeBigInts(range: IntegerRange, out: BigInt64Array | BigUint64Array, at: number, size: number): void {
  const from = words
  const halves = halvesOf(out)
  for (let w = 0; w < size; w++) storeSum(range, 0, from[w]! >>> 0, halves, at + w)
}

/** The least integer, where that is a safe one. */
function leastOf({ lowHigh, lowLow }: IntegerRange): number {
  return (lowHigh | 0) * TWO_32 + lowLow
}

function halvesOf(out: BigInt64Array | BigUint64Array): Int32Array {
  return new Int32Array(out.buffer, out.byteOffset, 2 * out.length)
}

/** Element `index` of 64 bits: the least integer and an offset. */
function storeSum({ lowHigh, lowLow }: IntegerRange, high: number, low: number, halves: Int32Array, index: number): void {
  const sum = low + lowLow
  halves[2 * index + 1 - HIGH_WORD] = sum
  halves[2 * index + HIGH_WORD] = high + lowHigh + (sum >= TWO_32 ? 1 : 0)
}

function redrawn(seed: Seed, attempt: number, element: number): number {
  rows(seed, purposes.integers, attempt, Math.floor(element / DENSE_ROW), 1, again)
  return again[element % DENSE_ROW]! >>> 0
}

/** More: as many bits of two words as the range needs, until they are in it. */
function wide(seed: Seed, range: IntegerRange, first: number, out: Integers): void {
  const n = out.length
  const from = words
  const { lastHigh, lastLow } = range
  const mask = -1 >>> Math.clz32(lastHigh)
  const lanes = LANES
  const batch = BATCH_ROWS * ROW
  const doubles = out instanceof Float64Array ? out : undefined
  const halves = doubles === undefined ? halvesOf(out as BigInt64Array) : undefined
  const least = leastOf(range)
  for (let at = 0; at < n; at += batch) {
    const size = Math.min(n - at, batch)
    rows(seed, purposes.integers, 0, (first + at) / ROW, Math.ceil(size / ROW), from, Math.min(lanes, size))
    for (let i = 0; i < size; i++) {
      const w = placeOf(i)
      let high = (from[w]! & mask) >>> 0
      let low = from[w + lanes]! >>> 0
      for (let attempt = 1; high > lastHigh || (high === lastHigh && low > lastLow); attempt++) {
        const element = first + at + i
        rows(seed, purposes.integers, attempt, Math.floor(element / ROW), 1, again)
        const place = placeOf(element % ROW)
        high = (again[place]! & mask) >>> 0
        low = again[place + lanes]! >>> 0
      }
      if (doubles !== undefined) doubles[at + i] = high * TWO_32 + low + least
      else storeSum(range, high, low, halves!, at + i)
    }
  }
}

/** Where the first of an element's two words is. */
function placeOf(element: number): number {
  return element + LANES * Math.floor(element / LANES)
}
