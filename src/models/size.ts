/** What is decided by size: how many coefficients Newton's method is taken for, and which fits are those of a sparse matrix too. */
import type { LogisticProblem } from '../dispatch/index.ts'
import { makeError } from '../errors.ts'

/** Most coefficients that Newton's method is taken for: their Hessian and its factor take 16 bytes for each pair. */
export const MAX_COEFFICIENTS = 20_000

/** Coefficients of all vectors, intercepts among them. */
export function coefficientsOf({ columns, classes }: LogisticProblem): number {
  return (classes === 2 ? 1 : classes) * (columns + 1)
}

/** @throws RANGE for more of them. */
export function checkSize(problem: LogisticProblem): void {
  const { columns, classes } = problem
  const count = coefficientsOf(problem)
  if (count <= MAX_COEFFICIENTS) return
  throw makeError('RANGE', `X: ${columns} columns and ${classes} classes make ${count} coefficients; this version fits ${MAX_COEFFICIENTS} at most`, {
    argument: 'X',
    got: `${count} coefficients`,
    wanted: `at most ${MAX_COEFFICIENTS}`,
  })
}

/** Elements up to which a sparse matrix is made dense: 32 MiB. */
export const DENSE_ELEMENTS = 2 ** 22

/** Rows up to which a fit takes the steps for ten digits. */
const MOST_ROWS_PRECISELY = 2 ** 16

/**
 * Whether a dense fit is to agree in ten digits with that of the same matrix if it were sparse. Sparse ones of no more elements are made dense, so that they agree in all digits; of many
 * rows each step beyond the tolerance takes as long as one before it.
 */
export function isPrecise({ rows, columns }: Pick<LogisticProblem, 'rows' | 'columns'>): boolean {
  return rows * columns > DENSE_ELEMENTS && rows <= MOST_ROWS_PRECISELY
}
