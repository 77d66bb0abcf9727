/**
 * Small row-major matrices of doubles on the spot: the arithmetic of the twins beside this file, in the same order, without packing, tiles or views. Sums of at most DEPTH products,
 * so that each entry is one chain from zero.
 */
import { PIVOT_THRESHOLD } from '../cholesky.ts'
import { subtractRows } from './definite.ts'
import { DEPTH, TILE } from './multiply.ts'

/** Most terms of a sum here: beyond them the twins begin a new chain. */
export const FEW_TERMS = DEPTH

/** out = a · b, rows × columns over `depth`. */
export function multiplyFew(a: Float64Array, b: Float64Array, rows: number, columns: number, depth: number, out: Float64Array): void {
  const whole = columns - (columns % 4)
  for (let i = 0; i < rows; i++) {
    const start = i * depth
    const end = start + depth
    for (let j = 0; j < whole; j += 4) {
      let s0 = 0, s1 = 0, s2 = 0, s3 = 0
      let q = j
      for (let p = start; p < end; p++) {
        const factor = a[p]!
        s0 += factor * b[q]!
        s1 += factor * b[q + 1]!
        s2 += factor * b[q + 2]!
        s3 += factor * b[q + 3]!
        q += columns
      }
      const place = i * columns + j
      out[place] = s0
      out[place + 1] = s1
      out[place + 2] = s2
      out[place + 3] = s3
    }
    for (let j = whole; j < columns; j++) {
      let sum = 0
      let q = j
      for (let p = start; p < end; p++) {
        sum += a[p]! * b[q]!
        q += columns
      }
      out[i * columns + j] = sum
    }
  }
}

/** out = xᵀ · x / divisor. */
export function gramOfFew(x: Float64Array, rows: number, columns: number, divisor: number, out: Float64Array): void {
  const end = rows * columns
  for (let i = 0; i < columns; i++) {
    let j = i
    for (; j + 4 <= columns; j += 4) {
      let s0 = 0, s1 = 0, s2 = 0, s3 = 0
      const apart = j - i
      for (let p = i; p < end; p += columns) {
        const factor = x[p]!
        const q = p + apart
        s0 += factor * x[q]!
        s1 += factor * x[q + 1]!
        s2 += factor * x[q + 2]!
        s3 += factor * x[q + 3]!
      }
      const place = i * columns + j
      out[place] = s0 / divisor
      out[place + 1] = s1 / divisor
      out[place + 2] = s2 / divisor
      out[place + 3] = s3 / divisor
    }
    for (; j < columns; j++) {
      let sum = 0
      const apart = j - i
      for (let p = i; p < end; p += columns) sum += x[p]! * x[p + apart]!
      out[i * columns + j] = sum / divisor
    }
    for (let k = 0; k < i; k++) out[i * columns + k] = out[k * columns + i]!
  }
}

/** out = a · x, of floats: the text of `matvec.ts` once more, since a function that meets arrays of two types is slower for both. */
export function matvecOfFloats(a: Float32Array, x: Float32Array, rows: number, columns: number, out: Float32Array): void {
  const whole = columns - (columns % 4)
  let p = 0
  for (let i = 0; i < rows; i++) {
    let s0 = 0, s1 = 0, s2 = 0, s3 = 0
    for (let j = 0; j < whole; j += 4) {
      s0 += a[p]! * x[j]!
      s1 += a[p + 1]! * x[j + 1]!
      s2 += a[p + 2]! * x[j + 2]!
      s3 += a[p + 3]! * x[j + 3]!
      p += 4
    }
    for (let j = whole; j < columns; j++) s0 += a[p++]! * x[j]!
    out[i] = s0 + s2 + (s1 + s3)
  }
}

/** Elements that `covarianceOfFew` has room for. */
export const FEW_ELEMENTS = 4096
const centered = new Float64Array(FEW_ELEMENTS)

/** out = the covariance of the columns of x, divided by `divisor`. */
export function covarianceOfFew(x: Float64Array, rows: number, columns: number, divisor: number, out: Float64Array): void {
  const end = rows * columns
  for (let j = 0; j < columns; j++) {
    let sum = 0
    for (let p = j; p < end; p += columns) sum += x[p]!
    const mean = sum / rows
    for (let p = j; p < end; p += columns) centered[p] = x[p]! - mean
  }
  gramOfFew(centered, rows, columns, divisor, out)
}

/** Most unknowns and right sides together that fit a tile. */
export const FEW_COLUMNS = TILE
const system = new Float64Array(TILE * TILE)
const inverse = new Float64Array(TILE)

/**
 * x = a⁻¹ · b for one right side, which stands beside U as a last column. Row by row: an entry takes the products of the rows above it one after the other, as in `definite.ts`,
 * but on the way to its place. Gives false where a pivot fails; x is then as it was.
 */
export function solveFew(a: Float64Array, b: Float64Array, n: number, x: Float64Array): boolean {
  const stride = n + 1
  for (let i = 0; i < n; i++) {
    const from = i * n
    const row = i * stride
    for (let j = i; j < n; j++) system[row + j] = a[from + j]!
    system[row + n] = b[i]!
    subtractRows(system, stride, 0, i, i, stride)
    const pivot = system[row + i]!
    if (!(pivot > a[from + i]! * PIVOT_THRESHOLD && pivot > 0 && pivot < Infinity)) return false
    const scale = 1 / Math.sqrt(pivot)
    inverse[i] = scale
    for (let j = i + 1; j < stride; j++) system[row + j] = system[row + j]! * scale
  }
  for (let i = n - 1; i >= 0; i--) {
    const row = i * stride
    let sum = system[row + n]!
    for (let j = i + 1; j < n; j++) sum -= system[row + j]! * x[j]!
    x[i] = sum * inverse[i]!
  }
  return true
}
