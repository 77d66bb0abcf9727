/**
 * Cholesky factorisation and solution in one fixed order of subtractions (docs/order-of-arithmetic-models.md): every entry
 * takes its updates in rising order of the pivot, whatever the blocking, so that the Rust twin
 * (crates/kernels/src/families/cholesky.rs) gives the same bits. For n ≤ 64 this one beats the cost of a native call.
 */

/** A pivot below this fraction of its diagonal entry is rounding error: 2^−52. */
export const PIVOT_THRESHOLD = 2 ** -52

/**
 * Solves A·s = b for symmetric positive definite A (n × n, row-major; only the upper triangle is read and it is overwritten
 * by U of A = Uᵀ·U, the lower triangle is left alone), b overwritten by s. Gives false, leaving A and b unspecified, when a pivot is not finite
 * or not above 2^−52 of its diagonal entry: A is not positive definite to working precision. n³/6 multiply-subtracts.
 */
export function choleskySolve(a: Float64Array, n: number, b: Float64Array): boolean {
  const inverse = new Float64Array(n)
  const thresholds = new Float64Array(n)
  for (let i = 0; i < n; i++) thresholds[i] = a[i * n + i]! * PIVOT_THRESHOLD
  let k = 0
  // Four pivots at once: the same subtractions in the same order, with a quarter of the loads and stores.
  for (; k + 4 <= n; k += 4) {
    for (let p = k; p < k + 4; p++) {
      for (let q = k; q < p; q++) subtractRow(a, b, n, q, p)
      if (!scalePivotRow(a, b, n, p, thresholds[p]!, inverse)) return false
    }
    subtractFourRows(a, b, n, k)
  }
  for (let p = k; p < n; p++) {
    for (let q = k; q < p; q++) subtractRow(a, b, n, q, p)
    if (!scalePivotRow(a, b, n, p, thresholds[p]!, inverse)) return false
  }
  for (let j = n - 1; j >= 0; j--) {
    const s = b[j]! * inverse[j]!
    b[j] = s
    for (let i = 0; i < j; i++) b[i] = b[i]! - a[i * n + j]! * s
  }
  return true
}

/** Row p −= U[q][p] · row q, from column p on, and the same for b. */
function subtractRow(a: Float64Array, b: Float64Array, n: number, q: number, p: number): void {
  const source = q * n
  const target = p * n
  const factor = a[source + p]!
  for (let j = p; j < n; j++) a[target + j] = a[target + j]! - factor * a[source + j]!
  b[p] = b[p]! - factor * b[q]!
}

/** Turns row p into row p of U, b[p] into the forward solution. */
function scalePivotRow(a: Float64Array, b: Float64Array, n: number, p: number, threshold: number, inverse: Float64Array): boolean {
  const base = p * n
  const pivot = a[base + p]!
  if (!(pivot > threshold && pivot > 0 && pivot < Infinity)) return false
  const root = Math.sqrt(pivot)
  const scale = 1 / root
  inverse[p] = scale
  a[base + p] = root
  for (let j = p + 1; j < n; j++) a[base + j] = a[base + j]! * scale
  b[p] = b[p]! * scale
  return true
}

/** Rows k + 4 … n − 1 take their updates from pivots k … k + 3. */
function subtractFourRows(a: Float64Array, b: Float64Array, n: number, k: number): void {
  const row0 = k * n
  const row1 = row0 + n
  const row2 = row1 + n
  const row3 = row2 + n
  const b0 = b[k]!
  const b1 = b[k + 1]!
  const b2 = b[k + 2]!
  const b3 = b[k + 3]!
  for (let i = k + 4; i < n; i++) {
    const f0 = a[row0 + i]!
    const f1 = a[row1 + i]!
    const f2 = a[row2 + i]!
    const f3 = a[row3 + i]!
    const target = i * n
    for (let j = i; j < n; j++) {
      a[target + j] = a[target + j]! - f0 * a[row0 + j]! - f1 * a[row1 + j]! - f2 * a[row2 + j]! - f3 * a[row3 + j]!
    }
    b[i] = b[i]! - f0 * b0 - f1 * b1 - f2 * b2 - f3 * b3
  }
}
