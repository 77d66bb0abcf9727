/** From scores to probabilities and labels: all in double, in the one row order of the scores. */
import { Matrix, type MatrixData } from '../common/matrix.ts'
import type { FloatArray } from '../common/arrays.ts'
import { atOnce, type Pausing } from '../common/pausing.ts'
import { newResult } from '../common/results.ts'
import { isCSR, type CSR, type SparseMatrix } from '../common/sparse.ts'
import { decide, decisionCost, runPausing, runSliced, sparseDecision, type Backend } from '../dispatch/index.ts'
import { makeError } from '../errors.ts'
import type { Control } from './control.ts'
import type { FittedLogistic } from './fitted.ts'
import { newLabels, type Label, type Labels } from './labels.ts'
import { checkColumns, checkFinite, checkStillThere, featuresFrom, featuresSync, sparseFeatures, widened } from './input.ts'

/** Predicted milliseconds up to which the promise form computes at once. */
const INLINE = 0.1

/** Rows a piece of the promise form. */
const PIECE_ROWS = 1024

/** A value of a sparse row and vector. */
const SPARSE_NANOSECONDS = 1.5

/** The largest factor by which probabilities of unequal scores may differ and still differ after division by their sum. */
const ALMOST_ONE = 1 - 2 ** -51

/** Scores, rows × vectors. Throws SHAPE, TYPE or NOT_FINITE for an X that the model can't take. */
export function scoresSync(fitted: FittedLogistic, X: unknown, backend: Backend, threads: number | undefined): Float64Array {
  if (isCSR(X)) {
    const { sparse, scores } = atOnce(sparseScores(fitted, X))
    sparseDecision(sparse, fitted.packed, fitted.vectors, 0, sparse.rows, scores)
    checkOverflow(scores, fitted.vectors)
    return scores
  }
  const features = featuresSync(X)
  checkColumns(features.columns, fitted.columns)
  const { x, rows, columns } = widened(features)
  const scores = newResult(Float64Array, rows * fitted.vectors)
  decide(backend, x, rows, columns, fitted.packed, fitted.vectors, threads, scores)
  checkScores(scores, fitted, x, rows)
  return scores
}

/** The same in pieces between turns of the event loop, if it takes long; looks at X's memory again before each. */
export async function scores(fitted: FittedLogistic, X: unknown, backend: Backend, control: Control): Promise<Float64Array> {
  control.check()
  if (isCSR(X)) {
    const { sparse, scores } = await runPausing(sparseScores(fitted, X, true), control.check)
    const nanoseconds = sparse.values.length * fitted.vectors * SPARSE_NANOSECONDS + sparse.rows * 10
    await runSliced({
      pieces: Math.ceil(sparse.rows / PIECE_ROWS),
      pieceMilliseconds: (nanoseconds / 1e6 / sparse.rows) * PIECE_ROWS,
      check: control.check,
      run(first, last) {
        const from = first * PIECE_ROWS
        const to = Math.min(sparse.rows, last * PIECE_ROWS)
        sparseDecision(sparse, fitted.packed, fitted.vectors, from, to, scores)
        checkOverflow(scores.subarray(from * fitted.vectors, to * fitted.vectors), fitted.vectors, from)
      },
    })
    return scores
  }
  const features = X instanceof Matrix ? featuresSync(X) : await runPausing(featuresFrom(X), control.check)
  const { data, rows, columns } = features
  const { packed, vectors } = fitted
  const milliseconds = decisionCost(backend, rows, columns, vectors) / 1e6
  if (milliseconds <= INLINE) return scoresSync(fitted, features, backend, control.threads)
  checkColumns(columns, fitted.columns)
  const out = newResult(Float64Array, rows * vectors)
  const pieces = Math.ceil(rows / PIECE_ROWS)
  await runSliced({
    pieces,
    pieceMilliseconds: milliseconds / pieces,
    check() {
      control.check()
      checkStillThere(data, rows * columns)
    },
    run(first, last) {
      const from = first * PIECE_ROWS
      const to = Math.min(rows, last * PIECE_ROWS)
      const block = widened(new Matrix(data.subarray(from * columns, to * columns) as MatrixData, to - from, columns)).x
      const part = out.subarray(from * vectors, to * vectors)
      decide(backend, block, to - from, columns, packed, vectors, control.threads, part)
      checkScores(part, fitted, block, to - from, from)
    },
  })
  return out
}

/** Finite scores prove finite rows; others are looked into. Infinite scores of finite rows are what they are. */
function checkScores(scores: Float64Array, { vectors, columns }: FittedLogistic, x: FloatArray, rows: number, firstRow = 0): void {
  let sum = 0
  for (let i = 0; i < rows * vectors; i++) sum += scores[i]! - scores[i]!
  if (sum === 0) return
  checkFinite(x, columns, firstRow)
  checkOverflow(scores, vectors, firstRow)
}

function* sparseScores(fitted: FittedLogistic, X: CSR, copy = false): Pausing<{ readonly sparse: SparseMatrix; readonly scores: Float64Array }> {
  const sparse = yield* sparseFeatures(X, copy)
  checkColumns(sparse.columns, fitted.columns)
  return { sparse, scores: newResult(Float64Array, sparse.rows * fitted.vectors) }
}

function checkOverflow(scores: Float64Array, vectors: number, firstRow = 0): void {
  const bad = scores.findIndex(Number.isNaN)
  if (bad < 0) return
  const row = firstRow + Math.floor(bad / vectors)
  throw makeError('NOT_FINITE', `X: the score of row ${row} can't be computed, its products overflow`, {
    argument: 'X',
    got: `numbers too large in row ${row}`,
    wanted: 'numbers whose products with the coefficients can be summed',
  })
}

/** What becomes of scores, row by row: a loop that can pause between rows. */
export interface FromScores<Result> {
  readonly rows: number
  /** Predicted, a row. */
  readonly nanoseconds: number
  run(firstRow: number, endRow: number): void
  /** To be called when all rows are done. */
  finish(): Result
}

/** All rows at once. */
export function finishSync<Result>(work: FromScores<Result>): Result {
  work.run(0, work.rows)
  return work.finish()
}

/** In pieces between turns of the event loop, if it takes long. */
export async function finishInTurns<Result>(work: FromScores<Result>, control: Control): Promise<Result> {
  const { rows, nanoseconds } = work
  if ((rows * nanoseconds) / 1e6 <= INLINE) return finishSync(work)
  await runSliced({
    pieces: Math.ceil(rows / PIECE_ROWS),
    pieceMilliseconds: (PIECE_ROWS * nanoseconds) / 1e6,
    check: control.check,
    run: (first, last) => work.run(first * PIECE_ROWS, Math.min(rows, last * PIECE_ROWS)),
  })
  return work.finish()
}

/** The most probable label of each row, the first of equals, in the kind that the model was fitted with. */
export function labels(scores: Float64Array, { vectors, classes, kind }: FittedLogistic): FromScores<Labels> {
  const rows = scores.length / vectors
  const out = newLabels(kind, rows)
  const places = out as { [row: number]: Label }
  return {
    rows,
    nanoseconds: 4 * vectors,
    run(first, end) {
      for (let i = first; i < end; i++) places[i] = classes[classIndex(scores, i, vectors)]!
    },
    finish: () => out,
  }
}

/** The (weighted) share of rows whose most probable class is that of `actual`. Throws as `readLabels` does for the rows of y. */
export function accuracy(scores: Float64Array, { vectors }: FittedLogistic, actual: (row: number) => number, weights: Float64Array | null): FromScores<number> {
  let hits = 0
  let total = 0
  return {
    rows: scores.length / vectors,
    nanoseconds: 20 + 4 * vectors,
    run(first, end) {
      for (let i = first; i < end; i++) {
        const weight = weights === null ? 1 : weights[i]!
        total += weight
        if (classIndex(scores, i, vectors) === actual(i)) hits += weight
      }
    },
    finish: () => hits / total,
  }
}

/** Writes the numbers of rows first … end − 1, one a class. */
type RowsToClasses = (scores: Float64Array, vectors: number, out: Float64Array, first: number, end: number) => void

/** A number a class in each row: rows × classes. `nanoseconds` for each vector of scores in a row. */
function forEachClass(scores: Float64Array, { vectors, classes }: FittedLogistic, nanoseconds: number, write: RowsToClasses): FromScores<Matrix> {
  const rows = scores.length / vectors
  const out = newResult(Float64Array, rows * classes.length)
  return {
    rows,
    nanoseconds: nanoseconds * vectors,
    run: (first, end) => write(scores, vectors, out, first, end),
    finish: () => new Matrix(out, rows, classes.length),
  }
}

/**
 * Probabilities, rows × classes. Each is within a few roundings of the exact one, also near 0; a row sums to 1 up to rounding; unequal
 * scores give unequal probabilities where they decide about the label, so that probabilities and labels never disagree.
 */
export function probabilities(scores: Float64Array, fitted: FittedLogistic): FromScores<Matrix> {
  return forEachClass(scores, fitted, 20, fitted.vectors === 1 ? binaryProbabilities : multinomialProbabilities)
}

function binaryProbabilities(scores: Float64Array, _vectors: number, out: Float64Array, first: number, end: number): void {
  for (let i = first; i < end; i++) {
    const score = scores[i]!
    const e = ratio(-Math.abs(score))
    const sum = 1 + e
    const one = score > 0 ? 1 : e
    out[2 * i] = (score > 0 ? e : 1) / sum
    out[2 * i + 1] = one / sum
  }
}

function multinomialProbabilities(scores: Float64Array, vectors: number, out: Float64Array, first: number, end: number): void {
  for (let i = first; i < end; i++) {
    const base = i * vectors
    const largest = scores[base + argMax(scores, base, vectors)]!
    let sum = 0
    for (let k = 0; k < vectors; k++) sum += out[base + k] = ratio(difference(scores[base + k]!, largest))
    for (let k = 0; k < vectors; k++) out[base + k]! /= sum
  }
}

/** Logarithms of the probabilities, rows × classes, finite however small these are. */
export function logProbabilities(scores: Float64Array, fitted: FittedLogistic): FromScores<Matrix> {
  return forEachClass(scores, fitted, 40, fitted.vectors === 1 ? binaryLogProbabilities : multinomialLogProbabilities)
}

function binaryLogProbabilities(scores: Float64Array, _vectors: number, out: Float64Array, first: number, end: number): void {
  for (let i = first; i < end; i++) {
    const score = scores[i]!
    const size = Math.abs(score)
    const likely = -Math.log1p(Math.exp(-size))
    out[2 * i] = score > 0 ? likely - size : likely
    out[2 * i + 1] = score > 0 ? likely : likely - size
  }
}

function multinomialLogProbabilities(scores: Float64Array, vectors: number, out: Float64Array, first: number, end: number): void {
  for (let i = first; i < end; i++) {
    const base = i * vectors
    const best = argMax(scores, base, vectors)
    const largest = scores[base + best]!
    let others = 0
    for (let k = 0; k < vectors; k++) if (k !== best) others += Math.exp(difference(scores[base + k]!, largest))
    const logSum = Math.log1p(others)
    for (let k = 0; k < vectors; k++) out[base + k] = difference(scores[base + k]!, largest) - logSum
  }
}

/** exp of a number not above 0, kept off 1 unless the number is 0. */
function ratio(x: number): number {
  return x < 0 ? Math.min(Math.exp(x), ALMOST_ONE) : 1
}

/** a − b, 0 also for equal infinities. */
function difference(a: number, b: number): number {
  return a === b ? 0 : a - b
}

/** Of a row: the most probable class, the first of equals. */
function classIndex(scores: Float64Array, row: number, vectors: number): number {
  return vectors === 1 ? (scores[row]! > 0 ? 1 : 0) : argMax(scores, row * vectors, vectors)
}

function argMax(scores: Float64Array, base: number, length: number): number {
  let best = 0
  for (let k = 1; k < length; k++) if (scores[base + k]! > scores[base + best]!) best = k
  return best
}
