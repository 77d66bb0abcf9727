/** Models of two classes whose fits a backend may take over whole: what it needs to know, and what it gives. */

/** One model of a chain. */
export interface ChainedModel {
  /** 1 / C. */
  readonly penalty: number
  readonly logC: number
  /** Relative gap of the objective. */
  readonly tolerance: number
  readonly maxIterations: number
}

/** Models of rising C with an L2 penalty, each of which starts where those before lead. */
export interface ModelChain {
  /** Of the first model, in the centred and scaled space, the intercept last. */
  readonly start: Float64Array
  /** Whether the first starts near its optimum. */
  readonly near: boolean
  /** Whether models that start near their optimum are worth more digits than the tolerance asks for. */
  readonly polish: boolean
  readonly fitIntercept: boolean
  readonly models: readonly ChainedModel[]
}

/** How a fit may end. */
export const chainOutcomes = ['converged', 'iterations', 'stalled', 'overflow', 'indefinite'] as const

/** What became of a model. */
export interface ChainResult {
  readonly outcome: (typeof chainOutcomes)[number]
  readonly point: Float64Array
  /** Of the objective divided by C. */
  readonly value: number
  readonly gradientNorm: number
  readonly iterations: number
  readonly ridge: number
  /** Upper triangle, row by row, of the Cholesky factor of the last system, scaled to a unit diagonal. */
  readonly factor: Float64Array
}
