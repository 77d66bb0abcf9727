/** One random split of the rows into those to learn from and those to test on. */
import type { MatrixLike } from '../../common/matrix.ts'
import type { CSR } from '../../common/sparse.ts'
import { checkNames } from '../../common/options.ts'
import { argumentError, describe, makeError } from '../../errors.ts'
import { checkLength } from '../input.ts'
import { encodeLabels, labelKind, type EncodedLabels, type Labels } from '../labels.ts'
import { seeded, type MersenneTwister } from './mersenne-twister.ts'
import { countRows, takeLabels, takeRows, type TakenRows } from './rows.ts'

export interface TrainTestSplitOptions {
  /** Share of the rows to test on, between 0 and 1, or their number. Default 0.25, or what `trainSize` leaves. */
  testSize?: number | undefined
  /** Share of the rows to learn from, or their number. Default: all the others. */
  trainSize?: number | undefined
  /** 0 to 2^32 − 1: the same seed gives the same rows, those that scikit-learn picks for it. Default: others each time. */
  seed?: number | undefined
  /** Labels whose shares are to be the same in both parts; `true` for those of `y`. Default: none. */
  stratify?: boolean | Labels | null | undefined
  /** False: the first rows to learn from and the last to test on, in their order. Default true. */
  shuffle?: boolean | undefined
}

/** Copies of the rows, and where they were. */
export interface TrainTestSplit<Y extends Labels, X extends MatrixLike | CSR = MatrixLike> {
  readonly XTrain: TakenRows<X>
  readonly XTest: TakenRows<X>
  readonly yTrain: Y
  readonly yTest: Y
  readonly trainIndices: Int32Array
  readonly testIndices: Int32Array
}

/**
 * Splits rows at random.
 *
 * @throws ERR_MANYCORE_OPTION for options that are unknown, out of range or don't go together; SHAPE for lengths that don't fit; RANGE if a part would be empty; CLASSES if a
 *   class can't be in both parts.
 */
export function trainTestSplit<Y extends Labels, X extends MatrixLike | CSR>(X: X, y: Y, options: TrainTestSplitOptions = {}): TrainTestSplit<Y, X> {
  checkNames(options, ['testSize', 'trainSize', 'seed', 'stratify', 'shuffle'])
  const { shuffle = true } = options
  if (typeof shuffle !== 'boolean') throw argumentError('OPTION', 'shuffle', 'a boolean', shuffle)
  const rows = countRows(X)
  labelKind(y)
  checkLength(y.length, 'y', rows)
  const { train, test } = sizes(rows, options)
  const strata = strataOf(options.stratify, y, rows)
  if (!shuffle && strata !== undefined) throw argumentError('OPTION', 'stratify', 'no stratify without shuffle', options.stratify)
  const random = seeded(options.seed)
  let trainIndices: Int32Array
  let testIndices: Int32Array
  if (!shuffle) {
    trainIndices = Int32Array.from({ length: train }, (_, i) => i)
    testIndices = Int32Array.from({ length: test }, (_, i) => train + i)
  } else if (strata === undefined) {
    const order = random.permutation(rows)
    testIndices = order.slice(0, test)
    trainIndices = order.slice(test, test + train)
  } else {
    ;[trainIndices, testIndices] = stratifiedSplit(strata, train, test, random)
  }
  return {
    XTrain: takeRows(X, trainIndices),
    XTest: takeRows(X, testIndices),
    yTrain: takeLabels(y, trainIndices),
    yTest: takeLabels(y, testIndices),
    trainIndices,
    testIndices,
  }
}

/** Numbers of rows: shares of the test part are rounded up, those of the train part down. */
function sizes(rows: number, { testSize, trainSize }: TrainTestSplitOptions): { readonly train: number; readonly test: number } {
  const given = (size: number | undefined, name: string, round: (x: number) => number): number | undefined => {
    if (size === undefined) return undefined
    const wanted = `a share between 0 and 1, or a number of rows below ${rows}`
    if (typeof size !== 'number') throw argumentError('OPTION', name, wanted, size)
    if (!(size > 0 && (size < 1 || (Number.isInteger(size) && size < rows)))) throw argumentError('OPTION', name, wanted, size, RangeError)
    return size < 1 ? round(size * rows) : size
  }
  const wantedTrain = given(trainSize, 'trainSize', Math.floor)
  const wantedTest = given(testSize, 'testSize', Math.ceil) ?? (wantedTrain === undefined ? Math.ceil(0.25 * rows) : rows - wantedTrain)
  if (trainSize !== undefined && testSize !== undefined && trainSize < 1 && testSize < 1 && trainSize + testSize > 1) {
    throw argumentError('OPTION', 'trainSize', `a share of at most what testSize leaves, ${1 - testSize}`, trainSize, RangeError)
  }
  const train = wantedTrain ?? rows - wantedTest
  if (train < 1 || wantedTest < 1 || train + wantedTest > rows) {
    throw makeError('RANGE', `trainTestSplit: ${rows} rows can't be split into ${train} to learn from and ${wantedTest} to test on`, {
      argument: trainSize === undefined ? 'testSize' : 'trainSize',
      got: `${train} and ${wantedTest} rows`,
      wanted: `at least one row each, ${rows} at most together`,
    })
  }
  return { train, test: wantedTest }
}

function strataOf(stratify: TrainTestSplitOptions['stratify'], y: Labels, rows: number): EncodedLabels | undefined {
  if (stratify === undefined || stratify === null || stratify === false) return undefined
  if (stratify === true) return encodeLabels(y)
  const labels = encodeLabels(stratify, 'stratify')
  checkLength(labels.indices.length, 'stratify', rows)
  return labels
}

/** The order of draws is scikit-learn's (StratifiedShuffleSplit): sizes of the parts of each class, a permutation a class, one of each part. */
function stratifiedSplit({ indices, classes }: EncodedLabels, train: number, test: number, random: MersenneTwister): [Int32Array, Int32Array] {
  const rowsOf = classes.map((): number[] => [])
  indices.forEach((k, row) => rowsOf[k]!.push(row))
  const counts = rowsOf.map((rows) => rows.length)
  const small = counts.findIndex((count) => count < 2)
  if (small >= 0) throw unsplittable(`class ${describe(classes[small])} has one row`, 'at least two rows of each class')
  for (const [size, name] of [[train, 'trainSize'], [test, 'testSize']] as const) {
    if (size < classes.length) throw unsplittable(`${name} gives ${size} rows for ${classes.length} classes`, 'at least a row for each class in both parts')
  }
  const trainCounts = apportion(counts, train, random)
  const testCounts = apportion(counts.map((count, k) => count - trainCounts[k]!), test, random)
  const trainRows: number[] = []
  const testRows: number[] = []
  rowsOf.forEach((rows, k) => {
    const order = Array.from(random.permutation(rows.length), (i) => rows[i]!)
    const cut = trainCounts[k]!
    const end = cut + testCounts[k]!
    // One by one: a call takes no more arguments than its stack has room for.
    for (let i = 0; i < end; i++) (i < cut ? trainRows : testRows).push(order[i]!)
  })
  random.shuffle(trainRows)
  random.shuffle(testRows)
  return [Int32Array.from(trainRows), Int32Array.from(testRows)]
}

/** Shares `draws` out in proportion to `counts`; what rounding down leaves goes to the largest remainders, equal ones by lot. */
function apportion(counts: readonly number[], draws: number, random: MersenneTwister): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const exact = counts.map((count) => (count / total) * draws)
  const floors = exact.map(Math.floor)
  let left = Math.trunc(draws - floors.reduce((sum, value) => sum + value, 0))
  const remainders = exact.map((value, k) => value - floors[k]!)
  for (const value of [...new Set(remainders)].sort((a, b) => b - a)) {
    if (left <= 0) break
    const tied = Array.from(remainders.keys()).filter((k) => remainders[k] === value)
    const chosen = random.permutation(tied.length).subarray(0, Math.min(tied.length, left))
    for (const i of chosen) floors[tied[i]!]! += 1
    left -= chosen.length
  }
  return floors
}

function unsplittable(got: string, wanted: string): Error {
  return makeError('CLASSES', `stratify: ${got}; wanted ${wanted}`, { argument: 'stratify', got, wanted })
}
