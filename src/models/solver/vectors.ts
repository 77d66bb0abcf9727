/** The few vector operations that solvers need, for vectors that are short beside the data. */

/** In four sums, since one alone waits for its last addition. */
export function dot(x: Float64Array, y: Float64Array): number {
  const n = x.length
  let [a, b, c, d] = [0, 0, 0, 0]
  let i = 0
  for (; i + 4 <= n; i += 4) {
    a += x[i]! * y[i]!
    b += x[i + 1]! * y[i + 1]!
    c += x[i + 2]! * y[i + 2]!
    d += x[i + 3]! * y[i + 3]!
  }
  for (; i < n; i++) a += x[i]! * y[i]!
  return a + c + (b + d)
}

/** x ← x + factor·y; gives the product of the new x and z. One pass, for vectors beyond the first cache. */
export function addThenDot(x: Float64Array, factor: number, y: Float64Array, z: Float64Array): number {
  const n = x.length
  let [a, b, c, d] = [0, 0, 0, 0]
  let i = 0
  for (; i + 4 <= n; i += 4) {
    const x0 = x[i]! + factor * y[i]!
    const x1 = x[i + 1]! + factor * y[i + 1]!
    const x2 = x[i + 2]! + factor * y[i + 2]!
    const x3 = x[i + 3]! + factor * y[i + 3]!
    x[i] = x0
    x[i + 1] = x1
    x[i + 2] = x2
    x[i + 3] = x3
    a += x0 * z[i]!
    b += x1 * z[i + 1]!
    c += x2 * z[i + 2]!
    d += x3 * z[i + 3]!
  }
  for (; i < n; i++) {
    x[i] = x[i]! + factor * y[i]!
    a += x[i]! * z[i]!
  }
  return a + c + (b + d)
}

/** x ← x + factor·y. */
export function add(x: Float64Array, factor: number, y: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i] = x[i]! + factor * y[i]!
}

/** x ← x·y, element by element. */
export function multiply(x: Float64Array, y: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i] = x[i]! * y[i]!
}

/** The largest magnitude; NaN if there is a NaN. */
export function maxAbs(x: Float64Array): number {
  let largest = 0
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i]!))
  return largest
}
