/** What the folds of a search tell each other: most rows of two folds are the same, so their optima lie near each other. In the space of X, since each fold has its own centres and scales. */

/** Of models that are fitted on one fold after the other, each known by its number. */
export class FoldMemory {
  /** Whether the models' scores tell more digits of the coefficients than the tolerance asks for, as probabilities do. Labels don't. */
  readonly polish: boolean
  readonly #means = new Map<number, { folds: number; readonly optimum: Float64Array }>()

  constructor(polish: boolean) {
    this.polish = polish
  }

  /** Mean of a model's optima so far; undefined if no fold has had one, or one of other coefficients. */
  of(model: number, size: number): Float64Array | undefined {
    const optimum = this.#means.get(model)?.optimum
    return optimum?.length === size ? optimum : undefined
  }

  /** Takes in a fold's. */
  take(model: number, optimum: Float64Array): void {
    const mean = this.#means.get(model)
    if (mean?.optimum.length !== optimum.length) {
      this.#means.set(model, { folds: 1, optimum: optimum.slice() })
      return
    }
    const share = 1 / ++mean.folds
    for (let i = 0; i < optimum.length; i++) mean.optimum[i]! += share * (optimum[i]! - mean.optimum[i]!)
  }
}
