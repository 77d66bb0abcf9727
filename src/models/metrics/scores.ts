/** Scores and probabilities as metrics take them: a list for two classes, a matrix with a column a class for more. */
import { Matrix, matrixFrom, isMatrixData, type MatrixData, type MatrixLike } from '../../common/matrix.ts'
import { inStretches, type Pausing } from '../../common/pausing.ts'
import { argumentError, makeError } from '../../errors.ts'
import { encodeLabels, elementType, sortedLabels, type EncodedLabels, type Label, type Labels } from '../labels.ts'
import { checkRows, encodeTruth, renumbered } from './pairs.ts'

/** A number a row (for the second of two classes), or a row × class matrix. */
export type ScoreInput = MatrixData | readonly number[] | MatrixLike

export interface Scored {
  /** Class of each row, by its place in `classes`. */
  readonly actual: Int32Array
  readonly classes: readonly Label[]
  /** Rows × classes, or rows × 1 for a list. */
  readonly scores: Matrix<MatrixData>
}

/**
 * True labels beside scores. The columns of a matrix are the sorted labels of `yTrue`, or those of `classes` where some of them may
 * be missing in `yTrue`.
 */
export function* readScores(yTrue: Labels, input: ScoreInput, argument: string, classes: readonly Label[] | undefined): Pausing<Scored> {
  const truth = yield* encodeTruth(yTrue)
  const scores = asMatrix(input, argument)
  checkRows(scores.rows, argument, truth.indices.length)
  const { data, columns } = scores
  yield* inStretches(data.length, (first, end) => {
    const bad = firstNaN(data, first, end)
    if (bad >= 0) throw argumentError('NOT_FINITE', `${argument}, row ${Math.floor(bad / columns)}`, 'a number', NaN)
  })
  const known = classes === undefined ? truth.classes : checkClasses(classes, truth)
  const actual = yield* renumbered(truth, known)
  if (scores.columns > 1 && scores.columns !== known.length) {
    throw makeError('SHAPE', `${argument} has ${scores.columns} columns for ${known.length} classes; name all classes in the option classes`, {
      argument,
      got: `${scores.columns} columns`,
      wanted: `${known.length} columns`,
    })
  }
  if (scores.columns === 1 && known.length > 2) {
    throw makeError('SHAPE', `${argument}: expected a column for each of ${known.length} classes, got one number a row`, {
      argument,
      got: 'one column',
      wanted: `${known.length} columns`,
    })
  }
  return { actual, classes: known, scores }
}

function firstNaN(data: MatrixData, first: number, end: number): number {
  for (let i = first; i < end; i++) if (data[i] !== data[i]) return i
  return -1
}

function asMatrix(input: ScoreInput, argument: string): Matrix<MatrixData> {
  if (isMatrixData(input)) return new Matrix(input, input.length, 1)
  if (Array.isArray(input) && (input.length === 0 || typeof input[0] === 'number')) {
    return new Matrix(
      Float64Array.from(input as readonly unknown[], (value, i) => {
        if (typeof value !== 'number') throw argumentError('TYPE', `${argument}[${i}]`, 'a number', value)
        return value
      }),
      input.length,
      1,
    )
  }
  return matrixFrom(input, argument)
}

function checkClasses(classes: readonly Label[], truth: EncodedLabels): Label[] {
  const given = encodeLabels(classes, 'classes')
  if (elementType(given.kind) !== elementType(truth.kind)) throw argumentError('OPTION', 'classes', `labels of type ${elementType(truth.kind)}, as yTrue has`, classes)
  const sorted = sortedLabels(new Set(classes))
  if (sorted.length !== classes.length || sorted.some((label, k) => label !== classes[k])) {
    throw argumentError('OPTION', 'classes', 'distinct labels in sorted order, as a model has them', classes, RangeError)
  }
  const unknown = truth.classes.find((label) => !sorted.includes(label))
  if (unknown !== undefined) throw argumentError('OPTION', 'classes', `a list with ${String(unknown)}, which yTrue has`, classes, RangeError)
  return sorted
}
