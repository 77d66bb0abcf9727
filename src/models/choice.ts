/** Which way a fit may go to its optimum: by its options and its shape, never by what it is computed on, so that the way is the same everywhere. */
import type { LogisticProblem } from '../dispatch/index.ts'
import { blocksPay } from './class-blocks.ts'
import type { FitPlan } from './plan.ts'
import { wideRowsPay } from './row-products.ts'
import { coefficientsOf, MAX_COEFFICIENTS } from './size.ts'

/** Gaps that approximate Hessians can't promise; and the steps after which a start has shown that it is near. */
const SAMPLE_TOLERANCE = 1e-11
const SAMPLE_ITERATIONS = 20

/** Whether a fit may do with less than the whole Hessian: its optimum exists, has derivatives, and isn't known already. */
export function maySample({ options, previous }: FitPlan): boolean {
  const { C, l1Ratio, solver, tol, maxIterations, warmStart } = options
  return solver === 'auto' && C < Infinity && l1Ratio === 0 && tol >= SAMPLE_TOLERANCE && maxIterations >= SAMPLE_ITERATIONS && !(warmStart && previous !== undefined)
}

/** Coefficients beyond which a single step of Newton's method may take seconds: too long for those who ask for a few steps, or for a few more from where they are. */
export const MOST_NEARBY = 700

/** Whether a fit may go around the classes' blocks, and gains by it. */
export function mayUseBlocks(plan: FitPlan, problem: LogisticProblem): boolean {
  const { C, l1Ratio, solver, tol } = plan.options
  const may = maySample(plan) || (coefficientsOf(problem) > MOST_NEARBY && solver === 'auto' && C < Infinity && l1Ratio === 0 && tol >= SAMPLE_TOLERANCE)
  return may && blocksPay(problem)
}

/** Whether a fit's steps may come from systems of the rows' size: its penalty must give all columns curvature. */
export function fitsRows({ options: { C, l1Ratio, solver } }: FitPlan, problem: LogisticProblem): boolean {
  return solver === 'auto' && C < Infinity && l1Ratio === 0 && wideRowsPay(problem)
}

/** Coefficients below which a step of Newton's method, or around the classes' blocks, takes little. */
const LEAST_BY_GRADIENTS = 1500

/**
 * Whether a fit takes gradients alone: of several classes and more columns than rows, where the Hessian of a class takes as long as a hundred gradients and tells of rows only; and of more
 * coefficients than Newton's method is taken for.
 */
export function fitsByGradients(plan: FitPlan, problem: LogisticProblem): boolean {
  const { C, l1Ratio, solver, tol } = plan.options
  const size = coefficientsOf(problem)
  if (solver !== 'auto' || C === Infinity || l1Ratio > 0) return false
  return size > MAX_COEFFICIENTS || (tol >= SAMPLE_TOLERANCE && problem.classes > 2 && problem.columns > problem.rows && size > LEAST_BY_GRADIENTS)
}
