/** Cholesky: residuals, the singular, and the order of subtractions against the plainest writing of it. */
import test from 'ava'
import { choleskySolve, PIVOT_THRESHOLD } from '../../src/kernels/cholesky.ts'
import { generator } from './problems.ts'

function positiveDefinite(n: number, seed: number): Float64Array {
  const random = generator(seed)
  const g = Float64Array.from({ length: (n + 3) * n }, () => random() - 0.5)
  const a = new Float64Array(n * n)
  for (let r = 0; r < n + 3; r++) {
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) a[i * n + j]! += g[r * n + i]! * g[r * n + j]!
  }
  return a
}

/** One entry after the other, each with its updates in rising order of the pivot: the specification, word for word. */
function plain(a: Float64Array, n: number, b: Float64Array): Float64Array {
  const u = a.slice()
  const s = b.slice()
  const inverse: number[] = []
  for (let p = 0; p < n; p++) {
    for (let j = p; j < n; j++) for (let q = 0; q < p; q++) u[p * n + j]! -= u[q * n + p]! * u[q * n + j]!
    for (let q = 0; q < p; q++) s[p]! -= u[q * n + p]! * s[q]!
    const root = Math.sqrt(u[p * n + p]!)
    inverse[p] = 1 / root
    u[p * n + p] = root
    for (let j = p + 1; j < n; j++) u[p * n + j]! *= inverse[p]!
    s[p]! *= inverse[p]!
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = n - 1; j > i; j--) s[i]! -= u[i * n + j]! * s[j]!
    s[i]! *= inverse[i]!
  }
  return s
}

for (const n of [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 64, 65, 130]) {
  test(`n = ${n}: solves, with the bits of the specification`, (t) => {
    const a = positiveDefinite(n, n)
    const random = generator(n + 1)
    const b = Float64Array.from({ length: n }, () => random() - 0.5)
    const s = b.slice()
    t.true(choleskySolve(a.slice(), n, s))
    t.deepEqual(s, plain(a, n, b))
    for (let i = 0; i < n; i++) {
      let residual = -b[i]!
      let scale = Math.abs(b[i]!)
      for (let j = 0; j < n; j++) {
        residual += a[i * n + j]! * s[j]!
        scale += Math.abs(a[i * n + j]! * s[j]!)
      }
      t.true(Math.abs(residual) <= 4 * n * 2 ** -52 * scale)
    }
  })
}

test('only the upper triangle is read', (t) => {
  const n = 6
  const a = positiveDefinite(n, 3)
  const whole = Float64Array.of(1, 2, 3, 4, 5, 6)
  const upper = whole.slice()
  t.true(choleskySolve(a.slice(), n, whole))
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) a[i * n + j] = NaN
  t.true(choleskySolve(a, n, upper))
  t.deepEqual(upper, whole)
})

function refuses(a: number[]): boolean {
  const n = Math.sqrt(a.length)
  return !choleskySolve(Float64Array.from(a), n, new Float64Array(n))
}

test('indefinite, singular and not finite matrices are refused', (t) => {
  t.true(refuses([0]))
  t.true(refuses([-1]))
  t.true(refuses([NaN]))
  t.true(refuses([Infinity]))
  t.true(refuses([1, 2, 2, 1]))
  t.true(refuses([1, 1, 1, 1]))
  t.true(refuses([1, NaN, NaN, 1]))
  t.true(refuses([4, 2, 2, 1 + PIVOT_THRESHOLD / 2]))
  t.false(refuses([4, 2, 2, 1 + 2 * PIVOT_THRESHOLD]))
  t.false(refuses([1e-300]))
})
