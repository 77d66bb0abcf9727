/** The few vector operations that solvers need, for vectors that are short beside the data. Loops stand here and not where they are needed, since engines are slow to compile those of generators. */

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

/** The product of each vector with x, four vectors in a read of x. */
export function dotAll(vectors: readonly Float64Array[], x: Float64Array): number[] {
  const out: number[] = []
  for (let k = 0; k < vectors.length; k += 4) {
    // The last ones may be fewer: the first of them stands for those that are missing.
    const own = vectors.slice(k, k + 4)
    const [v, w = v, y = v, z = v] = own as [Float64Array, Float64Array?, Float64Array?, Float64Array?]
    let [a, b, c, d] = [0, 0, 0, 0]
    for (let i = 0; i < x.length; i++) {
      const xi = x[i]!
      a += v[i]! * xi
      b += w[i]! * xi
      c += y[i]! * xi
      d += z[i]! * xi
    }
    out.push(...[a, b, c, d].slice(0, own.length))
  }
  return out
}

/** x ← x + Σ factor·vector, four vectors in a pass over x. */
export function addAll(x: Float64Array, factors: readonly number[], vectors: readonly Float64Array[]): void {
  for (let k = 0; k < vectors.length; k += 4) {
    const [v, w = v, y = v, z = v] = vectors.slice(k, k + 4) as [Float64Array, Float64Array?, Float64Array?, Float64Array?]
    const [a, b = 0, c = 0, d = 0] = factors.slice(k, k + 4) as [number, number?, number?, number?]
    for (let i = 0; i < x.length; i++) x[i] = x[i]! + (a * v[i]! + b * w[i]! + (c * y[i]! + d * z[i]!))
  }
}

/** x ← x + factor·y. */
export function add(x: Float64Array, factor: number, y: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i] = x[i]! + factor * y[i]!
}

/** out ← x + factor·y. */
export function along(x: Float64Array, factor: number, y: Float64Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i]! + factor * y[i]!
}

/** out ← x − y. */
export function subtract(x: Float64Array, y: Float64Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i]! - y[i]!
}

/** x ← factor·x. */
export function scale(x: Float64Array, factor: number): void {
  for (let i = 0; i < x.length; i++) x[i] = factor * x[i]!
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
