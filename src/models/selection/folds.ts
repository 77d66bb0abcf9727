/** Folds for cross-validation: each row is tested on once. */
import type { MatrixData, MatrixLike } from '../../common/matrix.ts'
import type { CSR } from '../../common/sparse.ts'
import { atOnce, inStretches, type Pausing } from '../../common/pausing.ts'
import { checkNames } from '../../common/options.ts'
import { argumentError, makeError } from '../../errors.ts'
import { checkLength } from '../input.ts'
import { encodeLabels, type Labels } from '../labels.ts'
import { seeded, type MersenneTwister } from './mersenne-twister.ts'
import { countRows } from './rows.ts'

export interface FoldOptions {
  /** Number of folds, at least 2. Default 5. */
  splits?: number | undefined
  /** Whether rows are dealt out at random. Default false. */
  shuffle?: boolean | undefined
  /** 0 to 2^32 − 1, with `shuffle`: the same seed gives the same folds, those of scikit-learn. Default: others each time. */
  seed?: number | undefined
}

/** Row numbers of one fold, both lists rising. */
export interface Fold {
  readonly train: Int32Array
  readonly test: Int32Array
}

/** What has rows to deal out. */
export type Rows = MatrixLike | CSR | MatrixData | ArrayLike<unknown>

/** Folds of (nearly) equal size: runs of rows, or rows dealt out at random. */
export class KFold {
  readonly splits: number
  readonly shuffle: boolean
  readonly seed: number | undefined

  /** @throws ERR_MANYCORE_OPTION for options that are unknown, out of range or don't go together. */
  constructor(options: FoldOptions = {}) {
    const { splits, shuffle, seed } = checkFoldOptions(options)
    this.splits = splits
    this.shuffle = shuffle
    this.seed = seed
  }

  /** The folds, one after the other. @throws ERR_MANYCORE_RANGE for fewer rows than folds. */
  *split(X: Rows): Generator<Fold, void, void> {
    const rows = countRows(X)
    checkFolds(this.splits, rows)
    yield* foldsOf(atOnce(dealInRuns(rows, this.splits, this.shuffle ? seeded(this.seed) : undefined)), this.splits)
  }
}

/** Folds with (nearly) the same share of each class. */
export class StratifiedKFold {
  readonly splits: number
  readonly shuffle: boolean
  readonly seed: number | undefined

  /** @throws ERR_MANYCORE_OPTION for options that are unknown, out of range or don't go together. */
  constructor(options: FoldOptions = {}) {
    const { splits, shuffle, seed } = checkFoldOptions(options)
    this.splits = splits
    this.shuffle = shuffle
    this.seed = seed
  }

  /**
   * The folds, one after the other.
   *
   * @throws ERR_MANYCORE_RANGE for fewer rows than folds, SHAPE for lengths that don't fit, CLASSES if every class has fewer rows than there are folds.
   */
  *split(X: Rows, y: Labels): Generator<Fold, void, void> {
    const rows = countRows(X)
    const { indices } = encodeLabels(y)
    checkLength(indices.length, 'y', rows)
    checkFolds(this.splits, rows)
    yield* foldsOf(atOnce(dealByClass(indices, this.splits, this.shuffle ? seeded(this.seed) : undefined)), this.splits)
  }
}

/**
 * The folds of either way, all at once and with pauses.
 *
 * @param indices classes of the rows
 * @throws as `split`
 */
export function* allFolds({ splits, shuffle, seed }: KFold | StratifiedKFold, indices: Int32Array, stratified: boolean): Pausing<Fold[]> {
  checkFolds(splits, indices.length)
  const random = shuffle ? seeded(seed) : undefined
  const dealt = stratified ? yield* dealByClass(indices, splits, random) : yield* dealInRuns(indices.length, splits, random)
  const folds: Fold[] = []
  for (let fold = 0; fold < splits; fold++) folds.push(yield* foldOf(dealt, fold))
  return folds
}

/** The fold of each row: runs of rows, or of rows in a random order. */
function* dealInRuns(rows: number, splits: number, random: MersenneTwister | undefined): Pausing<Int32Array> {
  const order = new Int32Array(rows)
  for (let i = 0; i < rows; i++) order[i] = i
  if (random !== undefined) yield* random.shuffling(order)
  const folds = new Int32Array(rows)
  let next = 0
  for (let fold = 0; fold < splits; fold++) {
    const size = Math.floor(rows / splits) + (fold < rows % splits ? 1 : 0)
    const start = next
    yield* inStretches(size, (first, end) => {
      for (let i = first; i < end; i++) folds[order[start + i]!] = fold
    })
    next += size
  }
  return folds
}

/** scikit-learn's way: classes in order of appearance; each fold takes every k-th of the rows sorted by class, as far as numbers go. */
function* dealByClass(indices: Int32Array, splits: number, random: MersenneTwister | undefined): Pausing<Int32Array> {
  // Classes by their first row.
  const order: number[] = []
  const counts: number[] = []
  yield* inStretches(indices.length, (first, end) => {
    for (let i = first; i < end; i++) {
      const k = indices[i]!
      if (counts[k] === undefined) {
        counts[k] = 0
        order.push(k)
      }
      counts[k]++
    }
  })
  const most = order.reduce((most, k) => Math.max(most, counts[k]!), 0)
  if (most < splits) {
    throw makeError('CLASSES', `y: ${splits} folds, but no class has so many rows`, { argument: 'splits', got: `at most ${most} rows a class`, wanted: `at least ${splits}` })
  }
  const dealt: Int32Array[] = []
  let start = 0
  for (const k of order) {
    const count = counts[k]!
    const cards = (dealt[k] = new Int32Array(count))
    let next = 0
    for (let fold = 0; fold < splits; fold++) {
      // Places fold, fold + splits, … of the sorted rows that lie in this class's run.
      const first = start + ((((fold - start) % splits) + splits) % splits)
      const own = Math.max(0, Math.ceil((start + count - first) / splits))
      cards.fill(fold, next, next + own)
      next += own
    }
    if (random !== undefined) yield* random.shuffling(cards)
    start += count
  }
  const next = new Int32Array(counts.length)
  const folds = new Int32Array(indices.length)
  yield* inStretches(indices.length, (first, end) => {
    for (let i = first; i < end; i++) {
      const k = indices[i]!
      folds[i] = dealt[k]![next[k]!++]!
    }
  })
  return folds
}

function* foldsOf(folds: Int32Array, splits: number): Generator<Fold, void, void> {
  for (let fold = 0; fold < splits; fold++) yield atOnce(foldOf(folds, fold))
}

function* foldOf(folds: Int32Array, fold: number): Pausing<Fold> {
  const rows = folds.length
  let count = 0
  yield* inStretches(rows, (first, end) => {
    for (let row = first; row < end; row++) if (folds[row] === fold) count++
  })
  const train = new Int32Array(rows - count)
  const test = new Int32Array(count)
  let [i, j] = [0, 0]
  yield* inStretches(rows, (first, end) => {
    for (let row = first; row < end; row++) {
      if (folds[row] === fold) test[j++] = row
      else train[i++] = row
    }
  })
  return { train, test }
}

function checkFoldOptions(options: FoldOptions): { readonly splits: number; readonly shuffle: boolean; readonly seed: number | undefined } {
  checkNames(options, ['splits', 'shuffle', 'seed'])
  const { splits = 5, shuffle = false, seed } = options
  if (typeof splits !== 'number') throw argumentError('OPTION', 'splits', 'an integer, 2 or more', splits)
  if (!(Number.isSafeInteger(splits) && splits >= 2)) throw argumentError('OPTION', 'splits', 'an integer, 2 or more', splits, RangeError)
  if (typeof shuffle !== 'boolean') throw argumentError('OPTION', 'shuffle', 'a boolean', shuffle)
  if (seed !== undefined) {
    if (!shuffle) throw argumentError('OPTION', 'seed', 'no seed without shuffle: it would have no effect', seed)
    seeded(seed)
  }
  return { splits, shuffle, seed }
}

function checkFolds(splits: number, rows: number): void {
  if (splits <= rows) return
  throw makeError('RANGE', `X: ${rows} rows can't be dealt out to ${splits} folds`, { argument: 'X', got: `${rows} rows`, wanted: `at least ${splits} rows` })
}
