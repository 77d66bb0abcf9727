/**
 * Sums, sums of squares and dot products as if in twice the precision of double: a sum `s` in the order of the plain kernel, and beside it
 * the sum `c` of what roundings lost. The twin of crates/kernels/src/ops/compensated.rs, which says where it comes from.
 */
import type { FloatArray } from '../common/arrays.ts'
import { LANES } from './order.ts'

const sums = new Float64Array(LANES)
const corrections = new Float64Array(LANES)

/** What the rounding of a product lost (Dekker 1971), both factors split in halves (Veltkamp); NaN for factors beyond 2^996. */
export function productError(x: number, y: number, product: number): number {
  const p = 134_217_729 * x
  const a = p - (p - x)
  const b = x - a
  const q = 134_217_729 * y
  const c = q - (q - y)
  const d = y - c
  return b * d - (((product - a * c) - b * c) - a * d)
}

/** A lane takes a term, and what the term itself has lost already. */
function take(lane: number, term: number, error: number): void {
  const s = sums[lane]!
  const sum = s + term
  const z = sum - s
  sums[lane] = sum
  corrections[lane] = corrections[lane]! + (((s - (sum - z)) + (term - z)) + error)
}

/** Folds the lanes in halves; the block's partial goes to `out`. */
function fold(out: Float64Array, o: number): void {
  for (let half = LANES / 2; half >= 1; half /= 2) {
    for (let lane = 0; lane < half; lane++) {
      const c = corrections[lane]! + corrections[lane + half]!
      corrections[lane] = 0
      take(lane, sums[lane + half]!, 0)
      corrections[lane] = c + corrections[lane]!
    }
  }
  out[o] = sums[0]!
  out[o + 1] = corrections[0]!
}

function clear(): void {
  sums.fill(0)
  corrections.fill(0)
}

function sumBlock(x: FloatArray, _y: FloatArray, at: number, n: number, out: Float64Array, o: number): void {
  clear()
  for (let i = 0; i < n; i++) take(i & (LANES - 1), x[at + i]!, 0)
  fold(out, o)
}

function sumOfSquaresBlock(x: FloatArray, _y: FloatArray, at: number, n: number, out: Float64Array, o: number): void {
  clear()
  for (let i = 0; i < n; i++) {
    const v = x[at + i]!
    const square = v * v
    take(i & (LANES - 1), square, productError(v, v, square))
  }
  fold(out, o)
}

function dotBlock(x: FloatArray, y: FloatArray, at: number, n: number, out: Float64Array, o: number): void {
  clear()
  for (let i = 0; i < n; i++) {
    const v = x[at + i]!
    const w = y[at + i]!
    const product = v * w
    take(i & (LANES - 1), product, productError(v, w, product))
  }
  fold(out, o)
}

/** The partial of `b` at `j` into the one of `a` at `i`. */
function merge(a: Float64Array, i: number, b: Float64Array, j: number): void {
  const s = a[i]!
  const term = b[j]!
  const sum = s + term
  const z = sum - s
  a[i] = sum
  a[i + 1] = (a[i + 1]! + b[j + 1]!) + ((s - (sum - z)) + (term - z))
}

/** Blocks and merges by kernel, as the stamped ones are. */
export const compensated = {
  compensatedSum: { float64: sumBlock, float32: sumBlock, merge },
  compensatedSumOfSquares: { float64: sumOfSquaresBlock, float32: sumOfSquaresBlock, merge },
  compensatedDot: { float64: dotBlock, float32: dotBlock, merge },
}

/** The value of a root: both sums together; the plain one where nothing can be said of what was lost. */
export function compensatedValue(root: Float64Array): number {
  const both = root[0]! + root[1]!
  return Number.isNaN(both) ? root[0]! : both
}
