/**
 * Sums over the rows of a packed block, each entry in row order: Zᵀ·u and Zᵀ·diag(h)·Z. The order is in
 * docs/order-of-arithmetic-models.md; the Rust twin is crates/kernels/src/families/weighted_gram.rs.
 */

/** total[offset + j] += Σ_r u[from + r] · z[r, j] for all `stride` columns (a multiple of 8) of the tile. */
export function addWeightedColumnSums(tile: Float64Array, stride: number, rows: number, u: Float64Array, from: number, total: Float64Array, offset: number): void {
  for (let j = 0; j < stride; j += 8) {
    let a0 = 0, a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0, a6 = 0, a7 = 0
    for (let r = 0, p = j; r < rows; r++, p += stride) {
      const v = u[from + r]!
      a0 += v * tile[p]!
      a1 += v * tile[p + 1]!
      a2 += v * tile[p + 2]!
      a3 += v * tile[p + 3]!
      a4 += v * tile[p + 4]!
      a5 += v * tile[p + 5]!
      a6 += v * tile[p + 6]!
      a7 += v * tile[p + 7]!
    }
    const t = offset + j
    total[t] = total[t]! + a0
    total[t + 1] = total[t + 1]! + a1
    total[t + 2] = total[t + 2]! + a2
    total[t + 3] = total[t + 3]! + a3
    total[t + 4] = total[t + 4]! + a4
    total[t + 5] = total[t + 5]! + a5
    total[t + 6] = total[t + 6]! + a6
    total[t + 7] = total[t + 7]! + a7
  }
}

/**
 * total[offset + i·stride + j] += Σ_r (h[from + r]·z[r, i])·z[r, j] for j ≤ i; entries above the diagonal are unspecified.
 * `weighted` is scratch of the tile's size.
 */
export function addWeightedGram(tile: Float64Array, weighted: Float64Array, stride: number, rows: number, h: Float64Array, from: number, total: Float64Array, offset: number): void {
  for (let r = 0, p = 0; r < rows; r++) {
    const v = h[from + r]!
    for (const end = p + stride; p < end; p++) weighted[p] = v * tile[p]!
  }
  const length = rows * stride
  for (let i = 0; i < stride; i += 4) {
    for (let j = 0; j < i + 4; j += 2) {
      let a00 = 0, a01 = 0
      let a10 = 0, a11 = 0
      let a20 = 0, a21 = 0
      let a30 = 0, a31 = 0
      for (let p = 0; p < length; p += stride) {
        const z0 = tile[p + j]!
        const z1 = tile[p + j + 1]!
        const w0 = weighted[p + i]!
        a00 += w0 * z0
        a01 += w0 * z1
        const w1 = weighted[p + i + 1]!
        a10 += w1 * z0
        a11 += w1 * z1
        const w2 = weighted[p + i + 2]!
        a20 += w2 * z0
        a21 += w2 * z1
        const w3 = weighted[p + i + 3]!
        a30 += w3 * z0
        a31 += w3 * z1
      }
      let t = offset + i * stride + j
      total[t] = total[t]! + a00
      total[t + 1] = total[t + 1]! + a01
      t += stride
      total[t] = total[t]! + a10
      total[t + 1] = total[t + 1]! + a11
      t += stride
      total[t] = total[t]! + a20
      total[t + 1] = total[t + 1]! + a21
      t += stride
      total[t] = total[t]! + a30
      total[t + 1] = total[t + 1]! + a31
    }
  }
}
