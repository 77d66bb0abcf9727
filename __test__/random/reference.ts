/** Random numbers by definition (docs/order-of-arithmetic.md), one element at a time and in bigints: slow and plain. */
import { normalQuantile } from '../../src/kernels/math/normal-quantile.ts'

const ROTATIONS = [[10, 26], [11, 21], [13, 27], [23, 5], [6, 20], [17, 11], [25, 10], [18, 20]] as const
const MASK = 0xffffffffn

/** Threefry-4×32 as in its paper: words of any size, masked. */
export function threefry(counter: readonly bigint[], key: readonly bigint[], rounds = 20): bigint[] {
  const keys = [...key, key.reduce((a, b) => a ^ b, 0x1bd11bdan)]
  const x = counter.map((word, i) => (word + keys[i]!) & MASK)
  for (let round = 0; round < rounds; round++) {
    const [left, right] = ROTATIONS[round % 8]!
    const order = round % 2 === 0 ? [1, 3] : [3, 1]
    for (const [a, b, count] of [[0, order[0]!, left], [2, order[1]!, right]] as const) {
      x[a] = (x[a]! + x[b]!) & MASK
      x[b] = (((x[b]! << BigInt(count)) | (x[b]! >> BigInt(32 - count))) & MASK) ^ x[a]!
    }
    if (round % 4 === 3) {
      const injection = (round + 1) / 4
      for (let i = 0; i < 4; i++) x[i] = (x[i]! + keys[(injection + i) % 5]! + (i === 3 ? BigInt(injection) : 0n)) & MASK
    }
  }
  return x
}

function keyOf(seed: number | bigint): bigint[] {
  const words = BigInt.asUintN(128, BigInt(seed))
  return [0n, 32n, 64n, 96n].map((shift) => (words >> shift) & MASK)
}

/** Word `word` of block `block`. */
function wordOf(seed: number | bigint, purpose: number, attempt: number, block: number, word: number): bigint {
  const number = BigInt(block)
  return threefry([number & MASK, number >> 32n, BigInt(purpose), BigInt(attempt)], keyOf(seed))[word]!
}

/** The word of element i, where elements have one. */
function single(seed: number | bigint, purpose: number, attempt: number, i: number): bigint {
  const [row, place] = [Math.floor(i / 64), i % 64]
  return wordOf(seed, purpose, attempt, 16 * row + (place % 16), Math.floor(place / 16))
}

/** The words of element i, where elements have two: the first one is the high one. */
function pair(seed: number | bigint, purpose: number, attempt: number, i: number): [bigint, bigint] {
  const [row, place] = [Math.floor(i / 32), i % 32]
  const [block, word] = [16 * row + (place % 16), 2 * Math.floor(place / 16)]
  return [wordOf(seed, purpose, attempt, block, word), wordOf(seed, purpose, attempt, block, word + 1)]
}

export function uniform(seed: number | bigint, i: number): number {
  const [high, low] = pair(seed, 0, 0, i)
  return Number(((high >> 5n) << 26n) | (low >> 6n)) / 2 ** 53
}

export function uniformFloat(seed: number | bigint, i: number): number {
  return Number(single(seed, 0, 0, i) >> 8n) / 2 ** 24
}

export function normal(seed: number | bigint, i: number): number {
  const [high, low] = pair(seed, 1, 0, i)
  return normalQuantile((Number(((high >> 6n) << 26n) | (low >> 6n)) + 0.5) / 2 ** 52)
}

/** An integer of low … high − 1. */
export function integer(seed: number | bigint, low: bigint, high: bigint, i: number): bigint {
  const count = high - low
  for (let attempt = 0; ; attempt++) {
    if (count <= 2n ** 32n) {
      const product = single(seed, 2, attempt, i) * count
      if ((product & MASK) >= 2n ** 32n % count) return low + (product >> 32n)
    } else {
      const [first, second] = pair(seed, 2, attempt, i)
      const bits = BigInt((count - 1n).toString(2).length)
      const offset = ((first << 32n) | second) & ((1n << bits) - 1n)
      if (offset < count) return low + offset
    }
  }
}

export function permutation(seed: number | bigint, n: number): Uint32Array {
  let buckets = 1
  while (buckets * 32768 < n) buckets *= 2
  const bucketOf = Array.from({ length: n }, (_, i) => Number((single(seed, 3, 0, i) * BigInt(buckets)) >> 32n))
  const result = new Uint32Array(n)
  let first = 0
  for (let bucket = 0; bucket < buckets; bucket++) {
    let last = first
    for (let i = 0; i < n; i++) if (bucketOf[i] === bucket) result[last++] = i
    for (let place = last - 1; place > first; place--) {
      const choices = BigInt(place - first + 1)
      for (let attempt = 0; ; attempt++) {
        const product = single(seed, 4, attempt, place) * choices
        if ((product & MASK) < 2n ** 32n % choices) continue
        const other = first + Number(product >> 32n)
        const value = result[place]!
        result[place] = result[other]!
        result[other] = value
        break
      }
    }
    first = last
  }
  return result
}
