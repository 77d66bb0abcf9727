/** What is to be fitted. */
import type { FittedLogistic } from './fitted.ts'
import type { CheckedOptions } from './options.ts'

/** One model. */
export interface FitPlan {
  readonly options: CheckedOptions
  /** What the model had found before. */
  readonly previous: FittedLogistic | undefined
}
