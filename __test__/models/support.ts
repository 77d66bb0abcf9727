/** Data and yardsticks of the model tests. */
import { readdirSync, readFileSync } from 'node:fs'
import { Matrix, type LogisticRegressionOptions, type MatrixData } from 'manycore/models'
import { readNpy } from '../support/npy.ts'

const folder = new URL('../fixtures/logistic/', import.meta.url)

/** A case of known truth: fixtures/README.md. */
export interface TruthCase {
  readonly name: string
  readonly X: Matrix<MatrixData>
  readonly y: Int32Array
  readonly sampleWeight: Float64Array | undefined
  readonly options: LogisticRegressionOptions
  readonly expected: {
    readonly coef: number[][]
    readonly intercept: number[]
    readonly objective: number
    readonly finite_optimum?: boolean
    readonly train_correct: number
    readonly first_rows: { readonly decision_function: number[] | number[][]; readonly predict_proba: number[][] }
  }
  readonly kappa: number
  readonly tight: number
}

interface CaseFile {
  name: string
  X: { file: string; shape: [number, number] }
  y: { file: string }
  sample_weight?: { file: string } | null
  params: { C?: number; C_is_infinite: boolean; l1_ratio: number; fit_intercept: boolean; class_weight?: 'balanced' | null }
  expected: TruthCase['expected']
  certificate?: { kappa_jacobi_scaled_centred_hessian: number }
  tolerance?: { tight_coef_rel_to_max_abs: number }
}

/** All cases. */
export const truthCases: readonly TruthCase[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as CaseFile)
  .map((file) => {
    const { C = 1, C_is_infinite, l1_ratio, fit_intercept, class_weight } = file.params
    return {
      name: file.name,
      X: new Matrix(readNpy(new URL(file.X.file, folder)).data as MatrixData, ...file.X.shape),
      y: readNpy(new URL(file.y.file, folder)).data as Int32Array,
      sampleWeight: file.sample_weight ? (readNpy(new URL(file.sample_weight.file, folder)).data as Float64Array) : undefined,
      options: { C: C_is_infinite ? Infinity : C, l1Ratio: l1_ratio, fitIntercept: fit_intercept, classWeight: class_weight ?? null },
      expected: file.expected,
      kappa: file.certificate?.kappa_jacobi_scaled_centred_hessian ?? NaN,
      tight: file.tolerance?.tight_coef_rel_to_max_abs ?? NaN,
    }
  })

export function truthCase(name: string): TruthCase {
  const found = truthCases.find((candidate) => candidate.name === name)
  if (found === undefined) throw new Error(`no case ${name}`)
  return found
}

export const breastCancer = truthCase('bc_raw_l2_C1') as TruthCase & { X: Matrix }
export const iris = truthCase('iris_raw_l2_C1') as TruthCase & { X: Matrix }

/** The objective by its definition, written as plainly as can be: an independent check of what fits report. */
export function objectiveOf(
  X: Matrix<MatrixData>, indices: ArrayLike<number>, classes: number, coefficients: Matrix, intercepts: Float64Array, C: number, weight?: ArrayLike<number>, l1Ratio = 0,
): number {
  let loss = 0
  for (let i = 0; i < X.rows; i++) {
    const scores = Array.from({ length: coefficients.rows }, (_, k) => {
      let score = intercepts[k]!
      for (let j = 0; j < X.columns; j++) score += X.get(i, j) * coefficients.get(k, j)
      return score
    })
    if (classes === 2) scores.unshift(0)
    const largest = Math.max(...scores)
    const sum = scores.reduce((total, score) => total + Math.exp(score - largest), 0)
    loss += (weight?.[i] ?? 1) * (largest + Math.log(sum) - scores[indices[i]!]!)
  }
  if (C === Infinity) return loss
  return C * loss + coefficients.data.reduce((total, w) => total + ((1 - l1Ratio) / 2) * w * w + l1Ratio * Math.abs(w), 0)
}

/** Numbers in [0, 1) that look random and are the same in each run (Marsaglia's xorshift, 32 bits). */
export function numbers(seed: number): () => number {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** Overlapping classes: column j of row i is noise plus a shift by the row's class. */
export function clusters(rows: number, columns: number, classes: number, seed = 1): { X: Matrix; y: Int32Array } {
  const next = numbers(seed)
  const y = Int32Array.from({ length: rows }, (_, i) => i % classes)
  const data = Float64Array.from({ length: rows * columns }, (_, at) => {
    const label = y[Math.floor(at / columns)]!
    return next() + next() + next() - 1.5 + (((at % columns) + label) % classes) * 0.4
  })
  return { X: new Matrix(data, rows, columns), y }
}

/** Largest difference between two equally long lists of numbers, relative to the largest magnitude of the second. */
export function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity
  let difference = 0
  let size = 0
  for (let i = 0; i < a.length; i++) {
    difference = Math.max(difference, Math.abs(a[i]! - b[i]!))
    size = Math.max(size, Math.abs(b[i]!))
  }
  return size === 0 ? difference : difference / size
}

/** The matrix of some rows. */
export function takeRows(X: Matrix, rows: readonly number[]): Matrix {
  const data = new Float64Array(rows.length * X.columns)
  rows.forEach((row, i) => data.set(X.row(row), i * X.columns))
  return new Matrix(data, rows.length, X.columns)
}
