/** How many test rows each of many models gets right: for those of two classes on few rows all at once, since a hundred predictions of a hundred rows take longer than a hundred such fits. */
import { Matrix, type MatrixData } from '../../common/matrix.ts'
import { backend, decide, decisionCost } from '../../dispatch/index.ts'
import type { Classifier } from '../estimator.ts'
import { state } from '../fit-all.ts'
import type { FittedLogistic } from '../fitted.ts'
import { widened, type Features } from '../input.ts'
import type { Label, Labels } from '../labels.ts'
import { LogisticRegression } from '../logistic-regression.ts'

/** Predicted nanoseconds that may go by on this thread. */
const AT_ONCE = 500_000

/**
 * The accuracy of each model, which all were fitted with the same labels. Undefined for what the metric itself must look at: models of another kind, many rows, scores that aren't finite.
 */
export function accuraciesAtOnce(models: readonly Classifier[], X: Features, y: Labels): number[] | undefined {
  const fits: FittedLogistic[] = []
  for (const model of models) {
    const fitted = model.constructor === LogisticRegression ? (model as LogisticRegression)[state] : undefined
    if (fitted?.vectors !== 1) return undefined
    fits.push(fitted)
  }
  if (!(X instanceof Matrix)) return undefined
  const { rows, columns } = X
  const width = columns + 1
  const count = fits.length
  const [first] = fits
  if (first === undefined || fits.some((fit) => fit.packed.length !== width) || decisionCost(backend(), rows, columns, count) > AT_ONCE) return undefined
  const coefficients = new Float64Array(count * width)
  for (const [k, { packed }] of fits.entries()) coefficients.set(packed, k * width)
  const scores = new Float64Array(rows * count)
  decide(backend(), widened(X as Matrix<MatrixData>).x, rows, columns, coefficients, count, 1, scores)
  const [zero, one] = first.classes
  const labels = y as ArrayLike<Label>
  const hits = new Int32Array(count)
  let finite = 0
  for (let i = 0; i < rows; i++) {
    const label = labels[i]!
    const actual = label === one ? 1 : label === zero ? 0 : -1
    for (let k = 0; k < count; k++) {
      const score = scores[i * count + k]!
      finite += score - score
      if ((score > 0 ? 1 : 0) === actual) hits[k]! += 1
    }
  }
  return finite === 0 ? Array.from(hits, (hit) => hit / rows) : undefined
}
