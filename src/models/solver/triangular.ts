/** Solving with a factor that is there already, in the order of docs/order-of-arithmetic-models.md, which crates/kernels/src/families/newton/system.rs has too. */

/** x ← (Uᵀ·U)⁻¹·x for the upper triangle of u, n × n, row by row. n² multiply-subtracts, four rows in a pass over x. */
export function solveFactored(u: Float64Array, n: number, x: Float64Array): void {
  const end = n - (n % 4)
  for (let i = 0; i < end; i += 4) forwardFour(u, n, x, i)
  for (let i = end; i < n; i++) {
    const row = i * n
    const value = x[i]! / u[row + i]!
    x[i] = value
    for (let j = i + 1; j < n; j++) x[j] = x[j]! - u[row + j]! * value
  }
  for (let i = n - 1; i >= end; i--) {
    const row = i * n
    let left = x[i]!
    for (let j = n - 1; j > i; j--) left -= u[row + j]! * x[j]!
    x[i] = left / u[row + i]!
  }
  for (let i = end - 4; i >= 0; i -= 4) backwardFour(u, n, x, i)
}

function forwardFour(u: Float64Array, n: number, x: Float64Array, i: number): void {
  const row0 = i * n
  const row1 = row0 + n
  const row2 = row1 + n
  const row3 = row2 + n
  const a = x[i]! / u[row0 + i]!
  const b = (x[i + 1]! - u[row0 + i + 1]! * a) / u[row1 + i + 1]!
  const c = (x[i + 2]! - u[row0 + i + 2]! * a - u[row1 + i + 2]! * b) / u[row2 + i + 2]!
  const d = (x[i + 3]! - u[row0 + i + 3]! * a - u[row1 + i + 3]! * b - u[row2 + i + 3]! * c) / u[row3 + i + 3]!
  x[i] = a
  x[i + 1] = b
  x[i + 2] = c
  x[i + 3] = d
  for (let j = i + 4; j < n; j++) x[j] = x[j]! - u[row0 + j]! * a - u[row1 + j]! * b - u[row2 + j]! * c - u[row3 + j]! * d
}

function backwardFour(u: Float64Array, n: number, x: Float64Array, i: number): void {
  const row0 = i * n
  const row1 = row0 + n
  const row2 = row1 + n
  const row3 = row2 + n
  let a = x[i]!
  let b = x[i + 1]!
  let c = x[i + 2]!
  let d = x[i + 3]!
  for (let j = n - 1; j >= i + 4; j--) {
    const value = x[j]!
    a -= u[row0 + j]! * value
    b -= u[row1 + j]! * value
    c -= u[row2 + j]! * value
    d -= u[row3 + j]! * value
  }
  d /= u[row3 + i + 3]!
  c = (c - u[row2 + i + 3]! * d) / u[row2 + i + 2]!
  b = (b - u[row1 + i + 3]! * d - u[row1 + i + 2]! * c) / u[row1 + i + 1]!
  a = (a - u[row0 + i + 3]! * d - u[row0 + i + 2]! * c - u[row0 + i + 1]! * b) / u[row0 + i]!
  x[i] = a
  x[i + 1] = b
  x[i + 2] = c
  x[i + 3] = d
}
