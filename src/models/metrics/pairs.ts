/** What was true beside what was predicted, row by row, in one numbering of the classes. */
import { checkNames } from '../../common/options.ts'
import { inStretches, type Pausing } from '../../common/pausing.ts'
import { argumentError, describe, makeError } from '../../errors.ts'
import { elementType, encoding, sortedLabels, type EncodedLabels, type Label, type Labels } from '../labels.ts'
import { checkingSampleWeight, type SampleWeight } from '../weights.ts'

/** An option of all metrics. */
export interface WeightOption {
  /** A weight for each row; not negative, not all 0. */
  sampleWeight?: SampleWeight | null | undefined
}

/** Rows as pairs of class indices. */
export interface Pairs {
  /** All labels of either list, sorted. */
  readonly classes: readonly Label[]
  readonly actual: Int32Array
  readonly predicted: Int32Array
  /** A weight for each row, or null for ones. */
  readonly weights: Float64Array | null
}

/**
 * Pairs up two lists of labels.
 *
 * @throws SHAPE for lists of unequal lengths, RANGE for empty ones, TYPE for labels of two types, and what labels and weights are checked for.
 */
export function* pairUp(yTrue: Labels, yPredicted: Labels, sampleWeight: SampleWeight | null | undefined): Pausing<Pairs> {
  const actual = yield* encodeTruth(yTrue)
  const predicted = yield* encoding(yPredicted, 'yPredicted')
  const rows = actual.indices.length
  checkRows(predicted.indices.length, 'yPredicted', rows)
  if (elementType(actual.kind) !== elementType(predicted.kind)) {
    throw argumentError('TYPE', 'yPredicted', `labels of type ${elementType(actual.kind)}, as yTrue has`, yPredicted)
  }
  const classes = sortedLabels(new Set([...actual.classes, ...predicted.classes]))
  return {
    classes,
    actual: yield* renumbered(actual, classes),
    predicted: yield* renumbered(predicted, classes),
    weights: yield* checkingSampleWeight(sampleWeight, rows, 'yTrue'),
  }
}

/** True labels, at least one. */
export function* encodeTruth(yTrue: Labels): Pausing<EncodedLabels> {
  const actual = yield* encoding(yTrue, 'yTrue')
  if (actual.indices.length > 0) return actual
  throw makeError('RANGE', 'yTrue: a metric of no rows has no value', { argument: 'yTrue', got: 'no labels', wanted: 'at least one label' })
}

export function checkRows(length: number, argument: string, rows: number): void {
  if (length === rows) return
  throw makeError('SHAPE', `yTrue has ${rows} labels, but ${argument} has ${length} rows`, { argument, got: `${length} rows`, wanted: `${rows} rows` })
}

/**
 * Index of the label that counts as positive: the given one; else, where `one` says so (as scikit-learn has it for what is computed from labels), the label 1 or true; else the
 * second of two. −1 where no row is of it: one class only, which is another one.
 */
export function positiveIndex(classes: readonly Label[], positiveLabel: Label | undefined, one = false): number {
  if (positiveLabel !== undefined) {
    const index = classes.indexOf(positiveLabel)
    if (index >= 0 || classes.length < 2) return index
    throw argumentError('OPTION', 'positiveLabel', `one of ${classes.map(describe).join(', ')}`, positiveLabel, RangeError)
  }
  if (classes.length > 2) {
    throw makeError('CLASSES', `yTrue: expected two classes, got ${classes.length}; choose an average over the classes, or a positiveLabel`, {
      argument: 'yTrue',
      got: `${classes.length} classes`,
      wanted: 'two classes, or an option that says how to average',
    })
  }
  const index = classes.findIndex((label) => label === 1 || label === 1n || label === true)
  if (classes.length < 2) return typeof classes[0] === 'string' ? 0 : index
  return one && index >= 0 ? index : 1
}

/** Throws an OPTION error for unknown names. */
export function checkMetricOptions(options: object, names: readonly string[] = []): void {
  checkNames(options, ['sampleWeight', ...names])
}

/** Numbers of the classes among others. */
export function* renumbered({ indices, classes }: Pick<EncodedLabels, 'indices' | 'classes'>, all: readonly Label[]): Pausing<Int32Array> {
  if (classes.length === all.length) return indices
  const numbers = new Map(all.map((label, k) => [label, k]))
  const map = Int32Array.from(classes, (label) => numbers.get(label)!)
  const out = new Int32Array(indices.length)
  yield* inStretches(out.length, (first, end) => {
    for (let i = first; i < end; i++) out[i] = map[indices[i]!]!
  })
  return out
}
