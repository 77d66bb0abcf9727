/** What a fit says of itself, with the condition of its Hessian estimated when it is asked for where that takes no great memory. */
import type { Certificate } from './fitted.ts'

/** Who knows the condition of a system. */
interface Conditioned {
  /** Coefficients, where they are few and the system stays as it is; else undefined. */
  readonly size?: number | undefined
  conditionEstimate(): number
}

/** Coefficients whose factored Hessian a model may hold until somebody asks for its condition: estimating takes longer than a step of so small a fit. */
const KEPT = 64

/** With the condition of the solver's last system, which it must keep as it is. */
export function certificateOf(rest: Omit<Certificate, 'conditionEstimate'>, solver: Conditioned): Certificate {
  const { objective, gradientNorm, separated, iterations, seconds, ridge } = rest
  // In the order of a certificate that comes from JSON, so that both give the same text.
  if (!(solver.size !== undefined && solver.size <= KEPT)) return { objective, gradientNorm, conditionEstimate: solver.conditionEstimate(), separated, iterations, seconds, ridge }
  let kept: Conditioned | undefined = solver
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
