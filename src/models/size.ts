/** How many coefficients Newton's method is taken for. */
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
