/** Where fits start, in the space of centred and scaled columns. */
import type { FittedLogistic } from './fitted.ts'
import type { EncodedLabels } from './labels.ts'
import type { LogisticObjective } from './loss/logistic.ts'
import type { ScaledColumns } from './loss/separation.ts'
import type { FitPlan } from './plan.ts'
import type { RowWeights } from './weights.ts'

/** What an objective says of its variables. */
type Variables = Pick<LogisticObjective, 'vectors' | 'size' | 'absoluteWeights'>

/**
 * The last coefficients on a warm start, if they are of this problem's classes and columns; else zeros, with the intercept at the log-odds
 * of the classes' weights, where it would be without features.
 */
export function startingPoint({ options, previous }: FitPlan, problem: ScaledColumns, weights: RowWeights, labels: EncodedLabels, objective: Variables): Float64Array {
  const { warmStart, fitIntercept, maxIterations } = options
  const { vectors, size } = objective
  const { columns } = problem
  if (warmStart && previous !== undefined && previous.columns === columns && sameClasses(previous, labels)) {
    return scaled(problem, previous.packed, objective, fitIntercept)
  }
  const start = new Float64Array(size)
  if (!fitIntercept || maxIterations === 0) return start
  const { totals } = weights
  if (vectors === 1) start[columns] = Math.log(totals[1]! / totals[0]!)
  else for (let k = 0; k < vectors; k++) start[k * (columns + 1) + columns] = Math.log(totals[k]!)
  if (vectors > 1) centerClasses(start, vectors)
  return start
}

function sameClasses(previous: FittedLogistic, { classes }: EncodedLabels): boolean {
  return previous.classes.length === classes.length && classes.every((label, k) => label === previous.classes[k])
}

/** The inverse of `unscaled`; columns without spread get 0, and so does the intercept if it isn't fitted. */
export function scaled({ columns, center, inverseScale }: ScaledColumns, packed: Float64Array, { vectors, absoluteWeights }: Pick<Variables, 'vectors'> & Partial<Variables>, fitIntercept: boolean): Float64Array {
  const out = new Float64Array(packed.length)
  for (let k = 0; k < vectors; k++) {
    const first = k * (columns + 1)
    let intercept = packed[first + columns]!
    for (let j = 0; j < columns; j++) {
      const w = packed[first + j]!
      out[first + j] = inverseScale[j] === 0 ? 0 : w / inverseScale[j]!
      intercept += w * center[j]!
    }
    out[first + columns] = fitIntercept ? intercept : 0
  }
  if (vectors > 1) centerClasses(out, vectors, absoluteWeights === undefined ? 0 : columns)
  return out
}

/** Makes the classes' coefficients of each column from `from` on sum to 0, which changes no probability; an L1 penalty leaves that freedom to the intercepts alone. */
export function centerClasses(point: Float64Array, vectors: number, from = 0): void {
  const width = point.length / vectors
  for (let j = from; j < width; j++) {
    let sum = 0
    for (let k = 0; k < vectors; k++) sum += point[k * width + j]!
    const mean = sum / vectors
    for (let k = 0; k < vectors; k++) point[k * width + j] = point[k * width + j]! - mean
  }
}
