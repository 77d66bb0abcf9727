/**
 * Scores of linear models: a row's dot products with the coefficient vectors, in eight lanes folded in halves
 * (docs/order-of-arithmetic-models.md). A row's bits depend on that row alone.
 */
import type { FloatArray } from '../common/arrays.ts'
import { paddedTo8 } from './rows.ts'

/**
 * `out[row × vectors + k] = Σ_j x[row, j] · coefficients[k, j] + intercept_k` for rows `first … last − 1`; `coefficients` is
 * `vectors × (columns + 1)`, the intercept last in each vector.
 */
export function decisionOfRows(x: FloatArray, columns: number, coefficients: Float64Array, vectors: number, first: number, last: number, out: Float64Array): void {
  const whole = columns & ~7
  const stride = paddedTo8(columns + 1)
  const padded = padCoefficients(coefficients, vectors, columns + 1)
  // The last columns, then the 1 of the intercept, then zeros.
  const rest = new Float64Array(8)
  rest[columns - whole] = 1
  for (let row = first; row < last; row++) {
    const base = row * columns
    for (let j = whole; j < columns; j++) rest[j - whole] = x[base + j]!
    for (let k = 0; k < vectors; k++) {
      out[row * vectors + k] = dotOfRow(x, base, whole, rest, padded, k * stride)
    }
  }
}

/** All rows: see decisionOfRows. */
export function decision(x: FloatArray, rows: number, columns: number, coefficients: Float64Array, vectors: number, out: Float64Array): void {
  decisionOfRows(x, columns, coefficients, vectors, 0, rows, out)
}

/** Vectors of `length` coefficients, each padded with zeros to whole groups of eight. */
export function padCoefficients(coefficients: Float64Array, vectors: number, length: number): Float64Array {
  const stride = paddedTo8(length)
  const padded = new Float64Array(vectors * stride)
  for (let k = 0; k < vectors; k++) {
    for (let j = 0; j < length; j++) padded[k * stride + j] = coefficients[k * length + j]!
  }
  return padded
}

function dotOfRow(x: FloatArray, base: number, whole: number, rest: Float64Array, b: Float64Array, offset: number): number {
  let a0 = 0, a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0, a6 = 0, a7 = 0
  for (let j = 0; j < whole; j += 8) {
    const p = base + j
    const q = offset + j
    a0 += x[p]! * b[q]!
    a1 += x[p + 1]! * b[q + 1]!
    a2 += x[p + 2]! * b[q + 2]!
    a3 += x[p + 3]! * b[q + 3]!
    a4 += x[p + 4]! * b[q + 4]!
    a5 += x[p + 5]! * b[q + 5]!
    a6 += x[p + 6]! * b[q + 6]!
    a7 += x[p + 7]! * b[q + 7]!
  }
  const q = offset + whole
  a0 += rest[0]! * b[q]!
  a1 += rest[1]! * b[q + 1]!
  a2 += rest[2]! * b[q + 2]!
  a3 += rest[3]! * b[q + 3]!
  a4 += rest[4]! * b[q + 4]!
  a5 += rest[5]! * b[q + 5]!
  a6 += rest[6]! * b[q + 6]!
  a7 += rest[7]! * b[q + 7]!
  return a0 + a4 + (a2 + a6) + (a1 + a5 + (a3 + a7))
}
