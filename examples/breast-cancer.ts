/** The breast-cancer data that travel with the package: see datasets/breast-cancer/README.md for their origin and licence. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { readNpy } from './npy.ts'

/** Works from the sources and from the compiled package alike. */
const folder = new URL('datasets/breast-cancer/', pathToFileURL(createRequire(import.meta.url).resolve('manycore/package.json')))

export interface BreastCancer {
  readonly rows: number
  readonly columns: number
  /** Row-major, in shared memory: workers get a view of it, not a copy. */
  readonly x: Float64Array
  /** 0 malignant, 1 benign; in shared memory. */
  readonly y: Int32Array
}

export function loadBreastCancer(): BreastCancer {
  const x = readNpy(new URL('X.npy', folder))
  const y = readNpy(new URL('y.npy', folder))
  const [rows = 0, columns = 0] = x.shape
  if (!(x.values instanceof Float64Array) || !(y.values instanceof Int32Array) || y.values.length !== rows) {
    throw new Error('datasets/breast-cancer does not hold what its README says')
  }
  return { rows, columns, x: x.values, y: y.values }
}

/** Smallest possible value of the objective of L2-regularised logistic regression on these data, computed with 80 digits. */
export function knownOptimum(C: number): number {
  const { models } = JSON.parse(readFileSync(new URL('optima.json', folder), 'utf8')) as { models: { C: number; objective: number }[] }
  const model = models.find((candidate) => candidate.C === C)
  if (model === undefined) throw new Error(`no optimum is stored for C = ${C}`)
  return model.objective
}

/**
 * C·Σ log(1 + exp(−s·score)) + ‖coefficients‖² / 2 with s = 1 for class 1, else −1: a second computation, in plain loops,
 * of what a model says it has minimised.
 */
export function objective({ rows, columns, x, y }: BreastCancer, C: number, coefficients: ArrayLike<number>, intercept: number): number {
  let loss = 0
  for (let row = 0; row < rows; row++) {
    let score = intercept
    for (let column = 0; column < columns; column++) score += (x[row * columns + column] ?? 0) * (coefficients[column] ?? 0)
    const margin = y[row] === 1 ? score : -score
    loss += Math.log1p(Math.exp(-Math.abs(margin))) + Math.max(0, -margin)
  }
  let penalty = 0
  for (let column = 0; column < columns; column++) penalty += (coefficients[column] ?? 0) ** 2
  return C * loss + penalty / 2
}
