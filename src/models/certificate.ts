/** What a fit says of itself, with the condition of its Hessian estimated when it is asked for where that takes no great memory. */
import type { Certificate } from './fitted.ts'
import { ScaledCholesky } from './solver/linear.ts'

/** Who knows the condition of a system. */
interface Conditioned {
  conditionEstimate(): number
}

/** Coefficients whose factored Hessian a model may hold until somebody asks for its condition: estimating takes longer than a step of so small a fit. */
const KEPT = 64

/** With the condition of the solver's last system, which it must keep as it is. */
export function certificateOf(rest: Omit<Certificate, 'conditionEstimate'>, solver: Conditioned): Certificate {
  if (!(solver instanceof ScaledCholesky && solver.size <= KEPT)) return { ...rest, conditionEstimate: solver.conditionEstimate() }
  const { objective, gradientNorm, separated, iterations, seconds, ridge } = rest
  let kept: ScaledCholesky | undefined = solver
  let estimate = 0
  return {
    objective,
    gradientNorm,
    get conditionEstimate(): number {
      if (kept !== undefined) estimate = kept.conditionEstimate()
      kept = undefined
      return estimate
    },
    separated,
    iterations,
    seconds,
    ridge,
  }
}
