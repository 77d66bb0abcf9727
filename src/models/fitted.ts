/** What a fit has found: immutable, and all that predictions need. */
import type { Label, LabelKind } from './labels.ts'

/** How good a fit is and what it took. */
export interface Certificate {
  /** C · Σ weight · log-loss + ½·(1 − l1Ratio)·‖coefficients‖² + l1Ratio·‖coefficients‖₁ (without the penalty and the C for C = Infinity), at the coefficients given. */
  readonly objective: number
  /** Largest partial derivative of the objective (under an L1 penalty the least one of a coefficient that is 0), in the solver's coordinates (columns centred and scaled to a spread from 1 to 2, as far as the rows tell by which they were scaled: a sample of them in large fits). */
  readonly gradientNorm: number
  /** Condition number of the Hessian there, scaled to a unit diagonal; an estimate from below. Under an L1 penalty over the coefficients that aren't 0; where there are nearly as many columns as rows, or more, scaled by the penalty's curvature. NaN where the fit took gradients alone: sparse matrices, and several classes on more columns than rows. */
  readonly conditionEstimate: number
  /** Whether the classes were found to be separable, so that there is no optimum: coefficients would grow for ever. */
  readonly separated: boolean
  readonly iterations: number
  /** Wall time of the whole fit (of all models that were fitted together). */
  readonly seconds: number
  /** Largest multiple of the unit diagonal that was added to a singular Hessian to get a step; 0 for none. */
  readonly ridge: number
}

/** A fitted logistic regression. */
export interface FittedLogistic {
  readonly columns: number
  /** Coefficient vectors: 1 for two classes, else as many as classes. */
  readonly vectors: number
  /** vectors × (columns + 1), the intercept last in each, in the space of X. */
  readonly packed: Float64Array
  readonly classes: readonly Label[]
  readonly kind: LabelKind
  readonly converged: boolean
  readonly certificate: Certificate
  /** Of an unpenalised fit that has reached its optimum: see inference.ts. */
  readonly variances?: Float64Array | undefined
}
