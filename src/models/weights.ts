/** Weights of rows: what the caller gave for each row, times what he gave for its class. */
import { checkAttached, detachedError, typedArrayName } from '../common/arrays.ts'
import { isMatrixData, type MatrixData } from '../common/matrix.ts'
import { atOnce, inStretches, type Pausing } from '../common/pausing.ts'
import { argumentError, describe, makeError } from '../errors.ts'
import { checkLength } from './input.ts'
import { countingRows, rowsOfClasses, type EncodedLabels, type Label } from './labels.ts'

/** A weight for each row: not negative, not all 0. */
export type SampleWeight = MatrixData | readonly number[]

/** Weights of classes: null for ones, `'balanced'` for rows / (classes · rows of the class), or a weight for each label. */
export type ClassWeight = null | 'balanced' | ReadonlyMap<Label, number> | Readonly<Record<string, number>>

/** The checked weights of one fit. */
export interface RowWeights {
  /** A weight for each row, or null for ones. */
  readonly weights: Float64Array | null
  /** The smallest that isn't 0. */
  readonly smallest: number
  /** Total weight of each class. */
  readonly totals: Float64Array
}

/**
 * A copy of the sample weights as doubles, or null where all are 1. `data` names what has that many rows.
 *
 * @throws SHAPE for another length than X has rows, TYPE for what are no numbers, NOT_FINITE and RANGE (naming the row) for weights that are NaN, infinite
 *   or negative, RANGE if all are 0.
 */
export function checkSampleWeight(weight: unknown, rows: number, data = 'X'): Float64Array | null {
  return atOnce(checkingSampleWeight(weight, rows, data))
}

/** The same with pauses. */
export function* checkingSampleWeight(weight: unknown, rows: number, data = 'X'): Pausing<Float64Array | null> {
  if (weight === undefined || weight === null) return null
  if (!Array.isArray(weight) && !isMatrixData(weight)) throw argumentError('TYPE', 'sampleWeight', 'a typed array or an array of numbers', weight)
  if (weight.length === 0 && typedArrayName(weight) !== undefined) checkAttached(weight as Float64Array, 'sampleWeight')
  checkLength(weight.length, 'sampleWeight', rows, data)
  const copy = new Float64Array(rows)
  let seen: SeenWeights = { ones: true, positive: false }
  yield* inStretches(rows, (first, end) => {
    if (weight.length < rows && !Array.isArray(weight)) throw detachedError('sampleWeight')
    seen = copyWeights(weight, first, end, copy, seen)
  })
  if (!seen.positive) {
    throw makeError('RANGE', 'sampleWeight: all weights are 0', { argument: 'sampleWeight', got: 'zeros only', wanted: 'at least one positive weight' })
  }
  return seen.ones ? null : copy
}

interface SeenWeights {
  readonly ones: boolean
  readonly positive: boolean
}

function copyWeights(weight: ArrayLike<unknown>, first: number, end: number, copy: Float64Array, seen: SeenWeights): SeenWeights {
  let { ones, positive } = seen
  for (let i = first; i < end; i++) {
    const value = weight[i]
    if (typeof value !== 'number') throw argumentError('TYPE', `sampleWeight[${i}]`, 'a number', value)
    if (!Number.isFinite(value)) throw argumentError('NOT_FINITE', `sampleWeight[${i}]`, 'a finite number', value)
    if (value < 0) throw argumentError('RANGE', `sampleWeight[${i}]`, 'a number not below 0', value)
    if (value !== 1) ones = false
    if (value > 0) positive = true
    copy[i] = value
  }
  return { ones, positive }
}

/**
 * Sample weights (checked) times class weights.
 *
 * @throws OPTION for class weights that are negative, not finite, or for a label that y doesn't have; CLASSES for a class whose rows have no weight.
 */
export function* rowWeights(sampleWeight: Float64Array | null, classWeight: ClassWeight, labels: EncodedLabels): Pausing<RowWeights> {
  const { indices, classes } = labels
  const rows = indices.length
  yield* countingRows(labels)
  const factors = classFactors(classWeight, labels)
  const weights = factors === null ? sampleWeight : new Float64Array(rows)
  const totals = new Float64Array(classes.length)
  let smallest = Infinity
  if (weights === null) {
    smallest = 1
    totals.set(rowsOfClasses(labels))
  } else {
    yield* inStretches(rows, (first, end) => {
      for (let i = first; i < end; i++) {
        const k = indices[i]!
        let weight = sampleWeight === null ? 1 : sampleWeight[i]!
        if (factors !== null) weights[i] = weight *= factors[k]!
        totals[k]! += weight
        if (weight > 0 && weight < smallest) smallest = weight
      }
    })
  }
  const empty = totals.findIndex((total) => !(total > 0 && total < Infinity))
  if (empty >= 0) {
    throw makeError('CLASSES', `y: the rows of class ${describe(classes[empty])} have a total weight of ${totals[empty]}, so there is no optimum; drop those rows or weight them`, {
      argument: 'y',
      got: `a total weight of ${totals[empty]} for class ${describe(classes[empty])}`,
      wanted: 'a positive finite weight for each class',
    })
  }
  return { weights, smallest, totals }
}

function classFactors(classWeight: ClassWeight, labels: EncodedLabels): Float64Array | null {
  if (classWeight === null) return null
  const { classes } = labels
  const factors = new Float64Array(classes.length)
  if (classWeight === 'balanced') {
    factors.set(rowsOfClasses(labels))
    for (let k = 0; k < factors.length; k++) factors[k] = labels.indices.length / (classes.length * factors[k]!)
    return factors
  }
  const entries: (readonly [Label, unknown])[] = isMap(classWeight) ? [...classWeight] : Object.entries(classWeight)
  const names = new Map<Label, number>(classes.map((label, k) => [isMap(classWeight) ? label : String(label), k]))
  factors.fill(1)
  for (const [label, weight] of entries) {
    const k = names.get(label)
    if (k === undefined) {
      throw makeError('OPTION', `classWeight: ${describe(label)} is not a label of y`, {
        argument: 'classWeight',
        got: `a weight for ${describe(label)}`,
        wanted: `weights for ${classes.slice(0, 10).map(describe).join(', ')}${classes.length > 10 ? ', …' : ''}`,
      })
    }
    factors[k] = weight as number
  }
  return factors
}

/** Throws an OPTION error unless `value` is what the option `classWeight` takes. */
export function checkClassWeight(value: unknown): asserts value is ClassWeight {
  if (value === null || value === 'balanced') return
  const wanted = "null, 'balanced', or an object or Map from labels to weights"
  if (typeof value !== 'object' || Array.isArray(value) || ArrayBuffer.isView(value)) throw argumentError('OPTION', 'classWeight', wanted, value)
  for (const [label, weight] of isMap(value as object) ? (value as ReadonlyMap<Label, unknown>) : Object.entries(value as object)) {
    if (typeof weight !== 'number') throw argumentError('OPTION', `classWeight[${describe(label)}]`, 'a number', weight)
    if (!(weight >= 0 && weight < Infinity)) throw argumentError('OPTION', `classWeight[${describe(label)}]`, 'a finite number not below 0', weight, RangeError)
  }
}

function isMap(value: object): value is ReadonlyMap<Label, number> {
  return Object.prototype.toString.call(value) === '[object Map]'
}
