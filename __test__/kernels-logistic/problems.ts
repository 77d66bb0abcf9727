/** Small problems for the logistic kernels, and the plainest possible writing of what the kernels compute. */
import type { LogisticProblem, LogisticRequest } from '../../src/kernels/logistic-problem.ts'

/** Reproducible numbers in [0, 1): the kernels' tests must not depend on an engine's Math.random. */
export function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const high = state >>> 5
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (high * 67108864 + (state >>> 6)) / 2 ** 53
  }
}

export interface Shape {
  rows: number
  columns: number
  classes: number
  /** Size of the coefficients: the scores grow with it. */
  spread?: number
  weighted?: boolean
  seed?: number
}

export function makeProblem({ rows, columns, classes, seed = 1 }: Shape): LogisticProblem {
  const random = generator(seed * 7919 + rows * 31 + columns * 7 + classes)
  const center = Float64Array.from({ length: columns }, (_, j) => (j % 3) * 10 - 5 + random())
  const inverseScale = Float64Array.from({ length: columns }, () => 0.5 + random())
  return {
    x: Float64Array.from({ length: rows * columns }, (_, i) => center[i % columns]! + (random() + random() + random() - 1.5) * 2),
    rows,
    columns,
    center,
    inverseScale,
    y: Int32Array.from({ length: rows }, () => Math.floor(random() * classes)),
    classes,
  }
}

export function makeRequest(problem: LogisticProblem, order: 0 | 1 | 2, { spread = 0.5, weighted = false, seed = 1 }: Partial<Shape> = {}): LogisticRequest {
  const random = generator(seed * 104729 + problem.rows + problem.columns)
  const size = (problem.classes === 2 ? 1 : problem.classes) * (problem.columns + 1)
  return {
    weights: weighted ? Float64Array.from({ length: problem.rows }, (_, i) => (i % 5 === 0 ? 0 : random() * 3)) : null,
    coefficients: Float64Array.from({ length: size }, () => (random() - 0.5) * 2 * spread),
    order,
    out: new Float64Array(outputLength(size, order)),
  }
}

export function outputLength(size: number, order: number): number {
  return 1 + (order >= 1 ? size : 0) + (order === 2 ? size * size : 0)
}

/** Loss, gradient and Hessian by the textbook formulas, with Math.exp and sums in any order. */
export function naive(problem: LogisticProblem, weights: Float64Array | null, coefficients: Float64Array): Float64Array {
  const { x, rows, columns, center, inverseScale, y, classes } = problem
  const length = columns + 1
  const vectors = classes === 2 ? 1 : classes
  const size = vectors * length
  const out = new Float64Array(1 + size + size * size)
  for (let r = 0; r < rows; r++) {
    const weight = weights === null ? 1 : weights[r]!
    const z = Array.from({ length }, (_, j) => (j === columns ? 1 : (x[r * columns + j]! - center[j]!) * inverseScale[j]!))
    const scores = Array.from({ length: vectors }, (_, k) => z.reduce((sum, v, j) => sum + v * coefficients[k * length + j]!, 0))
    if (classes === 2) scores.unshift(0)
    const top = Math.max(...scores)
    const terms = scores.map((score) => Math.exp(score - top))
    const total = terms.reduce((sum, term) => sum + term, 0)
    const p = terms.map((term) => term / total)
    out[0]! += weight * (top + Math.log(total) - scores[y[r]!]!)
    const classOf = (vector: number): number => (classes === 2 ? 1 : vector)
    for (let k = 0; k < vectors; k++) {
      const pk = p[classOf(k)]!
      for (let i = 0; i < length; i++) {
        out[1 + k * length + i]! += weight * (pk - (y[r] === classOf(k) ? 1 : 0)) * z[i]!
        for (let l = 0; l < vectors; l++) {
          const h = weight * pk * ((k === l ? 1 : 0) - p[classOf(l)]!)
          for (let j = 0; j < length; j++) out[1 + size + (k * length + i) * size + l * length + j]! += h * z[i]! * z[j]!
        }
      }
    }
  }
  return out
}

/** Largest difference of two arrays relative to the largest entry of the second. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0
  let scale = 0
  for (let i = 0; i < b.length; i++) {
    difference = Math.max(difference, Math.abs(a[i]! - b[i]!))
    scale = Math.max(scale, Math.abs(b[i]!))
    if (!Number.isFinite(a[i]!)) return Infinity
  }
  return scale === 0 ? difference : difference / scale
}
