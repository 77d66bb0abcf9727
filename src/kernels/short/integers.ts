/**
 * Reductions of integers of up to 32 bits that src/kernels/short/stage.ts has copied. No order is to be kept, as all of it is exact: where sums of absolute terms stay within the safe
 * integers. There is no NaN and no −0. Four elements a turn, so the places behind the last one are filled first (by `stageToo` for products).
 */
import { staged, stagedToo, unsignedWords, unsignedWordsToo, words, wordsToo } from './stage.ts'

function fill(n: number, value: number): void {
  staged[n] = staged[n + 1] = staged[n + 2] = value
}

/** Σ x² */
export function squaresOfIntegers(n: number): number {
  fill(n, 0)
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  for (let i = 0; i < n; i += 4) {
    s0 += staged[i]! * staged[i]!
    s1 += staged[i + 1]! * staged[i + 1]!
    s2 += staged[i + 2]! * staged[i + 2]!
    s3 += staged[i + 3]! * staged[i + 3]!
  }
  return s0 + s1 + (s2 + s3)
}

/** Σ x·y */
export function productsOfIntegers(n: number): number {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  for (let i = 0; i < n; i += 4) {
    s0 += staged[i]! * stagedToo[i]!
    s1 += staged[i + 1]! * stagedToo[i + 1]!
    s2 += staged[i + 2]! * stagedToo[i + 2]!
    s3 += staged[i + 3]! * stagedToo[i + 3]!
  }
  return s0 + s1 + (s2 + s3)
}

/** The same of `words`, or undefined where Σ |x·y| is no safe integer. */
export function safeProductsOfWords(n: number): number | undefined {
  let s0 = 0
  let s1 = 0
  let a0 = 0
  let a1 = 0
  for (let i = 0; i < n; i += 4) {
    const p = words[i]! * wordsToo[i]!
    const q = words[i + 1]! * wordsToo[i + 1]!
    const r = words[i + 2]! * wordsToo[i + 2]!
    const t = words[i + 3]! * wordsToo[i + 3]!
    s0 += p + q
    s1 += r + t
    a0 += Math.abs(p) + Math.abs(q)
    a1 += Math.abs(r) + Math.abs(t)
  }
  return a0 + a1 <= Number.MAX_SAFE_INTEGER ? s0 + s1 : undefined
}

/** The same of words without a sign. */
export function safeProductsOfUnsignedWords(n: number): number | undefined {
  let s0 = 0
  let s1 = 0
  for (let i = 0; i < n; i += 4) {
    const p = unsignedWords[i]! * unsignedWordsToo[i]!
    const q = unsignedWords[i + 1]! * unsignedWordsToo[i + 1]!
    const r = unsignedWords[i + 2]! * unsignedWordsToo[i + 2]!
    const t = unsignedWords[i + 3]! * unsignedWordsToo[i + 3]!
    s0 += p + q
    s1 += r + t
  }
  return s0 + s1 <= Number.MAX_SAFE_INTEGER ? s0 + s1 : undefined
}

export function leastOfIntegers(n: number): number {
  fill(n, staged[0]!)
  let a = staged[0]!
  let b = a
  let c = a
  let d = a
  for (let i = 0; i < n; i += 4) {
    if (staged[i]! < a) a = staged[i]!
    if (staged[i + 1]! < b) b = staged[i + 1]!
    if (staged[i + 2]! < c) c = staged[i + 2]!
    if (staged[i + 3]! < d) d = staged[i + 3]!
  }
  return Math.min(a, b, c, d)
}

export function greatestOfIntegers(n: number): number {
  fill(n, staged[0]!)
  let a = staged[0]!
  let b = a
  let c = a
  let d = a
  for (let i = 0; i < n; i += 4) {
    if (staged[i]! > a) a = staged[i]!
    if (staged[i + 1]! > b) b = staged[i + 1]!
    if (staged[i + 2]! > c) c = staged[i + 2]!
    if (staged[i + 3]! > d) d = staged[i + 3]!
  }
  return Math.max(a, b, c, d)
}
