/** Options of LogisticRegressionCV. */
import type { LogisticRegressionOptions } from './options.ts'
import type { Strengths } from './path.ts'
import type { CrossValidation } from './selection/cross-validate.ts'
import type { Scoring } from './selection/scoring.ts'

export interface LogisticRegressionCVOptions extends Omit<LogisticRegressionOptions, 'C' | 'l1Ratio' | 'warmStart'> {
  /** The values of C to try, or how many to spread evenly (in their logarithms) from 10⁻⁴ to 10⁴. Default 10. */
  Cs?: Strengths | undefined
  /** The values of `l1Ratio` to try. Default `[0]`. */
  l1Ratios?: readonly number[] | undefined
  /** Default 5. */
  cv?: CrossValidation | undefined
  /** Default `'accuracy'`. */
  scoring?: Scoring | undefined
}
