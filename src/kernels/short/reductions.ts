/**
 * Reductions of what src/kernels/short/stage.ts has copied: one block, so no tree of blocks and no table on the way. Every function has the bits of its long way
 * (docs/order-of-arithmetic.md), from the same stamped loops where those are quick enough.
 */
import { expFloat64 } from '../generated-maps.ts'
import { generated } from '../generated.ts'
import { log1p } from '../math/log1p.ts'
import { extremes, extremesOf, maxOf } from './extremes.ts'
import { singles, singlesToo, staged, stagedToo, stagedWords } from './stage.ts'
import { TREE, treeOf } from './trees.ts'

/** The partial of the block computed last. */
const partial = new Float64Array(8)

/** What the elements become before they are added up: four a turn, of which the last ones may lie beyond the end. */
const first = new Float64Array(TREE + 4)
const second = new Float64Array(TREE + 4)
const third = new Float64Array(TREE + 4)
const fourth = new Float64Array(TREE + 4)

export function sumOf(n: number): number {
  if (n <= TREE) return treeOf(staged, n)
  generated.sum.float64(staged, staged, 0, n, partial, 0)
  return partial[0]!
}

export function sumOfSquaresOf(n: number): number {
  if (n <= TREE) {
    for (let i = 0; i < n; i += 4) {
      first[i] = staged[i]! * staged[i]!
      first[i + 1] = staged[i + 1]! * staged[i + 1]!
      first[i + 2] = staged[i + 2]! * staged[i + 2]!
      first[i + 3] = staged[i + 3]! * staged[i + 3]!
    }
    return treeOf(first, n)
  }
  generated.sumOfSquares.float64(staged, staged, 0, n, partial, 0)
  return partial[0]!
}

export function dotOf(n: number): number {
  if (n <= TREE) {
    for (let i = 0; i < n; i += 4) {
      first[i] = staged[i]! * stagedToo[i]!
      first[i + 1] = staged[i + 1]! * stagedToo[i + 1]!
      first[i + 2] = staged[i + 2]! * stagedToo[i + 2]!
      first[i + 3] = staged[i + 3]! * stagedToo[i + 3]!
    }
    return treeOf(first, n)
  }
  generated.dot.float64(staged, stagedToo, 0, n, partial, 0)
  return partial[0]!
}

/** Σ x·y of `singles` and `singlesToo` */
export function dotOfSingles(n: number): number {
  if (n <= TREE) {
    for (let i = 0; i < n; i += 4) {
      first[i] = singles[i]! * singlesToo[i]!
      first[i + 1] = singles[i + 1]! * singlesToo[i + 1]!
      first[i + 2] = singles[i + 2]! * singlesToo[i + 2]!
      first[i + 3] = singles[i + 3]! * singlesToo[i + 3]!
    }
    return treeOf(first, n)
  }
  generated.dot.float32(singles, singlesToo, 0, n, partial, 0)
  return partial[0]!
}

/** Σ (x − mean)² */
export function squaredDeviationsOf(n: number): number {
  if (n > TREE) {
    generated.variance.float64(staged, staged, 0, n, partial, 0)
    return partial[2]!
  }
  const c = treeOf(staged, n) / n
  for (let i = 0; i < n; i += 2) {
    const d = staged[i]! - c
    const e = staged[i + 1]! - c
    first[i] = d
    first[i + 1] = e
    second[i] = d * d
    second[i + 1] = e * e
  }
  const d = treeOf(first, n)
  return treeOf(second, n) - (d * d) / n
}

export function euclideanNormOf(n: number): number {
  generated.euclideanNorm.float64(staged, staged, 0, n, partial, 0)
  return Math.sqrt(partial[0]!) * partial[1]!
}

export function productOf(n: number): number {
  generated.product.float64(staged, staged, 0, n, partial, 0)
  return partial[0]!
}

/** By their bits without the sign: the least bit of a number that is not zero is set in `w | −w`, and the sign then. */
export function countNonzeroOf(n: number): number {
  staged[n] = 0
  let count = 0
  for (let i = 0; i < 2 * n; i += 4) {
    const v = (stagedWords[i + 1]! << 1) | stagedWords[i]!
    const w = (stagedWords[i + 3]! << 1) | stagedWords[i + 2]!
    count += ((v | (0 - v)) >>> 31) + ((w | (0 - w)) >>> 31)
  }
  return count
}

export function hasNaNOf(n: number): boolean {
  let watch = 0
  for (let i = 0; i < n; i += 4) watch += (staged[i]! + staged[i + 1]!) + (staged[i + 2]! + staged[i + 3]!)
  // Infinities that meet give NaN, too.
  if (watch === watch) return false
  for (let i = 0; i < n; i++) if (staged[i] !== staged[i]) return true
  return false
}

export function logSumExpOf(n: number): number {
  if (n > TREE) {
    generated.logSumExp.float64(staged, staged, 0, n, partial, 0)
    return finishLogSumExp(partial[0]!, partial[1]!)
  }
  const highest = maxOf(n)
  if (highest - highest !== 0) return highest
  for (let i = 0; i < n; i++) first[i] = staged[i]! - highest
  expFloat64(first, first, 0, 0, first, 0, n)
  return finishLogSumExp(highest, treeOf(first, n))
}

/** From the largest number and the sum of exponentials relative to it. */
export function finishLogSumExp(highest: number, sum: number): number {
  // The largest term is 1, so a sum is at least that. Beside −Infinity it is 0, beside Infinity Infinity, or NaN where there is one.
  return Number.isFinite(highest) ? highest + log1p(sum - 1) : highest + sum
}

/** The first four powers of deviations from c. */
function powersOfFew(n: number, c: number): void {
  for (let i = 0; i < n; i++) {
    const d = staged[i]! - c
    const dd = d * d
    first[i] = d
    second[i] = dd
    third[i] = dd * d
    fourth[i] = dd * dd
  }
}

/** The same of 17 to 32: the first sums of their trees, sixteen. */
function powersOfMany(n: number, c: number): void {
  for (let i = 0; i < n; i++) first[i] = staged[i]! - c
  for (let i = n; i < 32; i++) first[i] = 0
  for (let j = 0; j < 16; j++) {
    const a = first[j]!
    const b = first[j + 16]!
    const a2 = a * a
    const b2 = b * b
    first[j] = a + b
    second[j] = a2 + b2
    third[j] = a2 * a + b2 * b
    fourth[j] = a2 * a2 + b2 * b2
  }
}

/** The root of a description but for its mean, which its merges alone need: n, the central moments times n, the extremes, the sum. */
export function describeOf(n: number): Float64Array {
  if (n > TREE) {
    generated.describe.float64(staged, staged, 0, n, partial, 0)
    return partial
  }
  // First, as a tree overwrites what lies behind the last element.
  extremesOf(n)
  const sum = treeOf(staged, n)
  const c = sum / n
  if (n > 16) powersOfMany(n, c)
  else powersOfFew(n, c)
  const places = Math.min(n, 16)
  const d = treeOf(first, places)
  const q = treeOf(second, places)
  const t = treeOf(third, places)
  const u = treeOf(fourth, places)
  const e = d / n
  const e2 = e * e
  partial[0] = n
  partial[2] = q - (d * d) / n
  partial[3] = (t - (3 * e) * q) + (2 * e2) * d
  partial[4] = ((u - (4 * e) * t) + (6 * e2) * q) - ((3 * e2) * e) * d
  partial[5] = extremes[0]!
  partial[6] = extremes[1]!
  partial[7] = sum
  return partial
}
