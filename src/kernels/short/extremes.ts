/**
 * The smallest and the largest of what src/kernels/short/stage.ts has copied, and where they are. Four elements a turn; `stage` has put copies of the first one behind the last. A sum
 * of the elements is NaN where one of them is, or where infinities meet, hence the second look. Zeros compare as equal: beside nothing smaller, −0 is the only number with a sign, which
 * the words of the copies show.
 */
import { staged, stagedWords } from './stage.ts'

/** Index of the first NaN, or −1. */
function nanAt(n: number): number {
  for (let i = 0; i < n; i++) if (staged[i] !== staged[i]) return i
  return -1
}

/** 0 with the sign that is set on any of the elements. */
function zeroOfSome(n: number): number {
  let word = 0
  for (let i = 1; i < 2 * n; i += 8) word |= stagedWords[i]! | stagedWords[i + 2]! | stagedWords[i + 4]! | stagedWords[i + 6]!
  return word < 0 ? -0 : 0
}

/** 0 with the sign that is set on all of the elements. */
function zeroOfAll(n: number): number {
  let word = -1
  for (let i = 1; i < 2 * n; i += 8) word &= stagedWords[i]! & stagedWords[i + 2]! & stagedWords[i + 4]! & stagedWords[i + 6]!
  return word < 0 ? -0 : 0
}

export function minOf(n: number): number {
  let m = staged[0]!
  let watch = 0
  for (let i = 0; i < n; i += 4) {
    const a = staged[i]!
    const b = staged[i + 1]!
    const c = staged[i + 2]!
    const d = staged[i + 3]!
    if (a < m) m = a
    if (b < m) m = b
    if (c < m) m = c
    if (d < m) m = d
    watch += (a + b) + (c + d)
  }
  if (watch !== watch && nanAt(n) >= 0) return NaN
  return m === 0 ? zeroOfSome(n) : m
}

export function maxOf(n: number): number {
  let m = staged[0]!
  let watch = 0
  for (let i = 0; i < n; i += 4) {
    const a = staged[i]!
    const b = staged[i + 1]!
    const c = staged[i + 2]!
    const d = staged[i + 3]!
    if (a > m) m = a
    if (b > m) m = b
    if (c > m) m = c
    if (d > m) m = d
    watch += (a + b) + (c + d)
  }
  if (watch !== watch && nanAt(n) >= 0) return NaN
  return m === 0 ? zeroOfAll(n) : m
}

/** The smallest and the largest number, of `extremesOf` and `boundsOf`. */
export const extremes = new Float64Array(2)

export function extremesOf(n: number): void {
  if (!boundsOf(n)) extremes[0] = extremes[1] = NaN
  else {
    if (extremes[0] === 0) extremes[0] = zeroOfSome(n)
    if (extremes[1] === 0) extremes[1] = zeroOfAll(n)
  }
}

/** The same, but of zeros the one that comes first. False where there is a NaN. */
export function boundsOf(n: number): boolean {
  let low = staged[0]!
  let high = low
  let watch = 0
  for (let i = 0; i < n; i += 4) {
    const a = staged[i]!
    const b = staged[i + 1]!
    const c = staged[i + 2]!
    const d = staged[i + 3]!
    if (a < low) low = a
    if (a > high) high = a
    if (b < low) low = b
    if (b > high) high = b
    if (c < low) low = c
    if (c > high) high = c
    if (d < low) low = d
    if (d > high) high = d
    watch += (a + b) + (c + d)
  }
  extremes[0] = low
  extremes[1] = high
  return watch === watch || nanAt(n) < 0
}

/** Index of the first of the smallest numbers, or of the first NaN. */
export function argMinOf(n: number): number {
  let m = staged[0]!
  let at = 0
  let watch = 0
  for (let i = 0; i < n; i += 2) {
    const a = staged[i]!
    const b = staged[i + 1]!
    if (a < m) {
      m = a
      at = i
    }
    if (b < m) {
      m = b
      at = i + 1
    }
    watch += a + b
  }
  const nan = watch === watch ? -1 : nanAt(n)
  return nan >= 0 ? nan : at
}

export function argMaxOf(n: number): number {
  let m = staged[0]!
  let at = 0
  let watch = 0
  for (let i = 0; i < n; i += 2) {
    const a = staged[i]!
    const b = staged[i + 1]!
    if (a > m) {
      m = a
      at = i
    }
    if (b > m) {
      m = b
      at = i + 1
    }
    watch += a + b
  }
  const nan = watch === watch ? -1 : nanAt(n)
  return nan >= 0 ? nan : at
}
